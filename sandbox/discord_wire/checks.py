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
_BAD = "BASE_TYPE_BAD_LENGTH"
_CONTENT, _NONCE, _LABEL, _URL, _CUSTOM_ID = 2000, 25, 80, 512, 100
_EMBEDS, _ROWS, _COMPONENTS, _CHOICES = 10, 5, 40, 25
_EMBED_TITLE, _EMBED_DESCRIPTION, _EMBED_FIELDS = 256, 4096, 25
_EMBED_TOTAL, _FIELD_NAME, _FIELD_VALUE, _EMBED_FOOTER, _EMBED_AUTHOR = 6000, 256, 1024, 2048, 256
_TEXTS, _PLACEHOLDER, _OPTION, _DESCRIPTION, _MEDIA = 4000, 150, 100, 100, 1024
_MODAL_TITLE, _MODAL_LABEL, _MODAL_ROWS, _TYPED, _TYPED_HINT = 45, 45, 5, 4000, 100
_STRING_SELECT, _TEXT_INPUT, _TEXT, _GALLERY, _LABELLED = 3, 4, 10, 12, 18
_SELECTS = {3, 5, 6, 7, 8}


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
        _within(f"data.choices.{at}.name", choice["name"], _OPTION)
        if isinstance(choice["value"], str):
            _within(f"data.choices.{at}.value", choice["value"], _OPTION)


def check_modal(modal: Json) -> None:
    """Refuse a form with something in it that is too long or missing."""
    _within("data.title", modal.get("title"), _MODAL_TITLE)
    _within("data.custom_id", modal.get("custom_id"), _CUSTOM_ID)
    rows = modal.get("components") or []
    if not 1 <= len(rows) <= _MODAL_ROWS:
        raise invalid_form("data.components", _BAD, f"Must be between 1 and {_MODAL_ROWS}.")
    _check_components(rows)


def _short(field: str, text: str | None, most: int) -> None:
    if text is not None and len(text) > most:
        raise invalid_form(field, _TOO_LONG, f"Must be {most} or fewer in length.")


def _within(field: str, text: str | None, most: int) -> None:
    if not text:
        raise invalid_form(field, "BASE_TYPE_REQUIRED", "This field is required")
    if len(text) > most:
        raise invalid_form(field, _BAD, f"Must be between 1 and {most} in length.")


def _check_embeds(embeds: list[Json]) -> None:
    if len(embeds) > _EMBEDS:
        raise invalid_form("embeds", _TOO_LONG, f"Must be {_EMBEDS} or fewer in length.")
    for at, embed in enumerate(embeds):
        _short(f"embeds.{at}.title", embed.get("title"), _EMBED_TITLE)
        _short(f"embeds.{at}.description", embed.get("description"), _EMBED_DESCRIPTION)
        if len(embed.get("fields", [])) > _EMBED_FIELDS:
            field = f"embeds.{at}.fields"
            raise invalid_form(field, _TOO_LONG, f"Must be {_EMBED_FIELDS} or fewer in length.")
        _short(f"embeds.{at}.footer.text", embed.get("footer", {}).get("text"), _EMBED_FOOTER)
        _short(f"embeds.{at}.author.name", embed.get("author", {}).get("name"), _EMBED_AUTHOR)
        for field in embed.get("fields", []):
            _within(f"embeds.{at}.fields.name", field.get("name"), _FIELD_NAME)
            _within(f"embeds.{at}.fields.value", field.get("value"), _FIELD_VALUE)
    if sum(map(_embed_length, embeds)) > _EMBED_TOTAL:
        raise invalid_form(
            "embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"
        )


def _embed_length(embed: Json) -> int:
    parts = [embed.get("title"), embed.get("description"), embed.get("footer", {}).get("text")]
    parts.append(embed.get("author", {}).get("name"))
    parts += [field[part] for field in embed.get("fields", []) for part in ("name", "value")]
    return sum(len(each) for each in parts if each)


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
    if sum(len(each.get("content") or "") for each in found if each["type"] == _TEXT) > _TEXTS:
        raise invalid_form(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"Components displayable text size exceeds maximum size of {_TEXTS}",
        )
    for each in found:
        _check_component(each)


def _check_component(of: Json) -> None:
    _short("components.custom_id", of.get("custom_id"), _CUSTOM_ID)
    kind = of["type"]
    if kind == BUTTON:
        _short("components.label", of.get("label"), _LABEL)
        if of.get("style") == _LINK:
            _short("components.url", of.get("url"), _URL)
    elif kind in _SELECTS:
        _check_select(of)
    elif kind == _TEXT:
        _within("components.content", of.get("content"), _TEXTS)
    elif kind == _TEXT_INPUT:
        _short("components.placeholder", of.get("placeholder"), _TYPED_HINT)
        _short("components.value", of.get("value"), of.get("max_length") or _TYPED)
    elif kind == _LABELLED:
        _within("components.label", of.get("label"), _MODAL_LABEL)
        _short("components.description", of.get("description"), _DESCRIPTION)
    elif kind == _GALLERY:
        for item in of.get("items", []):
            _short("components.items.description", item.get("description"), _MEDIA)


def _check_select(of: Json) -> None:
    _short("components.placeholder", of.get("placeholder"), _PLACEHOLDER)
    if of["type"] != _STRING_SELECT:
        return
    options = of.get("options") or []
    if not 1 <= len(options) <= _CHOICES:
        raise invalid_form("components.options", _BAD, f"Must be between 1 and {_CHOICES}.")
    for each in options:
        _within("components.options.label", each.get("label"), _OPTION)
        _within("components.options.value", each.get("value"), _OPTION)
        _short("components.options.description", each.get("description"), _DESCRIPTION)
    values = [each["value"] for each in options]
    if len(set(values)) != len(values):
        raise invalid_form(
            "components.options",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            "The specified option value is already used",
        )
