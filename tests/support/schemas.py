"""The vendors' published schemas, to hold against them what we send and what the sandbox answers.

The folder's name comes from the environment variable `SCHEMAS`. Whoever does not have the files
skips these tests; `.ci/run` sets it where they lie beside the project.
"""

import copy
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.support.alternatives import quicker

Json = dict[str, Any]
_DOCUMENT = "urn:document"


def published(name: str) -> Json:
    """A published document, by its file's name; the test is skipped where it is not at hand."""
    folder = os.environ.get("SCHEMAS")
    if not folder:
        pytest.skip("SCHEMAS does not name the folder with the published schemas")
    document: Json = json.loads((Path(folder) / name).read_text())
    return document


class Schemas:
    """One document whose schemas refer to each other by `#/…`.

    Args:
        document: As it was published, or changed where it is known to be wrong.
        openapi: Whether it is OpenAPI 3.1, with its formats, or plain JSON Schema.
    """

    def __init__(self, document: Json, *, openapi: bool = False) -> None:
        self.document = document
        self._openapi = openapi
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry = Registry().with_resource(_DOCUMENT, resource)
        self._validators: dict[str, Validator] = {}

    def at(self, *path: str) -> Validator:
        """What checks a value against the schema at this place of the document.

        Args:
            path: The keys that lead there, such as `"definitions", "Refund_266"`.
        """
        return self._of(_pointer(path))

    def violations(self, value: Any, *path: str) -> list[str]:
        """What of a value contradicts the schema at this place; empty if nothing does."""
        return [sentence(each) for each in self.at(*path).iter_errors(value)]

    def _of(self, pointer: str) -> Validator:
        if pointer not in self._validators:
            kind = quicker(OAS31Validator if self._openapi else Draft202012Validator, self.document)
            checker = oas31_format_checker if self._openapi else None
            schema = {"$ref": _DOCUMENT + pointer}
            self._validators[pointer] = kind(
                schema, registry=self._registry, format_checker=checker
            )
        return self._validators[pointer]


def closed(document: Json) -> Json:
    """The document with every object shut: a field that it does not name is a violation.

    An object that stands in an `allOf` itself stays open: its neighbours name fields too. What an
    `allOf` only refers to is shut like all others.
    """
    shut = copy.deepcopy(document)
    for schema in _objects(shut, within_all=False):
        schema.setdefault("additionalProperties", False)
    return shut


def sentence(error: ValidationError) -> str:
    """One violation: where it is, and what is wrong there.

    Of several alternatives the one tells most that the value comes nearest to.
    """
    nearest = _nearest(error)
    where = ".".join(map(str, nearest.absolute_path)) or "(whole)"
    said = nearest.message if len(nearest.message) <= 300 else nearest.message[:300] + "…"
    return f"{where}: {said}"


def _nearest(error: ValidationError) -> ValidationError:
    """The error inside alternatives that tells most.

    An alternative whose `type` (Discord) or `object` (Stripe) is another one is not what was meant.
    """
    while error.context:
        branches: dict[object, list[ValidationError]] = {}
        for each in error.context:
            branches.setdefault(each.schema_path[0], []).append(each)
        error = max(min(branches.values(), key=_distance), key=lambda each: len(each.path))
    return error


def _distance(errors: Iterable[ValidationError]) -> tuple[bool, int]:
    found = list(errors)
    other = any(
        (list(each.path) in (["type"], ["object"]) and each.validator in {"enum", "const"})
        or (not each.path and each.validator == "type")
        for each in found
    )
    return other, len(found)


def _objects(node: object, *, within_all: bool) -> Iterator[Json]:
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and not within_all:
            yield node
        for key, below in node.items():
            yield from _objects(below, within_all=key == "allOf")
    elif isinstance(node, list):
        for below in node:
            yield from _objects(below, within_all=within_all)


def _pointer(path: Iterable[str]) -> str:
    return "#" + "".join("/" + each.replace("~", "~0").replace("/", "~1") for each in path)
