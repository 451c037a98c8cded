"""What commands read and change: collections of values, in memory."""

from payments.domain.books.books import Books
from payments.domain.books.changes import Changes, NotedEvent
from payments.domain.books.collections import (
    ACCOUNTS,
    CALLS,
    GUILDS,
    HOLDS,
    INSTALLATION,
    PACES,
    PAST_TRANSFERS,
    PAYMENTS,
    PURCHASE_BANS,
    REACHES,
    REFERENCES,
    REPAYMENTS,
    THIS,
    TRAILS,
    TROUBLES,
    UNPAID_PURCHASES,
)
from payments.domain.books.needs import Collection, Needs, NeedsMore
from payments.domain.books.overlay import Overlay
from payments.domain.books.records import GuildBooks, PastTransfer, Trail
from payments.domain.books.slice import Slice

__all__ = [
    "ACCOUNTS",
    "CALLS",
    "GUILDS",
    "HOLDS",
    "INSTALLATION",
    "PACES",
    "PAST_TRANSFERS",
    "PAYMENTS",
    "PURCHASE_BANS",
    "REACHES",
    "REFERENCES",
    "REPAYMENTS",
    "THIS",
    "TRAILS",
    "TROUBLES",
    "UNPAID_PURCHASES",
    "Books",
    "Changes",
    "Collection",
    "GuildBooks",
    "Needs",
    "NeedsMore",
    "NotedEvent",
    "Overlay",
    "PastTransfer",
    "Slice",
    "Trail",
]
