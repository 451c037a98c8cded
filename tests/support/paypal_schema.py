"""PayPal's published documents, to hold answers and events against them."""

import copy
import re
from collections.abc import Iterator
from typing import Any

from tests.support.schemas import Json, Schemas, published

FILES = (
    "paypal-checkout_orders_v2.json",
    "paypal-payments_payment_v2.json",
    "paypal-notifications_webhooks_v1.json",
    "paypal-customer_disputes_v1.json",
)
_RESOURCES = {
    "checkout-order": (FILES[0], "order"),
    "capture": (FILES[1], "capture-2"),
    "refund": (FILES[1], "refund"),
    "authorization": (FILES[1], "authorization-2"),
    "dispute": (FILES[3], "dispute"),
}
_METHODS = frozenset({"get", "post", "patch", "delete", "put"})

UNLISTED = frozenset(
    {
        "PAYPAL_REQUEST_ID_PREVIOUSLY_USED",  # documented for other interfaces of PayPal's
        "PREVIOUS_REQUEST_IN_PROGRESS",  # for payments only
        "DECIMALS_NOT_SUPPORTED",  # for payments, and for orders that are changed
        "ACTION_DOES_NOT_MATCH_INTENT",  # for an authorization of what is to be captured
    }
)
"""Issues that the local PayPal tells where its documents do not list them."""


class PayPalSchema:
    """What PayPal answers and tells, as it is published; skips where that is unknown."""

    def __init__(self) -> None:
        self._schemas = {name: Schemas(_shut(published(name))) for name in FILES}

    def answered(self, method: str, path: str, status: int, body: Json | None) -> list[str]:
        """What is wrong with an answer; an endpoint that is not published is wrong too."""
        if status == 429:
            return []  # the documents name no answer for it
        for name, schemas in self._schemas.items():
            for template, operations in schemas.document["paths"].items():
                pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
                if re.fullmatch(pattern, path) and method.lower() in operations:
                    where = ("paths", template, method.lower(), "responses", str(status))
                    return self._of(name, where, status, body)
        return [f"{method} {path} is not published"]

    def told(self, event: Json) -> list[str]:
        """What is wrong with an event and with what it is about."""
        wrong = self._schemas[FILES[2]].violations(event, "components", "schemas", "event")
        if event["event_type"] == "CHECKOUT.PAYMENT-APPROVAL.REVERSED":
            return wrong  # no document has what it is about
        name, schema = _RESOURCES[event["resource_type"]]
        return [
            *wrong,
            *self._schemas[name].violations(event["resource"], "components", "schemas", schema),
        ]

    def _of(self, name: str, where: tuple[str, ...], status: int, body: Json | None) -> list[str]:
        schemas = self._schemas[name]
        node: Any = schemas.document
        for key in where[:-1]:
            node = node[key]
        if body is None:
            return [] if status == 204 and "204" in node else [f"{status} has no body"]
        if status >= 400:
            return _refused(schemas, node, where, status, body)
        if status == 200 and "200" not in node and "201" in node:
            where = (*where[:-1], "201")  # a repeat, which newer documents answer with 200
            status = 201
        if "content" not in node.get(str(status), {}):
            return [f"{status} is not published"]
        return schemas.violations(body, *where, "content", "application/json", "schema")


def _refused(
    schemas: Schemas, responses: Json, where: tuple[str, ...], status: int, body: Json
) -> list[str]:
    listed = not UNLISTED & {each["issue"] for each in body.get("details", ())}
    if listed and "content" in responses.get(str(status), {}):
        return schemas.violations(body, *where, "content", "application/json", "schema")
    return schemas.violations(body, "components", "schemas", f"error_{status}")


def _shut(document: Json) -> Json:
    """The document with every object shut, but for those that are only part of another.

    Refusals stay open, and their sentences free: one issue has several of them, and clients must
    not depend on any (`error_details.description`).
    """
    shut = copy.deepcopy(document)
    parts = set(_parts(shut))
    for name, schema in shut["components"]["schemas"].items():
        if re.search(r"^error|(^|-)4\d\d$", name):
            _free(schema)
        else:
            _shut_below(schema, whole=name not in parts)
    return shut


def _free(node: Any) -> None:
    if isinstance(node, list):
        for each in node:
            _free(each)
    elif isinstance(node, dict):
        if isinstance(node.get("description"), dict):
            node["description"].pop("enum", None)
        for each in node.values():
            _free(each)


def _shut_below(node: Json, *, whole: bool = True) -> None:
    if whole and ("properties" in node or "allOf" in node) and "additionalProperties" not in node:
        node["unevaluatedProperties"] = False
    for key in ("allOf", "anyOf", "oneOf"):
        for each in node.get(key, ()):
            _shut_below(each, whole=False)
    for each in node.get("properties", {}).values():
        _shut_below(each)
    if "items" in node:
        _shut_below(node["items"])


def _parts(node: Any) -> Iterator[str]:
    """Names of schemas to which an `allOf` refers."""
    if isinstance(node, dict):
        for key, below in node.items():
            if key == "allOf":
                yield from (each["$ref"].rpartition("/")[2] for each in below if "$ref" in each)
            yield from _parts(below)
    elif isinstance(node, list):
        for each in node:
            yield from _parts(each)
