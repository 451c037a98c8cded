"""What of the simulated Discord is shown: one channel, as one person sees it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

import simcord
import structlog
from simcord.builders import ChannelHandle
from simcord.preview import Preview
from simcord.types import HttpLogEntry

from sandbox.demo.world import World

log = structlog.get_logger(__name__)

Place = Literal["general", "messages", "mods"]

_LOOK_SECONDS = 0.25
"""Pause between looks for what came without anyone having acted; as long the bot is waited for."""

_ASKED_SECONDS = 5.0
"""How long a Preview is kept open for what is just asked of it."""

_CHOICES = 8
"""Discord's kind of an answer to an interaction that offers choices while one types."""


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
    """SimCord's Preview, opened again for each seat, and kept up to date.

    Args:
        env: The simulated Discord.
        world: Who and what is in it.
        on_buttons: What stands on premium buttons, by the id of the SKU.

    Attributes:
        seat: From where one looks.
        address: Where the Preview is now, such as `http://127.0.0.1:4711`; none while it moves.
    """

    def __init__(
        self,
        env: simcord.Env,
        world: World,
        on_buttons: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        self._on_buttons = on_buttons
        self._env = env
        self._world = world
        self._preview: Preview | None = None
        self._lock = asyncio.Lock()
        self._seen = 0
        self._outdated = False
        self._asking = 0
        self._unasked = asyncio.Event()
        self._unasked.set()
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

    async def dispatch(self, event: str, data: Mapping[str, Any]) -> None:
        """Tell the bot by the gateway; whoever calls this has the turn.

        Raises:
            TimeoutError: The bot is not done with it in time.
        """
        self._env.backend.emit(event, data)
        self.outdated()
        await self._env.settle()

    async def sit(self, seat: Seat) -> str:
        """Look from another seat. Returns the key that the Preview's page wants after its `#`."""
        async with self.turn():
            await self._close_preview()
            person = self._world.people[seat.person]
            viewer = person.user if seat.place == "messages" else person.member
            self._preview = self._env.preview(
                self._channels[seat.name],
                viewers=[viewer],
                layout="channel",
                display="responsive",
                sku_presentations=self._on_buttons,
            )
            await self._preview.__aenter__()
            parts = urlsplit(self._preview.url)
            self.address = f"{parts.scheme}://{parts.netloc}"
            self.seat = seat
        if self._watcher is None:
            self._watcher = asyncio.create_task(self._watch(), name="screen")
        return parts.fragment

    @contextlib.contextmanager
    def asking(self) -> Iterator[str | None]:
        """Where the Preview is, for something that is asked of it; it is not closed meanwhile."""
        self._asking += 1
        self._unasked.clear()
        try:
            yield self.address
        finally:
            self._asking -= 1
            if not self._asking:
                self._unasked.set()

    async def _close_preview(self) -> None:
        """Close it once nobody asks: its server would wait a minute for a call just begun."""
        self.address = None
        if self._preview is None:
            return
        try:
            async with asyncio.timeout(_ASKED_SECONDS):
                await self._unasked.wait()
        except TimeoutError:
            log.warning("screen.still_asked", calls=self._asking)
        await self._preview.close()

    def outdated(self) -> None:
        """Note that something may have happened that is not shown yet."""
        self._outdated = True

    def _channel(self, seat: Seat) -> ChannelHandle:
        if seat.place == "messages":
            return self._world.people[seat.person].user.dm_channel
        return self._world.mods if seat.place == "mods" else self._world.general

    @property
    def viewer(self) -> int:
        """The id of the person who looks."""
        return self._world.people[self.seat.person].user.id

    def names(self) -> dict[str, str]:
        """What each person is called, by their id."""
        return {str(each.user.id): name.title() for name, each in self._world.people.items()}

    def newest(self) -> dict[str, str]:
        """The id of the newest message that is seen from each seat, as text; empty if none.

        An answer that only one person can see counts for that person alone.
        """
        return {seat.name: str(max(self._seen_from(seat), default="")) for seat in SEATS}

    def _seen_from(self, seat: Seat) -> Iterator[int]:
        person = self._world.people[seat.person].user.id
        messages = self._env.backend.messages.get(self._channels[seat.name].id, {})
        return (number for number, each in messages.items() if each.visible_to(person))

    def file(self, message: int, name: str) -> bytes | None:
        """A file of a message that is seen from where one looks; None if there is none."""
        sent = self._env.backend.messages.get(self._channels[self.seat.name].id, {}).get(message)
        if sent is None or not sent.visible_to(self._world.people[self.seat.person].user.id):
            return None
        urls = [each["url"] for each in sent.attachments if each["filename"] == name]
        return self._env.backend.cdn.get(urls[0]) if urls else None

    async def close(self) -> None:
        """End the Preview."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        await self._close_preview()

    def _look(self) -> None:
        """Note whether the bot has done something that may be seen."""
        done = self._env.http_requests
        fresh, self._seen = done[self._seen :], len(done)
        self._outdated = self._outdated or any(_shows(each) for each in fresh)

    async def _watch(self) -> None:
        """Show what the bot does without being asked: direct messages, changed answers."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self._look()
            if not self._outdated:
                continue
            self._outdated = False
            try:
                await self._refresh()
            except TimeoutError:
                self._outdated = True  # the bot is not done; it is tried again
            except Exception:  # it is tried again
                self._outdated = True
                log.exception("screen.not_refreshed", hint="It is tried again.")

    async def _refresh(self) -> None:
        """Show how things stand, once the bot is done; while it is not, others may act.

        Raises:
            TimeoutError: The bot is not done.
            SetupError: Someone acts on SimCord out of turn.
        """
        async with self._lock:
            await self._env.settle(timeout=_LOOK_SECONDS)
        async with self.turn():
            if self._preview is not None:
                await self._preview.refresh()


def _shows(done: HttpLogEntry) -> bool:
    """Whether a request of the bot's may change what is seen; choices are shown by themselves."""
    answer = done.json if done.path.endswith("/callback") and isinstance(done.json, dict) else {}
    return done.method != "GET" and answer.get("type") != _CHOICES
