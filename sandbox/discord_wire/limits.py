"""Rate limits on request: their headers on every call that they count, 429 beyond them.

After Discord's page "Rate Limits". Windows last in real time, because the bot sleeps in it.
"""

import asyncio
import hashlib
import math
import time
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, Field

_MAJOR = {"channels": 2, "guilds": 2, "interactions": 3, "webhooks": 3}
"""How many parts of a path name what is counted by itself."""

INTERACTIONS = ("/interactions/", "/webhooks/")
"""Answers to members are outside the global limit, and an interaction's own token is enough."""

Headers = dict[str, str]


class Limit(BaseModel):
    """How many calls that fit are served in a window, for each channel, guild or webhook.

    Attributes:
        method: `GET`, `POST`, … or `*`.
        path: Pattern of the path after `/api/v10`, such as `/channels/*/messages`.
        requests: How many are served in one window.
        per_seconds: How long a window lasts from its first call.
        everywhere: The bot's global limit: all channels together, without the headers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str = "*"
    path: str = "*"
    requests: int = Field(ge=1)
    per_seconds: float = Field(gt=0)
    everywhere: bool = False

    @property
    def bucket(self) -> str:
        """Discord's name for it."""
        return hashlib.blake2b(f"{self.method} {self.path}".encode(), digest_size=16).hexdigest()


class Counted(BaseModel):
    """What a limit says to one call.

    Attributes:
        limit: The limit.
        served: Whether the call is still within it.
        remaining: How many more are served in this window.
        reset_after: Seconds to the window's end.
    """

    limit: Limit
    served: bool
    remaining: int
    reset_after: float

    def headers(self) -> Headers:
        """Those that every call bears; none for a global limit."""
        if self.limit.everywhere:
            return {}
        return {
            "X-RateLimit-Limit": str(self.limit.requests),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{time.time() + self.reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after:.3f}",
            "X-RateLimit-Bucket": self.limit.bucket,
        }


class Limits:
    """The limits that hold, and the windows that run."""

    def __init__(self) -> None:
        self._limits: list[Limit] = []
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def add(self, limit: Limit) -> None:
        """Add a limit to those that apply already."""
        self._limits.append(limit)

    def clear(self) -> None:
        """Remove all limits."""
        self._limits.clear()
        self._windows.clear()

    @property
    def holding(self) -> tuple[Limit, ...]:
        """All that hold."""
        return tuple(self._limits)

    def count(self, method: str, path: str) -> Counted | None:
        """Count a call at each limit that fits it; what the first says that refuses it.

        Returns:
            Where none refuses it, what a limit of its route says; None if no limit fits it.
        """
        served: Counted | None = None
        for limit in self._limits:
            if not _fits(limit, method, path):
                continue
            counted = self._count(limit, "" if limit.everywhere else _major(path))
            if not counted.served:
                return counted
            if served is None or served.limit.everywhere:
                served = counted
        return served

    def _count(self, limit: Limit, major: str) -> Counted:
        now = asyncio.get_running_loop().time()
        key = (limit.bucket, major)
        ends, used = self._windows.get(key, (0.0, 0))
        if ends <= now:
            ends, used = now + limit.per_seconds, 0
        served = used < limit.requests
        used += served
        self._windows[key] = (ends, used)
        return Counted(
            limit=limit,
            served=served,
            remaining=limit.requests - used,
            reset_after=_rounded_up(ends - now),
        )


def limited(retry_after: float, *, everywhere: bool) -> tuple[Headers, dict[str, object]]:
    """Headers and body of a 429."""
    headers = {
        "Retry-After": str(max(1, round(retry_after))),
        "X-RateLimit-Scope": "global" if everywhere else "user",
        # discord.py takes a 429 without it for Cloudflare's ban.
        "Via": "1.1 google",
    }
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    return headers, {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": everywhere,
    }


def _fits(limit: Limit, method: str, path: str) -> bool:
    if limit.everywhere and path.startswith(INTERACTIONS):
        return False
    return limit.method in {"*", method} and fnmatchcase(path, limit.path)


def _rounded_up(seconds: float) -> float:
    """Rounded up to whole milliseconds: a caller that waits for it never comes too early."""
    return math.ceil(seconds * 1000) / 1000


def _major(path: str) -> str:
    first, *_ = parts = path.strip("/").split("/")
    return "/".join(parts[: _MAJOR.get(first, 0)])
