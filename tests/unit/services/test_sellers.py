"""Flags say who sells: for all servers, and by each server's owner."""

from collections.abc import Mapping
from typing import cast

import pytest

from payments.domain.errors import Refused
from payments.domain.values.flags import MAX_FLAGS, parse_flags, switch_of
from payments.domain.values.ids import GuildId
from payments.integrations.flags import Flags
from payments.providers.protocol import PaymentProvider
from payments.services.sellers import Sellers
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, euros
from tests.support.selling import sellers_of


def two() -> Mapping[str, PaymentProvider]:
    first, second = FakeProvider(), FakeProvider()
    second.name = "other"
    return {each.name: cast("PaymentProvider", each) for each in (first, second)}


FIRST = FakeProvider().name


@pytest.mark.parametrize(
    ("for_all", "of_guild", "sells"),
    [
        ({}, {}, FIRST),
        ({f"integration.{FIRST}": "off"}, {}, "other"),
        ({}, {f"integration.{FIRST}": "off"}, "other"),
        ({f"integration.{FIRST}": "off"}, {f"integration.{FIRST}": "on"}, "other"),
        ({f"integration.{FIRST}": "on"}, {f"integration.{FIRST}": "off"}, "other"),
        ({"checkout.provider": "other"}, {}, "other"),
        ({"checkout.provider": "other"}, {"checkout.provider": FIRST}, FIRST),
        ({"checkout.provider": "nobody"}, {}, FIRST),
        ({"checkout.provider": "other", "integration.other": "off"}, {}, FIRST),
        ({f"integration.{FIRST}": "maybe"}, {}, FIRST),
    ],
)
async def test_who_sells_is_who_is_on_and_chosen(
    for_all: Mapping[str, str], of_guild: Mapping[str, str], sells: str
) -> None:
    sellers = sellers_of(two(), for_all, of_guild)
    assert (await sellers.of_guild(GUILD, euros(499))).provider.name == sells


@pytest.mark.parametrize("for_all", [True, False])
async def test_where_all_are_off_nobody_sells(*, for_all: bool) -> None:
    off = {f"integration.{name}": "off" for name in two()}
    sellers = sellers_of(two(), off if for_all else {}, {} if for_all else off)
    with pytest.raises(Refused, match="Sales are switched off on this server for now"):
        await sellers.of_guild(GUILD, euros(499))
    pricing = await sellers.pricing(GUILD)
    assert len(pricing.sellers) == len(two()), "prices are still checked"


async def test_where_it_cannot_be_looked_up_whether_sales_are_on_nothing_is_sold() -> None:
    """They may be off, and nobody's money may be taken then."""

    async def broken(_: GuildId) -> Mapping[str, str]:
        raise OSError("the database is away")

    flags = Flags({"checkout.provider": "other"}, broken)
    sellers = Sellers(two(), flags)
    for asked in (sellers.of_guild(GUILD, euros(499)), sellers.pricing(GUILD)):
        with pytest.raises(Refused, match="cannot be looked up whether sales are on"):
            await asked
    assert await flags.choice("checkout.provider", GUILD, FIRST) == FIRST
    flags.close()


async def test_what_is_off_for_all_is_off_without_a_look_at_the_server() -> None:
    async def broken(_: GuildId) -> Mapping[str, str]:
        raise OSError("the database is away")

    flags = Flags({f"integration.{FIRST}": "off"}, broken)
    assert not await flags.is_on(FIRST, GUILD)
    flags.close()


async def test_installations_in_one_process_do_not_hear_of_each_other() -> None:
    async def own(_: GuildId) -> Mapping[str, str]:
        return {}

    on, off = Flags({}, own), Flags({"integration.stripe": "off"}, own)
    assert await on.is_on("stripe", GUILD)
    assert not await off.is_on("stripe", GUILD)
    off.close()
    assert await off.is_on("stripe", GUILD)
    assert await on.is_on("stripe", GUILD)
    on.close()


@pytest.mark.parametrize(
    "written", ["", "a", "A=on", "a=", "=on", "a=b=c", "a b=on", "a=ON", "ä=on", f"{'a' * 64}=on"]
)
def test_what_is_no_flag_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="is not a flag"):
        parse_flags([written])


@pytest.mark.parametrize("value", ["of", "false", "0", "stripe"])
def test_what_switches_is_on_or_off(value: str) -> None:
    """What is meant to be off must not stay on, because it is written in another way."""
    with pytest.raises(Refused, match="neither on nor off"):
        parse_flags([f"integration.stripe={value}"])


def test_flags_are_read_and_bounded() -> None:
    assert parse_flags(["integration.stripe=off", "checkout.provider=paypal"]) == {
        "integration.stripe": "off",
        "checkout.provider": "paypal",
    }
    many = [f"a{number}=on" for number in range(MAX_FLAGS + 1)]
    assert len(parse_flags(many[:-1])) == MAX_FLAGS
    with pytest.raises(Refused, match="at most 50 flags"):
        parse_flags(many)
    assert [switch_of(each) for each in ("on", "off", "stripe")] == [True, False, None]
