"""What is said of settings that are missing or wrong: all of them in one line, without values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from payments.infra.errors import SecretUnreadable

Fields: TypeAlias = Mapping[str, FieldInfo]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a part of the settings says of one of its fields, in `Annotated`.

    Attributes:
        should_be: What it must be, if no check of its own says so.
        begins: How every value of it begins.
    """

    should_be: str = ""
    begins: str = ""


def note_of(field: FieldInfo) -> Note:
    """What is said of a field; nothing in particular of most."""
    return next((each for each in field.metadata if isinstance(each, Note)), Note())


def asked(fields: Fields) -> frozenset[str]:
    """The settings that `guildbank init` asks for: those that must be set, and the address."""
    return frozenset(name for name, each in fields.items() if each.is_required()) | {"public_url"}


_A_PORT: Final = "must be the number of a port, from 0 to 65535"
AN_API: Final = "must be an address, such as http://127.0.0.1:9000"

SHOULD_BE: Final[Mapping[str, str]] = {
    "discord_api_url": AN_API,
    "discord_gateway_url": "must be an address, such as ws://127.0.0.1:9000/gateway",
    "public_url": "must be an address, such as https://shop.example",
    "http_port": _A_PORT,
    "metrics_port": _A_PORT,
    "default_currency": "must be a currency's three letters in capitals, such as EUR",
    "discord_requests_per_second": "must be a number from 1 to 50",
    "discord_members_intent": "must be true or false",
    "keep_days": "must be a number of days, 30 or more",
    "subscribers_in_private_networks": "must be true or false",
    "log_level": "must be DEBUG, INFO, WARNING or ERROR",
    "log_format": "must be text or json",
}
"""What a setting must be that is not checked by words of its own."""


def absent(error: ValidationError, fields: Fields) -> frozenset[str]:
    """The settings without a value, of those that must have one: their line may be there, empty."""
    must = asked(fields)
    return frozenset(_name(each) for each in _errors(error) if _is_absent(each, must))


def all_that_is_wrong(error: ValidationError, fields: Fields) -> list[str]:
    """What is missing or wrong, and at the end the way out; no line shows a value."""
    missing = absent(error, fields)
    wrong = {
        _name(each): _what(each, fields)
        for each in reversed(_errors(error))
        if _name(each) not in missing
    }
    said = [*_not_set(sorted(missing)), *(wrong[name] for name in sorted(wrong))]
    others = wrong.keys() - {_name(each) for each in _errors(error) if _is_unreadable(each)}
    if missing or others & asked(fields):
        said.append(
            "`guildbank init` asks for all that must be set; or edit the environment or .env."
        )
    elif others:
        said.append("Mend that in the environment or in the file .env.")
    return said


def _errors(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False, include_context=False)


def _name(each: ErrorDetails) -> str:
    return str(each["loc"][0])


def _is_unreadable(each: ErrorDetails) -> bool:
    """Whether its file cannot be used; the reason stands in its place, and names the way out."""
    return isinstance(each["input"], SecretUnreadable)


def _is_empty(each: ErrorDetails) -> bool:
    return bool(each["input"] == "")


def _is_absent(each: ErrorDetails, must: frozenset[str]) -> bool:
    return each["type"] == "missing" or (_is_empty(each) and _name(each) in must)


def _not_set(names: Sequence[str]) -> list[str]:
    written = [each.upper() for each in names]
    if not written:
        return []
    if len(written) == 1:
        return [f"{written[0]} is not set."]
    return [f"{', '.join(written[:-1])} and {written[-1]} are not set."]


def _what(each: ErrorDetails, fields: Fields) -> str:
    name = _name(each)
    if _is_unreadable(each):
        return str(each["input"])
    if _is_empty(each):
        return f"{name.upper()} is empty: give it a value, or leave its line out."
    if each["type"] == "value_error":  # in our own words
        words = each["msg"].removeprefix("Value error, ").rstrip(".")
        return f"{name.upper()} is wrong: {words}."
    should_be = SHOULD_BE.get(name) or note_of(fields[name]).should_be or "it cannot be read"
    return f"{name.upper()} is wrong: {should_be}."
