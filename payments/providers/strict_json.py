"""A provider's JSON, which can be understood in one way only."""

import json
from typing import Any

from payments.domain.values.characters import all_cleaned
from payments.providers.errors import WebhookRejected


def parse_strictly(text: str) -> dict[str, Any]:
    """Parse a JSON object.

    Returns:
        The object; what cannot be stored in its texts is replaced.

    Raises:
        WebhookRejected: It is no object, has NaN or a key twice, or is nested too deeply
            (cases 4 and 5).
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_twins)
        storable = all_cleaned(value)
    except (ValueError, RecursionError) as error:
        raise WebhookRejected("The body is not the JSON it should be.", reason="body") from error
    if not isinstance(storable, dict):
        raise WebhookRejected("The body is no JSON object.", reason="body")
    return storable


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
