"""What members read whose points a moderator took, or who may not buy, or may again."""

from bot.wording.balance import your_balance
from bot.wording.quoted import quoted
from payments.domain.sentences.parts import Points, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import PointsRevoked


def revoked(event: PointsRevoked, balance: int, server: str | None) -> list[Sentence]:
    """What a member reads in a direct message from whom a moderator took points.

    Args:
        event: What was taken.
        balance: The member's points now.
        server: The guild's name, unescaped; None if it is not known.
    """
    points = Points(event.points)
    words = [
        Sentence("**{points} removed** by a moderator.", points=points)
        if server is None
        else Sentence(
            "**{points} removed** by a moderator on {server}.",
            points=points,
            server=Verbatim(server),
        )
    ]
    if event.note:
        words.append(Sentence("Reason: “{note}”.", note=quoted(event.note)))
    return [*words, your_balance(balance)]


def purchase_banned(server: str | None) -> list[Sentence]:
    """What a member reads who may not buy any more."""
    why = Sentence(
        "A payment of yours was charged back or refunded as fraud. A moderator can let you buy "
        "again."
    )
    if server is None:
        return [Sentence("You can't buy points right now."), why]
    return [Sentence("You can't buy points on {server} right now.", server=Verbatim(server)), why]


def may_buy_again(server: str | None) -> list[Sentence]:
    """What a member reads whose purchase ban was lifted."""
    if server is None:
        return [Sentence("You can buy points again.")]
    return [Sentence("You can buy points on {server} again.", server=Verbatim(server))]
