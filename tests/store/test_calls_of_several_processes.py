"""Two processes that note or end the same call at the same time: the payment's lock orders them."""

from typing import Any

import pytest

from payments.commands.base import by_provider
from payments.commands.payments.provider_calls import CompleteCall, RetryCall
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_calls import CallStatus, ProviderCall
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.approving import CAPTURE, CAPTURED, PROVIDER, approved
from tests.support.databases import only_on_postgres
from tests.support.make import ADA, GUILD, START, initiate, key
from tests.support.writers import overlapping, points, proven, two

__all__ = ["proven", "two"]  # fixtures

pytestmark = [only_on_postgres, pytest.mark.usefixtures("proven")]


def of_first_attempt() -> dict[str, Any]:
    return {
        "key": key(),
        "at": START,
        "actor": by_provider(PROVIDER),
        "guild": GUILD,
        "call": CAPTURE,
        "payment": PaymentId("one"),
        "attempt": 1,
    }


async def the_call(database: Database) -> ProviderCall:
    found = await Queries(database.reader).provider_call(CAPTURE)
    assert found is not None
    return found


async def test_both_hear_that_it_is_approved(two: list[Runner], database: Database) -> None:
    await two[0].run(initiate("one"))
    await overlapping(two, database, approved(), approved())
    call = await the_call(database)
    assert (call.status, call.attempt) == (CallStatus.WAITING, 1)
    queue = await Queries(database.reader).queue(START)
    assert sum(each.waiting for each in queue) == 1


async def test_what_is_done_is_not_tried_again_by_who_did_not_see_it(
    two: list[Runner], database: Database
) -> None:
    await two[0].run(initiate("one"))
    await two[0].run(approved())
    done = CompleteCall(**of_first_attempt(), update=CAPTURED)
    await overlapping(two, database, done, RetryCall(**of_first_attempt()))
    call = await the_call(database)
    assert (call.status, call.attempt) == (CallStatus.DONE, 1)
    assert await points(database, ADA) == 500
