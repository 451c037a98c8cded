"""Refusals in the shape of Stripe's error bodies (Stripe: Errors)."""

from sandbox.base.common import Json


class ApiError(Exception):
    """A request is refused.

    Attributes:
        status: The HTTP status.
        body: What `error` in the answer holds.
        headers: What the answer carries besides.
        executed: Whether the request was begun: only then an idempotency key keeps the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        executed: bool = True,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.executed = executed
        self.headers = headers or {}
        self.body: Json = {}
        if code is not None:
            self.body["code"] = code
            self.body["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        self.body["message"] = message
        if param is not None:
            self.body["param"] = param
        self.body["type"] = kind


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A parameter is wrong: nothing was begun."""
    return ApiError(400, message, code=code, param=param, executed=False)


def missing(kind: str, object_id: str, param: str = "id", *, status: int = 404) -> ApiError:
    """There is no such object."""
    message = f"No such {kind}: '{object_id}'"
    return ApiError(status, message, code="resource_missing", param=param)


def refused(message: str, code: str | None = None, param: str | None = None) -> ApiError:
    """Stripe understood, and the state of things forbids it."""
    return ApiError(400, message, code=code, param=param)
