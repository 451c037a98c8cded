"""What a member owes, and how much of it a purchase pays."""

from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence


def pays_debt(points: int, debt: int) -> list[Sentence]:
    """What a purchase would pay of a member's debt; nothing if they have none.

    Args:
        points: How many are bought.
        debt: How many are owed.
    """
    if not debt:
        return []
    owed = Points(debt)
    if points < debt:
        return [
            Sentence(
                "You owe {debt}. This purchase pays {points} of it, and you will still owe {left}.",
                debt=owed,
                points=Points(points),
                left=Points(debt - points),
            )
        ]
    if points == debt:
        return [Sentence("You owe {debt}. This purchase pays all of it.", debt=owed)]
    return [
        Sentence(
            "You owe {debt}. This purchase pays that first, and leaves you {left}.",
            debt=owed,
            left=Points(points - debt),
        )
    ]


def paid_debt(repaid: int, debt: int) -> list[Sentence]:
    """What a purchase has paid of a member's debt; nothing if it has paid none.

    Args:
        repaid: Number of its points that paid debt.
        debt: How many are owed now.
    """
    if not repaid:
        return []
    if debt:
        return [
            Sentence(
                "{repaid} went towards what you owed, and you still owe {debt}.",
                repaid=Points(repaid),
                debt=Points(debt),
            )
        ]
    return [Sentence("{repaid} went towards what you owed.", repaid=Points(repaid))]
