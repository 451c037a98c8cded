"""Alternatives of a schema (`oneOf`, `anyOf`), tried quickly: most of what is checked fits.

jsonschema collects all that is wrong with each alternative before it looks whether another fits.
"""

from collections.abc import Iterator
from typing import Any

from jsonschema import validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

Json = dict[str, Any]


class Alternatives:
    """What fits among alternatives.

    Args:
        kind: Whose keywords say what is wrong where nothing fits.
        document: To which the schemas refer by `#/…`.
    """

    def __init__(self, kind: type[Validator], document: Json) -> None:
        self._one_of, self._any_of = kind.VALIDATORS["oneOf"], kind.VALIDATORS["anyOf"]
        self._document = document
        self._types: dict[str, list[Any] | None] = {}

    def one_of(
        self, validator: Any, alternatives: list[Any], instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        """What is wrong, unless exactly one fits."""
        if len(list(self._fitting(validator, alternatives, instance))) != 1:
            yield from self._one_of(validator, alternatives, instance, schema)

    def any_of(
        self, validator: Any, alternatives: list[Any], instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        """What is wrong, unless one fits."""
        if next(self._fitting(validator, alternatives, instance), None) is None:
            yield from self._any_of(validator, alternatives, instance, schema)

    def _fitting(self, validator: Any, alternatives: list[Any], instance: Any) -> Iterator[Any]:
        typed = isinstance(instance, dict) and "type" in instance
        for each in alternatives:
            types = self._types_of(each) if typed else None
            if types is not None and instance["type"] not in types:
                continue  # of another type, whatever else it is
            if validator.evolve(schema=each).is_valid(instance):
                yield each

    def _types_of(self, schema: Any) -> list[Any] | None:
        """The values of the field `type` that a referred schema takes; None where it takes all."""
        refers = isinstance(schema, dict) and schema.get("$ref")
        if not refers or not refers.startswith("#/"):
            return None
        if refers not in self._types:
            found: Any = self._document
            for key in refers.removeprefix("#/").split("/"):
                found = found[key.replace("~1", "/").replace("~0", "~")]
            self._types[refers] = found.get("properties", {}).get("type", {}).get("enum")
        return self._types[refers]


def quicker(kind: type[Validator], document: Json) -> type[Validator]:
    """The same validator, which collects what is wrong only where something is."""
    found = Alternatives(kind, document)
    keywords = {"oneOf": found.one_of, "anyOf": found.any_of}
    extended: type[Validator] = validators.extend(kind, keywords)  # type: ignore[no-untyped-call]
    return extended
