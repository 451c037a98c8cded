"""`/item codes` in a simulated Discord: typed, pasted or uploaded, each one once."""

import threading
from collections.abc import Sequence

import pytest
from simcord.results import InteractionResult

from bot.features.items import bringing_codes
from bot.features.items.codes import FILE_BYTES, codes_in
from payments.domain.values.codes import MAX_CODES
from payments.domain.values.items import ItemKind
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD
from tests.support.shopping import add_item, item_id, offer

KEY = item_id("Key")


@pytest.fixture(autouse=True)
async def _for_sale(runner: Runner) -> None:
    """An item that gives codes."""
    await runner.run(add_item(offer("Key", ItemKind.CODE)))


async def typed(world: World, codes: str) -> InteractionResult:
    shown = await world.olga.slash(world.general, "item codes", item=KEY)
    return await world.olga.submit_modal(shown, {"codes": codes})


async def uploaded(world: World, content: bytes, name: str = "codes.txt") -> InteractionResult:
    return await world.olga.slash(world.general, "item codes", item=KEY, file=(name, content))


async def stored(queries: Queries, encryptor: Encryptor) -> list[str]:
    return sorted(encryptor.decrypt(each) for each in await queries.encrypted_codes(GUILD))


async def test_codes_are_typed_and_stored_encrypted(
    world: World, queries: Queries, encryptor: Encryptor
) -> None:
    result = await typed(world, "XKQ-1\n\n  BBB-2 \r\nCCC-3\n")
    assert result.ephemeral
    words = said(result.response)
    assert "**Key** has 3 more codes." in words
    assert "3 pieces can be ordered now." in words
    assert await stored(queries, encryptor) == ["BBB-2", "CCC-3", "XKQ-1"]
    assert not any("XKQ" in each for each in await queries.encrypted_codes(GUILD))
    item = await queries.item(GUILD, KEY)
    assert item is not None
    assert item.stock.available == 3


async def test_thousands_of_lines_hold_up_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_by = []

    def read(text: str) -> Sequence[str]:
        read_by.append(threading.current_thread())
        return codes_in(text)

    monkeypatch.setattr(bringing_codes, "codes_in", read)
    assert "**Key** has 1 more code." in said((await uploaded(world, b"XKQ-1")).response)
    assert len(read_by) == 1
    assert read_by[0] is not threading.current_thread()


async def test_codes_are_uploaded_as_a_file(
    world: World, queries: Queries, encryptor: Encryptor
) -> None:
    result = await uploaded(world, "\ufeffXKQ-1\nÄÖ-2".encode())
    assert "**Key** has 2 more codes." in said(result.response)
    assert await stored(queries, encryptor) == ["XKQ-1", "ÄÖ-2"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "There is no code. Write one on each line."),
        (b"\xff\xfe\x00A", "This file is no text."),
        (b"PNG\x00", "This file is no text."),
        (b"A" * (FILE_BYTES + 1), "This file is too large."),
        (b"A\nB\nA", "Lines 1 and 3 are the same code. Nothing was added."),
        (b"A\n" + b"B" * 201, "Line 2: write 1 to 200 characters. This has 201."),
        ("A\nB\u200b".encode(), "Line 2: leave out `U+200B zero width space`."),
        (
            "\n".join(map(str, range(MAX_CODES + 1))).encode(),
            "These are 5,001 codes. Add at most 5,000 at a time.",
        ),
        (("\u200b\n" * (MAX_CODES + 1)).encode(), "These are 5,001 codes."),
    ],
)
async def test_a_file_that_is_no_list_of_codes_is_refused(
    world: World, queries: Queries, content: bytes, words: str
) -> None:
    assert words in refusal(world, await uploaded(world, content))
    assert not await queries.encrypted_codes(GUILD)


async def test_a_code_that_is_there_is_refused_with_all_others(
    world: World, queries: Queries, encryptor: Encryptor
) -> None:
    await typed(world, "A\nB")
    words = refusal(world, await typed(world, "C\nB\nA"))
    assert words == (
        "2 of these codes exist already; the first is code 2 of your list, which belongs to “Key”. "
        "Nothing was added."
    )
    assert await stored(queries, encryptor) == ["A", "B"]


async def test_a_code_of_another_item_is_refused_too(world: World, runner: Runner) -> None:
    """Two members would pay for the same one."""
    await typed(world, "A\nB")
    await runner.run(add_item(offer("Other key", ItemKind.CODE)))
    shown = await world.olga.slash(world.general, "item codes", item=item_id("Other key"))
    words = refusal(world, await world.olga.submit_modal(shown, {"codes": "C\nB"}))
    assert words == (
        "1 of these codes exists already: code 2 of your list belongs to “Key”. Nothing was added."
    )


async def test_an_item_without_codes_takes_none(world: World, runner: Runner) -> None:
    await runner.run(add_item(offer("Dinner")))
    result = await world.olga.slash(world.general, "item codes", item=item_id("Dinner"))
    assert refusal(world, result) == "There is no such item. Choose one from the list."
