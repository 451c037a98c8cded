"""The kinds of components (Discord's page "Component Reference"), and the flags of messages."""

from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.discord_wire.payloads import Json

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)

Path = tuple[str | int, ...]
"""Where a field stands in a body: the names and numbers that lead to it."""


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """All components, those inside others included."""
    for _, component in walk_with_paths(components, ()):
        yield component


def walk_with_paths(components: Iterable[Any], path: Path) -> Iterator[tuple[Path, Json]]:
    """All components with the place of each; `path` is the place of the list itself."""
    for at, component in enumerate(components):
        yield from _with_inner(component, (*path, at))


def _with_inner(component: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    yield path, component
    yield from walk_with_paths(component.get("components") or [], (*path, "components"))
    for key in ("accessory", "component"):
        if component.get(key):
            yield from _with_inner(component[key], (*path, key))
