"""What members may begin and pass on: how much of it at a time, and how often."""

from payments.domain.books import PACES, UNPAID_PURCHASES, Books
from payments.domain.errors import TooFast
from payments.domain.sentences.parts import Wait
from payments.domain.sentences.sentence import plural
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey
from payments.domain.values.quotas import (
    TRANSFERS,
    Pace,
    PaceKey,
    PaceKind,
    TooManyOpen,
    Unpaid,
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
    raise TooManyOpen(unpaid, min(each.until for each in unpaid) - at)


def note_unpaid(books: Books, member: AccountKey, unpaid: Unpaid) -> None:
    """A purchase was begun: it counts for others of the same batch."""
    books[UNPAID_PURCHASES][member] = (*_unpaid(books, member), unpaid)


def take_purchase(books: Books, member: AccountKey, at: Instant) -> None:
    """Count a purchase. Raises TooFast."""
    settings = books.guild(member.guild).settings
    wait = _take(books, PaceKey(member, PaceKind.PURCHASE), purchase_pace(settings), at)
    if wait is not None:
        raise TooFast(
            plural(
                "You can start {n} purchase an hour on this server. You can buy again in {wait}.",
                "You can start {n} purchases an hour on this server. You can buy again in {wait}.",
                settings.purchases_per_hour,
                wait=wait,
            )
        )


def take_transfer(books: Books, member: AccountKey, at: Instant) -> None:
    """Count a transfer. Raises TooFast."""
    wait = _take(books, PaceKey(member, PaceKind.TRANSFER), TRANSFERS, at)
    if wait is not None:
        raise TooFast(
            "You have made many transfers just now. You can transfer again in {wait}.", wait=wait
        )


def purchase_pace(settings: GuildSettings) -> Pace:
    """How often members of a guild may begin a purchase."""
    return Pace(most=settings.purchases_per_hour, within=HOUR)


def _take(books: Books, key: PaceKey, pace: Pace, at: Instant) -> Wait | None:
    """Count one more. Returns how long to wait if it is too early."""
    full_at = books.see(PACES, key)
    after = pace.after(full_at, at)
    if after is None:
        return Wait(pace.wait(full_at, at))
    books[PACES][key] = after
    return None


def _unpaid(books: Books, member: AccountKey) -> tuple[Unpaid, ...]:
    return books.see(UNPAID_PURCHASES, member)
