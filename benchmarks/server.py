"""One of the three servers that are measured, as a process of its own."""

import argparse
import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry

from benchmarks.bare import create_bare_app
from benchmarks.plain import create_plain_app
from benchmarks.senders import SENDERS, Sender, sender_of
from payments.domain.values.ids import GuildId
from payments.infra.clock import system_clock
from payments.infra.ids import new_id
from payments.infra.logs import configure_logs
from payments.infra.outbound import Outbound
from payments.infra.tally import Tally
from payments.integrations.flags import Flags
from payments.notifications.routing import route
from payments.providers.protocol import PaymentProvider
from payments.runner.observers.metrics import Metrics
from payments.runner.runner import Runner
from payments.services.health import Health
from payments.services.inbox import Inbox
from payments.services.program_orders import ProgramOrders
from payments.services.sellers import Sellers
from payments.services.ways import Ways
from payments.store.engine.database import open_database
from payments.store.queries import Queries
from webhooks.app import create_app, load_templates
from webhooks.keys import Parts, webhooks_of
from webhooks.metrics import WebMetrics
from webhooks.server.server import WebServer
from webhooks.server.tally import TALLY


def _ways(runner: Runner, queries: Queries, providers: Mapping[str, PaymentProvider]) -> Ways:
    async def own(_: GuildId) -> Mapping[str, str]:
        return {}

    async def sold_everywhere(_: GuildId) -> None:
        """Points are sold on each server."""

    return Ways(
        runner=runner,
        queries=queries,
        sellers=Sellers(providers, Flags({}, own)),
        clock=system_clock,
        new_id=new_id,
        public_url="http://127.0.0.1",
        is_away=lambda _: False,
        check_sells_in=sold_everywhere,
    )


def create_our_app(url: str, sender: Sender) -> web.Application:
    """The web face with everything behind it, as `guildbank run` wires it."""
    registry = CollectorRegistry()
    database = open_database(url)
    queries = Queries(database.reader)
    runner = Runner(database, route=route, observers=[Metrics(registry)])
    outbound = Outbound()
    provider = sender.provider(outbound)
    providers: Mapping[str, PaymentProvider] = {provider.name: provider}
    inbox = Inbox(runner=runner, queries=queries, providers=providers, clock=system_clock)
    app = create_app(
        Parts(
            webhooks=webhooks_of(providers.values()),
            inbox=inbox,
            program_orders=ProgramOrders(
                runner=runner, queries=queries, clock=system_clock, new_id=new_id
            ),
            queries=queries,
            outbound=outbound,
            health=Health({}),
            clock=system_clock,
            metrics=WebMetrics(registry),
            trusted_proxies=(),
            templates=load_templates(),
            ways=_ways(runner, queries, providers),
        )
    )

    async def working(_app: web.Application) -> AsyncIterator[None]:
        runner.start()
        looking_up = asyncio.create_task(inbox.run(database.alone))
        yield
        looking_up.cancel()
        await asyncio.gather(looking_up, return_exceptions=True)
        await runner.close()
        await provider.close()
        await database.close()

    app.cleanup_ctx.append(working)
    return app


APPS: Final = {"ours": create_our_app, "plain": create_plain_app, "bare": create_bare_app}


def create_server(which: str, url: str, sender: Sender) -> WebServer:
    """One of the three, on a database that is there already; the references on the same server."""
    app = APPS[which](url, sender)
    if TALLY not in app:
        app[TALLY] = Tally()
    return WebServer(app, host="127.0.0.1", port=0)


async def serve(which: str, url: str, sender: Sender) -> None:
    """Serve until the standard input ends; print the port once ready."""
    configure_logs(level="WARNING", style="text")
    server = create_server(which, url, sender)
    await server.start()
    gc.collect()
    gc.freeze()  # as `guildbank run` does once it stands
    print(server.port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("which", choices=list(APPS))
    parser.add_argument("url")
    parser.add_argument("--sender", choices=SENDERS, default="stripe")
    parser.add_argument("--vendor", default="", help="where look-ups are answered")
    arguments = parser.parse_args()
    sender = sender_of(arguments.sender, arguments.vendor)
    asyncio.run(serve(arguments.which, arguments.url, sender))
