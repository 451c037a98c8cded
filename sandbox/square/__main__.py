"""`python -m sandbox.square`: the local Square as a process of its own.

Once ready it prints one line of JSON: `url`, `control`, `location_id` and `subscriptions` with
their keys.
"""

import argparse
import asyncio
from collections.abc import Sequence

from sandbox.base.common import Json
from sandbox.base.process import serve
from sandbox.square.server import LocalSquare


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.square", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--access-token", default="sandbox-square-token")
    parser.add_argument("--location-id", help="one is made if it is not given")
    parser.add_argument("--currency", default="USD")
    parser.add_argument(
        "--webhook",
        action="append",
        default=[],
        metavar="URL=KEY",
        help="where events are sent; without =KEY one is made; may be given several times",
    )
    parser.add_argument(
        "--retry-pauses",
        default="2,5,15,60,300",
        metavar="SECONDS,…",
        help="pauses between the attempts to deliver an event",
    )
    parser.add_argument("--seed", type=int, help="make the same ids each time")
    return parser.parse_args(given)


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    square = LocalSquare(
        access_token=options.access_token,
        location_id=options.location_id,
        currency=options.currency,
        retry_pauses=[float(pause) for pause in options.retry_pauses.split(",") if pause],
        seed=options.seed,
    )
    for each in options.webhook:
        url, equals, key = each.rpartition("=")
        square.add_subscription(url if equals else each, key if equals else None)

    def ready() -> Json:
        made = square.state.subscriptions.values()
        return {
            "url": square.url,
            "control": f"{square.url}/control",
            "location_id": square.location_id,
            "subscriptions": [{"url": each.url, "key": each.signature_key} for each in made],
        }

    await serve(square, options.host, options.port, ready)


if __name__ == "__main__":
    asyncio.run(run(arguments()))
