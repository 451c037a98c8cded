"""What of the simulated Discord is shown: one channel, as one person sees it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

import simcord
import structlog
from simcord.builders import ChannelHandle
from simcord.preview import Preview

from sandbox.demo.world import World

log = structlog.get_logger(__name__)

Place = Literal["general", "messages", "mods"]

_LOOK_SECONDS = 0.25
"""Pause between looks for messages that came without anyone having acted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who looks, and where."""

    person: str
    place: Place

    @property
    def name(self) -> str:
        """As in addresses and in the page."""
        return f"{self.person}-{self.place}"


SEATS: tuple[Seat, ...] = (
    Seat(person="ada", place="general"),
    Seat(person="ada", place="messages"),
    Seat(person="ben", place="general"),
    Seat(person="ben", place="messages"),
    Seat(person="mira", place="general"),
    Seat(person="mira", place="mods"),
    Seat(person="olga", place="general"),
    Seat(person="olga", place="mods"),
)


class Screen:
    """SimCord's Preview, opened anew for each seat, and kept up to date.

    Args:
        env: The simulated Discord.
        world: Who and what is in it.

    Attributes:
        seat: From where one looks.
        address: Where the Preview is now, such as `http://127.0.0.1:4711`; none while it moves.
    """

    def __init__(self, env: simcord.Env, world: World) -> None:
        self._env = env
        self._world = world
        self._preview: Preview | None = None
        self._lock = asyncio.Lock()
        self._seen = 0
        self._watcher: asyncio.Task[None] | None = None
        self._channels = {seat.name: self._channel(seat) for seat in SEATS}
        self.seat = SEATS[0]
        self.address: str | None = None

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Act on SimCord, one at a time, with its clock at the present."""
        async with self._lock:
            behind = (datetime.now(UTC) - self._env.now()).total_seconds()
            try:
                await self._env.advance_time(max(0.0, behind))
            except TimeoutError:
                log.info("screen.busy", hint="A command still waits, perhaps for a slow Stripe.")
            yield

    async def sit(self, seat: Seat) -> str:
        """Look from another seat. Returns the key that the Preview's page wants after its `#`."""
        async with self.turn():
            self.address = None
            if self._preview is not None:
                await self._preview.close()
            person = self._world.people[seat.person]
            viewer = person.user if seat.place == "messages" else person.member
            self._preview = self._env.preview(
                self._channels[seat.name], viewers=[viewer], layout="channel", display="responsive"
            )
            await self._preview.__aenter__()
            parts = urlsplit(self._preview.url)
            self.address = f"{parts.scheme}://{parts.netloc}"
            self.seat = seat
        if self._watcher is None:
            self._watcher = asyncio.create_task(self._watch(), name="screen")
        return parts.fragment

    def _channel(self, seat: Seat) -> ChannelHandle:
        if seat.place == "messages":
            return self._world.people[seat.person].user.dm_channel
        return self._world.mods if seat.place == "mods" else self._world.general

    def newest(self) -> dict[str, str]:
        """The id of the newest message that is seen from each seat, as text; empty if none."""
        messages = self._env.backend.messages
        return {
            name: str(max(messages.get(channel.id, {}), default=""))
            for name, channel in self._channels.items()
        }

    async def close(self) -> None:
        """End the Preview."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        if self._preview is not None:
            await self._preview.close()

    def _has_news(self) -> bool:
        """Whether the bot has sent or changed messages since this was asked last."""
        done = self._env.http_requests
        fresh, self._seen = done[self._seen :], len(done)
        return any(each.path.endswith(("/messages", "/messages/@original")) for each in fresh)

    async def _watch(self) -> None:
        """Show what the bot does without being asked: direct messages, changed answers."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._preview is None or not self._has_news():
                continue
            try:
                async with self.turn():
                    await self._preview.refresh()
            except (simcord.SetupError, TimeoutError) as error:
                log.warning("screen.not_refreshed", error=str(error))
