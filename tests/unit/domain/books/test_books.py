"""Books ask for what is not there, and keep no account that does not agree with itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from payments.domain.books import (
    ACCOUNTS,
    GUILDS,
    HOLDS,
    PACES,
    PAST_TRANSFERS,
    PAYMENTS,
    PURCHASE_BANS,
    REACHES,
    REFERENCES,
    TRAILS,
    TROUBLES,
    UNPAID_PURCHASES,
    Books,
    GuildBooks,
    Needs,
    NeedsMore,
    Slice,
    Trail,
)
from payments.domain.errors import BooksBroken, Refused
from payments.domain.rules.linked_payments import payments_linked_with, reaching
from payments.domain.rules.quotas import check_unpaid, take_purchase, take_transfer
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey, ActionId, CommandKey, PaymentId
from payments.domain.values.inbox import TroubleKey
from payments.domain.values.ledger import Account, Hold, HoldSource, Lot, PointsKind, Terms
from payments.domain.values.quotas import PaceKey, PaceKind
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.share import Share
from tests.support.make import ADA, BEN, EVE, GUILD, START, initiate

ACCOUNT = AccountKey(GUILD, ADA)
BENS = AccountKey(GUILD, BEN)
ONE = PaymentId("one")
REFERENCE = ProviderReference("stripe", ReferenceKind.CHECKOUT, "cs_1")
TROUBLE = TroubleKey(GUILD, "stripe", "It makes no sense.")
TERMS = Terms(kind=PointsKind.PAID, payment=ONE, matures_at=START)


def some_guild() -> Slice:
    return Slice().put(GUILDS, {GUILD: GuildBooks(settings=GuildSettings(guild=GUILD))})


@pytest.mark.parametrize(
    ("here", "ask", "needs"),
    [
        (Slice(), lambda x: x.guild(GUILD), GUILDS.of(GUILD)),
        (Slice(), lambda x: x.find_payment(ONE), PAYMENTS.of(ONE)),
        (Slice(), lambda x: x.payment(ONE), PAYMENTS.of(ONE)),
        (Slice(), lambda x: x.account(ACCOUNT), ACCOUNTS.of(ACCOUNT)),
        (Slice(), lambda x: x.trail(ONE), TRAILS.of(ONE)),
        (
            Slice()
            .put(TRAILS, {ONE: Trail(holders=(BENS, ACCOUNT))})
            .put(ACCOUNTS, {BENS: Account(key=BENS)}),
            lambda x: x.trail(ONE),
            ACCOUNTS.of(ACCOUNT),
        ),
        (
            Slice(),
            lambda x: x.past_transfer(ActionId("t")),
            PAST_TRANSFERS.of(ActionId("t")),
        ),
        (Slice(), lambda x: x.purchase_banned_by(ACCOUNT), PURCHASE_BANS.of(ACCOUNT)),
        (Slice(), lambda x: x.trouble(TROUBLE), TROUBLES.of(TROUBLE)),
        (
            Slice(),
            lambda x: x.require(REFERENCES, [REFERENCE]),
            REFERENCES.of(REFERENCE),
        ),
        (Slice(), lambda x: payments_linked_with(x, [ONE]), TRAILS.of(ONE)),
        (Slice(), lambda x: reaching(x, ACCOUNT), REACHES.of(ACCOUNT)),
        (
            some_guild(),
            lambda x: check_unpaid(x, ACCOUNT, START),
            UNPAID_PURCHASES.of(ACCOUNT),
        ),
        (
            some_guild(),
            lambda x: take_purchase(x, ACCOUNT, START),
            PACES.of(PaceKey(ACCOUNT, PaceKind.PURCHASE)),
        ),
        (
            Slice(),
            lambda x: take_transfer(x, ACCOUNT, START),
            PACES.of(PaceKey(ACCOUNT, PaceKind.TRANSFER)),
        ),
    ],
)
def test_what_is_not_here_is_asked_for_and_never_taken_for_nothing(
    here: Slice, ask: Callable[[Books], Any], needs: Needs
) -> None:
    with pytest.raises(NeedsMore) as more:
        ask(Books(here))
    assert more.value.needs == needs


def test_what_was_looked_for_and_is_not_there_is_said() -> None:
    books = Books(Slice().put(PAYMENTS, {ONE: None}).put(PAST_TRANSFERS, {ActionId("t"): None}))
    assert books.find_payment(ONE) is None
    with pytest.raises(Refused, match=r"^There is no such payment\.$"):
        books.payment(ONE)
    with pytest.raises(Refused, match=r"^There is no such transfer\.$"):
        books.past_transfer(ActionId("t"))


def lot(points: int, account: AccountKey = ACCOUNT) -> Lot:
    return Lot(account=account, terms=TERMS, opened_at=START, remaining=points)


def debt(owed: int) -> Hold:
    return Hold(
        id=ActionId("debt"),
        payment=ONE,
        cause="re_1",
        position=0,
        taken_at=START,
        source=HoldSource.DEBT,
        account=ACCOUNT,
        points=owed,
        owed=owed,
    )


@pytest.mark.parametrize(
    ("account", "fits"),
    [
        (Account(key=ACCOUNT, balance=5, lots=(lot(5),)), True),
        (Account(key=ACCOUNT, balance=6, lots=(lot(5),)), False),
        (Account(key=ACCOUNT, balance=4, lots=(lot(5),)), False),
        (Account(key=ACCOUNT, balance=-3, debts=(ActionId("debt"),)), True),
        (Account(key=ACCOUNT, balance=-2, debts=(ActionId("debt"),)), False),
        (Account(key=ACCOUNT, balance=2, lots=(lot(5),), debts=(ActionId("debt"),)), False),
    ],
)
def test_an_account_that_does_not_agree_with_itself_is_not_kept(
    account: Account, *, fits: bool
) -> None:
    """Balance = open lots - debt, and never both at a time; nothing of the command is merged."""
    books = Books(
        Slice().put(HOLDS, {ActionId("debt"): debt(3)}).put(ACCOUNTS, {BENS: Account(key=BENS)})
    )
    overlay = books.begin(CommandKey("k"), START)
    overlay[ACCOUNTS][ACCOUNT] = account
    overlay[ACCOUNTS][BENS] = Account(key=BENS, balance=7, lots=(lot(7, BENS),))
    if fits:
        books.keep(overlay)
        assert books.account(BENS).balance == 7
        return
    with pytest.raises(BooksBroken, match=f"member {ADA}"):
        books.keep(overlay)
    assert books.account(BENS).balance == 0
    assert not books[ACCOUNTS].changed


def test_no_lot_gives_more_points_than_it_has() -> None:
    account = Account(key=ACCOUNT).with_points(lot(0), 5)
    assert account.with_points(lot(0), -5).lots == ()
    with pytest.raises(BooksBroken, match=f"member {ADA} .*: 1 points more would leave a lot"):
        account.with_points(lot(0), -6)


def test_what_was_taken_of_no_lot_goes_back_to_none() -> None:
    with pytest.raises(BooksBroken, match="hold debt took no points of a lot"):
        _ = debt(3).lot
    piece = replace(debt(3), source=HoldSource.LOT, owed=0, terms=TERMS, opened_at=START)
    assert piece.lot == lot(0)


@pytest.mark.parametrize(("part", "whole"), [(-1, None), (-1, 2), (1, 0), (1, -1)])
def test_what_is_no_part_of_a_whole_is_no_share(part: int, whole: int | None) -> None:
    with pytest.raises(ValueError, match=f"not a share: {part} of {whole}"):
        Share(part=part, whole=whole)


def test_ids_follow_from_the_key_and_are_never_alike() -> None:
    books = Books(Slice())
    one, again, other = (books.begin(CommandKey(each), START) for each in ("k", "k", "l"))
    ids = [one.new_id(), one.new_id(), other.new_id()]
    assert len(set(ids)) == 3
    assert [again.new_id(), again.new_id()] == ids[:2]
    assert all(len(each) == 32 for each in ids)


def test_a_trail_knows_to_whom_points_went_since_it_was_read() -> None:
    """Within one batch: others than the buyer, and only those who hold some of the payment."""
    eves = AccountKey(GUILD, EVE)
    batch = Books(
        Slice()
        .put(PAYMENTS, {ONE: _payment()})
        .put(TRAILS, {ONE: Trail(lapsed=3)})
        .put(ACCOUNTS, {each: Account(key=each) for each in (ACCOUNT, BENS, eves)})
    )
    batch[ACCOUNTS][ACCOUNT] = Account(key=ACCOUNT, balance=1, lots=(lot(1),))
    batch[ACCOUNTS][BENS] = Account(key=BENS, balance=2, lots=(lot(2, BENS),))
    other = Lot(
        account=eves,
        terms=replace(TERMS, payment=PaymentId("two")),
        opened_at=START,
        remaining=4,
    )
    batch[ACCOUNTS][eves] = Account(key=eves, balance=4, lots=(other,))
    assert batch.trail(ONE) == Trail(lapsed=3, holders=(BENS,))


def _payment() -> Any:
    books = Books(some_guild().put(PAYMENTS, {ONE: None})).begin(CommandKey("k"), START)
    initiate("one").execute(books)
    return books.payment(ONE)
