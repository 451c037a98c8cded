"""All that the program says to Discord in a whole tour, and all that the local Discord answers,
holds against the document that Discord publishes."""

from collections.abc import AsyncIterator

import pytest

from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import MODS, OWNER
from sandbox.stripe import LocalStripe
from tests.process.conftest import PATIENCE_SECONDS, TOKEN, Process
from tests.support.discord_schema import DiscordSchema
from tests.support.terminal import initialise, of_owner
from tests.support.tour import Tour, furnish, leaves, tidy, use


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    """A Discord that keeps all that was said."""
    async with WireDiscord(default_world(), token=TOKEN, keep_exchanges=True) as running:
        yield running


@pytest.mark.timeout(300)  # It is long, and a busy machine makes it longer.
async def test_a_whole_tour_says_nothing_that_discord_does_not_publish(
    process: Process, wire: WireDiscord, stripe: LocalStripe
) -> None:
    """Each command, each list, each modal, the deliveries, `init`, `sync`, `doctor`."""
    schema = DiscordSchema()
    stripe.state.endpoints.clear()
    await initialise(process)
    owner = of_owner(process)
    owner.environment["SUBSCRIBERS_IN_PRIVATE_NETWORKS"] = "true"
    assert (await owner.typed("sync")).code == 0
    async with owner.running():
        assert "0 errors" in (await owner.typed("doctor")).output
        await wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)
        tour = Tour(wire, stripe)
        await furnish(tour)
        await use(tour)
        await tidy(tour)
        commands = [each for scope in wire.state.commands.values() for each in scope]
        known = {name: options for each in commands for name, options in leaves(each)}
        for name, options in known.items():
            for option in options:
                if option.get("autocomplete"):
                    await wire.autocomplete(OWNER, MODS, name, option["name"], "a")
        assert tour.given == set(known)
        assert tour.modals >= 2
    exchanges = wire.state.exchanges or []
    found = schema.violations(exchanges)
    assert not found, "\n".join(found)
    said = {(each.method, each.path.rsplit("/", 1)[-1]) for each in exchanges}
    assert {("POST", "callback"), ("PATCH", "@original"), ("POST", "messages")} <= said
    assert any(each.files for each in exchanges), "no chart was sent"
    assert [each for each in exchanges if each.status >= 400 and each.status != 403] == []
    wrong = [each for each in owner.log.splitlines() if "[error " in each]
    assert [each for each in wrong if "channel=http" not in each] == [], (
        "nobody listens at LISTENER"
    )
