"""Stripe's published schema, to hold requests, answers and events against it.

It was made from the types of the SDK for JavaScript: three of them say less or something else than
what is on the wire, and are changed here.
"""

import re
from collections.abc import Iterator

from tests.support.schemas import Json, Schemas, published

FILE = "stripe-2026-10-28.endive.schema.json"

_ANYTHING: Json = {"type": "object"}
_ON_THE_WIRE: dict[str, Json] = {
    "T_391": {"type": "string"},  # the SDK's class for decimals: a text in JSON
    "Object_1623": _ANYTHING,  # what an event is about: checked as what its `object` says
    "PreviousAttributes_1624": _ANYTHING,  # parts of the same
}
_LIST: Json = {
    "type": "object",
    "properties": {
        "object": {"const": "list"},
        "data": {"type": "array", "items": {"type": "object"}},
        "has_more": {"type": "boolean"},
        "url": {"type": "string"},
    },
    "required": ["object", "data", "has_more", "url"],
    "additionalProperties": False,
}
_DELETED: Json = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "object": {"type": "string"},
        "deleted": {"const": True},
    },
    "required": ["id", "object", "deleted"],
    "additionalProperties": False,
}
_TEXT: Json = {"type": "string"}
_REASONS = ["abandoned", "duplicate", "fraudulent", "requested_by_customer"]
_UNLISTED: dict[str, Json] = {
    "POST /v1/payment_intents/{}/cancel": {
        "type": "object",
        "properties": {"cancellation_reason": {"enum": _REASONS}},
        "additionalProperties": False,
    },
    "POST /v1/payment_intents/{}/capture": {
        "type": "object",
        "properties": {"amount_to_capture": {"type": "number"}, "metadata": _ANYTHING},
        "additionalProperties": False,
    },
}
"""Requests that the document leaves out, as far as we make them (Stripe: Cancel and Capture a
PaymentIntent; the SDK's `PaymentIntentCancelParams` and `PaymentIntentCaptureParams`)."""


class StripeSchema:
    """What Stripe's objects and requests look like in the pinned version; skips where unknown."""

    def __init__(self) -> None:
        document = published(FILE)
        self._roots: dict[str, Json] = document["roots"]
        assert not self._roots.keys() & _UNLISTED.keys(), "the document has it by now"
        self._roots |= {name: {"$ref": f"#/definitions/{_named(name)}"} for name in _UNLISTED}
        self._roots |= {"customer": {"$ref": "#/definitions/Customer_36"}}  # no request of ours
        definitions: Json = document["definitions"]
        missing = _ON_THE_WIRE.keys() - definitions.keys()
        assert not missing, f"the schema is another one: {missing}"
        definitions |= _ON_THE_WIRE
        codes = definitions["LastPaymentError_199"]["properties"]["code"]
        definitions |= {_named(name): shape for name, shape in _UNLISTED.items()}
        definitions |= {"our_list": _LIST, "our_deleted": _DELETED, "our_error": _error(codes)}
        self._schemas = Schemas(document)

    def violations(self, shown: Json) -> list[str]:
        """What is wrong with an object, and with every event, list and error.

        Args:
            shown: As Stripe sends it.
        """
        if "error" in shown and "object" not in shown:
            return self._schemas.violations(shown, "definitions", "our_error")
        if shown.get("deleted") is True:
            return self._schemas.violations(shown, "definitions", "our_deleted")
        kind = str(shown.get("object"))
        if kind == "list":
            found = self._schemas.violations(shown, "definitions", "our_list")
            inside = [each for each in shown.get("data", ()) if isinstance(each, dict)]
            return found + [wrong for each in inside for wrong in self.violations(each)]
        if kind == "item":  # only ever in lists: the schema has it inside of a session
            return self._schemas.violations(shown, "definitions", "LineItem_1248")
        if kind not in self._roots:
            return [f"there is no object {kind}"]
        found = [f"{kind}: {each}" for each in self._check(kind, shown)]
        return found + list(self._inside_event(shown)) if kind == "event" else found

    def asked(self, method: str, path: str, params: Json) -> list[str]:
        """What is wrong with the parameters of a request.

        Args:
            method: `GET`, `POST` or `DELETE`.
            path: With ids in it.
            params: As they are on the wire: all values texts, arrays by their indexes.
        """
        root = f"{method} {pattern(path)}"
        if root not in self._roots:
            return [f"{root} is not among the requests of the schema"]
        typed = self._typed(params, self._roots[root])
        return [f"{root}: {each}" for each in self._check(root, typed)]

    def _typed(self, value: object, schema: Json) -> object:
        """A value of the wire, as the kind that the schema has in its place; itself if it has none.

        Numbers and truth values are texts on the wire, arrays are hashes with indexes as names.
        """
        kinds = list(self._alternatives(schema))
        if isinstance(value, dict):
            for kind in kinds:
                if kind.get("type") == "array" and all(name.isdecimal() for name in value):
                    return [self._typed(each, kind["items"]) for each in value.values()]
            for kind in kinds:
                if kind.get("type") == "object":
                    known = kind.get("properties", {})
                    return {
                        name: self._typed(each, known.get(name, {})) for name, each in value.items()
                    }
            return value
        for kind in kinds:
            if kind.get("type") == "number" and re.fullmatch(r"-?[0-9]+", str(value)):
                return int(str(value))
            if (kind.get("type") == "boolean" or "const" in kind) and value in {"true", "false"}:
                return value == "true"
        return value

    def _alternatives(self, schema: Json) -> Iterator[Json]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            yield from self._alternatives(self._schemas.document["definitions"][name])
        elif "anyOf" in schema:
            for each in schema["anyOf"]:
                yield from self._alternatives(each)
        else:
            yield schema

    def _inside_event(self, event: Json) -> Iterator[str]:
        data = event.get("data") or {}
        about = data.get("object", {})
        yield from (f"{event.get('type')}: {each}" for each in self.violations(about))
        for name in data.get("previous_attributes", {}):
            if name not in self._fields(str(about.get("object"))):
                yield f"{event.get('type')}: previous_attributes has {name}"

    def _fields(self, kind: str) -> set[str]:
        name = self._roots[kind]["$ref"].rpartition("/")[2]
        return set(self._schemas.document["definitions"][name]["properties"])

    def _check(self, root: str, value: object) -> list[str]:
        name = self._roots[root]["$ref"].rpartition("/")[2]
        return self._schemas.violations(value, "definitions", name)


def _named(request: str) -> str:
    """The name of a definition, in which a slash would lead on."""
    return f"our_{request.rpartition('/')[2]}"


def pattern(path: str) -> str:
    """A path with `{}` for ids: `/v1/refunds/re_123` is `/v1/refunds/{}`."""
    prefixes = "cs|pi|ch|py|re|pyr|du|issfr|evt|txn|we|acct"
    return re.sub(rf"/(?:{prefixes})_[A-Za-z0-9_]+", "/{}", path)


def _error(codes: Json) -> Json:
    """An error (Stripe: Errors, and the SDK's `ErrorObject`)."""
    fields: dict[str, Json] = {
        "code": codes,
        "decline_code": _TEXT,
        "doc_url": _TEXT,
        "message": _TEXT,
        "param": _TEXT,
        "request_log_url": _TEXT,
        "type": {"enum": ["api_error", "card_error", "idempotency_error", "invalid_request_error"]},
    }
    error: Json = {
        "type": "object",
        "properties": fields,
        "required": ["message", "type", "request_log_url"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"error": error},
        "required": ["error"],
        "additionalProperties": False,
    }
