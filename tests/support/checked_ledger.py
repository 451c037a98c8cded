"""A purchase with two ways to pay that a moderator checks, in memory, step by step."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from payments.commands.base import by_provider
from payments.commands.payments.provider_calls import CompleteCall, EndCall
from payments.domain.errors import Refused
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus
from payments.domain.values.provider_updates import CheckoutUpdate, MoneyStatus
from payments.domain.values.time import later
from tests.support.checking import CHECK_ALL, approve, held, lapse, refuse
from tests.support.make import GUILD, START, event, key
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import PACKAGE
from tests.support.ways import begin_purchase, choose, opened

TOLD: Final = {
    "authorized": MoneyStatus.AUTHORIZED,
    "voided": MoneyStatus.FAILED,
    "captured": MoneyStatus.PAID,
}
"""What a provider may tell of the money, from its own side or after a call of ours."""


def begun() -> MemoryLedger:
    """A purchase that is checked, of which both ways were opened."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [PACKAGE])
    ledger.guilds[GUILD] = replace(ledger.guilds[GUILD], settings=CHECK_ALL)
    ledger.run(begin_purchase("p", of=PACKAGE))
    ledger.run(choose("p", "stripe", "p", of=PACKAGE))
    ledger.run(opened("p", of=PACKAGE))
    ledger.run(choose("p", "other", "q", of=PACKAGE))
    ledger.run(opened("q", of=PACKAGE))
    return ledger


def provider_of(payment: str) -> str:
    return "stripe" if payment == "p" else "other"


def call_of(payment: str, kind: CallKind) -> CallKey:
    return CallKey(provider_of(payment), kind, f"auth_{payment}")


def happen(ledger: MemoryLedger, what: str, of: str) -> None:
    """One step, on the books."""
    ends = ledger.payments[PaymentId(of)].check
    due = (ends.ends_at if ends else None) or later(START, 1)
    with suppress(Refused):
        if what in TOLD:
            ledger.run(event(held(of, TOLD[what], of=PACKAGE)))
        elif what == "approve":
            ledger.run(approve(of))
        elif what == "refuse":
            ledger.run(refuse(of))
        elif what == "lapse":
            ledger.run(lapse(of, due))
        elif what == "collect_refused":
            end(ledger, of, CallKind.COLLECT)
        else:
            complete(ledger, of, CallKind.VOID, held(of, MoneyStatus.FAILED, of=PACKAGE))


def end(ledger: MemoryLedger, of: str, kind: CallKind) -> None:
    """The provider says no to a call, in its first attempt."""
    ledger.run(
        EndCall(
            key=key("end"),
            at=START,
            actor=by_provider(provider_of(of)),
            guild=GUILD,
            call=call_of(of, kind),
            payment=PaymentId(of),
            attempt=1,
            status=CallStatus.REFUSED,
            reason="Why.",
        )
    )


def complete(ledger: MemoryLedger, of: str, kind: CallKind, update: CheckoutUpdate) -> None:
    """The provider has made a call, in its first attempt."""
    ledger.run(
        CompleteCall(
            key=key("done"),
            at=START,
            actor=by_provider(provider_of(of)),
            guild=GUILD,
            call=call_of(of, kind),
            payment=PaymentId(of),
            attempt=1,
            update=update,
        )
    )
