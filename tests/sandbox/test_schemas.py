"""The reader of published schemas finds what contradicts them, and says where."""

import itertools
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.support.alternatives import quicker
from tests.support.schemas import Json, Schemas, closed

DOCUMENT: Json = {
    "paths": {
        "/a/{b}": {"request": {"$ref": "#/components/Card"}},
    },
    "components": {
        "Card": {
            "type": "object",
            "properties": {
                "parts": {
                    "type": "array",
                    "items": {
                        "oneOf": [{"$ref": "#/components/Text"}, {"$ref": "#/components/Button"}]
                    },
                },
                "size": {"type": "integer", "format": "int32"},
            },
            "required": ["parts"],
        },
        "Text": {
            "type": "object",
            "properties": {"type": {"const": "text"}, "said": {"type": "string", "maxLength": 5}},
            "required": ["type", "said"],
        },
        "Button": {
            "type": "object",
            "properties": {"type": {"const": "button"}, "label": {"type": "string"}},
            "required": ["type", "label"],
        },
    },
}
CARD = ("paths", "/a/{b}", "request")


def found(value: Any, *, shut: bool = False) -> list[str]:
    document = closed(DOCUMENT) if shut else DOCUMENT
    return Schemas(document, openapi=True).violations(value, *CARD)


def test_what_fits_has_no_violation() -> None:
    assert found({"parts": [{"type": "text", "said": "hello"}], "size": 1}, shut=True) == []


def test_the_alternative_that_was_meant_tells_what_is_wrong() -> None:
    card = {"parts": [{"type": "button", "label": "Pay"}, {"type": "text", "said": "too long"}]}
    assert found(card) == ["parts.1.said: 'too long' is too long"]


def test_a_missing_field_and_a_wrong_format_are_found() -> None:
    assert found({"size": 2**40}) == [
        f"size: {2**40} is not a 'int32'",
        "(whole): 'parts' is a required property",
    ]


def test_a_field_that_is_not_named_is_a_violation_only_of_a_closed_document() -> None:
    card = {"parts": [{"type": "text", "said": "hello", "colour": 1}]}
    assert found(card) == []
    (said,) = found(card, shut=True)
    assert said.startswith("parts.0: Additional properties are not allowed ('colour'")


NUMBERED: Json = {
    "alternatives": [{"$ref": "#/One"}, {"$ref": "#/Two"}, {"$ref": "#/OneToo"}, {"type": "null"}],
    "One": {"properties": {"type": {"enum": [1]}, "a": {"type": "string"}}, "required": ["type"]},
    "Two": {"properties": {"type": {"type": "integer", "enum": [2, 3]}}, "required": ["type"]},
    "OneToo": {"properties": {"type": {"enum": [1]}, "a": {"type": "integer"}}},
}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_what_is_tried_quickly_is_found_as_by_the_library(keyword: str) -> None:
    """None, one or several fit; of no type, of a known and of an unknown one."""
    schema = NUMBERED | {keyword: NUMBERED["alternatives"]}
    plain = Draft202012Validator(schema)
    quick = quicker(Draft202012Validator, schema)(schema)
    given = [None, 1, "x", {}, *({"type": each} for each in (1, 2, 3, 4, "1", None, True, 1.0))]
    given += [{"type": one, "a": other} for one, other in itertools.product((1, 2), ("x", 5, None))]
    outcomes = set()
    for each in given:
        wrong = [error.message for error in plain.iter_errors(each)]
        assert [error.message for error in quick.iter_errors(each)] == wrong, json.dumps(each)
        outcomes.add(len(wrong))
    assert outcomes == {0, 1}
