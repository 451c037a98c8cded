"""Whatever is told of something that began without us, in any order, comes to one end.

Each message brings what the thing may be adopted as, so whichever comes first begins the payment.
What it comes to is said by an oracle that knows nothing of how the program does it.
"""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from payments.domain.values.ids import AccountKey, CommandKey, House
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    CheckoutUpdate,
    DisputeStatus,
    DisputeUpdate,
    MoneyStatus,
    ProviderUpdate,
    RefundStatus,
    RefundUpdate,
)
from tests.support.adopted import (
    ENTITLEMENT,
    PAID,
    adopting,
    adoption,
    disputed,
    taken_back,
    told,
)
from tests.support.make import ADA, GUILD, euros, package
from tests.support.memory_ledger import MemoryLedger

ADOPT = "adopt"
UNDER_WAY = replace(PAID, money=MoneyStatus.PROCESSING)
Fact = ProviderUpdate | str

FACTS: list[Fact] = [
    ADOPT,
    UNDER_WAY,
    PAID,
    taken_back(RefundStatus.PENDING),
    taken_back(),
    taken_back(RefundStatus.FAILED),
    disputed(DisputeStatus.OPEN),
    disputed(DisputeStatus.LOST),
    disputed(DisputeStatus.WON),
]


def tell(ledger: MemoryLedger, fact: Fact, number: int, price: Money | None) -> None:
    """Tell it, with a fresh id for a payment, and as the provider answers at that moment."""
    fresh = f"payment {number}"
    if isinstance(fact, str):
        ledger.run(replace(adopting(fresh, price=price), key=CommandKey(f"adopt {number}")))
        return
    whose = ledger.references.get(ENTITLEMENT)
    if whose is not None and isinstance(fact, RefundUpdate | DisputeUpdate):
        claim = ledger.payments[whose].claim_of(fact)
        fact = replace(fact, seen=claim.version if claim else 0)
    result = ledger.run(told(fact, becomes=adoption(fresh, price=price)))
    assert result.status is InboxStatus.HANDLED


def expected(facts: Sequence[Fact]) -> tuple[str, int, bool]:
    """The payment's state, the buyer's points, and whether they may not buy."""
    refunds = [each.status.value for each in facts if isinstance(each, RefundUpdate)]
    disputes = [each.status.value for each in facts if isinstance(each, DisputeUpdate)]
    money = {each.money.value for each in facts if isinstance(each, CheckoutUpdate)}
    refund, dispute = [*refunds, ""][len(refunds) - 1], [*disputes, ""][len(disputes) - 1]
    banned = dispute == "lost"
    if "paid" not in money:
        return ("processing" if money else "initiated"), 0, banned
    gone = refund in {"pending", "succeeded"} or dispute in {"open", "lost"}
    by_word = {"open": "disputed", "lost": "charged_back"}
    state = by_word.get(dispute) or ("refunded" if refund == "succeeded" else "completed")
    return state, 0 if gone else 500, banned


@given(
    facts=st.lists(st.sampled_from(FACTS), min_size=1, max_size=9),
    price=st.sampled_from([None, euros(499)]),
)
def test_any_order_of_any_of_them_any_number_of_times(
    facts: list[Fact], price: Money | None
) -> None:
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [package()])
    for number, fact in enumerate(facts):
        tell(ledger, fact, number, price)
        (payment,) = ledger.payments.values()
        assert payment.id == "payment 0"
        buyer = AccountKey(GUILD, ADA)
        account = ledger.accounts.get(buyer)
        balance = account.balance if account else 0
        banned = bool(ledger.purchase_bans.get(buyer))
        assert (payment.state, balance, banned) == expected(facts[: number + 1])
        moved = [t for t in ledger.transfers.values() if t.source.owner is House.ISSUED]
        assert len([t for t in moved if t.kind == "purchase"]) == (payment.money == "paid")
