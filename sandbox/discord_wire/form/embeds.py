"""What Discord refuses in an embed (its page "Message", "Embed Limits")."""

from sandbox.discord_wire.components import Path
from sandbox.discord_wire.form.rules import (
    Form,
    boolean,
    integer,
    link,
    listed,
    record,
    text,
)
from sandbox.discord_wire.payloads import Json

_TOTAL = 6000
"""Characters in all embeds of a message; the published document has no such limit."""

_URL = link("http", "https")
_PICTURE = record({"url": link("http", "https", "attachment")})
EMBED = record(
    {
        "title": text(256),
        "description": text(4096),
        "url": _URL,
        "color": integer(0, 0xFFFFFF),
        "timestamp": text(64),
        "author": record({"name": text(256), "url": _URL, "icon_url": _URL}),
        "footer": record({"text": text(2048), "icon_url": _URL}),
        "image": _PICTURE,
        "thumbnail": _PICTURE,
        "fields": listed(
            record(
                {"name": text(256, least=1), "value": text(1024, least=1), "inline": boolean},
                needed=("name", "value"),
            ),
            25,
        ),
    }
)


def check_size(form: Form, path: Path, embeds: list[Json]) -> None:
    """Refuse embeds that are too long together."""
    if sum(map(_length, embeds)) > _TOTAL:
        said = f"Embed size exceeds maximum size of {_TOTAL}"
        form.refuse(path, "MAX_EMBED_SIZE_EXCEEDED", said)


def _length(embed: Json) -> int:
    parts = [embed.get("title"), embed.get("description")]
    parts.append((embed.get("footer") or {}).get("text"))
    parts.append((embed.get("author") or {}).get("name"))
    for field in embed.get("fields") or []:
        parts += [field["name"], field["value"]]
    return sum(len(each) for each in parts if each)
