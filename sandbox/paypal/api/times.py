"""Moments in queries."""

from collections.abc import Mapping
from datetime import datetime

from sandbox.paypal.errors import issue


def read_time(query: Mapping[str, str], name: str) -> float | None:
    """A moment in Unix seconds; None if it is not asked for.

    Raises:
        ApiError: It is no moment of RFC 3339 with its offset.
    """
    text = query.get(name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise issue("INVALID_PARAMETER_SYNTAX", name, text) from None
    if at.tzinfo is None:
        raise issue("INVALID_PARAMETER_SYNTAX", name, text)
    return at.timestamp()
