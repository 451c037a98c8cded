"""Idempotency keys (Stripe: Idempotent requests)."""

from sandbox.base import keys
from sandbox.base.answers import KeptAnswer
from sandbox.base.keys import Asked, KeyInUse, KeyReused
from sandbox.stripe.api.errors import ApiError

LONGEST_KEY = 255
KEPT_SECONDS = 24 * 60 * 60
"""How long an answer is kept at least; here it is exactly this long."""


class Keys(keys.Keys[KeptAnswer]):
    """Remembers the answers that were given under idempotency keys."""

    def __init__(self) -> None:
        super().__init__(KEPT_SECONDS)

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
        try:
            return super().begin(key, asked, now)
        except KeyReused as reused:
            raise _reused(key, reused.first, asked) from reused
        except KeyInUse:
            raise ApiError(
                409,
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going "
                f"through): {key}. Please try again later.",
                code="idempotency_key_in_use",
                executed=False,
                headers={"Stripe-Should-Retry": "true"},
            ) from None


def _reused(key: str, first: Asked, asked: Asked) -> ApiError:
    if first.path != asked.path:
        return _error(
            "Keys for idempotent requests can only be used for the same endpoint they were "
            f"first used for ('{first.path}' vs '{asked.path}'). Try using a key other "
            f"than '{key}' if you meant to execute a different request."
        )
    return _error(
        "Keys for idempotent requests can only be used with the same parameters they were "
        f"first used with. Try using a key other than '{key}' if you meant to execute a "
        "different request."
    )


def _error(message: str) -> ApiError:
    return ApiError(400, message, kind="idempotency_error", executed=False)
