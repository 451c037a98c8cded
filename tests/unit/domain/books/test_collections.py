"""Collections in memory: what commands need, overlays, and how they are merged."""

import pytest

from payments.domain.books import (
    ACCOUNTS,
    GUILDS,
    PAYMENTS,
    PURCHASE_BANS,
    TRAILS,
    Books,
    GuildBooks,
    Needs,
    NeedsMore,
    Overlay,
    Slice,
)
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey, CommandKey, MemberId, PaymentId
from payments.domain.values.ledger import Account
from tests.support.make import ADA, BEN, GUILD, START

ONE, TWO = PaymentId("one"), PaymentId("two")
ADAS, BENS = AccountKey(GUILD, ADA), AccountKey(GUILD, BEN)


def books() -> Books:
    """Books with two empty accounts; of no payment it is known whether it is there."""
    loaded = Slice()
    loaded.put(ACCOUNTS, {key: Account(key=key) for key in (ADAS, BENS)})
    loaded.put(PURCHASE_BANS, {ADAS: (ONE,)})
    return Books(loaded)


def test_needs_are_keys_by_collection() -> None:
    needs = PAYMENTS.of(ONE) | ACCOUNTS.of(ADAS) | PAYMENTS.of(TWO)
    assert needs[PAYMENTS] == {ONE, TWO}
    assert needs[ACCOUNTS] == {ADAS}
    assert needs[TRAILS] == frozenset()
    assert str(needs) == f"Needs({dict(needs)})"


def test_needs_in_another_order_are_the_same() -> None:
    one = PAYMENTS.of(ONE, TWO) | ACCOUNTS.of(ADAS)
    other = ACCOUNTS.of(ADAS) | PAYMENTS.of(TWO) | PAYMENTS.of(ONE)
    assert one == other
    assert hash(one) == hash(other)
    assert Needs.union([ACCOUNTS.of(ADAS), PAYMENTS.of(ONE), PAYMENTS.of(TWO)]) == one
    assert one != PAYMENTS.of(ONE, TWO)
    assert PAYMENTS.of(ONE) != TRAILS.of(ONE)


def test_the_need_of_nothing_is_none() -> None:
    assert PAYMENTS.of() == PAYMENTS.all_of([]) == Needs.union([]) == Needs()
    assert not PAYMENTS.of()
    assert PAYMENTS.of(ONE)
    assert Needs() | PAYMENTS.of(ONE) == PAYMENTS.of(ONE) | Needs() == PAYMENTS.of(ONE)


def test_joining_needs_leaves_them_as_they_were() -> None:
    one, other = PAYMENTS.of(ONE), PAYMENTS.of(TWO)
    assert one | other == Needs.union([one, other])
    assert one == PAYMENTS.of(ONE)
    assert other == PAYMENTS.of(TWO)


def test_an_overlay_shows_what_is_below_until_it_is_changed() -> None:
    below = {"a": 1, "b": 2}
    lower: Overlay[str, int] = Overlay(below)
    upper = Overlay(lower)
    lower["b"] = 3
    upper["c"] = 4
    assert [upper[key] for key in "abc"] == [1, 3, 4]
    assert ("b" in upper, "c" in lower, upper.get("d", 0)) == (True, False, 0)
    assert upper.merged() == {"a": 1, "b": 3, "c": 4}
    assert (lower.changed, upper.changed) == ({"b": 3}, {"c": 4})
    assert below == {"a": 1, "b": 2}


def test_what_was_not_loaded_is_asked_for() -> None:
    with pytest.raises(NeedsMore) as more:
        books().see(PAYMENTS, ONE)
    assert more.value.needs == PAYMENTS.of(ONE)
    with pytest.raises(NeedsMore) as several:
        books().require(ACCOUNTS, [ADAS, someone(7), BENS, someone(8)])
    assert several.value.needs == ACCOUNTS.of(someone(7), someone(8))
    books().require(ACCOUNTS, [ADAS, BENS])


def someone(owner: int) -> AccountKey:
    return ADAS._replace(owner=MemberId(owner))


def test_a_command_changes_only_what_is_kept_of_it() -> None:
    batch = books()
    guild = GuildBooks(settings=GuildSettings(guild=GUILD))
    kept = batch.begin(CommandKey("one"), START)
    kept.put_guild(guild)
    kept[PURCHASE_BANS][ADAS] = ()
    thrown_away = batch.begin(CommandKey("two"), START)
    thrown_away[PURCHASE_BANS][BENS] = (ONE,)
    assert batch.changed() == []
    batch.keep(kept)
    assert set(batch.changed()) == {GUILDS, PURCHASE_BANS}
    assert batch.guild(GUILD) == guild
    assert batch[PURCHASE_BANS].merged() == {ADAS: ()}
    assert thrown_away.purchase_banned_by(ADAS) == ()
