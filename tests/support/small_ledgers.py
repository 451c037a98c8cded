"""Ledgers in memory that tests begin with."""

from typing import Any

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.guilds import GuildSettings, Package
from payments.domain.values.ids import AccountKey, House, MemberId
from payments.domain.values.ledger import Lot
from payments.domain.values.provider_updates import ProviderUpdate
from payments.domain.values.time import HOUR, later
from tests.support.ledgers import Standing, moved
from tests.support.make import EVE, GUILD, START, checkout_update, event, initiate, key, package
from tests.support.memory_ledger import MemoryLedger

PACKAGE = package(500, 499)


def begin(of: Package = PACKAGE) -> MemoryLedger:
    """A ledger with a payment just begun, in a guild where points mature at once."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [of])
    at_once = GuildSettings(guild=GUILD, maturity=0)
    ledger.run(
        ChangeSettings(key=key(), at=START, actor=by_member(EVE), guild=GUILD, settings=at_once)
    )
    ledger.run(initiate("p", of=of))
    return ledger


HUNDRED = package(100, 1000)
MATURE = later(START, 100 * HOUR)


def ledger_with(*payments: tuple[str, MemberId]) -> MemoryLedger:
    """A ledger in which these payments of 100 points were made and paid."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [HUNDRED, package(100, 3)])
    for payment, member in payments:
        buy(ledger, payment, member)
    return ledger


def buy(ledger: MemoryLedger, payment: str, member: MemberId, of: Package = HUNDRED) -> None:
    ledger.run(initiate(payment, member=member, of=of))
    ledger.run(event(checkout_update(payment, member=member, of=of)))


def common(member: MemberId) -> dict[str, Any]:
    return {
        "key": key(),
        "at": MATURE,
        "actor": by_member(member),
        "guild": GUILD,
        "member": member,
    }


def standing(ledger: MemoryLedger, member: MemberId) -> Standing:
    return ledger.whole().accounts.get(AccountKey(GUILD, member), Standing(0, 0, 0))


def house(ledger: MemoryLedger, account: House) -> int:
    return moved(ledger.whole())[AccountKey(GUILD, account)]


def lots(ledger: MemoryLedger, member: MemberId) -> dict[str | None, int]:
    """Points in open lots by the payment that they came from."""
    account = ledger.accounts[AccountKey(GUILD, member)]
    return {lot.terms.payment: lot.remaining for lot in account.lots}


def let_lapse(ledger: MemoryLedger, lot: Lot, when: Any) -> None:
    """Give a lot of a payment an end, as a package with limited points would."""
    from dataclasses import replace  # noqa: PLC0415 - only here

    key_ = lot.account
    account = ledger.accounts[key_]
    limited = replace(lot, terms=replace(lot.terms, expires_at=when))
    others = tuple(each for each in account.lots if each.id != lot.id)
    ledger.accounts[key_] = replace(account, lots=(*others, limited))
    ledger.lots[limited.id] = limited


def tell(ledger: MemoryLedger, *updates: ProviderUpdate) -> None:
    for each in updates:
        ledger.run(event(each, at=MATURE))
