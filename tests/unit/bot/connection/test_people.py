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


class Late(Server):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.may, self.came = asyncio.Event(), asyncio.Event()

    async def query_members(self, *, user_ids: Sequence[int], **options: Any) -> list[Any]:
        found = await super().query_members(user_ids=user_ids, **options)
        self.came.set()
        await self.may.wait()
        return found


async def test_who_comes_late_is_known_to_the_next_list(
    clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PATIENCE_SECONDS", 0.0)
    known, server = People(clock), Late()
    assert await names(known, server, ADA) == {}
    server.may.set()
    for _ in range(10):  # the answer comes, and nobody waits for it
        await asyncio.sleep(0)
    assert await names(known, server, ADA) == {ADA: "Name 11"}
    assert server.asked == [[ADA]]


async def test_who_is_missing_is_asked_for_behind_what_is_under_way(clock: Time) -> None:
    known, server = People(clock), Late()
    first = asyncio.create_task(names(known, server, ADA))
    await server.came.wait()
    second = asyncio.create_task(names(known, server, BEN, ADA))
    await asyncio.sleep(0)
    server.may.set()
    assert await first == {ADA: "Name 11"}
    assert await second == {ADA: "Name 11", BEN: "Name 12"}
    assert server.asked == [[ADA], [BEN]]


async def test_lists_of_the_same_moment_ask_once(clock: Time) -> None:
    known, server = People(clock), Late()
    lists = [asyncio.create_task(names(known, server, ADA, BEN)) for _ in range(20)]
    await server.came.wait()
    server.may.set()
    assert await asyncio.gather(*lists) == [{ADA: "Name 11", BEN: "Name 12"}] * 20
    assert server.asked == [[ADA, BEN]]


async def test_nobody_waits_again_for_what_was_waited_for(
    clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Discord does not answer, only the first list is late."""
    monkeypatch.setattr(people, "PATIENCE_SECONDS", 0.0)
    known, server = People(clock), Late()
    assert await names(known, server, ADA) == {}
    monkeypatch.setattr(people, "PATIENCE_SECONDS", 60.0)
    assert await names(known, server, ADA) == {}
    assert server.asked == [[ADA]]


async def test_an_answer_that_never_comes_is_given_up_and_asked_for_again(
    clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr(people, "ANSWER_SECONDS", 0.0)
    known, server = People(clock), Late()
    for asked in ([[ADA]], [[ADA], [ADA]]):
        assert await names(known, server, ADA) == {}
        assert server.asked == asked


async def test_a_name_neither_turns_the_list_nor_breaks_its_line(clock: Time) -> None:
    class Tricky(Server):
        async def query_members(self, *, user_ids: Sequence[int], **options: Any) -> list[Any]:
            del user_ids, options
            names_ = {ADA: "\u202e99.4€\u2066 Ada\nBen", BEN: "\u202e"}
            return [SimpleNamespace(id=int(each), display_name=it) for each, it in names_.items()]

    assert await names(People(clock), Tricky(), ADA, BEN) == {ADA: "99.4€ Ada Ben"}
