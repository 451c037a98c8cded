"""Which parameters a request may have: read from the SDK's own types of the pinned version.

The SDK is generated from Stripe's description of its API: it has every name, kind and documented
word, but no lengths and amounts. Those are written down where they are checked.
"""

import re
import types
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final, Literal, TypeGuard, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions

from sandbox.stripe.api.errors import ApiError, invalid
from sandbox.stripe.api.forms import Tree

_EMPTYABLE: Final = frozenset({("CustomerUpdateParams", "email")})
"""What an empty text takes away though the types do not say so (stripe-node, pull request 1834)."""

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")


def check_params(given: Tree, kind: type, where: str = "") -> None:
    """Refuse unknown and missing parameters, and values of a wrong kind.

    Args:
        given: The parameters, or a hash among them.
        kind: The SDK's TypedDict for them.
        where: The name of the hash; empty for all parameters.

    Raises:
        ApiError: With Stripe's code and the parameter.
    """
    known = _hints(kind)
    unknown = [_within(where, name) for name in given if name not in known]
    if unknown:
        several = "s" if unknown[1:] else ""
        raise invalid(
            f"Received unknown parameter{several}: {', '.join(unknown)}",
            unknown[0],
            "parameter_unknown",
        )
    for name, value in given.items():
        if value or (kind.__name__, name) not in _EMPTYABLE:
            _check_value(value, known[name], _within(where, name))
    needed: frozenset[str] = kind.__required_keys__  # type: ignore[attr-defined]  # a TypedDict
    for name in sorted(needed - given.keys()):
        missing = _within(where, name)
        raise invalid(f"Missing required param: {missing}.", missing, "parameter_missing")


def words(kind: type, name: str) -> tuple[str, ...]:
    """The documented words of a parameter, or of the elements of an array."""
    return tuple(word for each in _flat(_hints(kind)[name]) for word in _words_of(each))


def _words_of(kind: object) -> Iterator[str]:
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    elif get_origin(kind) is list:
        for each in _flat(get_args(kind)[0]):
            yield from _words_of(each)


def _within(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name


@cache
def _hints(kind: type) -> dict[str, object]:
    """The types of a TypedDict's keys; those of the SDK's own options are left out."""
    own = {
        name: hint
        for name, hint in kind.__annotations__.items()
        if name not in RequestOptions.__annotations__
    }
    shell = type(kind.__name__, (), {"__annotations__": own, "__module__": kind.__module__})
    return get_type_hints(shell)


def _flat(kind: object) -> list[object]:
    """The alternatives of a type."""
    if get_origin(kind) in {Union, types.UnionType}:
        return [each for part in get_args(kind) for each in _flat(part)]
    return [kind]


def _check_value(value: str | Tree, kind: object, where: str) -> None:
    alternatives = _flat(kind)
    if isinstance(value, str):
        _check_text(value, alternatives, where)
    else:
        _check_hash(value, alternatives, where)


def _check_hash(value: Tree, alternatives: list[object], where: str) -> None:
    for kind in alternatives:
        if get_origin(kind) is list:
            if not all(key.isdecimal() for key in value):
                raise invalid("Invalid array", where)
            for key, each in value.items():
                _check_value(each, get_args(kind)[0], f"{where}[{key}]")
            return
        if _is_typed_hash(kind):
            check_params(value, kind, where)
            return
        if get_origin(kind) is dict:
            return
    raise _wrong_text("{...}", alternatives, where)


def _check_text(value: str, alternatives: list[object], where: str) -> None:
    known = [word for kind in alternatives for word in _words_of(kind) if not _is_array(kind)]
    if value in known:
        return
    if value == "":
        raise invalid(
            f"You passed an empty string for '{where}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{where}' cannot be unset. You should remove '{where}' "
            "from your request or supply a non-empty value.",
            where,
            "parameter_invalid_empty",
        )
    known = [word for word in known if word]
    if known and int not in alternatives:
        name = where.rpartition("[")[2].rstrip("]")
        raise invalid(f"Invalid {name}: must be one of {_listed(known)}", where)
    if not any(_fits(value, kind) for kind in alternatives):
        raise _wrong_text(value, alternatives, where)


def _fits(value: str, kind: object) -> bool:
    if kind is str:
        return True
    if kind is bool:
        return value in {"true", "false"}
    if kind is int:
        return _INTEGER.fullmatch(value) is not None
    if kind in {float, Decimal}:
        try:
            return Decimal(value).is_finite()
        except InvalidOperation:
            return False
    return False


def _wrong_text(value: str, alternatives: list[object], where: str) -> ApiError:
    if int in alternatives:
        return invalid(f"Invalid integer: {value}", where, "parameter_invalid_integer")
    if bool in alternatives:
        return invalid(f"Invalid boolean: {value}", where)
    if float in alternatives or Decimal in alternatives:
        return invalid(f"Invalid decimal: {value}", where)
    if any(_is_array(each) for each in alternatives):
        return invalid("Invalid array", where)
    if any(_is_typed_hash(each) or get_origin(each) is dict for each in alternatives):
        return invalid("Invalid object", where)
    return invalid(f"Invalid string: {value}", where)


def _is_array(kind: object) -> bool:
    return get_origin(kind) is list


def _is_typed_hash(kind: object) -> TypeGuard[type]:
    return isinstance(kind, type) and hasattr(kind, "__required_keys__")


def _listed(known: list[str]) -> str:
    return ", ".join(known[:-1]) + f", or {known[-1]}" if known[1:] else known[0]
