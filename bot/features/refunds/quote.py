"""The words of a quote: what a refund would do, and where a payment's points are."""

from bot.wording import text
from payments.commands.payments.refund_quote import Quote
from payments.domain.rules.whereabouts import Whereabouts
from payments.services.refunds import FullQuote

HOLDERS_SHOWN = 5
"""Highest number of recipients of passed-on points that are named."""

NAME_LENGTH = 100
"""The most characters of a package's name on a card."""


def quote_lines(quote: FullQuote, reason: str, reader: text.ReaderFormat) -> list[str]:
    """What a refund would do, and what it costs; `reason` is the moderator's, unescaped."""
    effect = quote.effect
    bought = effect.payment
    name = text.safe_within(bought.package_name, NAME_LENGTH)
    taken = f"**{reader.points(effect.points)}** would be taken: {_taken(quote, reader)}."
    lines = [
        f"To <@{bought.member}> for “{name}”, bought {text.ago(bought.created_at)}.",
        f"Of its {reader.points(bought.points)} now: {where(effect.now, reader)}.",
        f"{taken} The balance would be **{reader.points(effect.balance)}**.",
    ]
    if effect.debt > 0:
        lines.append(
            f"⚠️ Gone already: {reader.points(effect.debt)}. That would be debt, paid by "
            "whatever comes in next."
        )
    if effect.bans_buyer:
        lines.append("It counts as fraud: the buyer may not buy until a moderator lets them.")
    if effect.tax.minor:
        lines.append(f"{reader.money(effect.tax)} of it is tax.")
    if quote.fee is not None and quote.fee.minor:
        lines.append(f"The provider keeps its fee of {reader.money(quote.fee)}.")
    if reason:
        lines.append(f"Reason: {text.safe(reason)}")
    if effect.needs_approval:
        lines.append("**Another moderator must approve it.**")
    return lines


def _taken(quote: FullQuote, reader: text.ReaderFormat) -> str:
    effect = quote.effect
    parts = [
        f"{reader.number(count)} {what}"
        for count, what in (
            (effect.from_payment, "of this payment"),
            (effect.from_others, "of the buyer's other points"),
            (effect.lapsed, "lapsed ones that count as returned"),
            (effect.debt, "as debt"),
        )
        if count > 0
    ]
    return ", ".join([*parts, *_from_holders(effect, reader)]) or "none"


def _from_holders(effect: Quote, reader: text.ReaderFormat) -> list[str]:
    """What would be taken from whom points of this payment were passed on to."""
    taken = [(who, points) for who, points in effect.from_holders if points > 0]
    parts = [f"{reader.number(points)} from <@{who}>" for who, points in taken[:HOLDERS_SHOWN]]
    if more := taken[HOLDERS_SHOWN:]:
        points = reader.number(sum(each for _, each in more))
        parts.append(f"{points} from {len(more)} more")
    return parts


def where(now: Whereabouts, reader: text.ReaderFormat = text.PLAIN) -> str:
    """Where a payment's points are, as text."""
    parts = [f"{reader.number(now.unspent)} unspent"]
    if now.spent:
        parts.append(f"{reader.number(now.spent)} spent")
    if now.passed_on:
        named = ", ".join(f"<@{who}>" for who, _ in now.passed_on[:HOLDERS_SHOWN])
        more = len(now.passed_on) - HOLDERS_SHOWN
        others = f" and {more} more" if more > 0 else ""
        parts.append(f"{reader.number(now.with_others)} passed on to {named}{others}")
    if now.lapsed:
        parts.append(f"{reader.number(now.lapsed)} lapsed")
    if now.taken:
        parts.append(f"{reader.number(now.taken)} taken back")
    return ", ".join(parts)
