"""What moderators read of the shop in `/stats`: what points buy most, and what waits."""

from collections.abc import Sequence
from typing import Final

from payments.domain.sentences.parts import FromNow, Points, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.store.queries.shop_stats import ItemOrders, OpenOrders

ITEMS: Final = 5
"""Number of the items that are shown."""


def shop_lines(items: Sequence[ItemOrders], waiting: OpenOrders) -> list[Sentence]:
    """How many orders are open, and the items for which most points were given."""
    lines = []
    if waiting.oldest is not None:
        lines.append(
            plural(
                "**Open orders:** {n}, placed {when}",
                "**Open orders:** {n}, the oldest placed {when}",
                waiting.number,
                when=FromNow(waiting.oldest),
            )
        )
    if items:
        lines.append(Sentence("**Most points were given for:**"))
    lines += [
        plural(
            "- {name}: {n} order · {points}",
            "- {name}: {n} orders · {points}",
            each.orders,
            name=Verbatim(each.name),
            points=Points(each.points),
        )
        for each in items
    ]
    return lines
