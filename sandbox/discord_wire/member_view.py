"""What members see: answers, messages, direct messages; and waiting for them."""

import dataclasses
from collections.abc import Sequence

from payments.domain.values.time import Instant
from sandbox.discord_wire.components import EPHEMERAL, LOADING
from sandbox.discord_wire.errors import CannotAct
from sandbox.discord_wire.gateway import Gateway
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.callbacks import DEFERRED, DEFERRED_UPDATE
from sandbox.discord_wire.state import Interaction, State
from sandbox.discord_wire.threads import Threads

PATIENCE_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MemberAnswer:
    """What a member sees of the bot's answer.

    Attributes:
        interaction: The interaction's id.
        acknowledged: When the bot first answered, microseconds since 1970; None if it did not.
        deferred: Whether that was a deferral (shown as "thinking", or nothing on a button).
        loading: Whether it still shows "thinking".
        ephemeral: Whether only the member sees it.
        message: Discord's JSON of the original answer as it is now: content, embeds, components.
        edits: How often it was edited; `history` has what it was before, oldest first.
        history: Its earlier JSON.
        deleted: Whether it was deleted.
        followups: The further messages.
        choices: The choices of an autocompletion.
        modal: The modal that opened.
    """

    interaction: int
    acknowledged: Instant | None
    deferred: bool
    loading: bool
    ephemeral: bool
    message: Json | None
    edits: int
    history: Sequence[Json]
    deleted: bool
    followups: Sequence[Json]
    choices: Sequence[Json] | None
    modal: Json | None


class MemberView:
    """The members' eyes. Users, channels, messages and interactions are given by their ids."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self.state = state
        self.gateway = gateway
        self.threads = Threads(state, gateway)

    def answer(self, interaction: int) -> MemberAnswer:
        """The bot's answer as it is now."""
        of = self.interaction(interaction)
        message = of.original
        flags = message.body["flags"] if message else 0
        return MemberAnswer(
            interaction=of.id,
            acknowledged=of.acknowledged,
            deferred=of.callback in {DEFERRED, DEFERRED_UPDATE},
            loading=bool(flags & LOADING),
            ephemeral=bool(flags & EPHEMERAL),
            message=message.body if message else None,
            edits=len(message.edits) if message else 0,
            history=tuple(message.edits) if message else (),
            deleted=message.deleted if message else False,
            followups=tuple(each.body for each in of.followups if not each.deleted),
            choices=of.choices,
            modal=of.modal,
        )

    async def wait_for_answer(
        self,
        interaction: int,
        *,
        edited: int = 0,
        followups: int = 0,
        timeout_seconds: float = PATIENCE_SECONDS,
    ) -> MemberAnswer:
        """The answer, as soon as the bot acknowledged the interaction, and more.

        Args:
            interaction: Its id.
            edited: How often at least the original answer was edited. After a deferral the first
                edit is what takes the place of "thinking".
            followups: How many further messages at least there are.
            timeout_seconds: How long to wait, in real time.

        Raises:
            TimeoutError: It did not in time.
        """
        of = self.interaction(interaction)

        def look() -> MemberAnswer | None:
            if of.callback is None:
                return None
            found = self.answer(interaction)
            enough = found.edits >= edited and len(found.followups) >= followups
            return found if enough else None

        return await self.state.until(look, timeout_seconds)

    def dm_channel(self, user: int) -> int:
        """The channel of a user's direct messages with the bot."""
        return self.state.dm(user)

    def dms(self, user: int) -> list[Json]:
        """The bot's direct messages to a user, oldest first."""
        return self.messages(self.state.dm(user))

    async def wait_for_dm(
        self, user: int, count: int = 1, *, timeout_seconds: float = PATIENCE_SECONDS
    ) -> list[Json]:
        """The direct messages to a user, as soon as there are `count`.

        Raises:
            TimeoutError: They did not come in time.
        """
        return await self.wait_for_messages(
            self.state.dm(user), count, timeout_seconds=timeout_seconds
        )

    def messages(self, channel: int) -> list[Json]:
        """All that everyone sees in a channel, oldest first."""
        self.state.channel(channel)
        return [
            each.body
            for each in self.state.messages.values()
            if each.channel == channel and not each.deleted and each.visible_to is None
        ]

    async def wait_for_messages(
        self, channel: int, count: int = 1, *, timeout_seconds: float = PATIENCE_SECONDS
    ) -> list[Json]:
        """What everyone sees in a channel, as soon as there are `count`.

        Raises:
            TimeoutError: They did not come in time.
        """

        def look() -> list[Json] | None:
            found = self.messages(channel)
            return found if len(found) >= count else None

        return await self.state.until(look, timeout_seconds)

    async def wait_for_bot(self, *, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until a bot is connected to the gateway.

        Raises:
            TimeoutError: None came in time.
        """
        await self.state.until(lambda: self.gateway.connected or None, timeout_seconds)

    async def wait_for_commands(
        self, guild: int | None = None, *, timeout_seconds: float = PATIENCE_SECONDS
    ) -> list[str]:
        """The names of the synced commands, as soon as there are any.

        Raises:
            TimeoutError: None were synced in time.
        """

        def look() -> list[str] | None:
            return [each["name"] for each in self.state.commands.get(guild, [])] or None

        return await self.state.until(look, timeout_seconds)

    def interaction(self, identity: int) -> Interaction:
        """All that is known of an interaction.

        Raises:
            CannotAct: There is none with this id.
        """
        if identity not in self.state.interactions:
            raise CannotAct(f"no interaction {identity}")
        return self.state.interactions[identity]
