"""The bare address: a small page, the same for all."""

import re

from tests.support.databases import only_on_sqlite
from tests.support.web import Web

pytestmark = only_on_sqlite


async def test_whoever_opens_the_bare_address_sees_whose_it_is(web: Web) -> None:
    status, shown, headers = await web.get("/")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<title>Guildbank</title>" in shown
    assert "Guildbank is running" in shown


async def test_it_leads_nowhere_and_may_be_kept(web: Web) -> None:
    _, shown, headers = await web.get("/")
    assert re.findall(r'(?:href|src|action)="([^"]*)"', shown) == [
        "./static/coin.svg",
        "./static/pay.css",
    ]
    assert headers["Cache-Control"] == "public, max-age=3600"
    assert headers["Vary"] == "Accept-Language"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_its_head_alone_can_be_asked_for(web: Web) -> None:
    """As programs do that look whether a server is up."""
    _, shown, _ = await web.get("/")
    async with web.session.head(f"{web.url}/") as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(shown.encode()))


async def test_nobody_posts_to_it(web: Web) -> None:
    async with web.session.post(f"{web.url}/", data=b"x") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")
