"""What becomes of calls, noted in whatever order and however often, is what an oracle says."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from payments.commands.base import by_provider
from payments.commands.payments.provider_calls import CompleteCall, EndCall, RetryCall
from payments.domain.values.ids import AccountKey, PaymentId
from payments.domain.values.provider_calls import CallStatus
from tests.support.approving import APPROVED, CAPTURE, CAPTURED, PROVIDER, approved
from tests.support.make import ADA, GUILD, START, event, initiate, key, package
from tests.support.memory_ledger import MemoryLedger

Step = tuple[str, int]
"""What is noted, and of which attempt; 0 where it is of none."""

STEPS: list[Step] = [
    ("approved", 0),
    ("paid", 0),
    *((what, attempt) for what in ("done", "retry", "refused", "lapsed") for attempt in (1, 2, 3)),
]


def note(ledger: MemoryLedger, step: Step) -> None:
    what, attempt = step
    of: dict[str, Any] = {
        "key": key(),
        "at": START,
        "actor": by_provider(PROVIDER),
        "guild": GUILD,
        "call": CAPTURE,
        "payment": PaymentId("one"),
        "attempt": attempt,
    }
    if what == "approved":
        ledger.run(approved())
    elif what == "paid":
        ledger.run(event(CAPTURED))
    elif what == "done":
        ledger.run(CompleteCall(**of, update=CAPTURED))
    elif what == "retry":
        ledger.run(RetryCall(**of))
    else:
        ledger.run(EndCall(**of, status=CallStatus(what), reason="Why."))


def expected(steps: Sequence[Step]) -> tuple[str, int, bool, int, int]:
    """Status and attempt of the call, whether it is paid, how often it was asked for and failed."""
    status, attempt, paid, asked, failed = "", 0, False, 0, 0
    for what, of in steps:
        if what == "approved":
            if not paid and status not in {"waiting", "done"}:
                status, attempt, asked = "waiting", attempt + 1, asked + 1
        elif what == "paid":
            paid = True
        elif status == "waiting" and of == attempt:
            if what == "retry":
                attempt += 1
            else:
                status = what
                paid = paid or what == "done"
                failed += what == "lapsed"
        elif (what, status, of) == ("done", "lapsed", attempt):
            paid = True  # it was not wanted any more while the provider was asked, and took money
    return status, attempt, paid, asked, failed


@given(steps=st.lists(st.sampled_from(STEPS), max_size=14))
def test_any_order_of_any_of_them(steps: list[Step]) -> None:
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [package()])
    ledger.run(initiate("one"))
    for number, step in enumerate(steps):
        note(ledger, step)
        call = ledger.calls.get(CAPTURE)
        account = ledger.accounts.get(AccountKey(GUILD, ADA))
        found = (
            str(call.status) if call else "",
            call.attempt if call else 0,
            bool(account and account.balance == 500),
            ledger.updates.count("provider.call_requested"),
            ledger.updates.count("provider.call_failed"),
        )
        assert found == expected(steps[: number + 1])


def test_the_newest_request_is_the_one_that_is_sent() -> None:
    """An order that was approved again may have another deadline."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [package()])
    ledger.run(initiate("one"))
    note(ledger, ("approved", 0))
    note(ledger, ("refused", 1))
    assert APPROVED.call is not None
    newer = replace(APPROVED, call=replace(APPROVED.call, request="newer", until=None))
    ledger.run(approved(newer))
    call = ledger.calls[CAPTURE]
    assert call is not None
    assert (call.request, call.until, call.attempt) == ("newer", None, 2)
    assert call.idempotency_key == "cs_one:capture:2"


def test_what_was_refused_once_and_is_asked_once_is_not_asked_again() -> None:
    """The provider would refuse the same approval again; the next approval is another request."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [package()])
    ledger.run(initiate("one"))
    assert APPROVED.call is not None
    once = replace(APPROVED, call=replace(APPROVED.call, once=True))
    ledger.run(approved(once))
    note(ledger, ("refused", 1))
    ledger.run(approved(once))
    call = ledger.calls[CAPTURE]
    assert call is not None
    assert (str(call.status), call.attempt) == ("refused", 1)
    assert once.call is not None
    ledger.run(approved(replace(once, call=replace(once.call, request="the next approval"))))
    call = ledger.calls[CAPTURE]
    assert call is not None
    assert (str(call.status), call.attempt) == ("waiting", 2)
