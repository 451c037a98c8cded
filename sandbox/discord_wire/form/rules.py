"""Rules for the fields of a body, and the form that gathers what they refuse.

The codes and sentences are Discord's own (its page "Reference", "Error Messages").
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox.discord_wire import errors
from sandbox.discord_wire.components import Path

Rule = Callable[["Form", Path, Any], None]
"""Looks at one value at its place, and refuses it in the form."""

INT32 = 2**31 - 1
_URL = 2048


class Form:
    """What is wrong with one body, by place."""

    def __init__(self) -> None:
        self._errors: dict[str, Any] = {}
        self.refusals = 0

    def refuse(self, path: Path, code: str, message: str) -> None:
        """Note what is wrong at a place."""
        node = self._errors
        for part in path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
        self.refusals += 1

    def close(self) -> None:
        """Answer, if anything was refused.

        Raises:
            ApiError: 50035 with the whole tree.
        """
        if self._errors:
            raise errors.invalid_body(self._errors)


def required(form: Form, path: Path) -> None:
    """Refuse a place where something must stand."""
    form.refuse(path, "BASE_TYPE_REQUIRED", "This field is required")


def too_many(form: Form, path: Path, most: int, least: int = 0) -> None:
    """Refuse a length."""
    if least:
        said = f"Must be between {least} and {most} in length."
        form.refuse(path, "BASE_TYPE_BAD_LENGTH", said)
    else:
        form.refuse(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def text(most: int, least: int = 0) -> Rule:
    """A text with a number of characters in a range; one of spaces alone counts as empty."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        if not isinstance(value, str):
            form.refuse(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif least and not value.strip():
            required(form, path)
        elif not least <= len(value) <= most:
            too_many(form, path, most, least)

    return check


def integer(least: int, most: int) -> Rule:
    """A whole number within bounds."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        if not isinstance(value, int) or isinstance(value, bool):
            form.refuse(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < least:
            said = f"int value should be greater than or equal to {least}."
            form.refuse(path, "NUMBER_TYPE_MIN", said)
        elif value > most:
            said = f"int value should be less than or equal to {most}."
            form.refuse(path, "NUMBER_TYPE_MAX", said)

    return check


def number(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
    """Any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        form.refuse(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')


def boolean(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
    """Yes or no."""
    if not isinstance(value, bool):
        form.refuse(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def snowflake(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
    """An id, as a text of digits; Discord takes a number too."""
    if isinstance(value, bool) or not str(value).isdecimal():
        form.refuse(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def one_of(*values: object) -> Rule:
    """One of these values."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        if isinstance(value, bool) or value not in values:
            said = f"Value must be one of {_listed(values)}."
            form.refuse(path, "BASE_TYPE_CHOICES", said)

    return check


def link(*schemes: str, most: int = _URL) -> Rule:
    """An address with one of these schemes."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        refused = form.refusals
        text(most, least=1)(form, path, value)
        if form.refusals > refused:
            return
        scheme, _, rest = value.partition("://")
        if scheme not in schemes:
            said = f'Scheme "{scheme}" is not supported. Scheme must be one of {_listed(schemes)}.'
            form.refuse(path, "URL_TYPE_INVALID_SCHEME", said)
        elif not rest or any(each.isspace() for each in rest) or not _has_host(value):
            form.refuse(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")

    return check


def listed(rule: Rule, most: int, least: int = 0, *, unique: bool = False) -> Rule:
    """A list, with a number of entries in a range, of what the rule lets pass."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        if not isinstance(value, list):
            form.refuse(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        if not least <= len(value) <= most:
            too_many(form, path, most, least)
        for at, each in enumerate(value):
            rule(form, (*path, at), each)
            if unique and each in value[:at]:
                said = "The set already contains this value"
                form.refuse((*path, at), "SET_TYPE_ALREADY_CONTAINS_VALUE", said)

    return check


def record(rules: Mapping[str, Rule], needed: Collection[str] = ()) -> Rule:
    """An object with these fields; null stands for none, other fields are passed over."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        if not isinstance(value, Mapping):
            said = "Only dictionaries may be used in a ModelType"
            form.refuse(path, "MODEL_TYPE_CONVERT", said)
            return
        for name in needed:
            if value.get(name) is None:
                required(form, (*path, name))
        for name, rule in rules.items():
            if value.get(name) is not None:
                rule(form, (*path, name), value[name])

    return check


def by_locale(rule: Rule) -> Rule:
    """The same in several languages."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        if isinstance(value, Mapping):
            for locale, each in value.items():
                rule(form, (*path, locale), each)
        else:
            form.refuse(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")

    return check


def union(kinds: Mapping[int, Rule]) -> Rule:
    """An object whose `type` says which rule holds for it."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        if not isinstance(value, Mapping):
            record({})(form, path, value)
            return
        kind = value.get("type")
        if isinstance(kind, bool) or not isinstance(kind, int) or kind not in kinds:
            said = f'Value of field "type" must be one of {_listed(tuple(kinds))}.'
            form.refuse(path, "UNION_TYPE_CHOICES", said)
        else:
            kinds[kind](form, path, value)

    return check


def in_turn(*rules: Rule) -> Rule:
    """Each rule, as long as those before found nothing: later ones rely on sound fields."""

    def check(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
        before = form.refusals
        for rule in rules:
            if form.refusals == before:
                rule(form, path, value)

    return check


def _listed(values: tuple[object, ...]) -> str:
    return str(values) if len(values) > 1 else f"({values[0]!r},)"


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).netloc)
    except ValueError:
        return False
