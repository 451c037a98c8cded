"""Holds what a bot and the local Discord say to each other against Discord's published document."""

import re
from collections.abc import Iterable
from typing import Any

from sandbox.discord_wire.state import Exchange
from tests.support.schemas import Json, Schemas, closed, published

_METHODS = ("get", "put", "post", "patch", "delete")
_ENTITLEMENT_TYPES = {
    "PURCHASE": 1,
    "PREMIUM_SUBSCRIPTION": 2,
    "DEVELOPER_GIFT": 3,
    "TEST_MODE_PURCHASE": 4,
    "FREE_PURCHASE": 5,
    "USER_GIFT": 6,
    "PREMIUM_PURCHASE": 7,
}
_NO_VALUES = ("dependent_sku_id", "manifest_labels", "release_date")
_JSON, _MULTIPART = "application/json", "multipart/form-data"


class DiscordSchema:
    """Discord's published document; the test is skipped where it is not at hand."""

    def __init__(self) -> None:
        document = closed(_mended(published("discord-openapi.json")))
        self._schemas = Schemas(document, openapi=True)
        self._paths: Json = document["paths"]
        # A path without parameters comes before one that takes its place by a parameter.
        self._templates = [
            (template, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))))
            for template in sorted(self._paths, key=lambda each: each.count("{"))
        ]

    def violations(self, exchanges: Iterable[Exchange]) -> list[str]:
        """What in these exchanges contradicts the document, each kind once."""
        found: dict[str, None] = {}
        for each in exchanges:
            found |= dict.fromkeys(self._of(each))
        return list(found)

    def _of(self, exchange: Exchange) -> Iterable[str]:
        template = self._template(exchange.path)
        where = f"{exchange.method} {template or exchange.path}"
        operation = template and self._paths[template].get(exchange.method.lower())
        if not operation:
            yield f"{where}: there is no such endpoint"
            return
        path = ("paths", str(template), exchange.method.lower())
        for said in self._query(exchange, operation):
            yield f"{where} query {said}"
        for said in self._request(exchange, operation, path):
            yield f"{where} request {said}"
        for said in self._response(exchange, operation, path):
            yield f"{where} response {exchange.status} {said}"

    def _template(self, path: str) -> str | None:
        template: str
        for template, pattern in self._templates:
            if pattern.fullmatch(path):
                return template
        return None

    def _query(self, exchange: Exchange, operation: Json) -> Iterable[str]:
        known = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        yield from (f"{name} is not known" for name in exchange.query if name not in known)

    def _request(self, exchange: Exchange, operation: Json, path: tuple[str, ...]) -> Iterable[str]:
        if exchange.sent is None:
            if operation.get("requestBody", {}).get("required"):
                yield "has no body"
            return
        if "requestBody" not in operation:
            yield f"has a body: {exchange.sent}"
            return
        place = (*path, "requestBody", "content", _JSON, "schema")
        yield from self._schemas.violations(exchange.sent, *place)

    def _response(
        self, exchange: Exchange, operation: Json, path: tuple[str, ...]
    ) -> Iterable[str]:
        status = str(exchange.status)
        if status not in operation["responses"]:
            if exchange.status < 400:
                yield "is not among the answers"
                return
            yield from self._schemas.violations(
                exchange.answered, "components", "schemas", _error_of(exchange)
            )
            return
        content: Any = operation["responses"][status].get("content")
        if content is None:
            if exchange.answered is not None:
                yield f"has a body: {exchange.answered}"
            return
        place = (*path, "responses", status, "content", _JSON, "schema")
        yield from self._schemas.violations(exchange.answered, *place)


def _error_of(exchange: Exchange) -> str:
    return "RatelimitedResponse" if exchange.status == 429 else "ErrorResponse"


def _mended(document: Json) -> Json:
    """The document without what is known to be wrong or missing in it."""
    schemas = document["components"]["schemas"]
    _mend_shop(document)
    # What discord.py sends, and Discord takes: a field of its page "Application Commands", one that
    # is passed over, and ids as numbers.
    for name in ("ApplicationCommandCreateRequest", "ApplicationCommandUpdateRequest"):
        schemas[name]["properties"]["nsfw"] = {"type": ["boolean", "null"]}
    for name in (
        "IncomingWebhookUpdateRequestPartial",
        "IncomingWebhookUpdateForInteractionCallbackRequestPartial",
        "MessageEditRequestPartial",
    ):
        schemas[name]["properties"]["tts"] = {"type": "boolean"}
    number = {"type": "integer", "minimum": 0}
    recipient = schemas["CreatePrivateChannelRequest"]["properties"]["recipient_id"]
    recipient["oneOf"].append(number)
    for name in (
        "MessageAttachmentRequest",
        "ChannelSelectDefaultValue",
        "RoleSelectDefaultValue",
        "UserSelectDefaultValue",
    ):
        fields = schemas[name]["properties"]
        fields["id"] = {"oneOf": [fields["id"], number]}
    # An error of a field has a text for its code, as the page "Reference" shows; and what an answer
    # consists of stands in several parts there, which could not be shut one by one.
    code, message = {"type": "integer"}, {"type": "string"}
    field = {"type": "object", "properties": {"code": message, "message": message}}
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = field
    inner = {
        "type": "object",
        "properties": {"_errors": schemas["InnerErrors"]["properties"]["_errors"]},
        "additionalProperties": {"$ref": "#/components/schemas/ErrorDetails"},
    }
    schemas["ErrorDetails"] = inner
    for name, more in (
        ("ErrorResponse", {"errors": {"$ref": "#/components/schemas/ErrorDetails"}}),
        ("RatelimitedResponse", {"retry_after": {"type": "number"}, "global": {"type": "boolean"}}),
    ):
        fields = {"code": code, "message": message} | more
        needed = ["message", "retry_after", "global"] if "global" in more else ["code", "message"]
        schemas[name] = {"type": "object", "properties": fields, "required": needed}
    return document


def _mend_shop(document: Json) -> None:
    """What the pages "SKU Resource" and "Entitlement Resource" have and the document lacks."""
    schemas = document["components"]["schemas"]
    known = {each["const"] for each in schemas["EntitlementTypes"]["oneOf"]}
    schemas["EntitlementTypes"]["oneOf"] += [
        {"title": title, "const": value}
        for title, value in _ENTITLEMENT_TYPES.items()
        if value not in known
    ]
    # Their examples have these; nothing says what they are for.
    schemas["EntitlementResponse"]["properties"] |= {
        "gift_code_flags": {"type": "integer"},
        "promotion_id": {"type": "null"},
    }
    snowflake = {"$ref": "#/components/schemas/SnowflakeType"}
    fields: Json = {
        "id": snowflake,
        "type": {"enum": [2, 3, 5, 6]},
        "application_id": snowflake,
        "name": {"type": "string"},
        "slug": {"type": "string"},
        "flags": {"type": "integer"},
        **{each: {"type": "null"} for each in _NO_VALUES},
        "access_type": {"type": "integer"},
        "features": {"type": "array"},
        "premium": {"type": "boolean"},
        "show_age_gate": {"type": "boolean"},
    }
    needed = ["id", "type", "application_id", "name", "slug", "flags"]
    sku = {"type": "object", "properties": fields, "required": needed}
    schemas["SkuResponse"] = sku | {"additionalProperties": False}
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/SkuResponse"}}
    found = {"200": {"content": {_JSON: {"schema": listed}}}}
    document["paths"]["/applications/{application_id}/skus"] = {"get": {"responses": found}}
