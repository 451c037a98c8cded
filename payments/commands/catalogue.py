"""What moderators and owners do, by kind: how a command is found again to be undone."""

from typing import Any, Final

from payments.commands.base import Command
from payments.commands.guild.packages import RetirePackage
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.payments.refund import REFUNDS_STAY
from payments.commands.points.move import GrantPoints, RevokePoints
from payments.commands.shop.items import AddItem, RetireItem
from payments.domain.sentences.parts import Several, SlashCommand
from payments.domain.sentences.sentence import Sentence

UNDOABLE: Final[dict[str, type[Command[Any]]]] = {
    kind.kind: kind
    for kind in (
        GrantPoints,
        RevokePoints,
        LiftPurchaseBan,
        RetirePackage,
        RetireItem,
        AddItem,
    )
}
"""Commands that can be undone by hand, as far as the books allow it."""

OF_OWNERS: Final = frozenset({RetirePackage.kind, RetireItem.kind, AddItem.kind})
"""Those of them that only people may undo who may give them: they decide what is for sale."""

_OTHERS: Final = Sentence(
    "Only {commands} and “Let them buy again” can be undone.",
    commands=Several(
        tuple(map(SlashCommand, ("grant", "revoke", "package retire", "item add", "item retire")))
    ),
)
_NEVER: Final = {
    "undo": Sentence("An undo can't be undone. Do again what it took back."),
    "package.add": Sentence(
        "A new package can't be undone. {command} takes it off sale again.",
        command=SlashCommand("package retire"),
    ),
    "item.edit": Sentence(
        "A change to an item can't be undone. {command} changes it back.",
        command=SlashCommand("item edit"),
    ),
    "item.restock": Sentence(
        "A number of pieces can't be undone. {command} changes it back.",
        command=SlashCommand("item restock"),
    ),
    "item.add_codes": Sentence(
        "Codes that were added can't be taken out again. {command} takes the item off sale.",
        command=SlashCommand("item retire"),
    ),
    "package.sku": Sentence(
        "This can't be undone. {command} connects the package otherwise, or not at all.",
        command=SlashCommand("package sku"),
    ),
    "package.edit": Sentence(
        "A change to a package can't be undone. {command} changes it back.",
        command=SlashCommand("package edit"),
    ),
}


def why_never(kind: str) -> Sentence:
    """Why a command of another kind is never undone, in a sentence."""
    if kind.startswith("refund."):
        return REFUNDS_STAY
    return _NEVER.get(kind, _OTHERS)
