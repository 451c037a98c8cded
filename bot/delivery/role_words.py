"""What owners and moderators read of roles that members ordered."""

from typing import Final

from discord import ui

from bot.delivery.seen import Seen
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.sentences.parts import Moment, Person, Role
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import RoleTakenAway, RoleUnusable
from payments.domain.values.roles import RoleTrouble

_WRONG: Final = {
    RoleTrouble.FORBIDDEN: Sentence(
        "Discord does not let me. Allow me to manage roles, and move my own role above it in the "
        "server's settings."
    ),
    RoleTrouble.GONE: Sentence(
        "It is gone. Members who ordered it and do not have it yet get their points back. Retire "
        "the item, or let it give another role."
    ),
    RoleTrouble.DANGEROUS: Sentence(
        "It has permissions with which its holder could harm others. Take them from the role, or "
        "confirm on the item that it may have them."
    ),
}


def role_unusable(event: RoleUnusable, server: str) -> list[Sentence]:
    """What the owner of a server reads of a role that cannot be given or taken."""
    trouble = RoleTrouble(event.trouble)
    said = [
        Sentence(
            "On {server} I can't give or take the role {role} that members order.",
            server=server,
            role=Role(event.role),
        ),
        _WRONG[trouble],
    ]
    if trouble is not RoleTrouble.GONE:
        said.append(
            Sentence(
                "I try again every few minutes. Orders that still wait after a day get their "
                "points back."
            )
        )
    return said


def role_taken_away(event: RoleTakenAway, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """What moderators read of a role that a person has taken."""
    del seen
    facts = {"member": Person(event.member), "role": Role(event.role)}
    taken = (
        Sentence("{member} does not have {role} any more, which they ordered for good.", **facts)
        if event.ends_at is None
        else Sentence(
            "{member} does not have {role} any more, which they ordered until {end}.",
            **facts,
            end=Moment(event.ends_at),
        )
    )
    return card(
        Sentence("An ordered role was taken away"),
        taken,
        Sentence("Somebody took it on Discord. I do not give it again unless it is ordered again."),
        reader=reader,
        mood=Mood.WAIT,
        footer=Sentence("{moment}", moment=Moment(event.at)),
    )
