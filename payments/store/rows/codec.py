"""Values as JSON text, by their types."""

import functools
import re
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from payments.commands.base import Command
from payments.domain.errors import Refused
from payments.domain.values.characters import UNSTORABLE
from payments.domain.values.events import EVENTS, Event

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""NUL as JSON writes it; not the six characters that only look so."""


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type that pydantic understands
    return TypeAdapter(kind)


@functools.cache
def _left_out(kind: type[Command[Any]]) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind) if not field.compare)


def encode(kind: Any, value: object) -> str:  # noqa: ANN401 - as above
    """A value of a type as JSON."""
    return _adapter(kind).dump_json(value).decode()


def decode(kind: Any, text: str) -> Any:  # noqa: ANN401 - as above
    """A value of a type read back from JSON."""
    return _adapter(kind).validate_json(text)


def content_of(command: Command[Any]) -> str:
    """All of a command that must be the same whenever it comes under the same key, as JSON.

    Raises:
        Refused: A text in it cannot be stored.
    """
    kind = type(command)
    try:
        content = _adapter(kind).dump_json(command, exclude=set(_left_out(kind))).decode()
    except PydanticSerializationError as error:
        if isinstance(error.__cause__, UnicodeEncodeError) or "surrogates" in str(error):
            raise Refused(UNSTORABLE) from error
        raise
    if "\\u0000" in content and _NUL.search(content):
        raise Refused(UNSTORABLE)
    return content


def decode_event(name: str, text: str) -> Event:
    """An event read back from the queue.

    Raises:
        LookupError: No such kind of event.
        ValueError: It is not what its kind says.
    """
    event: Event = decode(EVENTS[name], text)
    return event
