"""Words of the evidence: each kind of movement, channel and status, and who cannot be asked."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.features.evidence.document import who_is
from bot.features.evidence.sections import EvidencePerson, moment
from bot.features.evidence.words import (
    CHANNELS,
    EVENTS,
    ITEM_KINDS,
    KINDS,
    ORDER_STATES,
    STATES,
    STATUSES,
)
from payments.domain.values.events import EVENTS as ALL_EVENTS
from payments.domain.values.events import PaymentEvent
from payments.domain.values.items import ItemKind
from payments.domain.values.ledger import TransferKind
from payments.domain.values.orders import OrderState
from payments.domain.values.payment_state import PaymentState
from payments.notifications import routing
from tests.support.make import ADA, START

SINCE = datetime(2020, 1, 1, tzinfo=UTC)


class Found:
    """A user, whose name is what `str` says."""

    created_at = SINCE

    def __str__(self) -> str:
        return "ada"


def client(answer: Any) -> Any:
    """A client that is told of a user, or fails."""

    async def fetch_user(member: int) -> Any:
        assert member == ADA
        if isinstance(answer, Exception):
            raise answer
        return answer

    return SimpleNamespace(fetch_user=fetch_user)


async def test_a_buyer_is_named_as_discord_names_them() -> None:
    assert await who_is(client(Found()), ADA) == EvidencePerson(name="ada", since=SINCE)


@pytest.mark.parametrize(
    "error",
    [
        discord.NotFound(SimpleNamespace(status=404, reason="no"), "no"),  # type: ignore[arg-type]  # all that it reads
        aiohttp.ClientConnectionError("away"),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_without_discord_the_evidence_is_made_all_the_same(error: Exception) -> None:
    assert await who_is(client(error), ADA) is None


async def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        await who_is(client(KeyError("x")), ADA)


def test_each_way_in_which_points_move_has_its_words() -> None:
    assert set(KINDS) == set(TransferKind)
    assert len(set(KINDS.values())) == len(KINDS)


def test_each_event_of_a_payment_has_its_words_and_each_state() -> None:
    assert set(EVENTS) == {n for n, kind in ALL_EVENTS.items() if issubclass(kind, PaymentEvent)}
    assert len(set(EVENTS.values())) == len(EVENTS)
    assert set(STATES) == set(PaymentState)


def test_each_kind_of_item_and_each_state_of_an_order_has_its_words() -> None:
    assert set(ITEM_KINDS) == set(ItemKind)
    assert set(ORDER_STATES) == set(OrderState)
    assert len(set(ORDER_STATES.values())) == len(ORDER_STATES)


def test_each_channel_has_words() -> None:
    no_channels = {
        "DISCORD_QUEUE",
        "HTTP_QUEUE",
        "PROVIDER_QUEUE",
        "FULFILMENT_QUEUE",
        "MAIL_QUEUE",
        "EVERYTHING",
    }
    assert set(CHANNELS) == {
        each
        for name, each in vars(routing).items()
        if name.isupper() and name not in no_channels and isinstance(each, str)
    }
    assert set(STATUSES) == {"delivered", "waiting", "given_up", "dead"}
    assert STATUSES["given_up"] == STATUSES["dead"] == "could not be delivered"


def test_moments_are_in_utc_to_the_second() -> None:
    assert moment(None) == "-"
    assert moment(START) == "2026-09-21 14:13:20 UTC"
    vienna = datetime.fromisoformat("2026-09-21T16:13:20+02:00")
    assert moment(vienna) == "2026-09-21 14:13:20 UTC"
