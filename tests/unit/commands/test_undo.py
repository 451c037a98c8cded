"""What is undone, how often, and what is refused with a sentence."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import SYSTEM, UNDONE_ALREADY, Command, Undo, by_member
from payments.commands.guild.packages import AddPackage, EditPackage, RetirePackage
from payments.commands.points.move import GrantPoints, RevokePoints
from payments.domain.errors import CannotUndo
from payments.domain.values.guilds import MAX_PACKAGES, Package
from payments.domain.values.ids import AccountKey, ActionId, PackageId
from payments.domain.values.money import Money
from tests.support.make import ADA, BEN, EVE, GUILD, START, key
from tests.support.memory_ledger import MemoryLedger


def common() -> dict[str, Any]:
    return {"key": key(), "at": START, "actor": SYSTEM, "guild": GUILD}


def grant(points: int = 20) -> GrantPoints:
    return GrantPoints(**common(), member=ADA, points=points)


def add(name: str = "Starter") -> AddPackage:
    return AddPackage(
        **common(),
        name=name,
        points=500,
        price=Money(minor=499, currency="EUR"),
        package=PackageId(f"id of {name}"),
    )


def retire(name: str = "Starter") -> RetirePackage:
    return RetirePackage(**common(), package=PackageId(f"id of {name}"))


@pytest.fixture
def ledger() -> MemoryLedger:
    """Ada has 50 points, and one package is for sale."""
    begun = MemoryLedger()
    begun.put_up(GUILD, [])
    begun.run(add("Large"))
    begun.run(grant(50))
    return begun


def points(ledger: MemoryLedger) -> int:
    return ledger.whole().accounts[AccountKey(GUILD, ADA)].balance


def for_sale(ledger: MemoryLedger) -> list[str]:
    return [each.name for each in ledger.guilds[GUILD].packages if each.active]


@pytest.mark.parametrize(
    "command",
    [
        grant(),
        RevokePoints(**common(), member=ADA, points=20),
        add(),
        retire("Large"),
    ],
    ids=lambda command: command.kind,
)
def test_what_two_moderators_undo_is_undone_once(
    ledger: MemoryLedger, command: Command[Any]
) -> None:
    before = points(ledger), for_sale(ledger)
    outcome = ledger.run(command)
    assert (points(ledger), for_sale(ledger)) != before
    first, second = (
        Undo.of(command, outcome, at=START, actor=by_member(who), key=key()) for who in (BEN, EVE)
    )
    ledger.run(first)
    assert (points(ledger), for_sale(ledger)) == before
    with pytest.raises(CannotUndo, match=UNDONE_ALREADY):
        ledger.run(second)
    assert (points(ledger), for_sale(ledger)) == before


def test_the_same_press_twice_undoes_once_and_is_no_error(ledger: MemoryLedger) -> None:
    command = grant()
    undo = Undo.of(command, ledger.run(command), at=START, key=key())
    ledger.run(undo)
    ledger.run(undo)
    assert points(ledger) == 50


def test_without_a_key_of_its_own_an_undoing_has_that_of_its_command() -> None:
    command = grant()
    assert Undo.of(command, ActionId("x"), at=START).key == f"{command.key}:undo"


def sold(ledger: MemoryLedger) -> tuple[RetirePackage, Package]:
    """A package that was for sale."""
    ledger.run(add())
    command = retire()
    return command, ledger.run(command)


@pytest.mark.parametrize("name", ["Starter", "starter", "STARTER"])
def test_a_retired_package_does_not_come_back_beside_its_namesake(
    ledger: MemoryLedger, name: str
) -> None:
    command, outcome = sold(ledger)
    ledger.run(replace(add(name), package=PackageId("another")))
    with pytest.raises(CannotUndo, match="has its name by now"):
        ledger.run(Undo.of(command, outcome, at=START))
    assert for_sale(ledger) == ["Large", name]


def test_a_retired_package_does_not_come_back_into_a_full_shop(ledger: MemoryLedger) -> None:
    command, outcome = sold(ledger)
    for number in range(MAX_PACKAGES - 1):
        ledger.run(add(f"Package {number}"))
    with pytest.raises(CannotUndo, match="Retire one first"):
        ledger.run(Undo.of(command, outcome, at=START))
    assert len(for_sale(ledger)) == MAX_PACKAGES
    ledger.run(retire("Large"))
    ledger.run(Undo.of(command, outcome, at=START))
    assert len(for_sale(ledger)) == MAX_PACKAGES


def test_a_change_of_a_package_cannot_be_undone(ledger: MemoryLedger) -> None:
    command = EditPackage(**common(), package=PackageId("id of Large"), points=1)
    outcome = ledger.run(command)
    with pytest.raises(CannotUndo, match="cannot be undone"):
        ledger.run(Undo.of(command, outcome, at=START))
