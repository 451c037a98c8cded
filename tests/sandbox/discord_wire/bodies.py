"""Bodies as a bot sends them to Discord, and how one that is refused is written down."""

from dataclasses import dataclass

from tests.support.schemas import Json

V2 = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A body that is refused: where, with which code, and whether the published schema says so."""

    name: str
    body: Json
    place: str
    code: str
    published: bool


def said(content: str = "hello") -> Json:
    return {"type": 10, "content": content}


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def button(custom_id: str = "go", **fields: object) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id} | fields


def link(**fields: object) -> Json:
    return {"type": 2, "style": 5, "label": "Pay", "url": "https://pay.example"} | fields


def option(value: str = "a", **fields: object) -> Json:
    return {"label": value, "value": value} | fields


def select(*options: Json, **fields: object) -> Json:
    return {"type": 3, "custom_id": "choose", "options": list(options)} | fields


def v2(*components: Json, **fields: object) -> Json:
    return {"flags": V2, "components": list(components)} | fields


def old(*components: Json) -> Json:
    return {"content": "hello", "components": [row(*components)]}


def gallery(url: str, **fields: object) -> Json:
    return {"type": 12, "items": [{"media": {"url": url}} | fields]}


def container(*components: Json, **fields: object) -> Json:
    return {"type": 17, "components": list(components)} | fields


def section(accessory: Json | None, *texts: Json) -> Json:
    made: Json = {"type": 9, "components": list(texts or (said(),))}
    return made if accessory is None else made | {"accessory": accessory}


def refused(name: str, body: Json, place: str, code: str) -> Refused:
    """What the published document refuses too."""
    return Refused(name=name, body=body, place=place, code=code, published=True)


def unpublished(name: str, body: Json, place: str, code: str) -> Refused:
    """What only Discord's pages, or Discord itself, refuse."""
    return Refused(name=name, body=body, place=place, code=code, published=False)


FIRST = "components.0"
IN_ROW = "components.0.components.0"
LONG, BAD, REQUIRED = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"
KIND = "UNION_TYPE_CHOICES"
MISSING = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
EXCLUSIVE = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"


def codes(body: Json, place: str) -> list[str]:
    """The codes in the tree of errors at a place."""
    assert (body["code"], body["message"]) == (50035, "Invalid Form Body")
    node = body["errors"]
    for part in filter(None, place.split(".")):
        assert part in node, f"no error at {place}: {body['errors']}"
        node = node[part]
    return [each["code"] for each in node["_errors"]]
