"""What moderators do, by kind: how a command is found again to be undone."""

from typing import Any, Final

from payments.commands.bar import LiftBar
from payments.commands.base import Command
from payments.commands.move import GrantPoints, RevokePoints

UNDOABLE: Final[dict[str, type[Command[Any]]]] = {
    kind.kind: kind for kind in (GrantPoints, RevokePoints, LiftBar)
}
"""Moderators' commands that can be undone, as far as the books allow it."""


def why_never(kind: str) -> str:
    """Why a command of another kind is never undone, in a sentence."""
    if kind.startswith("refund."):
        return "A refund cannot be undone: its money is on its way to the buyer."
    if kind == "undo":
        return "That was an undoing. Do again what it has undone, if that is meant."
    return "Only what moderators did with /grant and /revoke, or by letting buy, can be undone."
