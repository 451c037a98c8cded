"""The gateway's part: events on their way to the bot, and what bad luck does to them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sandbox.base.common import Json
from sandbox.base.plans import Plan, Plans, Treatment

Tell = Callable[[str, Json, int | None], Awaitable[None]]
"""Sends an event (its name, what it carries, its guild or None) to the bot."""

Leave = Callable[[bool], Awaitable[None]]
"""Makes the real gateway be away, or come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event of the gateway and what became of it: `sent`, `lost` or `held`."""

    event: str
    about: int
    fate: str


@dataclass(slots=True, kw_only=True)
class Line:
    """What the bot is told by the gateway. An event that is lost here is gone, as at Discord.

    Attributes:
        tell: Sends one event.
        leave: Lets the gateway really go and come; without it, its events are just lost meanwhile.
        plans: What happens to the next ones.
        away: Whether the gateway is gone; all events are lost meanwhile.
        told: All events so far, oldest first.
    """

    tell: Tell
    leave: Leave | None = None
    plans: Plans = field(default_factory=Plans)
    away: bool = False
    told: list[Told] = field(default_factory=list)
    _held: list[tuple[str, Json, int | None]] = field(default_factory=list)
    _late: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, event: str, data: Json, guild: int | None) -> None:
        """Tell the bot, as far as the plans allow."""
        plan = self.plans.take(event) or self.plans.take(event, never=True)
        treatment = "lose" if self.away else plan.treatment if plan else None
        match treatment:
            case "lose" | "never":
                self._note(event, data, "lost")
            case "hold":
                self._note(event, data, "held")
                self._held.append((event, data, guild))
            case "delay":
                self._note(event, data, "held")
                task = asyncio.create_task(self._later(plan, event, data, guild))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
            case _:
                for _ in range(2 if treatment == "twice" else 1):
                    await self._send(event, data, guild)

    async def release(self) -> int:
        """Send what is held now, in its order; how many that were."""
        held, self._held = self._held, []
        for event, data, guild in held:
            await self._send(event, data, guild)
        return len(held)

    async def let(self, *, be_away: bool) -> None:
        """Let the gateway be away, so that its events are lost, or come back."""
        self.away = be_away
        if self.leave is not None:
            await self.leave(be_away)

    def plan(
        self, treatment: Treatment, types: str = "*", *, times: int | None = 1, seconds: float = 5
    ) -> Plan:
        """Decide what happens to the next events whose name fits the pattern `types`."""
        plan = Plan(treatment=treatment, types=types, times=times, seconds=seconds)
        return self.plans.add(plan)

    async def close(self) -> None:
        """Forget what is late."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _later(self, plan: Plan | None, event: str, data: Json, guild: int | None) -> None:
        await asyncio.sleep(plan.seconds if plan else 0)
        await self._send(event, data, guild)

    async def _send(self, event: str, data: Json, guild: int | None) -> None:
        self._note(event, data, "sent")
        await self.tell(event, data, guild)

    def _note(self, event: str, data: Json, fate: str) -> None:
        self.told.append(Told(event=event, about=int(data["id"]), fate=fate))
