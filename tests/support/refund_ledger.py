"""A ledger in memory with one payment that is refunded."""

from typing import Any

import pytest

from payments.commands.base import SYSTEM, by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund import RequestRefund
from payments.commands.payments.refund_quote import QuoteRefund
from payments.domain.values.claims import Refund
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey, GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.time import HOUR, later
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    euros,
    event,
    initiate,
    key,
    package,
)
from tests.support.memory_ledger import MemoryLedger, branch

ELSEWHERE = GuildId(GUILD + 1)
ONE = PaymentId("one")
NOBODYS = PaymentId("none")
BOUGHT = package(500, 1000)


@pytest.fixture
def ledger() -> MemoryLedger:
    """Ada has bought 500 points for 10 euros; refunds above 3 euros need a second moderator."""
    bought = MemoryLedger()
    bought.put_up(GUILD, [BOUGHT])
    bought.put_up(ELSEWHERE, [])
    bought.run(initiate("one", of=BOUGHT))
    bought.run(event(checkout_update("one", of=BOUGHT)))
    limit(bought, euros(300))
    return bought


def limit(ledger: MemoryLedger, amount: Money | None) -> None:
    settings = GuildSettings(guild=GUILD, approval_limit=amount)
    ledger.run(
        ChangeSettings(key=key(), at=START, actor=by_member(EVE), guild=GUILD, settings=settings)
    )


def common(by: MemberId = BEN, **changes: Any) -> dict[str, Any]:
    return {
        "key": key(),
        "at": later(START, HOUR),
        "actor": by_member(by),
        "guild": GUILD,
        "payment": ONE,
        "refund": "ours",
        "moderator": by,
    } | changes


def request(amount: int = 600, **changes: Any) -> RequestRefund:
    return RequestRefund(**common(), amount=euros(amount), request="{}", **changes)


def of_provider(**changes: Any) -> dict[str, Any]:
    facts = common() | {"actor": SYSTEM} | changes
    del facts["moderator"]
    return facts


def the(ledger: MemoryLedger, refund: str = "ours") -> Refund:
    found = ledger.payments[ONE].refund(refund)
    assert found is not None
    return found


def balance(ledger: MemoryLedger) -> int:
    return ledger.accounts[AccountKey(GUILD, ADA)].balance


def quote(ledger: MemoryLedger, amount: int | None = None) -> int:
    """How much of the payment a quote finds, without keeping anything."""
    facts = common()
    del facts["refund"]
    wanted = None if amount is None else euros(amount)
    return branch(ledger).run(QuoteRefund(**facts, amount=wanted)).amount.minor
