"""What endpoints share: the body of a call, the answer in Discord's way."""

import json
import re
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.discord_wire.errors import invalid_body, invalid_form, invalid_json
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.state import File

SENT = web.RequestKey[Any]("SENT")
FILES = web.RequestKey("FILES", int)
"""Where a request keeps its JSON, and how many files came with it, once they are read."""

_FILE = re.compile(r"files\[(\d+)\]")


def answer(data: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with the content type that Discord sends, without a charset."""
    return web.Response(
        body=json.dumps(data).encode(),
        status=status,
        headers={"Content-Type": "application/json"} | (headers or {}),
    )


def nothing() -> web.Response:
    """204."""
    return web.Response(status=204)


def number(request: web.Request, name: str) -> int:
    """A snowflake in the path.

    Raises:
        ApiError: 50035, it is no number.
    """
    text = request.match_info[name]
    if not text.isdecimal():
        raise invalid_form(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)


async def body(request: web.Request) -> tuple[Json, list[File]]:
    """The JSON of a call and the files that came with it.

    Raises:
        ApiError: 50109, it is no JSON; 50035, it is no object.
    """
    if not request.content_type.startswith("multipart/"):
        return _object(await any_body(request)), []
    read: Json = {}
    files: list[File] = []
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read(decode=True))
        if part.name == "payload_json":
            read = _json(content)
        else:
            named = _FILE.fullmatch(part.name or "")
            number = int(named[1]) if named else len(files)
            files.append(File(number=number, name=part.filename or "file", content=content))
    request[SENT], request[FILES] = read, len(files)
    return _object(read), files


def _object(given: Any) -> Json:  # noqa: ANN401 - JSON of any kind
    if not isinstance(given, dict):
        raise invalid_body(
            {
                "_errors": [
                    {
                        "code": "MODEL_TYPE_CONVERT",
                        "message": "Only dictionaries may be used in a ModelType",
                    }
                ]
            }
        )
    return given


async def any_body(request: web.Request) -> Any:  # noqa: ANN401 - JSON of any kind
    """The JSON of a call, whatever it is; an empty object without one.

    Raises:
        ApiError: 50109, it is no JSON.
    """
    raw = await request.read()
    if not raw:
        return {}
    given = _json(raw)
    request[SENT] = given
    return given


def _json(raw: bytes) -> Any:  # noqa: ANN401 - JSON of any kind
    try:
        return json.loads(raw)
    except ValueError as broken:
        raise invalid_json() from broken
