"""All collections of the books. Keys of most begin with the guild."""

from collections.abc import Mapping
from typing import Final

from payments.domain.books.needs import Collection
from payments.domain.books.records import GuildBooks, PastTransfer, Trail
from payments.domain.values.api_keys import ApiKey
from payments.domain.values.codes import Code, CodeDraw, CodeKey, CodesOfOrder
from payments.domain.values.ids import (
    AccountKey,
    ActionId,
    GuildId,
    LotId,
    OrderId,
    PaymentId,
)
from payments.domain.values.inbox import Trouble, TroubleKey
from payments.domain.values.items import BuyerKey, Item, ItemKey
from payments.domain.values.ledger import Account, Hold, Repayment
from payments.domain.values.orders import Order, PastOrder
from payments.domain.values.payment import Payment
from payments.domain.values.provider_calls import CallKey, ProviderCall
from payments.domain.values.quotas import PaceKey, Unpaid
from payments.domain.values.references import ProviderReference
from payments.domain.values.roles import RoleKey, RoleTerm
from payments.domain.values.time import Instant

GUILDS: Final[Collection[GuildId, GuildBooks]] = Collection("guilds")
"""Settings, packages and subscribers."""

API_KEYS: Final[Collection[GuildId, tuple[ApiKey, ...]]] = Collection("api keys")
"""Keys of other programs, revoked ones too. Who changes one also needs the guild, whose lock
guards it."""

REFERENCES: Final[Collection[ProviderReference, PaymentId | None]] = Collection("references")
"""Providers' ids of things, with the payments that they belong to. Each brings its payment and
the installation's own id along."""

INSTALLATION: Final[Collection[str, str]] = Collection("installation")
"""The installation's own id, under `THIS` alone."""

THIS: Final = "this"

PAYMENTS: Final[Collection[PaymentId, Payment | None]] = Collection("payments")
"""Payments, none where there is no such payment. Buyers' accounts and holds come along."""

WAYS: Final[Collection[PaymentId, tuple[PaymentId, ...]]] = Collection("ways")
"""The payments of a purchase with several ways to pay, by the one with which it began; its lock
guards them. They come along with that one."""

CALLS: Final[Collection[CallKey, ProviderCall | None]] = Collection("calls")
"""Calls to providers that follow a commit. Whoever changes one also needs its payment, whose lock
guards it."""

TRAILS: Final[Collection[PaymentId, Trail]] = Collection("trails")
"""Where a payment's points went. Each brings the payment and its holders' accounts along."""

ORDERS: Final[Collection[OrderId, Order | None]] = Collection("orders")
"""Orders of items, none where there is no such order. The account and the item come along."""

ACCOUNTS: Final[Collection[AccountKey, Account]] = Collection("accounts")
"""Members' accounts with open lots and debts."""

HOLDS: Final[Collection[ActionId, Hold]] = Collection("holds")
"""What reversals took. They come along with their payment and, if they are owed, with the account
that owes; their ids stand there. Nobody asks for one."""

REPAYMENTS: Final[Collection[ActionId, Mapping[LotId, Repayment]]] = Collection("repayments")
"""Which lots have paid a debt, by the id of its hold. They come along with holds."""

PAST_TRANSFERS: Final[Collection[ActionId, PastTransfer | None]] = Collection("past transfers")
"""Transfers that are to be undone."""

PURCHASE_BANS: Final[Collection[AccountKey, tuple[PaymentId, ...]]] = Collection("purchase_bans")
"""The lost payments for which members may not buy."""

TROUBLES: Final[Collection[TroubleKey, Trouble | None]] = Collection("troubles")
"""Why messages were left to moderators, and how many."""

REACHES: Final[Collection[AccountKey, tuple[PaymentId, ...]]] = Collection("reaches")
"""Buyers, with their payments for which other members' points are held."""

UNPAID_PURCHASES: Final[Collection[AccountKey, tuple[Unpaid, ...]]] = Collection("unpaid purchases")
"""Purchases that members have begun and not paid, the oldest first."""

PACES: Final[Collection[PaceKey, Instant | None]] = Collection("paces")
"""Who has done what how often."""

ITEMS: Final[Collection[ItemKey, Item | None]] = Collection("items")
"""What is given for points, with its stock."""

SHELVES: Final[Collection[GuildId, tuple[Item, ...]]] = Collection("shelves")
"""All items of a guild that are for sale, for telling their names apart. Who changes one of them
also needs the guild, whose lock guards it."""

PAST_ORDERS: Final[Collection[BuyerKey, tuple[PastOrder, ...]]] = Collection("past orders")
"""A member's orders of an item that count for how many they may order, the oldest first."""

OPEN_ORDERS: Final[Collection[AccountKey, tuple[OrderId, ...]]] = Collection("open orders")
"""Members' orders whose points were reserved when they were read; guarded by the account's lock."""

CODES: Final[Collection[CodeKey, Code | None]] = Collection("codes")
"""Codes of items, none where there is no such code; guarded by the item's lock."""

CODES_OF_ORDERS: Final[Collection[CodesOfOrder, tuple[Code, ...]]] = Collection("codes of orders")
"""The codes that an order has, as they were when they were read; guarded by the item's lock. They
are changed in `CODES`."""

DRAWS: Final[Collection[CodeDraw, tuple[Code, ...]]] = Collection("draws")
"""Codes that an order can get: each code is in one draw of a batch alone, fewer than wanted where
there are no more. They are given by being changed in `CODES`."""

ROLE_TERMS: Final[Collection[RoleKey, RoleTerm]] = Collection("role terms")
"""Until when members are to have roles because of their orders."""
