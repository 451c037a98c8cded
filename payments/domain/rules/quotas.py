"""What members may begin and pass on: how much of it at a time, and how often."""

from payments.domain.books import PACES, UNPAID_PURCHASES, Books
from payments.domain.errors import TooFast
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey
from payments.domain.values.quotas import (
    TRANSFERS,
    Pace,
    PaceKey,
    PaceKind,
    TooManyOpen,
    Unpaid,
    in_words,
)
from payments.domain.values.time import HOUR, Instant


def check_unpaid(books: Books, member: AccountKey, at: Instant) -> None:
    """Refuse another purchase of a member who has left as many unpaid as the owner lets them.

    Raises:
        TooManyOpen: Names those that can still be paid.
    """
    most = books.guild(member.guild).settings.open_checkouts
    unpaid = tuple(each for each in _unpaid(books, member) if each.until > at)
    if len(unpaid) < most:
        return
    these = (
        "A purchase of yours is" if len(unpaid) == 1 else f"{len(unpaid)} purchases of yours are"
    )
    raise TooManyOpen(
        f"{these} not paid yet, and more cannot be begun here. "
        f"The oldest lapses in {in_words(min(each.until for each in unpaid) - at)}.",
        unpaid,
    )


def note_unpaid(books: Books, member: AccountKey, unpaid: Unpaid) -> None:
    """A purchase was begun: it counts for others of the same batch."""
    books[UNPAID_PURCHASES][member] = (*_unpaid(books, member), unpaid)


def take_purchase(books: Books, member: AccountKey, at: Instant) -> None:
    """Count a purchase. Raises TooFast."""
    settings = books.guild(member.guild).settings
    most = settings.purchases_per_hour
    times = "once" if most == 1 else f"{most:,} times"
    _take(
        books,
        PaceKey(member, PaceKind.PURCHASE),
        purchase_pace(settings),
        at,
        f"You can begin a purchase {times} an hour on this server. You can buy again in {{wait}}.",
    )


def take_transfer(books: Books, member: AccountKey, at: Instant) -> None:
    """Count a transfer. Raises TooFast."""
    _take(
        books,
        PaceKey(member, PaceKind.TRANSFER),
        TRANSFERS,
        at,
        "You have passed points on very often just now. You can do it again in {wait}.",
    )


def purchase_pace(settings: GuildSettings) -> Pace:
    """How often members of a guild may begin a purchase."""
    return Pace(most=settings.purchases_per_hour, within=HOUR)


def _take(books: Books, key: PaceKey, pace: Pace, at: Instant, sentence: str) -> None:
    full_at = books.see(PACES, key)
    after = pace.after(full_at, at)
    if after is None:
        raise TooFast(sentence.format(wait=in_words(pace.wait(full_at, at))))
    books[PACES][key] = after


def _unpaid(books: Books, member: AccountKey) -> tuple[Unpaid, ...]:
    return books.see(UNPAID_PURCHASES, member)
