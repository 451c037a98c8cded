"""The program where another provider takes the money: a process that knows nothing of Stripe."""

import json
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.process.conftest import Process
from tests.support.forked import Forking, forks
from tests.support.typed import Finished


@pytest.fixture(scope="module")
def with_tiny() -> Iterator[socket.socket]:
    """Forks processes of a program that has the tiny shop beside Stripe."""
    with forks("tests.providers.tiny.registered") as control:
        yield control


@pytest.fixture
async def tiny_process(process: Process, with_tiny: socket.socket) -> AsyncIterator[Process]:
    """It sells by the tiny shop alone."""
    environment = {
        name: value for name, value in process.environment.items() if "STRIPE" not in name
    }
    environment |= {"PAYMENT_PROVIDERS": "tiny", "TINY_KEY": "mine"}
    forking = Forking(with_tiny)
    yield Process(process.folder, environment, forking)
    await forking.close()


def is_silent_about_stripe(said: str) -> bool:
    return "stripe" not in said.casefold()


async def test_it_starts_and_passes_doctor_without_a_word_of_stripe(
    tiny_process: Process,
) -> None:
    synced = await tiny_process.finish("sync")
    assert synced.code == 0, synced.errors
    async with tiny_process.running():
        looked = await tiny_process.finish("doctor", "--json")
    assert looked.code == 0, looked.output
    wrong = [each["check"] for each in json.loads(looked.output) if each["state"] != "ok"]
    assert wrong == ["Server The Guild"], "no moderators' channel is set"
    assert all(
        is_silent_about_stripe(each)
        for each in (synced.output, looked.output, looked.errors, tiny_process.log)
    )


async def test_what_it_needs_is_named_and_nothing_of_stripe(tiny_process: Process) -> None:
    del tiny_process.environment["TINY_KEY"]
    ended: Finished = await tiny_process.finish("doctor")
    assert ended.code == 2
    assert ended.errors.startswith("guildbank: TINY_KEY is not set.")
    assert is_silent_about_stripe(ended.errors + ended.output)
