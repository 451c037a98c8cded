"""Which component may stand where, and what each must have.

After Discord's page "Component Reference". Rules about several fields at once (a button's link and
custom id, what is chosen of how many, the width of a row) are from there; the published document
has none of them.
"""

from typing import Any

from sandbox.discord_wire import components as kinds
from sandbox.discord_wire.components import Path
from sandbox.discord_wire.form.rules import (
    INT32,
    Form,
    Rule,
    boolean,
    in_turn,
    integer,
    link,
    listed,
    one_of,
    record,
    required,
    snowflake,
    text,
    union,
)
from sandbox.discord_wire.payloads import Json

_LINK, _PREMIUM = 5, 6
_STYLES = (1, 2, 3, 4, _LINK, _PREMIUM)
CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15)
_CHOICES, _ROW, _TOP = 25, 5, 40
_EXCLUSIVE = (
    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    "A custom id and url cannot both be specified",
)

_EMOJI = record({"id": snowflake, "name": text(32)}, needed={"name"})
CUSTOM_ID = text(100, least=1)


def kind(rules: dict[str, Rule], *needed: str) -> Rule:
    """A component with these fields, beside those that all have."""
    return record({"id": integer(0, INT32)} | rules, needed)


def _check_button(form: Form, path: Path, button: Json) -> None:
    style, custom_id, url = button["style"], button.get("custom_id"), button.get("url")
    if style == _PREMIUM:
        _check_premium(form, path, button)
        return
    if button.get("sku_id") is not None:
        said = "Only premium buttons can have a sku id"
        form.refuse((*path, "sku_id"), "BUTTON_COMPONENT_INVALID_SKU", said)
    if custom_id is not None and url is not None:
        form.refuse((*path, "custom_id"), *_EXCLUSIVE)
        form.refuse((*path, "url"), *_EXCLUSIVE)
    elif style == _LINK and url is None:
        form.refuse((*path, "url"), "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
    elif style != _LINK and custom_id is None:
        said = "A custom id is required"
        form.refuse((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", said)
    if not button.get("label") and button.get("emoji") is None:
        required(form, (*path, "label"))


def _check_premium(form: Form, path: Path, button: Json) -> None:
    """A SKU and nothing else: Discord's client writes name and price of the SKU on it.

    The page "Component Reference" has the rule; how a breach is answered is not told.
    """
    if button.get("sku_id") is None:
        required(form, (*path, "sku_id"))
    for name in ("custom_id", "label", "url", "emoji"):
        if button.get(name) is not None:
            said = f"A premium button cannot have a {name}"
            form.refuse((*path, name), "BUTTON_COMPONENT_INVALID_PREMIUM", said)


def _check_amounts(form: Form, path: Path, select: Json) -> None:
    """A lowest and a highest number, and no more than there are."""
    least, most = _or(select.get("min_values"), 1), _or(select.get("max_values"), 1)
    if least > most:
        said = f"int value should be less than or equal to {most}."
        form.refuse((*path, "min_values"), "NUMBER_TYPE_MAX", said)
    options = select.get("options")
    if options is not None and most > len(options):
        said = f"Must be {most} or more in length."
        form.refuse((*path, "options"), "BASE_TYPE_MIN_LENGTH", said)


def _check_options(form: Form, path: Path, select: Json) -> None:
    """No value twice, and no more chosen at the start than may be chosen at all."""
    seen: set[str] = set()
    for at, option in enumerate(select["options"]):
        if option["value"] in seen:
            form.refuse(
                (*path, "options", at),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        seen.add(option["value"])
    if sum(bool(each.get("default")) for each in select["options"]) > _or(
        select.get("max_values"), 1
    ):
        form.refuse(
            (*path, "options"),
            "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
            "Too many default values are set",
        )


def _check_width(form: Form, path: Path, row: Json) -> None:
    """Five buttons are as wide as a row; a select takes all of it."""
    used = 0
    for at, each in enumerate(row["components"]):
        used += 1 if each["type"] == kinds.BUTTON else _ROW
        if used > _ROW:
            form.refuse(
                (*path, "components", at),
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            )


def _or(value: Any, otherwise: int) -> int:  # noqa: ANN401 - an integer or nothing
    return otherwise if value is None else int(value)


_OPTION = record(
    {
        "label": text(100, least=1),
        "value": text(100, least=1),
        "description": text(100),
        "default": boolean,
        "emoji": _EMOJI,
    },
    needed=("label", "value"),
)
_SELECT: dict[str, Rule] = {
    "custom_id": CUSTOM_ID,
    "placeholder": text(150),
    "min_values": integer(0, _CHOICES),
    "max_values": integer(1, _CHOICES),
    "disabled": boolean,
    "required": boolean,
}


def _picker(*named: str) -> Rule:
    default = record({"id": snowflake, "type": one_of(*named)}, needed=("id", "type"))
    rules = _SELECT | {"default_values": listed(default, _CHOICES)}
    return in_turn(kind(rules, "custom_id"), _check_amounts)


def _channel_picker() -> Rule:
    default = record({"id": snowflake, "type": one_of("channel")}, needed=("id", "type"))
    rules = _SELECT | {
        "default_values": listed(default, _CHOICES),
        "channel_types": listed(one_of(*CHANNEL_TYPES), len(CHANNEL_TYPES), unique=True),
    }
    return in_turn(kind(rules, "custom_id"), _check_amounts)


SELECTS: dict[int, Rule] = {
    kinds.STRING_SELECT: in_turn(
        kind(_SELECT | {"options": listed(_OPTION, _CHOICES, least=1)}, "custom_id", "options"),
        _check_amounts,
        _check_options,
    ),
    kinds.USER_SELECT: _picker("user"),
    kinds.ROLE_SELECT: _picker("role"),
    kinds.MENTIONABLE_SELECT: _picker("user", "role"),
    kinds.CHANNEL_SELECT: _channel_picker(),
}
_BUTTON = in_turn(
    kind(
        {
            "style": one_of(*_STYLES),
            "custom_id": CUSTOM_ID,
            "label": text(80),
            "disabled": boolean,
            "url": link("http", "https", "discord", most=512),
            "sku_id": snowflake,
            "emoji": _EMOJI,
        },
        "style",
    ),
    _check_button,
)
_MEDIA = record({"url": link("http", "https", "attachment")}, needed=("url",))
_THUMBNAIL = kind(
    {"media": _MEDIA, "description": text(1024, least=1), "spoiler": boolean}, "media"
)
TEXT = kind({"content": text(4000, least=1)}, "content")
_ROW_RULE = in_turn(
    kind(
        {"components": listed(union({kinds.BUTTON: _BUTTON} | SELECTS), _ROW, least=1)},
        "components",
    ),
    _check_width,
)
_SECTION = kind(
    {
        "components": listed(union({kinds.TEXT: TEXT}), 3, least=1),
        "accessory": union({kinds.BUTTON: _BUTTON, kinds.THUMBNAIL: _THUMBNAIL}),
    },
    "components",
    "accessory",
)
_ITEM = record(
    {"media": _MEDIA, "description": text(1024, least=1), "spoiler": boolean}, needed=("media",)
)
_ATTACHED = record({"url": link("attachment")}, needed=("url",))
_IN_CONTAINERS: dict[int, Rule] = {
    kinds.ROW: _ROW_RULE,
    kinds.SECTION: _SECTION,
    kinds.TEXT: TEXT,
    kinds.GALLERY: kind({"items": listed(_ITEM, 10, least=1)}, "items"),
    kinds.FILE: kind({"file": _ATTACHED, "spoiler": boolean}, "file"),
    kinds.SEPARATOR: kind({"spacing": one_of(1, 2), "divider": boolean}),
}
_CONTAINER = kind(
    {
        "components": listed(union(_IN_CONTAINERS), _TOP, least=1),
        "accent_color": integer(0, 0xFFFFFF),
        "spoiler": boolean,
    },
    "components",
)

LEGACY = listed(union({kinds.ROW: _ROW_RULE}), 5)
"""The components of a message without the flag IS_COMPONENTS_V2: rows alone."""

V2 = listed(union(_IN_CONTAINERS | {kinds.CONTAINER: _CONTAINER}), _TOP)
"""The components of a message with it."""
