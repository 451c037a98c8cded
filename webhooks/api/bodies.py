"""What programs send: small JSON objects, or nothing."""

from http import HTTPStatus
from typing import Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from webhooks.api.errors import ApiRefused
from webhooks.keys import PARTS

MAX_BODY_BYTES: Final = 16 * 1024
"""Larger bodies are refused."""


class Body(BaseModel):
    """What a request says; anything else in it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


BodyT = TypeVar("BodyT", bound=Body)


async def read_body(request: web.Request, kind: type[BodyT]) -> BodyT:
    """What a request says; nothing is the same as an empty object.

    Raises:
        ApiRefused: It is too large, no JSON, or says something else.
        HTTPException: It did not arrive.
    """
    if "Content-Encoding" in request.headers:
        raise ApiRefused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "encoding", "The body must not be encoded."
        )
    if request.content_length is not None and request.content_length > MAX_BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, request.content_length)
    parts = request.app[PARTS]
    reading = parts.bodies.read(request, most=MAX_BODY_BYTES, seconds=parts.body_seconds)
    async with reading as body:
        if body and request.content_type != "application/json":
            raise ApiRefused(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "content_type",
                "The body must be JSON, with Content-Type: application/json.",
            )
        try:
            return kind.model_validate_json(body or b"{}")
        except ValidationError as error:
            raise ApiRefused(HTTPStatus.BAD_REQUEST, "body", _sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    """What is wrong first, without any of what was sent but the name of a field of ours."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = first["loc"][0] if first["loc"] else ""
    match first["type"]:
        case "json_invalid":
            return "The body is no JSON."
        case "extra_forbidden":
            return "The body has a field that is not known here."
        case "missing":
            return f"The body lacks the field {field}."
        case "model_type":
            return "The body must be a JSON object."
    return f"The field {field} must be text."
