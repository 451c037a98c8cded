"""`python -m sandbox.paypal`: the local PayPal as a process of its own.

Once ready it prints one line of JSON: `url`, `control` and `webhooks` with their ids.
"""

import argparse
import asyncio
from collections.abc import Sequence

from sandbox.base.common import Json
from sandbox.base.process import serve
from sandbox.paypal.server import LocalPayPal


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.paypal", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--client-id", default="sandbox-client")
    parser.add_argument("--client-secret", default="sandbox-secret")
    parser.add_argument(
        "--webhook",
        action="append",
        default=[],
        metavar="URL",
        help="where events are sent; may be given several times",
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
    paypal = LocalPayPal(
        client_id=options.client_id,
        client_secret=options.client_secret,
        retry_pauses=[float(pause) for pause in options.retry_pauses.split(",") if pause],
        seed=options.seed,
    )
    for each in options.webhook:
        paypal.add_webhook(each)

    def ready() -> Json:
        webhooks = paypal.state.webhooks.values()
        return {
            "url": paypal.url,
            "control": f"{paypal.url}/control",
            "webhooks": [{"url": each.url, "id": each.id} for each in webhooks],
        }

    await serve(paypal, options.host, options.port, ready)


if __name__ == "__main__":
    asyncio.run(run(arguments()))
