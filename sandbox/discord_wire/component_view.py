"""A message's components as Discord shows them: numbered, with what it adds to each kind.

After its page "Component Reference"; the names of the fields are those of the published document.
"""

from collections.abc import Callable, Sequence

from sandbox.discord_wire import components as kinds
from sandbox.discord_wire.payloads import Json

_ATTACHED = "attachment://"
_ADDED: dict[int, Json] = {
    kinds.CONTAINER: {"accent_color": None, "spoiler": False},
    kinds.THUMBNAIL: {"description": None, "spoiler": False},
    kinds.FILE: {"name": None, "size": None, "spoiler": False},
    kinds.SEPARATOR: {"spacing": 1, "divider": True},
    **{kind: {"min_values": 1, "max_values": 1} for kind in kinds.SELECTS},
}


def show(
    components: Sequence[Json], attachments: Sequence[Json], new_id: Callable[[], int]
) -> list[Json]:
    """The components of a message as an answer has them.

    Args:
        components: As the bot sent them, or as they were shown before.
        attachments: The message's files, as an answer has them.
        new_id: Gives ids to pictures and files.
    """
    return _Shown({each["filename"]: each for each in attachments}, new_id).all(components)


class _Shown:
    def __init__(self, files: dict[str, Json], new_id: Callable[[], int]) -> None:
        self._files = files
        self._new_id = new_id
        self._number = 0

    def all(self, components: Sequence[Json]) -> list[Json]:
        return [self._one(each) for each in components]

    def _one(self, given: Json) -> Json:
        self._number += 1
        sent = {key: value for key, value in given.items() if value is not None}
        sent.pop("required", None)
        made = _ADDED.get(given["type"], {}) | sent | {"id": self._number}
        if "components" in made:
            made["components"] = self.all(made["components"])
        if "default_values" in made:
            chosen = made["default_values"]
            made["default_values"] = [each | {"id": str(each["id"])} for each in chosen]
        if "accessory" in made:
            made["accessory"] = self._one(made["accessory"])
        for key in ("media", "file"):
            if key in made:
                made[key] = self._media(made[key])
        if given["type"] == kinds.FILE:
            made |= self._of_file(given["file"])
        if given["type"] == kinds.GALLERY:
            added = {"description": None, "spoiler": False}
            made["items"] = [
                added | each | {"media": self._media(each["media"])} for each in made["items"]
            ]
        return made

    def _media(self, media: Json) -> Json:
        url: str = media["url"]
        if not url.startswith(_ATTACHED):
            return {"id": str(self._new_id()), "proxy_url": url} | media
        file = self._files[url.removeprefix(_ATTACHED)]
        return {
            "id": str(self._new_id()),
            "url": file["url"],
            "proxy_url": file["url"],
            "attachment_id": file["id"],
        }

    def _of_file(self, media: Json) -> Json:
        file = self._files.get(media["url"].removeprefix(_ATTACHED))
        return {} if file is None else {"name": file["filename"], "size": file["size"]}
