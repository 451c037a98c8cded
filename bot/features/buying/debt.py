"""What a member owes, and how much of it a purchase pays."""

from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence, plural
from payments.store.queries import Balance, PaidBack


def pays_debt(points: int, balance: Balance) -> list[Sentence]:
    """What a purchase would pay of what a member owes; nothing if they owe nothing.

    Args:
        points: How many are bought.
        balance: What the member has and owes before.
    """
    if balance.reached:
        return _gives_back(points, balance)
    debt = balance.debt
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


def _gives_back(points: int, balance: Balance) -> list[Sentence]:
    """The same where other members lack points for a payment of the buyer's."""
    left = points - balance.debt - balance.reached
    return [
        *([Sentence("You owe {debt}.", debt=Points(balance.debt))] if balance.debt else []),
        _lacked(balance.reached),
        Sentence(
            "This purchase gives back what is missing first, and leaves you {left}.",
            left=Points(left),
        )
        if left > 0
        else Sentence("All of this purchase goes towards what is missing."),
    ]


def _lacked(reached: int) -> Sentence:
    """How many points other members lack for a payment of the reader's."""
    return plural(
        "{points} that you passed on was taken from its new owner, because of a payment of yours.",
        "{points} that you passed on were taken from their new owners, because of a payment of "
        "yours.",
        reached,
        points=Points(reached),
    )


def paid_debt(paid: PaidBack, debt: int) -> list[Sentence]:
    """What of a purchase was not for its buyer; nothing if they have got all of it.

    Args:
        paid: What of its points paid debt, and what went back to other members.
        debt: How many are owed now.
    """
    return [*_repaid(paid.debt, debt), *_given_back(paid.others)]


def _repaid(repaid: int, debt: int) -> list[Sentence]:
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


def _given_back(points: int) -> list[Sentence]:
    if not points:
        return []
    return [
        Sentence(
            "{points} went back to members who lacked them because of a payment of yours.",
            points=Points(points),
        )
    ]
