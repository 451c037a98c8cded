"""One connection: how long and how large the head of a request may be, and what is not readable."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from payments.infra.tally import Tally
from webhooks.server.connections import Connections
from webhooks.server.headers import NOT_KEPT

HEAD_SECONDS: Final = 10.0
"""How long the head of a request may take, from the connection or from its first byte."""

MOST_OF_HEAD: Final = 32 * 1024
"""The most bytes of a head, and of requests that come before the last one is answered."""

UNREADABLE: Final = (HttpProcessingError, web.RequestPayloadError, web.PayloadAccessError)
"""What aiohttp raises where the fault is the sender's."""

_END = b"\r\n\r\n"


class ClientConnection(web.RequestHandler):
    """A connection of aiohttp's that keeps to limits, and logs nothing that a sender wrote.

    Args:
        manager: aiohttp's server.
        connections: All of them.
        tally: Counts what is refused.
        head_seconds: How long a head may take.
        kwargs: What aiohttp's own takes.
    """

    def __init__(
        self,
        manager: web.Server,
        *,
        connections: Connections,
        tally: Tally,
        head_seconds: float,
        **kwargs: Any,  # noqa: ANN401 - aiohttp's own, handed on
    ) -> None:
        super().__init__(manager, **kwargs)
        self._connections = connections
        self._tally = tally
        self._head_seconds = head_seconds
        self._address = ""
        self._timer: asyncio.TimerHandle | None = None
        self._request: web.BaseRequest | None = None
        self._came = 0
        self._last = b""
        self._whole = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take it in, if there is room; its first head has `head_seconds` from now."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if peer else ""
        self._connections.add(self, self._address)
        self._begin_timer()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget it."""
        self._end_timer()
        self._connections.remove(self)
        super().connection_lost(exc)

    def cut(self) -> None:
        """Close it now, with nothing more said."""
        self._end_timer()
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Count what comes of a head, or of requests behind the one that is being answered."""
        request = self._request
        if request is None and data and not self._whole:
            self._begin_timer()
            self._whole = _END in self._last + data
            self._last = (self._last + data)[-len(_END) + 1 :]
            self._came += len(data)
            if not self._whole and self._came > MOST_OF_HEAD:
                self._refuse("large head")
                return
        elif request is not None and request.content.is_eof():
            self._came += len(data)
            if self._came > MOST_OF_HEAD:
                self._refuse("requests ahead")
                return
        super().data_received(data)

    def begin(self, request: web.BaseRequest) -> None:
        """A head is there."""
        self._end_timer()
        self._request = request
        self._came = 0
        self._connections.works(self)

    def waits(self) -> None:
        """The rest of the request must come from the client."""
        self._connections.waits(self)

    def works(self) -> None:
        """The request is whole."""
        self._connections.works(self)

    def end(self, request: web.BaseRequest) -> None:
        """It was answered; what comes now is the next head, or what is left of a refused body."""
        refused = not request.content.is_eof()
        ahead = self._came > 0
        self._request, self._came, self._last, self._whole = None, 0, b"", refused
        self._connections.waits(self)
        if ahead:  # of the next head a part has come
            self._begin_timer()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what cannot be read, or what went wrong outside of all handlers."""
        del message  # it quotes the sender
        # aiohttp passes no error for a timeout alone
        self._note(TimeoutError() if exc is None else exc)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun already")
        answer = _error(status)
        answer.force_close()
        return answer

    def log_exception(self, *args: Any, **kw: Any) -> None:  # noqa: ANN401 - aiohttp's own
        """Count what aiohttp would log with a trace for each."""
        error = kw.get("exc_info")
        self._note(error if isinstance(error, BaseException) else RuntimeError(str(args[:1])))

    def _note(self, error: BaseException) -> None:
        if isinstance(error, UNREADABLE):
            self._tally.note("web.refused", reason="malformed", address=self._address)
        else:
            kind = type(error).__name__
            self._tally.note("web.failed", level="error", error=error, kind=kind)

    def _refuse(self, reason: str) -> None:
        self._tally.note("web.refused", reason=reason, address=self._address)
        self.cut()

    def _begin_timer(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._head_seconds, self._refuse, "slow head")

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _error(status: int) -> web.Response:
    text = "This makes no sense." if status < 500 else "Something went wrong."  # noqa: PLR2004 - from here on it is our fault
    return web.json_response({"message": text}, status=status, headers=dict(NOT_KEPT))


def add_headers(headers: Mapping[str, str], found: web.StreamResponse) -> None:
    """Give an answer the headers that it lacks."""
    for name, value in headers.items():
        found.headers.setdefault(name, value)


async def answer(handler: Any, request: web.BaseRequest) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's private type
    """Answer a request by aiohttp's own handler; every answer has the headers.

    Where the body was not read to its end, the connection ends with the answer: what comes behind
    such a body can be told from it no more.
    """
    connection = connection_of(request)
    if connection is not None:
        connection.begin(request)
    try:
        found: web.StreamResponse = await handler(request)
        add_headers(NOT_KEPT, found)
        _close_behind(request, found)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - a redirection is an answer of ours
            add_headers(NOT_KEPT, error)
            _close_behind(request, error)
            raise
        refusal = _error(error.status)  # aiohttp's own text may quote the sender (417)
        _close_behind(request, refusal)
        return refusal
    finally:
        if connection is not None:
            connection.end(request)
    return found


def _close_behind(request: web.BaseRequest, found: web.StreamResponse) -> None:
    if not request.content.is_eof():
        found.force_close()


def connection_of(request: web.BaseRequest) -> ClientConnection | None:
    """The connection on which a request came; None if it came on no real one."""
    protocol = request.protocol
    return protocol if isinstance(protocol, ClientConnection) else None
