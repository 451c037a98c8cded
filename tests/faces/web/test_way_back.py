"""The pay pages say whose server it is, and lead back to it on Discord."""

import re

import pytest

from payments.store.engine.database import Database
from payments.store.records.guild_names import GuildNames
from tests.support.databases import only_on_sqlite
from tests.support.make import GUILD
from tests.support.web import PAYMENT, Web, event_body

pytestmark = [only_on_sqlite, pytest.mark.usefixtures("open_payment")]

BACK = re.compile(r'<a class="button back" href="([^"]*)">Back to Discord</a>')
PLACE = re.compile(r'<p class="place"><bdi>(.*?)</bdi></p>')


async def shown(web: Web, end: str) -> str:
    status, text, _ = await web.get(f"/pay/{PAYMENT}/{end}")
    assert status == 200
    return text


@pytest.mark.parametrize("end", ["success", "cancel"])
async def test_the_server_is_named(web: Web, database: Database, end: str) -> None:
    await GuildNames(database).remember({GUILD: "Ada's <server>"})
    assert PLACE.findall(await shown(web, end)) == ["Ada&#39;s &lt;server&gt;"]


async def test_nobody_is_named_before_the_bot_has_seen_the_server(web: Web) -> None:
    assert PLACE.findall(await shown(web, "success")) == []


@pytest.mark.parametrize("end", ["success", "cancel"])
@pytest.mark.parametrize(
    ("query", "way"),
    [
        ("", ""),
        ("?channel=77", "/77"),
        ("?channel=../../evil", ""),
        ("?channel=123456789012345678901", ""),
        ("?channel=%C2%B2", ""),
    ],
)
async def test_the_way_back_leads_to_the_channel_or_the_server(
    web: Web, end: str, query: str, way: str
) -> None:
    found = BACK.findall(await shown(web, end + query))
    assert found == [f"https://discord.com/channels/{GUILD}{way}"]


async def test_it_is_there_when_the_points_are(web: Web) -> None:
    assert await web.post(event_body()) == 200
    assert len(BACK.findall(await shown(web, "success"))) == 1


async def test_a_link_that_leads_nowhere_names_no_server(web: Web) -> None:
    _, text, _ = await web.get("/pay/nothing")
    assert (BACK.findall(text), PLACE.findall(text)) == ([], [])
