"""`python -m sandbox.stripe`: the local Stripe as a process of its own.

Once ready it prints one line of JSON: `url`, `control` and `webhook_endpoints` with their secrets.
"""

import argparse
import asyncio
from collections.abc import Sequence

from sandbox.base.common import Json
from sandbox.base.process import serve
from sandbox.stripe.server import LocalStripe


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.stripe", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--secret-key", default="sk_test_sandbox")
    parser.add_argument(
        "--webhook",
        action="append",
        default=[],
        metavar="URL=SECRET",
        help="where events are sent; without =SECRET one is made; may be given several times",
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
    stripe = LocalStripe(
        secret_key=options.secret_key,
        retry_pauses=[float(pause) for pause in options.retry_pauses.split(",") if pause],
        seed=options.seed,
    )
    for each in options.webhook:
        url, equals, secret = each.rpartition("=")
        stripe.add_webhook_endpoint(url if equals else each, secret if equals else None)

    def ready() -> Json:
        endpoints = stripe.state.endpoints.values()
        return {
            "url": stripe.url,
            "control": f"{stripe.url}/control",
            "webhook_endpoints": [{"url": e.url, "secret": e.secrets[-1]} for e in endpoints],
        }

    await serve(stripe, options.host, options.port, ready)


if __name__ == "__main__":
    asyncio.run(run(arguments()))
