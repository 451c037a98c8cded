"""What moderators and owners do, by kind: how a command is found again to be undone."""

from typing import Any, Final

from payments.commands.base import Command
from payments.commands.guild.packages import RetirePackage
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.payments.refund import REFUNDS_STAY
from payments.commands.points.move import GrantPoints, RevokePoints
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence

UNDOABLE: Final[dict[str, type[Command[Any]]]] = {
    kind.kind: kind for kind in (GrantPoints, RevokePoints, LiftPurchaseBan, RetirePackage)
}
"""Commands that can be undone by hand, as far as the books allow it."""

OF_OWNERS: Final = frozenset({RetirePackage.kind})
"""Those of them that only people may undo who may give them: they decide what is for sale."""

_OTHERS: Final = Sentence(
    "Only {grant}, {revoke}, {retire} and “Let them buy again” can be undone.",
    grant=SlashCommand("grant"),
    revoke=SlashCommand("revoke"),
    retire=SlashCommand("package retire"),
)
_NEVER: Final = {
    "undo": Sentence("An undo can't be undone. Do again what it took back."),
    "package.add": Sentence(
        "A new package can't be undone. {command} takes it off sale again.",
        command=SlashCommand("package retire"),
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
