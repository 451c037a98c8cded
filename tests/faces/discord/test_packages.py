"""`/package …` in a simulated Discord."""

import pytest

from payments.commands.base import by_member
from payments.commands.guild.packages import AddPackage
from payments.domain.values.guilds import MAX_PACKAGES, MAX_POINTS, NAME_LENGTH
from payments.domain.values.ids import CommandKey, PackageId
from payments.domain.values.money import Money
from payments.providers.stripe.currencies import HIGHEST
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import BEN, GUILD, START, key, package


async def test_an_owner_puts_a_package_up_for_sale(world: World, queries: Queries) -> None:
    result = await world.olga.slash(
        world.general, "package add", name="Large *", points=5000, price="39,90"
    )
    assert result.ephemeral
    assert r"**Large \***: 5,000 points for €39.90" in said(result.response)
    added = (await queries.packages(GUILD))[-1]
    assert (added.name, added.points) == ("Large *", 5000)
    assert added.price == Money(minor=3990, currency="EUR")


async def test_each_card_names_its_action(world: World, queries: Queries) -> None:
    chosen = {"package": package().id}
    for command, options in (
        ("add", {"name": "Large", "points": 5000, "price": "39.90"}),
        ("edit", chosen | {"points": 600}),
        ("retire", chosen),
    ):
        result = await world.olga.slash(world.general, f"package {command}", **options)
        action = said(result.response).rpartition("\n-# Action ")[2].strip("`")
        found = await queries.action(GUILD, CommandKey(f"discord:{action}"))
        assert found is not None
        assert found.kind == f"package.{command}"


async def test_the_currency_can_be_chosen(world: World, queries: Queries) -> None:
    await world.olga.slash(
        world.general, "package add", name="Yen", points=5000, price="500", currency="jpy"
    )
    assert (await queries.packages(GUILD))[-1].price == Money(minor=500, currency="JPY")


async def test_a_price_that_cannot_be_charged_is_refused(world: World) -> None:
    wrong = {"name": "Large", "points": 5000, "price": "4.999"}
    result = await world.olga.slash(world.general, "package add", **wrong)
    assert refusal(world, result) == (
        "“4.999” has too many decimals for `EUR`. If you mean €4,999.00, write `4999`."
    )


@pytest.mark.parametrize(
    ("price", "currency", "wanted"),
    [
        ("€5", None, "5.00 EUR"),
        ("5,00 €", None, "5.00 EUR"),
        ("$5", "USD", "5.00 USD"),
        ("5 usd", None, "5.00 USD"),
        ("1,234.50", None, "1234.50 EUR"),
        ("¥1,000", "JPY", "1000 JPY"),
    ],
)
async def test_a_price_is_read_as_the_bot_writes_it(
    world: World, queries: Queries, price: str, currency: str | None, wanted: str
) -> None:
    options = {"price": price} | ({} if currency is None else {"currency": currency})
    await world.olga.slash(world.general, "package add", name="Large", points=5000, **options)
    assert str((await queries.packages(GUILD))[-1].price) == wanted
    await world.olga.slash(world.general, "package edit", package=package().id, **options)
    assert str((await queries.packages(GUILD))[0].price) == wanted


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"price": "1,000"},
            "“1,000” can mean €1.00 or €1,000.00. Write `1.00` or `1000`.",
        ),
        (
            {"price": "$5"},
            "“$5” does not say which currency. Write its three letters, such as `5 USD`.",
        ),
        (
            {"price": "€5", "currency": "USD"},
            "The price says €5.00, and the currency is `USD`. Leave one of them out.",
        ),
        ({"price": "0"}, "A package can't be free. To give points away, use `/grant`."),
        ({"price": "0,00 €"}, "A package can't be free. To give points away, use `/grant`."),
    ],
)
async def test_a_price_that_can_mean_two_things_or_is_none_is_refused_as_that(
    world: World, queries: Queries, options: dict[str, str], words: str
) -> None:
    before = await queries.packages(GUILD)
    add = {"name": "Large", "points": 5000} | options
    assert refusal(world, await world.olga.slash(world.general, "package add", **add)) == words
    edit = {"package": package().id} | options
    assert refusal(world, await world.olga.slash(world.general, "package edit", **edit)) == words
    assert await queries.packages(GUILD) == before


