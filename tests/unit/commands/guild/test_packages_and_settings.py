"""Packages and settings: what owners may decide, and what is refused with a sentence."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import SYSTEM, Command, Undo
from payments.commands.guild.packages import AddPackage, EditPackage, RetirePackage
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.buy import OpenCheckout
from payments.commands.points.move import GrantPoints, TransferPoints
from payments.domain.errors import CannotUndo, KeyReused, Refused
from payments.domain.values.guilds import MAX_PACKAGES, MAX_POINTS, GuildSettings, Package
from payments.domain.values.ids import AccountKey, House, PackageId, PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.money import Money
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.points_names import PointsNames
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.time import DAY, later
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    event,
    initiate,
    key,
    package,
)
from tests.support.memory_ledger import MemoryLedger

EURO = Money(minor=499, currency="EUR")


def common() -> dict[str, Any]:
    return {"key": key(), "at": START, "actor": SYSTEM, "guild": GUILD}


def add(name: str = "Starter", **changes: Any) -> AddPackage:
    wanted: dict[str, Any] = {
        "name": name,
        "points": 500,
        "price": EURO,
        "package": PackageId(f"id of {name}"),
    }
    return AddPackage(**common(), **(wanted | changes))


@pytest.fixture
def ledger() -> MemoryLedger:
    empty = MemoryLedger()
    empty.put_up(GUILD, [])
    return empty


def names(ledger: MemoryLedger) -> list[str]:
    return [each.name for each in ledger.guilds[GUILD].packages if each.active]


def test_a_package_is_added_changed_retired_and_put_back(ledger: MemoryLedger) -> None:
    added = ledger.run(add("  Starter "))
    assert added.name == "Starter"
    changed = ledger.run(
        EditPackage(**common(), package=added.id, name="Small", points=600, price=EURO)
    )
    assert (changed.name, changed.points) == ("Small", 600)
    retire = RetirePackage(**common(), package=added.id)
    retired = ledger.run(retire)
    assert names(ledger) == []
    ledger.run(Undo.of(retire, retired, at=START))
    assert names(ledger) == ["Small"]


def test_adding_can_be_undone(ledger: MemoryLedger) -> None:
    command = add()
    ledger.run(Undo.of(command, ledger.run(command), at=START))
    assert names(ledger) == []


def test_retiring_cannot_be_undone_once_its_name_is_taken(ledger: MemoryLedger) -> None:
    first = ledger.run(add())
    retire = RetirePackage(**common(), package=first.id)
    retired = ledger.run(retire)
    ledger.run(add(package=PackageId("another")))
    with pytest.raises(CannotUndo, match="its name"):
        ledger.run(Undo.of(retire, retired, at=START))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "at least one letter"),
        ({"name": "x" * 81}, "1 to 80 characters"),
        ({"name": "\u202eretratS"}, "turns the text"),
        ({"points": 0}, "whole number"),
        ({"points": MAX_POINTS + 1}, "whole number"),
        ({"price": Money(minor=0, currency="EUR")}, "can.t be free"),
        ({"name": "STARTER"}, "already a package"),
    ],
)
def test_what_cannot_be_sold_is_refused(
    ledger: MemoryLedger, changes: dict[str, Any], sentence: str
) -> None:
    ledger.run(add())
    with pytest.raises(Refused, match=sentence):
        ledger.run(add(**({"name": "Other", "package": PackageId("other")} | changes)))
    assert names(ledger) == ["Starter"]


def test_a_guild_sells_as_many_as_can_be_listed(ledger: MemoryLedger) -> None:
    for number in range(MAX_PACKAGES):
        ledger.run(add(f"Package {number}"))
    with pytest.raises(Refused, match="at most 25"):
        ledger.run(add("One more"))


@pytest.mark.parametrize(
    "command",
    [
        EditPackage(**common(), package=PackageId("none"), name="x"),
        RetirePackage(**common(), package=PackageId("none")),
    ],
)
def test_a_package_that_is_not_there_is_refused(
    ledger: MemoryLedger, command: Command[Package]
) -> None:
    with pytest.raises(Refused, match="no such package"):
        ledger.run(command)


def test_a_retired_package_is_neither_changed_nor_retired_again(ledger: MemoryLedger) -> None:
    added = ledger.run(add())
    ledger.run(RetirePackage(**common(), package=added.id))
    with pytest.raises(Refused, match="retired already"):
        ledger.run(RetirePackage(**common(), package=added.id))
    with pytest.raises(Refused, match="Add a new one"):
        ledger.run(EditPackage(**common(), package=added.id, points=1))


def test_a_package_that_changed_meanwhile_is_not_bought(ledger: MemoryLedger) -> None:
    added = ledger.run(add())
    ledger.run(EditPackage(**common(), package=added.id, points=1))
    with pytest.raises(Refused, match="just changed"):
        ledger.run(initiate("one", of=added))
    ledger.run(RetirePackage(**common(), package=added.id))
    with pytest.raises(Refused, match="no longer for sale"):
        ledger.run(initiate("one", of=added))


def test_a_payment_keeps_what_was_bought_when_the_package_changes(ledger: MemoryLedger) -> None:
    added = ledger.run(add())
    ledger.run(initiate("one", of=added))
    ledger.run(EditPackage(**common(), package=added.id, points=1))
    ledger.run(event(checkout_update("one", of=added)))
    assert ledger.accounts[AccountKey(GUILD, ADA)].balance == 500


def test_an_open_checkout_is_not_given_up(ledger: MemoryLedger) -> None:
    added = ledger.run(add())
    begun = initiate("one", of=added)
    ledger.run(begun)
    update = checkout_update("one", of=added, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
    opening = OpenCheckout(**common(), payment=PaymentId("one"), url="https://x", update=update)
    result = ledger.run(opening)
    assert result.status is InboxStatus.HANDLED
    with pytest.raises(CannotUndo, match="open or already used"):
        ledger.run(Undo.of(begun, PaymentId("one"), at=START))
    with pytest.raises(CannotUndo, match="cannot be undone"):
        ledger.run(Undo.of(opening, result, at=START))
    assert ledger.payments[PaymentId("one")].state is PaymentState.INITIATED


def test_a_checkout_for_a_payment_that_is_not_there_is_refused(ledger: MemoryLedger) -> None:
    update = checkout_update("none")
    with pytest.raises(Refused, match="no such payment"):
        ledger.run(
            OpenCheckout(**common(), payment=PaymentId("none"), url="https://x", update=update)
        )


def test_settings_are_replaced_as_a_whole(ledger: MemoryLedger) -> None:
    wanted = GuildSettings(
        guild=GUILD, mod_channel=7, maturity=0, approval_limit=Money(minor=5000, currency="EUR")
    )
    assert ledger.run(ChangeSettings(**common(), settings=wanted)) == wanted
    assert ledger.guilds[GUILD].settings == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"maturity": -1},
        {"maturity": 366 * DAY},
        {"points": PointsNames(many="@everyone")},
        {"points": PointsNames(one="")},
        {"points": PointsNames(symbol="<:coin:1>")},
        {"currency": "eur"},
        {"currency": "EURO"},
    ],
)
def test_settings_that_make_no_sense_are_refused(
    ledger: MemoryLedger, changes: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        ledger.run(
            ChangeSettings(**common(), settings=replace(GuildSettings(guild=GUILD), **changes))
        )


def test_maturity_is_the_guilds_own(ledger: MemoryLedger) -> None:
    added = ledger.run(add())
    wanted = GuildSettings(guild=GUILD, maturity=0)
    ledger.run(ChangeSettings(**common(), settings=wanted))
    ledger.run(initiate("one", of=added))
    ledger.run(event(checkout_update("one", of=added)))
    ledger.run(TransferPoints(**common(), member=ADA, recipient=BEN, points=500, note="all of it"))
    assert ledger.accounts[AccountKey(GUILD, BEN)].balance == 500


def test_a_note_has_an_end(ledger: MemoryLedger) -> None:
    with pytest.raises(Refused, match="200 characters"):
        ledger.run(GrantPoints(**common(), member=ADA, points=1, note="x" * 201))


def test_points_that_have_lapsed_are_not_granted(ledger: MemoryLedger) -> None:
    with pytest.raises(Refused, match="expire in the past"):
        ledger.run(GrantPoints(**common(), member=ADA, points=1, expires_at=START))
    ledger.run(GrantPoints(**common(), member=ADA, points=1, expires_at=later(START, 1)))


@pytest.mark.parametrize("points", [0, -5, MAX_POINTS + 1])
def test_points_are_whole_numbers_within_bounds(ledger: MemoryLedger, points: int) -> None:
    with pytest.raises(Refused, match="whole number"):
        ledger.run(GrantPoints(**common(), member=ADA, points=points))


def test_nobody_passes_points_on_to_themselves(ledger: MemoryLedger) -> None:
    with pytest.raises(Refused, match="to yourself"):
        ledger.run(TransferPoints(**common(), member=ADA, recipient=ADA, points=1))


def test_a_key_is_not_used_for_something_else(ledger: MemoryLedger) -> None:
    first = add()
    ledger.run(first)
    with pytest.raises(KeyReused):
        ledger.run(replace(first, points=1))


def test_accounts_have_names_that_people_read() -> None:
    assert str(AccountKey(GUILD, ADA)) == f"member {ADA} of guild {GUILD}"
    assert str(AccountKey(GUILD, House.HELD)) == f"held of guild {GUILD}"
    assert package().active
