"""Names of members: asked for by their ids, a hundred at a time, and kept for a while."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.connection import people
from bot.connection.people import KEPT, LIFE, People
from payments.domain.values.ids import MemberId
from tests.conftest import Time

ADA, BEN, GONE = MemberId(11), MemberId(12), MemberId(13)


class Server:
    """Knows everybody but one, and notes who is asked for."""

    id = 7

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[Sequence[int]] = []
        self.error = error

    async def query_members(self, *, user_ids: Sequence[int], **options: Any) -> list[Any]:
        assert options == {"limit": 100, "cache": False}
        self.asked.append(user_ids)
        if self.error is not None:
            raise self.error
        known = (each for each in user_ids if each != GONE)
        return [SimpleNamespace(id=each, display_name=f"Name {each}") for each in known]


async def names(of: People, server: Any, *members: MemberId) -> dict[MemberId, str]:
    return dict(await of.names(server, members))


async def test_each_is_asked_for_once_until_the_name_is_old(clock: Time) -> None:
    known, server = People(clock), Server()
    expected = {ADA: "Name 11", BEN: "Name 12"}
    assert await names(known, server, ADA, BEN, ADA, GONE) == expected
    assert await names(known, server, BEN, GONE, ADA) == expected
    clock.pass_(LIFE - 1)
    assert await names(known, server, ADA, BEN) == expected
    assert server.asked == [[ADA, BEN, GONE]]
    clock.pass_(1)
    assert await names(known, server, ADA) == {ADA: "Name 11"}
    assert server.asked == [[ADA, BEN, GONE], [ADA]]


async def test_a_hundred_are_asked_for_at_a_time(clock: Time) -> None:
    server = Server()
    many = [MemberId(number) for number in range(100, 350)]
    assert len(await names(People(clock), server, *many)) == 250
    assert [len(each) for each in server.asked] == [100, 100, 50]
    assert server.asked[0][0] == 100


async def test_only_so_many_names_are_kept_the_newest(clock: Time) -> None:
    known, server = People(clock), Server()
    await names(known, server, *(MemberId(number) for number in range(100, 100 + KEPT + 1)))
    server.asked.clear()
    await names(known, server, MemberId(100), MemberId(101))
    assert server.asked == [[100]]


@pytest.mark.parametrize(
    "error", [TimeoutError(), discord.ClientException("no"), ConnectionResetError()]
)
async def test_whom_discord_does_not_name_has_none(clock: Time, error: Exception) -> None:
    assert await names(People(clock), Server(error), ADA) == {}


async def test_a_server_that_the_bot_does_not_see_has_no_names(clock: Time) -> None:
    assert await names(People(clock), None, ADA) == {}


async def test_nobody_waits_longer_than_a_list_can(
    clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no patience at all, even an answer that is never given ends the wait."""
    monkeypatch.setattr(people, "PATIENCE_SECONDS", 0.0)

    class Silent(Server):
        async def query_members(self, *, user_ids: Sequence[int], **options: Any) -> list[Any]:
            del user_ids, options
            await asyncio.Event().wait()
            return []

    assert await names(People(clock), Silent(), ADA) == {}
