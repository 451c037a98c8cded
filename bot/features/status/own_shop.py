"""What `/status` says of purchases in Discord's own shop."""

from collections.abc import Mapping

from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence, plural


def own_shop(waiting: int, ignored: Mapping[str, int]) -> list[Sentence]:
    """Purchases in Discord's shop that brought no points, as yet or at all.

    Args:
        waiting: How many wait, such as for their buyer to choose a server.
        ignored: How many brought nothing, by the reason.
    """
    lines = []
    if waiting:
        lines.append(
            plural(
                "{n} purchase in Discord's shop waits, such as for its buyer to choose a server.",
                "{n} purchases in Discord's shop wait, such as for their buyers to choose a "
                "server.",
                waiting,
            )
        )
    for reason, count in sorted(ignored.items()):
        lines.append(
            plural(
                "{n} purchase in Discord's shop brought no points in the last 30 days. {why}",
                "{n} purchases in Discord's shop brought no points in the last 30 days. {why}",
                count,
                why=Verbatim(reason),
            )
        )
    return lines
