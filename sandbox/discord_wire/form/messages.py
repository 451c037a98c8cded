"""What Discord refuses in a message (its pages "Message", "Component Reference")."""

from collections.abc import Collection
from typing import Any

from sandbox.discord_wire import components as kinds
from sandbox.discord_wire import errors
from sandbox.discord_wire.components import COMPONENTS_V2, Path, walk_with_paths
from sandbox.discord_wire.form import layout
from sandbox.discord_wire.form.embeds import EMBED, check_size
from sandbox.discord_wire.form.rules import (
    INT32,
    Form,
    boolean,
    integer,
    listed,
    one_of,
    record,
    snowflake,
    text,
    too_many,
)
from sandbox.discord_wire.payloads import Json

_CONTENT, _NONCE, _COMPONENTS, _MENTIONED, _FILES = 2000, 25, 40, 100, 10
_TEXTS = 4000
"""Characters in all texts of a message with components V2 (page "Component Reference", "Text
Display"); in the published document each text may have as many."""
_ATTACHED = "attachment://"
_LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"


def _nonce(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
    if not isinstance(value, int) or isinstance(value, bool):
        text(_NONCE)(form, path, value)


_ATTACHMENT = record(
    {"id": snowflake, "filename": text(1024, least=1), "description": text(1024)}, needed=("id",)
)
_MENTIONS = record(
    {
        "parse": listed(one_of("users", "roles", "everyone"), 3, unique=True),
        "users": listed(snowflake, _MENTIONED, unique=True),
        "roles": listed(snowflake, _MENTIONED, unique=True),
        "replied_user": boolean,
    }
)
_FIELDS = {
    "content": text(_CONTENT),
    "tts": boolean,
    "embeds": listed(EMBED, 10),
    "flags": integer(0, INT32),
    "attachments": listed(_ATTACHMENT, _FILES),
    "allowed_mentions": _MENTIONS,
    "nonce": _nonce,
    "enforce_nonce": boolean,
    "sticker_ids": listed(snowflake, 3),
}


def check_given(given: Json) -> None:
    """Refuse what is sent of a message, new or an edit, as far as it can be told by itself.

    Raises:
        ApiError: 50035 with the fields.
    """
    form = Form()
    form_of = layout.V2 if _flags(given) & COMPONENTS_V2 else layout.LEGACY
    record(_FIELDS | {"components": form_of})(form, (), given)
    form.close()


def check_message(body: Json, attached: Collection[str], skus: Collection[int]) -> None:
    """Refuse a whole message (not the part of an edit) that Discord refuses.

    Args:
        body: The message as it would be; each part of it has passed `check_given`.
        attached: The names of its files.
        skus: The ids of what the application sells.

    Raises:
        ApiError: 50035 with the fields, or 50006 for an empty message.
    """
    form = Form()
    embeds, components = body.get("embeds") or [], body.get("components") or []
    check_size(form, ("embeds",), embeds)
    if _flags(body) & COMPONENTS_V2:
        for name in ("content", "embeds"):
            if body.get(name):
                said = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                form.refuse((name,), _LEGACY, said)
    check_whole(form, ("components",), components)
    _check_media(form, components, attached)
    _check_premium(form, components, skus)
    form.close()
    if not ((body.get("content") or "").strip() or embeds or components or attached):
        raise errors.empty_message()


def check_whole(form: Form, path: Path, components: list[Json]) -> None:
    """What holds for all components together: how many, how much text, and no id twice."""
    found = list(walk_with_paths(components, path))
    if len(found) > _COMPONENTS:
        too_many(form, path, _COMPONENTS)
    seen: set[str] = set()
    for at, each in found:
        custom_id = each.get("custom_id")
        if custom_id is None:
            continue
        if custom_id in seen:
            form.refuse(
                (*at, "custom_id"),
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        seen.add(custom_id)
    if sum(len(each["content"]) for _, each in found if each["type"] == kinds.TEXT) > _TEXTS:
        form.refuse(
            path,
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"Components displayable text size exceeds maximum size of {_TEXTS}",
        )


def _check_media(form: Form, components: list[Json], attached: Collection[str]) -> None:
    """A file that is shown must come with the message, or be there already."""
    for path, each in walk_with_paths(components, ("components",)):
        shown = [((*path, key), each[key]) for key in ("media", "file") if each.get(key)]
        if each["type"] == kinds.GALLERY:
            shown += [((*path, "items", at, "media"), i["media"]) for at, i in _items(each)]
        for place, media in shown:
            url = media["url"]
            if url.startswith(_ATTACHED) and url.removeprefix(_ATTACHED) not in attached:
                form.refuse(
                    (*place, "url"),
                    "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                    "The referenced attachment was not found",
                )


def _check_premium(form: Form, components: list[Json], skus: Collection[int]) -> None:
    """A premium button must sell something of the application's own."""
    for path, each in walk_with_paths(components, ("components",)):
        sku = each.get("sku_id")
        if sku is not None and int(sku) not in skus:
            form.refuse((*path, "sku_id"), "BUTTON_COMPONENT_INVALID_SKU", "Unknown SKU")


def _items(gallery: Json) -> list[tuple[int, Json]]:
    return list(enumerate(gallery["items"]))


def _flags(body: Json) -> int:
    flags = body.get("flags")
    return flags if isinstance(flags, int) else 0
