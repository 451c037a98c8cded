"""Books of which each table has something, to be copied."""

from dataclasses import replace

import pytest

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.guild.subscribers import AddSubscriber
from payments.commands.payments.inbox import KeepFailedEvent
from payments.commands.points.lapse import LapsePoints
from payments.commands.timer import Due
from payments.domain.rules.payment_events import about
from payments.domain.values.buyer_address import BuyerAddress
from payments.domain.values.events import FraudWarned
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import OrderId, PaymentId, SubscriberId
from payments.domain.values.inbox import InboxEvent, InboxStatus
from payments.domain.values.panels import PanelKind
from payments.domain.values.places import Place
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.tax import TaxBehavior, TaxRule
from payments.domain.values.tax_quotes import TaxQuestion, TaxQuote
from payments.domain.values.time import DAY, later
from payments.runner.runner import Runner
from payments.store.audit.archive import archive_audit
from payments.store.audit.log import AuditLog
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.admissions import Admissions
from payments.store.records.customers import CustomerIds, CustomerKey
from payments.store.records.guild_names import GuildNames
from payments.store.records.mail import MailBook
from payments.store.records.mod_cards import ModCard, ModCards
from payments.store.records.notices import Notice, Notices
from payments.store.records.order_cards import OrderCard, OrderCards
from payments.store.records.panels import Panel, Panels
from payments.store.records.provider_states import ProviderStates
from payments.store.records.sku_choices import SkuChoices
from payments.store.records.tax_quotes import TaxQuotes
from payments.store.records.tax_records import SALE, TaxRecords, Unreported
from payments.store.records.timers import RefusedTimers
from tests.support.approving import approved
from tests.support.commands import grant, put_up, spend
from tests.support.make import (
    BEN,
    EVE,
    GUILD,
    START,
    SYSTEM,
    checkout_update,
    dispute_update,
    euros,
    event,
    initiate,
    key,
    refund_update,
)
from tests.support.program_keys import add_key
from tests.support.shopping import sell_some

STUCK = InboxEvent(
    provider="stripe",
    id="evt_stuck",
    kind="x",
    body="{}",
    received_at=START,
    status=InboxStatus.QUARANTINED,
    reason="It makes no sense.",
)


async def _know_addresses(runner: Runner, books: Database) -> None:
    """Where a buyer gets mail, and an address that gets none."""
    end = later(START, DAY)
    buyer = BuyerAddress(encrypted="sealed", fingerprint="a", noted_at=START, ends_at=end)
    await runner.run(initiate("mailed", member=EVE))
    await runner.run(event(replace(checkout_update("mailed", member=EVE), buyer=buyer)))
    await MailBook(books).key("sealed")
    await MailBook(books).stop("b", "bounced", START)


@pytest.fixture
async def books(runner: Runner, database: Database) -> Database:
    await put_up(runner)
    for number in range(5):
        await runner.run(initiate(f"p{number}"))
        await runner.run(event(checkout_update(f"p{number}")))
    await runner.run(event(refund_update("p1", "re_1", 200)))
    await runner.run(grant(7, BEN))
    return database


@pytest.fixture
async def whole_books(books: Database, runner: Runner) -> Database:
    """Books with rows in every table."""
    await runner.run(initiate("one"))
    await runner.run(approved())
    await runner.run(spend(2_000))
    await runner.run(event(dispute_update("p3", "dp_1", 499, DisputeStatus.OPEN)))
    await runner.run(grant(100))
    await runner.run(event(dispute_update("p3", "dp_1", 499, DisputeStatus.LOST, seen=1)))
    await runner.run(initiate("asked", member=BEN, answer="sealed"))
    await runner.run(
        ChangeSettings(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            settings=GuildSettings(guild=GUILD),
        )
    )
    await _let_programs_in(runner)
    await sell_some(runner)
    await Notices(books).keep(GUILD, BEN, Notice(id=1, words="Paid.", at=START))
    await Notices(books).keep_thread(GUILD, BEN, channel=1, thread=2)
    await Notices(books).transfers.mute(GUILD, BEN, muted=True)
    await Admissions(books).admit(GUILD, START)
    await _post_a_card(books)
    await SkuChoices(books).keep(BEN, "1019475255913222144", GUILD, START)
    await CustomerIds(books).keep(CustomerKey("stripe", False, BEN), "cus_1", instead_of=None)
    await GuildNames(books).remember({GUILD: "Ada's server"})
    await _know_addresses(runner, books)
    await runner.run(replace(initiate("limited", member=EVE), counts_for_quota=True))
    lapsing = LapsePoints(key=key(), at=START, actor=SYSTEM, guild=GUILD, member=BEN, due=START)
    ended = Due(kind="lot", guild=GUILD, object="a lot", at=START, command=lapsing)
    await RefusedTimers(books).note(ended, "no", START)
    await ProviderStates(books).listed("stripe", START, livemode=False)
    await runner.run(
        KeepFailedEvent(
            key=key(), at=START, actor=SYSTEM, guild=None, inbox_event=STUCK, home=GUILD
        )
    )
    await _compute_taxes(books)
    await AuditLog(books).seal()
    assert await archive_audit(books, later(START, DAY), lambda _: None) > 0
    return books


async def _compute_taxes(books: Database) -> None:
    asked = TaxQuestion(
        price=euros(499),
        rule=TaxRule(behavior=TaxBehavior.INCLUSIVE),
        place=Place(country="DE", postal_code="10115"),
    )
    quote = TaxQuote(service="flat", tax=80, calculation="c", at=START)
    await TaxQuotes(books).keep(asked, quote)
    sale = Unreported(
        guild=GUILD,
        payment=PaymentId("p1"),
        refund=SALE,
        service="flat",
        calculation="c",
        livemode=False,
        paid=499,
        tax=80,
        amount=499,
        currency="EUR",
        paid_in="EUR",
        sale=None,
        gone=0,
        at=START,
    )
    await TaxRecords(books).note(sale, tax=80, record="r", refused=None, at=START)


async def _post_a_card(books: Database) -> None:
    panel = Panel(guild=GUILD, kind=PanelKind.ITEMS, channel=7, message=8)
    await Panels(books).keep(panel)
    of_dinner = OrderCard(
        guild=GUILD, order=OrderId("ordered-dinner"), nonce="n", channel=1, message=3
    )
    await OrderCards(books).keep(of_dinner)
    payment = await Queries(books.reader).payment(PaymentId("p1"))
    assert payment is not None
    warned = FraudWarned(**about(payment, START))
    await ModCards(books).keep(ModCard(nonce="n", channel=1, message=2, event=warned))


async def _let_programs_in(runner: Runner) -> None:
    await runner.run(
        AddSubscriber(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            subscriber=SubscriberId("s1"),
            host="example.com",
            kinds=("payment.success",),
            encrypted="sealed",
        )
    )
    await add_key(runner)
