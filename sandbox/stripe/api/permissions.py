"""Restricted keys, and what each of them may (Stripe: Restricted API keys)."""

from collections.abc import Collection
from typing import Final

from sandbox.stripe.api.errors import ApiError

_RESOURCES: Final = {
    "/v1/checkout/sessions": "checkout_session",
    "/v1/payment_intents": "payment_intent",
    "/v1/charges": "charge",
    "/v1/refunds": "charge",
    "/v1/disputes": "dispute",
    "/v1/radar": "radar",
    "/v1/balance_transactions": "balance_transaction",
    "/v1/events": "event",
    "/v1/webhook_endpoints": "webhook",
    "/v1/tax": "tax_calculation_and_transaction",
}
"""By the beginning of a path: what its permission is about. Refunds belong to their charges."""


def permission_for(method: str, path: str) -> str:
    """What a restricted key needs for a call, such as `checkout_session_write`."""
    known = (name for start, name in _RESOURCES.items() if f"{path}/".startswith(f"{start}/"))
    about = next(known, path.removeprefix("/v1/").partition("/")[0].removesuffix("s"))
    return f"{about}_{'read' if method == 'GET' else 'write'}"


def check_permission(held: Collection[str], method: str, path: str, account: str) -> None:
    """Refuse a call that a restricted key may not make; a key that may write may also read.

    Raises:
        ApiError: 403.
    """
    _refuse_without(permission_for(method, path), held, account)


def check_reading(held: Collection[str], kind: str, account: str) -> None:
    """Refuse to expand an object of a kind that a restricted key may not read.

    Raises:
        ApiError: 403.
    """
    if kind in _RESOURCES.values():
        _refuse_without(f"{kind}_read", held, account)


def _refuse_without(needed: str, held: Collection[str], account: str) -> None:
    if needed in held or f"{needed.removesuffix('_read')}_write" in held:
        return
    raise ApiError(
        403,
        "The provided key does not have the required permissions for this endpoint on account "
        f"'{account}'. Having the 'rak_{needed}' permission would allow this request to continue.",
        executed=False,
    )
