"""What a check found, and what to do about it."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum

import structlog

log = structlog.get_logger(__name__)

LIMIT_SECONDS = 5.0
"""How long one check may take."""


class FindingState(StrEnum):
    """How something is."""

    OK = "ok"
    WARNING = "warning"
    """It works, or may work, but somebody should look."""
    ERROR = "error"
    """Something does not work until it is fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found.

    Attributes:
        check: What was looked at.
        state: How it is.
        words: What was found, in a sentence.
        remedy: What to do about it, in a sentence; empty where nothing is to be done.
    """

    check: str
    state: FindingState
    words: str
    remedy: str = ""


def ok(check: str, words: str) -> Finding:
    """All is well."""
    return Finding(check=check, state=FindingState.OK, words=plain(words))


def warning(check: str, words: str, remedy: str) -> Finding:
    """Somebody should look."""
    return Finding(
        check=check, state=FindingState.WARNING, words=plain(words), remedy=plain(remedy)
    )


def error(check: str, words: str, remedy: str) -> Finding:
    """Something does not work."""
    return Finding(check=check, state=FindingState.ERROR, words=plain(words), remedy=plain(remedy))


def plain(words: str) -> str:
    """Text that cannot move a terminal's cursor: servers and channels are named by others."""
    return "".join(each if each.isprintable() else " " for each in words)


async def within_limit(
    check: str, work: Awaitable[list[Finding]], *, seconds: float = LIMIT_SECONDS
) -> list[Finding]:
    """What a check finds; that it fails or takes too long is a finding, too."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        words = f"No answer within {seconds:g} seconds."
        remedy = "Look whether the network and the other side are slow, and try again."
    except Exception as failure:  # one check never stops the others
        log.debug("doctor.check_failed", check=check, exc_info=failure)
        words = f"The check itself failed: {type(failure).__name__}."
        remedy = "Run it again with LOG_LEVEL=DEBUG to see where, and report it."
    return [error(check, words, remedy)]
