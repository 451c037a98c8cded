"""What was done about items and orders, in people's words."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.features.audit.subject import Subject
from payments.domain.sentences.parts import Points, Role
from payments.domain.sentences.sentence import Sentence, plural


def _restocked(of: Subject) -> Sentence:
    left = of.item_became.stock.available
    if left is None:
        return Sentence("{who} set no limit for the pieces of {item}", who=of.who, item=of.item)
    return Sentence("{who} set the pieces of {item} to {n}", who=of.who, item=of.item, n=left)


def _codes_added(of: Subject) -> Sentence:
    number = of.body.number
    if number is None:  # as versions before kept it
        return Sentence("{who} added codes to {item}", who=of.who, item=of.item)
    return plural(
        "{who} added {n} code to {item}",
        "{who} added {n} codes to {item}",
        number,
        who=of.who,
        item=of.item,
    )


OF_SHOP: Final[Mapping[str, Callable[[Subject], Sentence]]] = {
    "item.add": lambda of: Sentence(
        "{who} put {item} up for sale for {points}",
        who=of.who,
        item=of.item,
        points=Points(of.item_became.offer.price),
    ),
    "item.add_codes": _codes_added,
    "item.edit": lambda of: Sentence(
        "{who} changed {item}, now {points}",
        who=of.who,
        item=of.item,
        points=Points(of.item_became.offer.price),
    ),
    "item.restock": _restocked,
    "item.retire": lambda of: Sentence("{who} took {item} off sale", who=of.who, item=of.item),
    "order.begin": lambda of: Sentence("{who} began to fulfil {order}", who=of.who, order=of.order),
    "order.cancel": lambda of: Sentence("{who} cancelled {order}", who=of.who, order=of.order),
    "order.deny": lambda of: Sentence("{who} denied {order}", who=of.who, order=of.order),
    "order.end": lambda of: Sentence("The time of {order} was over", order=of.order),
    "order.fail": lambda of: Sentence("{who} could not fulfil {order}", who=of.who, order=of.order),
    "order.fulfil": lambda of: Sentence("{who} fulfilled {order}", who=of.who, order=of.order),
    "order.place": lambda of: Sentence("{member} ordered {item}", member=of.member, item=of.item),
    "order.quote": lambda of: Sentence("{who} asked what an order would cost", who=of.who),
    "order.remind": lambda of: Sentence("The bot reminded the staff of {order}", order=of.order),
    "order.replace_code": lambda of: Sentence(
        "{who} replaced a code of {order}", who=of.who, order=of.order
    ),
    "order.note": lambda of: Sentence("{who} wrote a note to {order}", who=of.who, order=of.order),
    "order.codes_not_sent": lambda of: Sentence(
        "The message with the codes of {order} did not go out", order=of.order
    ),
    "order.show_codes": lambda of: Sentence(
        "{who} was shown the codes of {order}", who=of.who, order=of.order
    ),
    "order.request": lambda of: Sentence("{who} agreed to {order}", who=of.who, order=of.order),
    "order.return": lambda of: Sentence("{who} took {order} back", who=of.who, order=of.order),
    "role.end": lambda of: Sentence(
        "The time of {role} was over for {member}", role=Role(of.role), member=of.member
    ),
    "role.note": lambda of: Sentence(
        "The bot noted what {member} has of {role} on Discord",
        role=Role(of.role),
        member=of.member,
    ),
    "role.report": lambda of: Sentence(
        "The bot told the owner that {role} can't be given or taken", role=Role(of.role)
    ),
}
"""By the stored kind of each command."""
