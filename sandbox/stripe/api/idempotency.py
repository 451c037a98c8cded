"""Idempotency keys (Stripe: Idempotent requests)."""

from dataclasses import dataclass

from sandbox.stripe.api.errors import ApiError

LONGEST_KEY = 255
KEPT_SECONDS = 24 * 60 * 60
"""How long an answer is kept at least; here it is exactly this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it went out; `request_id` names the request that it was made for."""

    status: int
    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked under a key: it must be the same each time."""

    path: str
    params: tuple[tuple[str, str], ...]


@dataclass(slots=True, kw_only=True)
class _Entry:
    asked: Asked
    since: int
    answer: KeptAnswer | None = None


class Keys:
    """Remembers the answers that were given under idempotency keys."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def begin(self, key: str, asked: Asked, now: int) -> KeptAnswer | None:
        """Claim a key, or get the answer that was given under it.

        Args:
            key: The client's.
            asked: What is asked now.
            now: Unix seconds.

        Raises:
            ApiError: The key is in use at the moment, was used for something else, or is too long.
        """
        if len(key) > LONGEST_KEY:
            raise _error(f"Idempotency keys can be up to {LONGEST_KEY} characters long.")
        entry = self._entries.get(key)
        if entry is None or (entry.answer is not None and entry.since + KEPT_SECONDS <= now):
            self._entries[key] = _Entry(asked=asked, since=now)
            return None
        if entry.asked.path != asked.path:
            raise _error(
                "Keys for idempotent requests can only be used for the same endpoint they were "
                f"first used for ('{asked.path}' vs '{entry.asked.path}'). Try using a key other "
                f"than '{key}' if you meant to execute a different request."
            )
        if entry.asked.params != asked.params:
            raise _error(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            )
        if entry.answer is None:
            raise ApiError(
                409,
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going "
                f"through): {key}. Please try again later.",
                code="idempotency_key_in_use",
                executed=False,
                headers={"Stripe-Should-Retry": "true"},
            )
        return entry.answer

    def keep(self, key: str, answer: KeptAnswer) -> None:
        """Remember the answer to the request that claimed a key."""
        self._entries[key].answer = answer

    def release(self, key: str) -> None:
        """Forget a claim: nothing was begun."""
        del self._entries[key]


def _error(message: str) -> ApiError:
    return ApiError(400, message, kind="idempotency_error", executed=False)
