"""What Discord refuses in a message's body (its pages "Message" and "Component Reference")."""

from collections.abc import Iterator

from sandbox.discord_wire.errors import empty_message, invalid_form
from sandbox.discord_wire.payloads import Json

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15

BUTTON = 2
_LINK = 5
_TOO_LONG = "BASE_TYPE_MAX_LENGTH"
_CONTENT, _NONCE, _LABEL, _URL, _CUSTOM_ID = 2000, 25, 80, 512, 100
_EMBEDS, _ROWS, _COMPONENTS, _CHOICES = 10, 5, 40, 25
_EMBED_TITLE, _EMBED_DESCRIPTION, _EMBED_FIELDS = 256, 4096, 25


def walk(components: list[Json]) -> Iterator[Json]:
    """All components, those inside others included."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def check_message(body: Json) -> None:
    """Refuse a whole message (not the part of an edit) that Discord refuses.

    Raises:
        ApiError: 50035 with the field, or 50006 for an empty message.
    """
    _short("content", body.get("content"), _CONTENT)
    _short("nonce", body.get("nonce"), _NONCE)
    embeds, components = body.get("embeds") or [], body.get("components") or []
    _check_embeds(embeds)
    if body.get("flags", 0) & COMPONENTS_V2:
        if body.get("content") or embeds:
            raise invalid_form(
                "content",
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
    elif len(components) > _ROWS:
        raise invalid_form("components", _TOO_LONG, f"Must be {_ROWS} or fewer in length.")
    _check_components(components)
    if not (body.get("content") or embeds or components or body.get("attachments")):
        raise empty_message()


def check_choices(choices: list[Json]) -> None:
    """Refuse an autocompletion with more than 25 choices or one that is too long."""
    if len(choices) > _CHOICES:
        raise invalid_form("data.choices", _TOO_LONG, f"Must be {_CHOICES} or fewer in length.")
    for at, choice in enumerate(choices):
        _short(f"data.choices.{at}.name", choice["name"], 100)


def _short(field: str, text: str | None, most: int) -> None:
    if text is not None and len(text) > most:
        raise invalid_form(field, _TOO_LONG, f"Must be {most} or fewer in length.")


def _check_embeds(embeds: list[Json]) -> None:
    if len(embeds) > _EMBEDS:
        raise invalid_form("embeds", _TOO_LONG, f"Must be {_EMBEDS} or fewer in length.")
    for at, embed in enumerate(embeds):
        _short(f"embeds.{at}.title", embed.get("title"), _EMBED_TITLE)
        _short(f"embeds.{at}.description", embed.get("description"), _EMBED_DESCRIPTION)
        if len(embed.get("fields", [])) > _EMBED_FIELDS:
            field = f"embeds.{at}.fields"
            raise invalid_form(field, _TOO_LONG, f"Must be {_EMBED_FIELDS} or fewer in length.")


def _check_components(components: list[Json]) -> None:
    found = list(walk(components))
    if len(found) > _COMPONENTS:
        raise invalid_form("components", _TOO_LONG, f"Must be {_COMPONENTS} or fewer in length.")
    names = [each["custom_id"] for each in found if "custom_id" in each]
    if len(set(names)) != len(names):
        raise invalid_form(
            "components",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        )
    for each in found:
        _short("components.custom_id", each.get("custom_id"), _CUSTOM_ID)
        if each["type"] == BUTTON:
            _short("components.label", each.get("label"), _LABEL)
            if each.get("style") == _LINK:
                _short("components.url", each.get("url"), _URL)
