"""What the body of a request may look like, and what is wrong with one.

What a vendor takes and the local service would only ignore is wrong here too: a field that no shape
names is refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.base.common import Json

Wrong = Literal["missing", "unknown", "kind", "short", "long", "pattern", "word", "few", "many"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """What is wrong with a value.

    Attributes:
        pointer: Where it stands, as a JSON pointer.
        value: What stands there; None if it is missing.
    """

    pointer: str
    wrong: Wrong
    value: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text, in characters."""

    longest: int
    shortest: int = 1
    pattern: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number."""

    least: int


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """An array."""

    of: "Shape"
    most: int
    least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """An object whose keys the client chooses."""

    of: "Shape"
    longest_key: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """An object with these fields."""

    fields: Mapping[str, "Shape"]
    required: tuple[str, ...] = ()


Shape = Text | Number | Flag | Anything | Many | Map | Object


def misfits(value: object, shape: Shape, pointer: str = "") -> Iterator[Misfit]:
    """All that is wrong with a value, in the order of the shape's fields."""
    match shape:
        case Object():
            yield from _in_object(value, shape, pointer)
        case Many():
            yield from _in_array(value, shape, pointer)
        case Map():
            yield from _in_map(value, shape, pointer)
        case Text():
            yield from _in_text(value, shape, pointer)
        case _:
            yield from _in_simple(value, shape, pointer)


def _in_simple(value: object, shape: Number | Flag | Anything, pointer: str) -> Iterator[Misfit]:
    kinds: dict[type, type] = {Number: int, Flag: bool, Anything: dict}
    if type(value) is not kinds[type(shape)]:
        yield Misfit(pointer=pointer, wrong="kind", value=value)
    elif isinstance(shape, Number) and isinstance(value, int) and value < shape.least:
        yield Misfit(pointer=pointer, wrong="short", value=value)


def _in_object(value: object, shape: Object, pointer: str) -> Iterator[Misfit]:
    if not isinstance(value, dict):
        yield Misfit(pointer=pointer, wrong="kind", value=value)
        return
    given: Json = value
    for name in shape.required:
        if name not in given:
            yield Misfit(pointer=f"{pointer}/{name}", wrong="missing")
    for name, each in given.items():
        if name in shape.fields:
            yield from misfits(each, shape.fields[name], f"{pointer}/{name}")
        else:
            yield Misfit(pointer=f"{pointer}/{name}", wrong="unknown", value=each)


def _in_array(value: object, shape: Many, pointer: str) -> Iterator[Misfit]:
    if not isinstance(value, list):
        yield Misfit(pointer=pointer, wrong="kind", value=value)
    elif len(value) < shape.least:
        yield Misfit(pointer=pointer, wrong="few")
    elif len(value) > shape.most:
        yield Misfit(pointer=pointer, wrong="many")
    else:
        for at, each in enumerate(value):
            yield from misfits(each, shape.of, f"{pointer}/{at}")


def _in_map(value: object, shape: Map, pointer: str) -> Iterator[Misfit]:
    if not isinstance(value, dict):
        yield Misfit(pointer=pointer, wrong="kind", value=value)
        return
    if len(value) > shape.most:
        yield Misfit(pointer=pointer, wrong="many")
    for key, each in value.items():
        if len(key) > shape.longest_key:
            yield Misfit(pointer=f"{pointer}/{key}", wrong="long", value=key)
        yield from misfits(each, shape.of, f"{pointer}/{key}")


def _in_text(value: object, shape: Text, pointer: str) -> Iterator[Misfit]:
    if not isinstance(value, str):
        yield Misfit(pointer=pointer, wrong="kind", value=value)
    elif shape.words and value not in shape.words:
        yield Misfit(pointer=pointer, wrong="word", value=value)
    elif len(value) < shape.shortest:
        yield Misfit(pointer=pointer, wrong="short", value=value)
    elif len(value) > shape.longest:
        yield Misfit(pointer=pointer, wrong="long", value=value)
    elif shape.pattern is not None and not re.fullmatch(shape.pattern, value):
        yield Misfit(pointer=pointer, wrong="pattern", value=value)
