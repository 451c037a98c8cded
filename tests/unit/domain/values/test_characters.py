"""Texts that no database can keep: refused where people write, replaced where programs do."""

import asyncio
import json

import pytest
from sqlalchemy import text

from payments.commands.base import SYSTEM
from payments.commands.points.move import GrantPoints
from payments.domain.errors import Refused
from payments.domain.values.characters import all_cleaned, cleaned, is_storable, texts_in
from payments.domain.values.ids import MemberId
from payments.domain.values.time import MINUTE, later
from payments.providers.strict_json import parse_strictly
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from tests.support.commands import put_up
from tests.support.make import ADA, BEN, GUILD, START, checkout_update, event, initiate, key

BAD = ["\0", "a\0b", "\\\0", "\ud800", "x\udfff", "\udc00\ud800"]
GOOD = ["\\u0000", "\\\\u0000", "\\\\\\u0000", "a", "𐀀", "🧑‍🚀", "\ufffd"]


def grant(note: str, member: MemberId = ADA) -> GrantPoints:
    return GrantPoints(
        key=key(), at=START, actor=SYSTEM, guild=GUILD, member=member, points=5, note=note
    )


@pytest.mark.parametrize("note", BAD)
async def test_a_note_that_cannot_be_kept_is_refused_alone(
    runner: Runner, queries: Queries, note: str
) -> None:
    done = await asyncio.gather(
        runner.run(grant(note)), runner.run(grant("fine", BEN)), return_exceptions=True
    )
    assert isinstance(done[0], Refused)
    assert "character that cannot be stored" in str(done[0])
    assert (await queries.balance(GUILD, BEN, START)).points == 5
    assert (await queries.balance(GUILD, ADA, START)).points == 0


async def test_a_note_that_only_looks_so_is_kept_as_it_is(runner: Runner, queries: Queries) -> None:
    for note in GOOD:
        await runner.run(grant(note))
    lines = (await queries.history(GUILD, ADA)).lines
    assert {line.note for line in lines} == set(GOOD)


def test_what_a_provider_wrote_is_kept_with_replacements() -> None:
    body = json.dumps({"a\0": ["x\ud800", {"b": "\0"}, 1, None, True]})
    assert parse_strictly(body) == {"a\ufffd": ["x\ufffd", {"b": "\ufffd"}, 1, None, True]}


@pytest.mark.parametrize("words", BAD)
def test_cleaning_leaves_what_can_be_stored(words: str) -> None:
    assert not is_storable(words)
    assert is_storable(cleaned(words))
    assert len(cleaned(words)) == len(words)


@pytest.mark.parametrize("words", GOOD)
def test_cleaning_changes_nothing_else(words: str) -> None:
    assert is_storable(words)
    assert all_cleaned({"a": [words]}) == {"a": [words]}
    assert list(texts_in({"a": [words, 1], "b": {"c": words}})) == [words, words]


async def test_an_error_that_quotes_such_a_text_is_noted(
    runner: Runner, database: Database
) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    deliveries = Deliveries(database)
    (claimed, *_) = await deliveries.claim(
        urgent=5, oldest=0, channels=["dm"], now=START, until=later(START, MINUTE), lease="mine"
    )
    assert await deliveries.retry(claimed, START, "ValueError: a\0b")
    noted = text("SELECT last_error FROM deliveries WHERE last_error IS NOT NULL")
    kept = await database.transact(lambda c: c.execute(noted).scalar_one())
    assert kept == "ValueError: a\ufffdb"
