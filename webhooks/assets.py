"""`/static/…`: what the pages need, by name; nothing else of the disk can be asked for."""

from pathlib import Path
from typing import Final

from aiohttp import web

_FOLDER: Final = Path(__file__).parent / "static"
_FILES: Final = {each.name: each for each in _FOLDER.iterdir()}

_KEPT: Final = {"Cache-Control": "max-age=3600"}


async def asset(request: web.Request) -> web.FileResponse:
    """One of them; browsers may keep it for an hour.

    Raises:
        HTTPNotFound: There is none of this name.
    """
    file = _FILES.get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return web.FileResponse(file, headers=_KEPT)
