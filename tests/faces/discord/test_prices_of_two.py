"""Two ways to pay, of which one takes less: owners read by which a package will not be sold."""

import pytest

from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, package
from tests.support.picky import picky
from tests.support.setup_panel import Panel, panel

__all__ = ["panel"]

TOO_LITTLE = "Not sold by Picky. Picky wants €10.00 or more."


@pytest.fixture
def further_providers() -> list[FakeProvider]:
    return [picky()]


async def test_whoever_adds_or_changes_a_package_reads_by_whom_it_is_not_sold(
    world: World,
) -> None:
    added = await world.olga.slash(
        world.general, "package add", name="Small", points=1, price="5", currency="EUR"
    )
    assert TOO_LITTLE in said(added.response)
    dearer = await world.olga.slash(world.general, "package edit", package="Small", price="10")
    assert "Not sold" not in said(dearer.response)
    cheaper = await world.olga.slash(world.general, "package edit", package="Small", price="9.99")
    assert TOO_LITTLE in said(cheaper.response)


async def test_what_nobody_sells_is_refused_with_both_reasons(
    world: World, queries: Queries
) -> None:
    before = await queries.packages(GUILD)
    result = await world.olga.slash(
        world.general, "package add", name="Tiny", points=1, price="0.10", currency="EUR"
    )
    assert refusal(world, result) == (
        "No way to pay takes this price. Stripe: Stripe charges at least €0.50, and this is €0.10. "
        "Picky: Picky wants €10.00 or more."
    )
    assert await queries.packages(GUILD) == before


async def test_the_panel_says_which_packages_are_not_sold_by_whom(panel: Panel) -> None:
    assert panel.line("Not sold") == f"Not sold by Picky: “{package().name}”"
    await panel.fill("Add a package…", name="Large", points="1", price="10")
    assert panel.line("Not sold") == f"Not sold by Picky: “{package().name}”"
    assert panel.line("For sale") == f"For sale: “Large” and “{package().name}”"