@pytest.mark.parametrize(
    ("price", "currency", "words"),
    [
        ("0.10", "USD", "Stripe charges at least $0.50, and this is $0.10."),
        ("10", "INR", "Stripe charges at least ₹30.00, and this is ₹10.00."),
        ("1", "HUF", "Stripe charges at least HUF175.00, and this is HUF1.00."),
        ("5", "XYZ", "Stripe can't charge in XYZ. Choose another currency, such as EUR."),
        ("1000000", "EUR", "Stripe charges at most €999,999.99 in one payment"),
        ("500.50", "ISK", "Prices in ISK go in steps of ISK1, and this is ISK500.50."),
        ("4.255", "KWD", "Prices in KWD go in steps of KWD0.010, and this is KWD4.255."),
    ],
)
async def test_a_price_that_stripe_never_charges_is_refused_when_it_is_set(
    world: World, queries: Queries, price: str, currency: str, words: str
) -> None:
    before = await queries.packages(GUILD)
    wrong = {"price": price, "currency": currency}
    add = {"name": "Large", "points": 5000} | wrong
    added = await world.olga.slash(world.general, "package add", **add)
    assert words in refusal(world, added)
    edit = {"package": package().id} | wrong
    edited = await world.olga.slash(world.general, "package edit", **edit)
    assert words in refusal(world, edited)
    assert await queries.packages(GUILD) == before


@pytest.mark.parametrize("price", ["-1", "free", "1e99"])
async def test_a_wrong_price_changes_nothing(world: World, queries: Queries, price: str) -> None:
    wrong = {"name": "Large", "points": 5000, "price": price}
    assert price in refusal(world, await world.olga.slash(world.general, "package add", **wrong))
    assert len(await queries.packages(GUILD)) == 1


async def test_a_full_shop_with_the_longest_names_fits_one_card(
    world: World, runner: Runner
) -> None:
    for number in range(MAX_PACKAGES - 1):
        await runner.run(
            AddPackage(
                key=key(),
                at=START,
                actor=by_member(BEN),
                guild=GUILD,
                name=f"{number:02}" + "*" * (NAME_LENGTH - 2),
                points=MAX_POINTS,
                price=Money(minor=HIGHEST, currency="CHF"),
                package=PackageId(f"long-{number}"),
            )
        )
    listed = await world.olga.slash(world.general, "package list")
    assert said(listed.response).count("points") == MAX_PACKAGES


async def test_a_package_is_changed_and_retired(world: World, queries: Queries) -> None:
    choices = await world.olga.autocomplete(world.general, "package edit", "package", "500")
    chosen = choices[0]["value"]
    result = await world.olga.slash(
        world.general, "package edit", package=chosen, name="Starter", price="5.99"
    )
    assert "**Starter**: 500 points for €5.99" in said(result.response)
    listed = await world.olga.slash(world.general, "package list")
    assert "**Starter** · 500 points · €5.99" in said(listed.response)
    retired = await world.olga.slash(world.general, "package retire", package="starter")
    assert "No longer for sale" in said(retired.response)
    assert await queries.packages(GUILD) == []
    listed = await world.olga.slash(world.general, "package list")
    assert "Nothing yet" in said(listed.response)
    gone = await world.ada.slash(world.general, "buy", package=chosen)
    assert refusal(world, gone) == "Nothing is for sale on this server yet."


async def test_a_change_says_what_changes(world: World) -> None:
    nothing = await world.olga.slash(world.general, "package edit", package=package().id)
    assert refusal(world, nothing) == "Choose what to change: name, points, price or tax."
    unclear = await world.olga.slash(
        world.general, "package edit", package=package().id, currency="USD"
    )
    assert refusal(world, unclear) == "Another currency needs a new price too."


async def test_only_owners_may_even_if_the_server_lets_others(world: World) -> None:
    assert "package list" not in world.ada.available_commands(world.general)
    await world.let(world.ada, "package")
    result = await world.ada.slash(world.general, "package list")
    assert refusal(world, result) == "Only those who may manage the server can do that."
