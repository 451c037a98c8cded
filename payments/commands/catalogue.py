"""What moderators and owners do, by kind: how a command is found again to be undone."""

from typing import Any, Final

from payments.commands.base import Command
from payments.commands.guild.packages import RetirePackage
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.points.move import GrantPoints, RevokePoints

UNDOABLE: Final[dict[str, type[Command[Any]]]] = {
    kind.kind: kind for kind in (GrantPoints, RevokePoints, LiftPurchaseBan, RetirePackage)
}
"""Commands that can be undone by hand, as far as the books allow it."""

OF_OWNERS: Final = frozenset({RetirePackage.kind})
"""Those of them that only people may undo who may give them: they decide what is for sale."""

_NEVER: Final = {
    "undo": "That was an undoing. Do again what it has undone, if that is meant.",
    "package.add": "`/package retire` takes a package off sale again.",
    "package.edit": "A change of a package is not undone. `/package edit` changes it back.",
}


def why_never(kind: str) -> str:
    """Why a command of another kind is never undone, in a sentence."""
    if kind.startswith("refund."):
        return "A refund cannot be undone: its money is on its way to the buyer."
    return _NEVER.get(
        kind,
        "Only what was done with /grant, /revoke and /package retire, or by letting buy, can be "
        "undone.",
    )
