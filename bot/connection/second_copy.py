"""Another program with the same token: Discord sends each interaction to both, and one answers.

The one that is late reads that the interaction was acknowledged already, or that there is none.
Once that is nothing; again and again it means that a second copy runs, such as on somebody's desk.
"""

import asyncio
import logging
from collections import deque
from typing import Final

import discord
import structlog

from payments.commands.guild.second_copy import ReportSecondCopy
from payments.domain.values.time import DAY, MINUTE, SECOND, Clock, Instant, later
from payments.runner.runner import Runner

log = structlog.get_logger(__name__)

UNKNOWN_INTERACTION: Final = 10062
ALREADY_ACKNOWLEDGED: Final = 40060
INVALID_TOKEN: Final = 50027
TOO_LATE: Final = frozenset({UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED, INVALID_TOKEN})
"""Codes with which Discord does not take an answer: it has one, or does not wait any more."""

PROMPT: Final = 2 * SECOND
"""An interaction that is younger is unknown only if somebody else has answered it. Microseconds."""

OFTEN: Final = 3
"""Number of interactions answered by somebody else within `PERIOD` that is no accident."""

PERIOD: Final = 10 * MINUTE

_TREE_LOGGER: Final = "discord.app_commands.tree"
"""Where discord.py logs that an autocomplete was not taken, with a traceback."""


class Copies:
    """Notices interactions that somebody else has answered.

    Args:
        runner: Notes it for `/status` and `doctor`.
        clock: Tells the time.
    """

    def __init__(self, runner: Runner, clock: Clock) -> None:
        self._runner = runner
        self._clock = clock
        self._lost: deque[Instant] = deque(maxlen=OFTEN)
        self._noted_on: int | None = None
        self._notes: set[asyncio.Task[None]] = set()
        self._filter = _Quiet(self)

    def listen(self) -> None:
        """Hear also of autocompletes, whose errors discord.py keeps to itself."""
        logging.getLogger(_TREE_LOGGER).addFilter(self._filter)

    async def close(self) -> None:
        """Hear no more; finish what is to be noted."""
        logging.getLogger(_TREE_LOGGER).removeFilter(self._filter)
        await asyncio.gather(*self._notes, return_exceptions=True)

    def lost(self, code: int, created_at: Instant | None = None) -> None:
        """Discord did not take an answer.

        Args:
            code: Discord's code.
            created_at: When the interaction was made, if that is known.
        """
        now = self._clock()
        prompt = created_at is not None and 0 <= now - created_at < PROMPT
        if not (code == ALREADY_ACKNOWLEDGED or (code == UNKNOWN_INTERACTION and prompt)):
            return
        self._lost.append(now)
        if len(self._lost) < OFTEN or self._lost[0] < later(now, -PERIOD):
            return
        if self._noted_on != now // DAY:
            self._noted_on = now // DAY
            log.error("bot.second_copy", lost=OFTEN, minutes=PERIOD // MINUTE)
            task = asyncio.get_running_loop().create_task(self._note(now), name="second copy")
            self._notes.add(task)
            task.add_done_callback(self._notes.discard)

    async def _note(self, now: Instant) -> None:
        try:
            await self._runner.run(ReportSecondCopy.of(now))
        except Exception:  # the bot goes on; it is noted the next time
            log.exception("bot.second_copy_not_noted")
            self._noted_on = None


class _Quiet(logging.Filter):
    """Says in one line that an autocomplete came too late: nobody can do anything about it."""

    def __init__(self, copies: Copies) -> None:
        super().__init__()
        self._copies = copies

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether discord.py's own line is written."""
        error = record.exc_info[1] if record.exc_info else None
        cause = getattr(error, "original", error)
        if not isinstance(cause, discord.HTTPException) or cause.code not in TOO_LATE:
            return True
        log.info("interaction.too_late", code=cause.code, autocomplete=True)
        self._copies.lost(cause.code)
        return False
