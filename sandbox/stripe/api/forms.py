"""Form-encoded parameters with brackets, such as `line_items[0][price_data][currency]=usd`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

from sandbox.stripe.api.errors import invalid

Tree = dict[str, "str | Tree"]

_TEXT_LIMIT = 5000
_METADATA_KEYS = 50
_METADATA_KEY_LENGTH = 40
_METADATA_VALUE_LENGTH = 500
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def pairs(text: str) -> list[tuple[str, str]]:
    """The names and values of a query string or body, in their order."""
    return parse_qsl(text, keep_blank_values=True)


def tree(given: Iterable[tuple[str, str]]) -> Tree:
    """Names with brackets as nested hashes; elements of arrays have their index as a name."""
    root: Tree = {}
    for name, value in given:
        matched = _NAME.fullmatch(name)
        if matched is None:
            raise invalid(f"Invalid request: malformed parameter name: {name}", name)
        head, rest = matched.groups()
        path = [head, *re.findall(r"\[([^\[\]]*)\]", rest)]
        node = root
        for part in path[:-1]:
            child = node.setdefault(part or str(len(node)), {})
            if isinstance(child, str):
                raise invalid(f"Invalid {head}: must be a hash", head)
            node = child
        node[path[-1] or str(len(node))] = value
    return root


class Params:
    """Reads parameters and refuses wrong ones as Stripe does; an empty text counts as not given.

    Args:
        values: The nested values.
        path: Where they stand in the request, for messages.
    """

    def __init__(self, values: Tree, path: str = "") -> None:
        self._values = values
        self._path = path

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def where(self, name: str) -> str:
        """The full name of a parameter, as it stands in the request."""
        return f"{self._path}[{name}]" if self._path else name

    def supports(self, *names: str) -> None:
        """Refuse what Stripe takes and the local Stripe would only ignore."""
        for name in self._values:
            if name not in names:
                where = self.where(name)
                raise invalid(f"The local Stripe does nothing with {where}.", where)

    def exclusive(self, *names: str) -> None:
        """Refuse more than one of these."""
        if sum(name in self._values for name in names) > 1:
            raise invalid(
                f"You may only specify one of these parameters: {', '.join(names)}.",
                code="parameters_exclusive",
            )

    def text(self, name: str, *, longest: int = _TEXT_LIMIT) -> str | None:
        """A text, if given."""
        value = self._values.get(name, "")
        if not isinstance(value, str):
            raise invalid(f"Invalid string: {value}", self.where(name))
        if len(value) > longest:
            raise invalid(f"Invalid string: must be at most {longest} characters", self.where(name))
        return value or None

    def needed(self, name: str, *, longest: int = _TEXT_LIMIT) -> str:
        """A text that must be there."""
        value = self.text(name, longest=longest)
        if value is None:
            where = self.where(name)
            raise invalid(f"Missing required param: {where}.", where, "parameter_missing")
        return value

    def integer(self, name: str, *, least: int | None = None) -> int | None:
        """A whole number, if given."""
        value = self.text(name)
        if value is None:
            return None
        where = self.where(name)
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise invalid(f"Invalid integer: {value}", where, "parameter_invalid_integer")
        if least is not None and int(value) < least:
            raise invalid(
                f"This value must be greater than or equal to {least}.",
                where,
                "parameter_invalid_integer",
            )
        return int(value)

    def boolean(self, name: str) -> bool | None:
        """`true` or `false`, if given."""
        value = self.text(name)
        if value not in {None, "true", "false"}:
            raise invalid(f"Invalid boolean: {value}", self.where(name))
        return None if value is None else value == "true"

    def choice(self, name: str, allowed: Sequence[str]) -> str | None:
        """One of some words, if given."""
        value = self.text(name)
        if value is None or value in allowed:
            return value
        words = ", ".join(allowed[:-1]) + f", or {allowed[-1]}" if allowed[1:] else allowed[0]
        raise invalid(f"Invalid {name}: must be one of {words}", self.where(name))

    def is_hash(self, name: str) -> bool:
        """Whether nested parameters were given under this name."""
        return isinstance(self._values.get(name), dict)

    def hash(self, name: str) -> "Params | None":
        """Nested parameters, if given."""
        value = self._values.get(name, "")
        if value == "":
            return None
        if isinstance(value, str):
            raise invalid("Invalid object", self.where(name))
        return Params(value, self.where(name))

    def array(self, name: str) -> "list[Params]":
        """The hashes of an array; None if not given."""
        inner = self.hash(name)
        if inner is None:
            return []
        found = [inner.hash(key) for key in sorted(inner._values, key=_index)]  # noqa: SLF001 - its own kind
        return [each for each in found if each is not None]

    def texts(self, name: str) -> list[str]:
        """The texts of an array; None if not given."""
        inner = self.hash(name)
        if inner is None:
            return []
        return [inner.needed(key) for key in sorted(inner._values, key=_index)]  # noqa: SLF001 - its own kind

    def mapping(self, name: str, *, longest: int = _TEXT_LIMIT) -> dict[str, str]:
        """A hash of texts; empty ones are kept (they unset)."""
        inner = self.hash(name)
        if inner is None:
            return {}
        return {key: inner.text(key, longest=longest) or "" for key in inner._values}  # noqa: SLF001 - its own kind

    def metadata(
        self, name: str = "metadata", *, before: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Metadata within Stripe's limits (Stripe: Metadata), put on top of what was there before.

        An empty value takes a key away, an empty text in place of the hash all of them.
        """
        merged = {} if self._values.get(name) == "" else dict(before or {})
        merged |= self.mapping(name)
        given = {key: value for key, value in merged.items() if value}
        where = self.where(name)
        if len(given) > _METADATA_KEYS:
            raise invalid(f"Metadata can have up to {_METADATA_KEYS} keys.", where)
        for key, value in given.items():
            if len(key) > _METADATA_KEY_LENGTH:
                raise invalid(
                    f"Metadata keys can be up to {_METADATA_KEY_LENGTH} characters long.", where
                )
            if len(value) > _METADATA_VALUE_LENGTH:
                raise invalid(
                    f"Metadata values can have up to {_METADATA_VALUE_LENGTH} characters, "
                    f"but you passed in a value that is {len(value)} characters.",
                    f"{where}[{key}]",
                )
        return given


def _index(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isdecimal() else (0, key)
