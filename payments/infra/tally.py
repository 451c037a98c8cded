"""What happens often is logged once: the first at once, the rest once a minute with their number.

A sender of rubbish must not be able to fill the disk with our lines about it. The keys are our
own words and Discord's ids, never a sender's text, so that there are few of them.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog

log = structlog.get_logger(__name__)

SECONDS = 60
"""How long lies between two lines about the same thing."""


About = str | int | None


@dataclass(slots=True)
class _Line:
    level: str
    event: str
    about: dict[str, About]
    unlogged: int = 0
    addresses: set[str] = field(default_factory=set)


MANY_ADDRESSES = 1_000
"""Different addresses are counted up to here."""


class Tally:
    """Counts what is not worth a line each. `run` tells it every `SECONDS`."""

    def __init__(self) -> None:
        self._lines: dict[tuple[About, ...], _Line] = {}

    async def run(self) -> None:
        """Log every `SECONDS` until cancelled, and then once more what is left."""
        try:
            while True:
                await asyncio.sleep(SECONDS)
                self.tell()
        finally:
            self.tell()

    def note(
        self,
        event: str,
        *,
        address: str = "",
        level: str = "warning",
        error: BaseException | None = None,
        details: dict[str, Any] | None = None,
        **about: About,
    ) -> None:
        """Count one.

        Args:
            event: What happened.
            address: Who did it: the first line names them, the others say how many there were.
            level: Of the line.
            error: Its trace is in the first line.
            details: What only the first line says.
            about: What makes it another thing: our own words, or ids.
        """
        key = (event, *about.values())
        line = self._lines.get(key)
        if line is not None:
            line.unlogged += 1
            if address and len(line.addresses) < MANY_ADDRESSES:
                line.addresses.add(address)
            return
        self._lines[key] = _Line(level, event, about)
        fields = {**about, **(details or {}), **({"address": address} if address else {})}
        if error is not None:
            fields["exc_info"] = error
        getattr(log, level)(event, **fields)

    def tell(self) -> None:
        """Log what was counted since the last time; forget what has not happened again."""
        for key, line in list(self._lines.items()):
            if not line.unlogged:
                del self._lines[key]
                continue
            more = {"addresses": len(line.addresses)} if line.addresses else {}
            getattr(log, line.level)(line.event, **line.about, again=line.unlogged, **more)
            line.unlogged = 0
            line.addresses.clear()
