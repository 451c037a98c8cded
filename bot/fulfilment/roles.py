"""Roles that members ordered: what the books say is made true on Discord.

What is about to happen there is noted before, and what has happened afterwards. So whoever is
killed in between leaves a note from which another goes on, and a role that a member had before any
order is told from one that is ours.
"""

from typing import Final

from bot.client import GuildbankBot
from bot.fulfilment.discord_roles import DiscordRoles, MemberGone, RoleTroubled, SeenMember
from payments.commands.base import SYSTEM
from payments.commands.shop.roles import NoteRole, ReportRole
from payments.domain.values.ids import CommandKey
from payments.domain.values.roles import RoleKey, RoleStanding, RoleTerm, RoleTrouble
from payments.notifications.errors import Postpone
from payments.runner.errors import BooksUnavailable
from payments.store.queries import Queries

_ROUNDS: Final = 10
"""How often one member's role is changed in a row while the books change."""

_NOTED_BY_OTHERS: Final = "the role changes all the time"  # no sentence - for the log


class RoleKeeper:
    """Makes Discord agree with the books, one role of one member at a time.

    The last of several who do so at the same time leaves it as the books are: each reads them again
    after whatever it did.

    Args:
        bot: Logged in.
        queries: Reads what is to be.
    """

    def __init__(self, bot: GuildbankBot, *, queries: Queries) -> None:
        self._bot = bot
        self._queries = queries
        self.roles = DiscordRoles(bot)

    async def make_true(self, key: RoleKey) -> None:
        """Give the role, or take it, as the books say now.

        A role that a person took is not given again, and one that was held before not taken. Who is
        not on the server gets theirs when they are back.

        Raises as `DiscordRoles`, but for members who are not there.
        """
        seen: SeenMember | None = None
        for _ in range(_ROUNDS):
            term = await self._queries.role_term(key)
            if not term.is_wanted:
                if term.standing is RoleStanding.NONE:
                    return
                seen = await self._end(key, term, seen)
                continue
            if term.standing is RoleStanding.REMOVED:
                return
            try:
                seen = seen or await self.roles.look(key)
            except MemberGone:
                return
            if term.standing is RoleStanding.GIVEN and key.role in seen.roles:
                return
            seen = await self._give(key, term, seen)
        raise Postpone(_NOTED_BY_OTHERS)

    async def compare(self, key: RoleKey) -> None:
        """Heal what has come apart, but fight nobody: a role that a person took is noted as taken.

        Who has left and come back gets theirs again: Discord forgets roles of who leaves. Raises as
        `make_true`.
        """
        term = await self._queries.role_term(key)
        settled = {RoleStanding.GIVEN, RoleStanding.REMOVED}
        if not term.is_wanted or term.standing not in settled:
            await self.make_true(key)
            return
        try:
            seen = await self.roles.look(key)
        except MemberGone:
            return
        has = key.role in seen.roles
        if term.standing is RoleStanding.REMOVED:
            if has:
                await self.note(key, term, RoleStanding.GIVEN)
        elif not has and _came_back(term, seen):
            await self._give(key, term, seen)
        elif not has:
            await self.note(key, term, RoleStanding.REMOVED)

    async def note(
        self, key: RoleKey, term: RoleTerm, standing: RoleStanding, *, had: bool = False
    ) -> bool:
        """Note what stands on Discord; whether nothing else was noted meanwhile.

        Raises:
            Postpone: The books cannot be written now.
        """
        note = NoteRole(
            key=CommandKey(f"role.note:{self._bot.new_id()}"),
            at=self._bot.clock(),
            actor=SYSTEM,
            guild=key.guild,
            member=key.member,
            role=key.role,
            before=term.standing,
            standing=standing,
            had=had,
        )
        try:
            return await self._bot.runner.run(note)
        except BooksUnavailable as error:
            raise Postpone(str(error)) from error

    async def report(self, key: RoleKey, trouble: RoleTrouble) -> None:
        """Tell the owner what to mend, once a day for each role.

        Raises:
            Postpone: The books cannot be written now.
        """
        try:
            await self._bot.runner.run(
                ReportRole.of(key.guild, key.role, trouble, at=self._bot.clock())
            )
        except BooksUnavailable as error:
            raise Postpone(str(error)) from error

    async def _give(self, key: RoleKey, term: RoleTerm, seen: SeenMember) -> SeenMember:
        """One step towards a given role; the member as they are after it."""
        if term.standing is RoleStanding.NONE:
            await self.note(key, term, RoleStanding.GIVING, had=key.role in seen.roles)
            return seen
        if key.role not in seen.roles:
            await self.roles.give(key)
        await self.note(key, term, RoleStanding.GIVEN)
        return seen._replace(roles=seen.roles | {key.role})

    async def _end(
        self, key: RoleKey, term: RoleTerm, seen: SeenMember | None
    ) -> SeenMember | None:
        """Take a role that is not wanted, if it is ours; the member as they are after it."""
        if term.standing is not RoleStanding.REMOVED and not term.held_before:
            try:
                await self.roles.take(key)
            except MemberGone:
                pass  # nobody has it
            except RoleTroubled as error:
                if error.trouble is not RoleTrouble.GONE:
                    raise
            seen = None if seen is None else seen._replace(roles=seen.roles - {key.role})
        await self.note(key, term, RoleStanding.NONE)
        return seen


def _came_back(term: RoleTerm, seen: SeenMember) -> bool:
    """Whether the member has joined since they were given the role."""
    if seen.joined_at is None or term.given_at is None:
        return False
    return seen.joined_at > term.given_at
