"""The words of a quote: what a refund would do, and where a payment's points are."""

from babel import Locale

from bot import text
from payments.domain.whereabouts import Whereabouts
from payments.refunding import FullQuote

HOLDERS_SHOWN = 5
"""Of those to whom points were passed on, at most so many are named."""

NAME_LENGTH = 100
"""The most characters of a package's name on a card."""


def quote_lines(quote: FullQuote, reason: str, locale: Locale) -> list[str]:
    """What a refund would do, and what it costs; `reason` is the moderator's, unescaped."""
    effect = quote.effect
    bought = effect.payment
    name = text.safe_within(bought.package_name, NAME_LENGTH)
    taken = f"**{text.points(effect.points, locale)}** would be taken: {_taken(quote, locale)}."
    lines = [
        f"To <@{bought.member}> for “{name}”, bought {text.ago(bought.created_at)}.",
        f"Of its {text.points(bought.points, locale)} now: {where(effect.now, locale)}.",
        f"{taken} The balance would be **{text.points(effect.balance, locale)}**.",
    ]
    if effect.debt:
        lines.append(
            f"⚠️ {text.points(effect.debt, locale)} are gone already and would be debt, paid by "
            "whatever comes in next."
        )
    if effect.tax.minor:
        lines.append(f"{text.money(effect.tax, locale)} of it is tax.")
    if quote.fee is not None and quote.fee.minor:
        lines.append(f"The provider keeps its fee of {text.money(quote.fee, locale)}.")
    if reason:
        lines.append(f"Reason: {one_line(reason)}")
    if effect.needs_approval:
        lines.append("It is above the limit: **another moderator must approve it**.")
    return lines


def _taken(quote: FullQuote, locale: Locale) -> str:
    effect = quote.effect
    parts = [
        f"{text.number(count, locale)} {what}"
        for count, what in (
            (effect.from_payment, "of this payment"),
            (effect.from_others, "other points of the buyer"),
            (effect.lapsed, "lapsed ones that count as returned"),
            (effect.debt, "as debt"),
        )
        if count
    ]
    return ", ".join(parts) or "none"


def where(now: Whereabouts, locale: Locale = text.ENGLISH) -> str:
    """Where a payment's points are, in words."""
    parts = [f"{text.number(now.unspent, locale)} unspent"]
    if now.spent:
        parts.append(f"{text.number(now.spent, locale)} spent")
    if now.passed_on:
        named = ", ".join(f"<@{who}>" for who, _ in now.passed_on[:HOLDERS_SHOWN])
        more = len(now.passed_on) - HOLDERS_SHOWN
        others = f" and {more} more" if more > 0 else ""
        parts.append(f"{text.number(now.with_others, locale)} passed on to {named}{others}")
    if now.lapsed:
        parts.append(f"{text.number(now.lapsed, locale)} lapsed")
    if now.taken:
        parts.append(f"{text.number(now.taken, locale)} taken back")
    return ", ".join(parts)


def one_line(words: str) -> str:
    """Words of other people that cannot look like lines of ours."""
    return text.safe(" ".join(words.split()))
