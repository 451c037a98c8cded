"""How an answer goes out on a connection, and what is said of what went wrong."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.test_utils import make_mocked_request

from tests.support.connections import PEER, REQUEST, Begin, Line, at_once, begin, lines, timers
from webhooks.server.connection import add_headers, answer, connection_of
from webhooks.server.headers import NOT_KEPT

__all__ = ["begin", "lines", "timers"]


async def test_nonsense_is_answered_400_and_the_connection_closed(
    begin: Begin, lines: list[Any]
) -> None:
    line = begin()
    line.send(b"nonsense <script>\r\n\r\n")
    written = await line.answered()
    assert written.startswith(b"HTTP/1.0 400 ")
    assert b'{"message": "This makes no sense."}' in written
    assert b"script>" not in written
    for name, value in NOT_KEPT.items():
        assert f"\r\n{name}: {value}\r\n".encode() in written
    assert line.wire.is_closed
    assert [(each["event"], each["reason"], each["address"]) for each in lines] == [
        ("web.refused", "malformed", PEER)
    ]


async def test_an_error_outside_of_all_handlers_is_ours_and_logged_with_its_trace(
    begin: Begin, lines: list[Any]
) -> None:
    error = LookupError("a mistake")

    async def fail(request: web.BaseRequest) -> web.Response:
        del request
        raise error

    line = begin(fail)
    written = await sent(line)
    assert written.startswith(b"HTTP/1.1 500 ")
    assert b"\r\nConnection: close\r\n" in written
    assert line.wire.is_closed
    assert b'{"message": "Something went wrong."}' in written
    assert b"a mistake" not in written
    (logged,) = lines
    assert (logged["event"], logged["log_level"]) == ("web.failed", "error")
    assert (logged["kind"], logged["exc_info"]) == ("LookupError", error)


async def test_a_handler_that_ran_out_of_time_is_our_fault(begin: Begin, lines: list[Any]) -> None:
    async def late(request: web.BaseRequest) -> web.Response:
        del request
        raise TimeoutError

    written = await sent(begin(late))
    assert written.startswith(b"HTTP/1.1 504 ")
    assert b'{"message": "Something went wrong."}' in written
    assert [(line["event"], line["kind"]) for line in lines] == [("web.failed", "TimeoutError")]


async def test_an_error_amid_an_answer_ends_the_connection_without_a_second_answer(
    begin: Begin, lines: list[Any]
) -> None:
    async def half(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"half of it")
        raise LookupError

    line = begin(half)
    await sent(line)
    assert line.wire.answers == 1
    assert line.wire.is_closed
    assert [each["event"] for each in lines] == ["web.failed"]


async def sent(line: Line) -> bytes:
    """What one request is answered."""
    line.send(REQUEST)
    return await line.answered()


@pytest.mark.parametrize("status", [400, 417, 499])
async def test_a_refusal_of_a_handler_is_answered_in_words_of_ours(
    begin: Begin, status: int
) -> None:
    """aiohttp's own text may quote the sender."""

    class Refused(web.HTTPException):
        status_code = status

    async def refuse(request: web.BaseRequest) -> web.Response:
        del request
        raise Refused(text="<script>")

    line = begin(refuse)
    written = await sent(line)
    assert written.startswith(f"HTTP/1.1 {status} ".encode())
    assert b'{"message": "This makes no sense."}' in written
    assert b"no-store" in written
    assert line.connections.state == "waits"


async def test_a_fault_that_a_handler_tells_is_ours(begin: Begin) -> None:
    async def refuse(request: web.BaseRequest) -> web.Response:
        del request
        raise web.HTTPInternalServerError(text="secret")

    written = await sent(begin(refuse))
    assert b'{"message": "Something went wrong."}' in written
    assert b"secret" not in written


@pytest.mark.parametrize("status", [303, 399])
async def test_a_redirection_leads_on_and_has_the_headers(begin: Begin, status: int) -> None:
    class Away(web.HTTPException):
        status_code = status

    async def lead(request: web.BaseRequest) -> web.Response:
        del request
        raise Away(headers={"Location": "https://pay.example/"})

    written = await sent(begin(lead))
    assert written.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"\r\nLocation: https://pay.example/\r\n" in written
    for name, value in NOT_KEPT.items():
        assert f"\r\n{name}: {value}\r\n".encode() in written


async def test_every_answer_has_the_headers_that_it_does_not_set_itself(begin: Begin) -> None:
    async def own(request: web.BaseRequest) -> web.Response:
        del request
        return web.Response(headers={"Cache-Control": "max-age=3600"})

    written = await sent(begin(own))
    assert b"\r\nCache-Control: max-age=3600\r\n" in written
    assert b"no-store" not in written
    assert b"\r\nX-Frame-Options: DENY\r\n" in written


def test_what_an_answer_says_itself_is_not_overwritten() -> None:
    found = web.Response(headers={"Server": "mine"})
    add_headers({"Server": "other", "X-More": "1"}, found)
    assert (found.headers["Server"], found.headers["X-More"]) == ("mine", "1")


async def test_what_aiohttp_would_log_is_counted_by_whose_fault_it_is(
    begin: Begin, lines: list[Any]
) -> None:
    connection = begin().connection
    connection.log_exception("unhandled", exc_info=BadHttpMessage("<script>"))
    error = LookupError("ours")
    connection.log_exception("unhandled", exc_info=error)
    connection.log_exception("words of aiohttp", "no part of the line")
    malformed, failed, worded = lines
    assert (malformed["event"], malformed["reason"]) == ("web.refused", "malformed")
    assert malformed["address"] == PEER
    assert (failed["kind"], failed["exc_info"]) == ("LookupError", error)
    assert (worded["kind"], str(worded["exc_info"])) == ("RuntimeError", "('words of aiohttp',)")


async def test_a_request_on_no_real_connection_is_answered_all_the_same() -> None:
    request = make_mocked_request("GET", "/")
    assert connection_of(request) is None
    found = await answer(at_once, request)
    assert found.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("read", [True, False])
async def test_behind_a_body_that_was_not_read_no_further_request_is_taken(
    begin: Begin, *, read: bool
) -> None:
    """A head behind it could not be told from the body: it would be neither counted nor timed."""

    async def reads(request: web.BaseRequest) -> web.Response:
        if read:
            await request.read()
        return web.json_response({})

    line = begin(reads)
    body = b"x" * 10
    line.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n" + (body if read else b""))
    written = await line.answered()
    assert (b"\r\nConnection: close\r\n" in written) is not read
