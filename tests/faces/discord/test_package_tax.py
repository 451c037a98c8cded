"""How a package is taxed, in `/package …`."""

import pytest

from payments.domain.values.tax import TaxBehavior, TaxRule
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD, package
from tests.support.taxing import taxes_on

LARGE = {"name": "Large", "points": 5000, "price": "39.90"}
INCLUSIVE = TaxRule(behavior=TaxBehavior.INCLUSIVE)
EXCLUSIVE = TaxRule(behavior=TaxBehavior.EXCLUSIVE)


@pytest.fixture
def taxed(world: World) -> World:
    """Where whoever runs the bot has switched taxes on."""
    world.bot.buying.taxes = taxes_on()
    return world


async def test_a_package_is_not_taxed_unless_its_owner_says_so(
    taxed: World, queries: Queries
) -> None:
    await taxed.olga.slash(taxed.general, "package add", **LARGE)
    assert (await queries.packages(GUILD))[-1].tax is None


@pytest.mark.parametrize(
    ("behavior", "words"),
    [
        ("inclusive", "The price includes the tax (`txcd_10000000`)."),
        ("exclusive", "The tax comes on top of the price (`txcd_10000000`)."),
    ],
)
async def test_an_owner_says_whether_the_price_includes_the_tax(
    taxed: World, queries: Queries, behavior: str, words: str
) -> None:
    result = await taxed.olga.slash(taxed.general, "package add", tax=behavior, **LARGE)
    assert words in said(result.response)
    assert (await queries.packages(GUILD))[-1].tax == TaxRule(behavior=TaxBehavior(behavior))


async def test_what_it_is_for_the_tax_office_can_be_chosen_or_typed(
    taxed: World, queries: Queries
) -> None:
    for typed, code in (
        ("Gift cards, received electronically · txcd_10502000", "txcd_10502000"),
        ("TXCD_99999999", "txcd_99999999"),
    ):
        options = {"package": package().id, "tax": "inclusive", "tax_code": typed}
        await taxed.olga.slash(taxed.general, "package edit", **options)
        (edited,) = await queries.packages(GUILD)
        assert edited.tax == TaxRule(behavior=TaxBehavior.INCLUSIVE, code=code)


async def test_an_edit_changes_one_thing_and_leaves_the_other(
    taxed: World, queries: Queries
) -> None:
    async def edited(**options: str | int) -> TaxRule | None:
        chosen = {"package": package().id} | options
        await taxed.olga.slash(taxed.general, "package edit", **chosen)
        return (await queries.packages(GUILD))[0].tax

    assert await edited(tax="exclusive") == EXCLUSIVE
    assert await edited(points=600) == EXCLUSIVE
    coded = TaxRule(behavior=TaxBehavior.EXCLUSIVE, code="txcd_10201000")
    assert await edited(tax_code="txcd_10201000") == coded
    assert await edited(tax="inclusive") == TaxRule(
        behavior=TaxBehavior.INCLUSIVE, code="txcd_10201000"
    )
    assert await edited(tax="none") is None
    assert await edited(points=700) is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"tax": "inclusive", "tax_code": "txcd_1"},
            (
                r"“txcd\_1” is not a tax code. Choose one from the list, or write it like "
                "`txcd_10000000`."
            ),
        ),
        ({"tax_code": "txcd_10000000"}, "Choose too whether the price includes the tax."),
        (
            {"tax": "none", "tax_code": "txcd_10000000"},
            "Without tax there is no tax code. Leave one of them out.",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    taxed: World, queries: Queries, options: dict[str, str], words: str
) -> None:
    add = await taxed.olga.slash(taxed.general, "package add", **LARGE, **options)
    assert refusal(taxed, add) == words
    edit = {"package": package().id} | options
    assert refusal(taxed, await taxed.olga.slash(taxed.general, "package edit", **edit)) == words
    assert await queries.packages(GUILD) == [package()]


async def test_without_a_service_nothing_can_be_taxed(world: World, queries: Queries) -> None:
    result = await world.olga.slash(world.general, "package add", tax="inclusive", **LARGE)
    assert refusal(world, result) == (
        "Taxes are not switched on. Whoever runs the bot must set `TAX_SERVICES` first."
    )
    assert await queries.packages(GUILD) == [package()]


async def test_the_list_says_how_each_is_taxed(taxed: World) -> None:
    await taxed.olga.slash(taxed.general, "package add", tax="exclusive", **LARGE)
    options = {"package": package().id, "tax": "inclusive"}
    await taxed.olga.slash(taxed.general, "package edit", **options)
    shown = said((await taxed.olga.slash(taxed.general, "package list")).response)
    assert "€39.90 plus tax" in shown
    assert "€4.99 including tax" in shown
