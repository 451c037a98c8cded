"""`python -m sandbox.discord_wire`: the local Discord as a process of its own.

Once ready it prints one line of JSON: `api`, `gateway`, `control`, `shop` (its `/store` and
`/control`) and `verify_key`, by which webhook events are checked.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.discord_wire.server import WireDiscord
from sandbox.discord_wire.world import World, default_world


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.discord_wire", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--token", default="sandbox-token", help="the bot's token")
    parser.add_argument("--world", type=Path, metavar="FILE", help="a world as JSON")
    return parser.parse_args(given)


async def serve(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    world = default_world()
    if options.world is not None:
        text = await asyncio.to_thread(options.world.read_text)
        world = World.model_validate_json(text)
    discord = WireDiscord(world, token=options.token)
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, done.set)
    await discord.start(options.host, options.port)
    ready = {
        "api": discord.api_url,
        "gateway": discord.gateway_url,
        "control": discord.control_url,
        "shop": discord.shop_url,
        "verify_key": discord.shop.verify_key,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await done.wait()
    await discord.close()


if __name__ == "__main__":
    asyncio.run(serve(arguments()))
