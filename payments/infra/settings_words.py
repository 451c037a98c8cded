"""What is said of settings that are missing or wrong: all of them in one line, without values."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

ASKED: Final = (
    "discord_token",
    "stripe_secret_key",
    "stripe_webhook_secret",
    "public_url",
    "guild_ids",
    "encryption_keys",
)
"""The settings that `guildbank init` asks for."""

_A_PORT: Final = "must be the number of a port, from 0 to 65535"
_AN_API: Final = "must be an address, such as http://127.0.0.1:9000"

SHOULD_BE: Final[Mapping[str, str]] = {
    "discord_api_url": _AN_API,
    "discord_gateway_url": "must be an address, such as ws://127.0.0.1:9000/gateway",
    "stripe_api_url": _AN_API,
    "public_url": "must be an address, such as https://shop.example",
    "http_port": _A_PORT,
    "metrics_port": _A_PORT,
    "discord_requests_per_second": "must be a number from 1 to 50",
    "keep_days": "must be a number of days, 30 or more",
    "subscribers_in_private_networks": "must be true or false",
    "log_level": "must be DEBUG, INFO, WARNING or ERROR",
    "log_format": "must be text or json",
}
"""What a setting must be that is not checked by words of its own."""


def absent(error: ValidationError) -> frozenset[str]:
    """The settings without a value, of those that must have one: their line may be there, empty."""
    return frozenset(_name(each) for each in _errors(error) if _is_absent(each))


def all_that_is_wrong(error: ValidationError) -> str:
    """What is missing or wrong, and the way out, in one line that shows no value."""
    missing = absent(error)
    wrong = {
        _name(each): _what(each) for each in reversed(_errors(error)) if _name(each) not in missing
    }
    said = [*_not_set(sorted(missing)), *(f"{x.upper()} is {wrong[x]}." for x in sorted(wrong))]
    if missing or wrong.keys() & set(ASKED):
        way_out = "`guildbank init` asks for all that must be set; or edit the environment or .env."
    else:
        way_out = "Mend that in the environment or in the file .env."
    return " ".join([*said, way_out])


def _errors(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False, include_context=False)


def _name(each: ErrorDetails) -> str:
    return str(each["loc"][0])


def _is_empty(each: ErrorDetails) -> bool:
    return bool(each["input"] == "")


def _is_absent(each: ErrorDetails) -> bool:
    return each["type"] == "missing" or (_is_empty(each) and _name(each) in ASKED)


def _not_set(names: Sequence[str]) -> list[str]:
    written = [each.upper() for each in names]
    if not written:
        return []
    if len(written) == 1:
        return [f"{written[0]} is not set."]
    return [f"{', '.join(written[:-1])} and {written[-1]} are not set."]


def _what(each: ErrorDetails) -> str:
    if _is_empty(each):
        return "empty: give it a value, or leave its line out"
    if each["type"] == "value_error":  # in our own words
        return f"wrong: {each['msg'].removeprefix('Value error, ').rstrip('.')}"
    return f"wrong: {SHOULD_BE.get(_name(each), 'it cannot be read')}"
