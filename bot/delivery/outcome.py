"""What an error of Discord means for a delivery: later, never, or one attempt less."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import aiohttp
import discord

from payments.notifications.errors import GiveUp, Postpone, WrongForm

RATE_LIMIT_SECONDS = 5.0
"""How long to wait after a rate limit whose length is not told."""

TOO_MANY_DIRECT_MESSAGES = 40003
"""Discord answers 403 with this code to a bot that opens direct messages too fast."""

TOO_MANY_DIRECT_MESSAGES_SECONDS = 60.0
"""How long to wait then: Discord does not tell, and counts every such answer as invalid."""

CLOSED = {
    50007: "the member takes no direct messages",  # no sentence - for the log
    50278: "the member shares no server with the bot any more",  # no sentence - for the log
}
"""Error codes of a member who cannot be written to until they do something about it."""

GONE = 10003
"""Discord's error code of a channel that was deleted."""

LOST = {
    GONE: "the channel is gone",  # no sentence - for the log
    50001: "I may not see the channel",  # no sentence - for the log
    50013: "I may not write in the channel",  # no sentence - for the log
    50083: "the thread is archived",  # no sentence - for the log
    160005: "the thread is locked",  # no sentence - for the log
}
"""Error codes of a channel that cannot be used until somebody mends it."""

REFUSES_US = frozenset({0, 40333})
"""Codes of a 403 that says nothing of the message: Discord's network does not let us in."""

REFUSED_SECONDS = 300.0
"""How long to wait then, or when the token is refused: such answers count as invalid requests."""

FINAL = {
    10013: "there is no such user",  # no sentence - for the log
    10008: "the message is gone",  # no sentence - for the log
    50005: "the message is another account's",  # no sentence - for the log
    10015: "Discord has forgotten the answer",  # no sentence - for the log
    50027: "Discord has forgotten the answer",  # no sentence - for the log
}
"""Error codes after which trying again would only add to Discord's count of invalid requests."""


WRONG_FORM = 50035
"""Discord, page "Opcodes and Status Codes": "Invalid form body"; its text names each field."""


class ClosedDM(GiveUp):
    """The member takes no direct messages."""


class LostChannel(GiveUp):
    """A channel is gone, or the bot may not use it.

    Attributes:
        wrong: Which of that, in a sentence without its full stop.
        code: Discord's error code.
    """

    def __init__(self, wrong: str, code: int) -> None:
        super().__init__(f"{wrong} ({code})")
        self.wrong = wrong
        self.code = code


@contextmanager
def understood() -> Iterator[None]:
    """Turn what discord.py raises into what the queue understands.

    Raises:
        Postpone: A rate limit, a connection that failed, an error of Discord's servers, or Discord
            refuses us.
        ClosedDM: The member takes no direct messages.
        LostChannel: The channel is gone, or the bot may not use it.
        GiveUp: It can never be delivered.
        WrongForm: Discord refuses the form of the message; names each field.
        discord.HTTPException: Anything else; uses up one attempt.
    """
    try:
        yield
    except discord.RateLimited as error:
        raise Postpone("rate limit", seconds=error.retry_after) from error
    except discord.HTTPException as error:
        if (later := _why_later(error)) is not None:
            raise later from error
        if error.code in CLOSED:
            raise ClosedDM(f"{CLOSED[error.code]} ({error.code})") from error
        if error.code in LOST:
            raise LostChannel(LOST[error.code], error.code) from error
        if error.code in FINAL:
            raise GiveUp(f"{FINAL[error.code]} ({error.code})") from error
        if error.code == WRONG_FORM:
            refused = "Discord refuses the form of the message"  # no sentence - for the log
            raise WrongForm(f"{refused}: {error}") from error
        raise
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Postpone(f"Discord cannot be reached: {type(error).__name__}") from error


def _why_later(error: discord.HTTPException) -> Postpone | None:
    """Why the same may be delivered later, if so."""
    status, code = error.status, error.code
    if code == TOO_MANY_DIRECT_MESSAGES:
        return Postpone(
            f"too many direct messages ({code})", seconds=TOO_MANY_DIRECT_MESSAGES_SECONDS
        )
    if status == HTTPStatus.UNAUTHORIZED and code not in FINAL:
        return Postpone("Discord refuses the token", seconds=REFUSED_SECONDS)
    if status == HTTPStatus.FORBIDDEN and code in REFUSES_US:
        return Postpone("Discord does not let us in", seconds=REFUSED_SECONDS)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Postpone("rate limit", seconds=_retry_after(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Postpone(f"Discord answers {status}")
    return None


def _retry_after(error: discord.HTTPException) -> float:
    """Seconds until the next try is welcome.

    Only the header tells when it is not Discord's API but the network before it that answers:
    discord.py raises such an answer at once.
    """
    retry_after = str(error.response.headers.get("Retry-After", ""))
    return (
        float(retry_after)
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", retry_after)
        else RATE_LIMIT_SECONDS
    )
