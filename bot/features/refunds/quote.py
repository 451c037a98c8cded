"""The words of a quote: what a refund would do, or has done, and where a payment's points are."""

from collections.abc import Sequence

from payments.commands.payments.inspect import Inspection
from payments.commands.payments.refund_quote import Quote
from payments.domain.rules.whereabouts import Whereabouts
from payments.domain.sentences.parts import FromNow, Person, Points, Several, Verbatim
from payments.domain.sentences.sentence import Sentence, Value, plural
from payments.domain.values.ids import MemberId
from payments.services.refunds import FullQuote

HOLDERS_SHOWN = 5
"""Highest number of recipients of passed-on points that are named."""

ITEMS_SHOWN = 3
"""Highest number of items that are named of those that a payment's points bought."""


def quote_lines(quote: FullQuote, reason: str) -> list[Sentence]:
    """What a refund would do, and what it costs; `reason` is the moderator's, unescaped."""
    effect = quote.effect
    bought = effect.payment
    lines = [
        Sentence(
            "To {member} for {package}, bought {when}.",
            member=Person(bought.member),
            package=bought.package_name,
            when=FromNow(bought.created_at),
        ),
        where(bought.points, effect.now),
        *would_do(effect),
    ]
    if effect.bans_buyer:
        lines.append(
            Sentence("It counts as fraud: the buyer can't buy until a moderator allows it.")
        )
    if effect.tax.minor:
        lines.append(Sentence("{tax} of it is tax.", tax=effect.tax))
    if quote.fee is not None and quote.fee.minor:
        lines.append(Sentence("The provider keeps its fee of {fee}.", fee=quote.fee))
    if reason:
        lines.append(Sentence("Reason: {reason}", reason=Verbatim(reason)))
    if effect.needs_approval:
        lines.append(Sentence("**Another moderator must approve it.**"))
    return lines


def would_do(effect: Quote) -> list[Sentence]:
    """What a refund would do to points, balance and debt."""
    shares = _shares(
        effect.from_payment, effect.from_others, effect.lapsed, effect.debt, effect.from_holders
    )
    if not shares:
        return [
            Sentence(
                "No points would be taken. The balance would be **{balance}**.",
                balance=Points(effect.balance),
            )
        ]
    lines = [
        Sentence(
            "**{points}** would be taken: {shares}. The balance would be **{balance}**.",
            points=Points(effect.points),
            shares=Several(shares),
            balance=Points(effect.balance),
        )
    ]
    if effect.debt > 0:
        lines.append(
            Sentence(
                "⚠️ Gone already: {debt}. The buyer would owe them, and the next points that come "
                "in pay the debt.",
                debt=Points(effect.debt),
            )
        )
    return lines


def has_done(seen: Inspection, *, arrived: bool) -> list[Sentence]:
    """What a refund did to points, balance and debt.

    Args:
        seen: The payment after it, with what the refund took.
        arrived: Whether the money has gone back; until then the points are on hold.
    """
    taken = seen.taken
    holders = sorted(taken.passed_on.items(), key=lambda each: (-each[1], each[0]))
    shares = _shares(taken.own, taken.other, taken.lapsed, taken.debt, holders)
    if not shares:
        return [
            Sentence(
                "No points were taken. The balance is **{balance}**.", balance=Points(seen.balance)
            )
        ]
    values: dict[str, Value] = {
        "points": Points(taken.points),
        "shares": Several(shares),
        "balance": Points(seen.balance),
    }
    lines = [
        plural(
            "**{points}** was taken: {shares}. The balance is **{balance}**.",
            "**{points}** were taken: {shares}. The balance is **{balance}**.",
            taken.points,
            **values,
        )
        if arrived
        else plural(
            "**{points}** is on hold: {shares}. The balance is **{balance}**.",
            "**{points}** are on hold: {shares}. The balance is **{balance}**.",
            taken.points,
            **values,
        )
    ]
    if taken.debt > 0:
        lines.append(
            Sentence(
                "⚠️ Gone already: {debt}. The buyer owes them, and the next points that come in "
                "pay the debt.",
                debt=Points(taken.debt),
            )
        )
    return lines


def _shares(
    own: int, other: int, lapsed: int, debt: int, holders: Sequence[tuple[MemberId, int]]
) -> tuple[Sentence, ...]:
    """Of whom points are taken; what comes back to somebody is no taking, and is left out."""
    found = (
        (own, Sentence("{n} from this payment", n=own)),
        (other, Sentence("{n} from the buyer's other points", n=other)),
        (
            lapsed,
            plural(
                "{n} expired one that counts as returned",
                "{n} expired ones that count as returned",
                lapsed,
            ),
        ),
        (debt, Sentence("{n} as debt", n=debt)),
    )
    return (*(words for count, words in found if count > 0), *_from_holders(holders))


def _from_holders(holders: Sequence[tuple[MemberId, int]]) -> list[Sentence]:
    """What is taken from whom points of the payment were passed on to."""
    taken = [(who, points) for who, points in holders if points > 0]
    parts = [
        Sentence("{n} from {member}", n=points, member=Person(who))
        for who, points in taken[:HOLDERS_SHOWN]
    ]
    if more := taken[HOLDERS_SHOWN:]:
        points = sum(each for _, each in more)
        parts.append(
            plural("{points} from {n} more", "{points} from {n} more", len(more), points=points)
        )
    return parts


def where(points: int, now: Whereabouts) -> Sentence:
    """Where a payment's points are.

    Args:
        points: How many it gave.
        now: Where they are.
    """
    return Sentence(
        "The {points} of this payment: {places}.", points=Points(points), places=_places(now)
    )


def _bought(now: Whereabouts) -> list[tuple[int, Sentence]]:
    """What fulfilled orders gave for them; of many items, some are named."""
    found = [
        (points, Sentence("{n} bought {item}", n=points, item=name))
        for name, points in now.bought[:ITEMS_SHOWN]
    ]
    if more := now.bought[ITEMS_SHOWN:]:
        points = sum(each for _, each in more)
        words = plural(
            "{points} bought {n} other item",
            "{points} bought {n} other items",
            len(more),
            points=points,
        )
        found.append((points, words))
    return found


def _places(now: Whereabouts) -> Several:
    passed_on: list[Value] = [Person(who) for who, _ in now.passed_on[:HOLDERS_SHOWN]]
    if (more := len(now.passed_on) - HOLDERS_SHOWN) > 0:
        passed_on.append(plural("{n} more", "{n} more", more))
    found = (
        (now.spent, Sentence("{n} spent", n=now.spent)),
        *_bought(now),
        (now.reserved, Sentence("{n} reserved in orders", n=now.reserved)),
        (now.revoked, Sentence("{n} revoked", n=now.revoked)),
        (
            now.with_others,
            Sentence(
                "{n} passed on to {members}", n=now.with_others, members=Several(tuple(passed_on))
            ),
        ),
        (now.elsewhere, Sentence("{n} taken for another payment", n=now.elsewhere)),
        (now.lapsed, Sentence("{n} expired", n=now.lapsed)),
        (now.taken, Sentence("{n} on hold or taken back", n=now.taken)),
    )
    unspent = Sentence("{n} unspent", n=now.unspent)
    return Several((unspent, *(words for count, words in found if count)))
