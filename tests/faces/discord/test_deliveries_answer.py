"""How the answer to a member's own command becomes what has become of their payment."""

from dataclasses import replace

import pytest

from bot.delivery.channels import build_channels
from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    PaymentExpired,
    PaymentFailed,
    PaymentSucceeded,
)
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.time import MINUTE
from payments.infra.encryption import Encryptor, new_key
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.answers import Answers
from payments.store.records.mod_cards import ModCards
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, refusal, said
from tests.support.deliveries import last_dm, paid_by_command
from tests.support.fakes import FakeProvider
from tests.support.make import checkout_update, event, package
from tests.support.outages import unreachable
from tests.support.ways import begin_purchase, choose, opened


async def test_the_answer_becomes_the_outcome_once_and_its_token_is_forgotten(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert "Pay €4.99" in said(result.response)
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None

    later = PaymentExpired(**about(bought, clock()))
    await deliver("answer", later)
    assert "Pay €4.99" in said(result.response), "it has not expired, whatever the event says"

    update = checkout_update("id-1", member=world.ada_id)
    await runner.run(event(update, at=clock()))
    await deliver("answer", PaymentSucceeded(**about(bought, clock())))
    assert "500 points added" in said(result.response)
    assert "Pay €" not in said(result.response)
    assert await queries.answer(PaymentId("id-1"), clock()) is None


@pytest.mark.parametrize(
    ("status", "money", "words"),
    [
        (CheckoutStatus.COMPLETE, MoneyStatus.PROCESSING, "on its way"),
        (CheckoutStatus.COMPLETE, MoneyStatus.FAILED, "did not go through"),
        (CheckoutStatus.EXPIRED, MoneyStatus.UNPAID, "has expired"),
    ],
)
async def test_the_answer_shows_how_the_payment_stands(
    world: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    status: CheckoutStatus,
    money: MoneyStatus,
    words: str,
) -> None:
    result = await world.ada.slash(world.general, "buy", package=package().id)
    update = checkout_update("id-1", member=world.ada_id, status=status, money=money)
    await runner.run(event(update, at=clock()))
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None
    await deliver("answer", PaymentExpired(**about(bought, clock())))
    assert words in said(result.response)


@pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015), (404, 10008), (404, 0)])
async def test_an_answer_that_discord_has_forgotten_is_forgotten_here_too(
    world: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    status: int,
    code: int,
) -> None:
    happened = await paid_by_command(world, runner, queries, clock, money=MoneyStatus.PROCESSING)
    world.env.inject_error("PATCH", "/webhooks/*", status=status, code=code)
    await deliver("answer", happened)
    assert await queries.answer(happened.payment, clock()) is None


async def test_an_answer_that_cannot_be_changed_now_is_kept(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    happened = await paid_by_command(world, runner, queries, clock)
    world.env.inject_error("PATCH", "/webhooks/*", status=500)
    with pytest.raises(Postpone):
        await deliver("answer", happened)
    assert await queries.answer(happened.payment, clock()) is not None


async def test_an_answer_whose_time_is_over_is_left_as_it_is(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    happened = await paid_by_command(world, runner, queries, clock)
    clock.pass_(15 * MINUTE)
    asked = len(world.env.http_requests)
    await deliver("answer", happened)
    assert len(world.env.http_requests) == asked


async def test_an_answer_whose_key_is_lost_is_given_up(
    world: World, runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    happened = await paid_by_command(world, runner, queries, clock)
    other = build_channels(
        world.bot,
        queries=queries,
        answers=Answers(database),
        mod_cards=ModCards(database),
        encryptor=Encryptor([new_key()]),
        clock=clock,
    )
    with pytest.raises(GiveUp, match="ENCRYPTION_KEYS"):
        await other["answer"].deliver(
            Delivery(id=1, nonce="1", event=happened, channel="answer", attempt=1)
        )


async def test_who_was_told_by_the_command_that_it_failed_is_not_told_again(
    world: World,
    provider: FakeProvider,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
) -> None:
    provider.failures = [unreachable()]
    result = await world.ada.slash(world.general, "buy", package=package().id)
    sentence = refusal(world, result)
    abandoned = await queries.payment(PaymentId("id-1"))
    assert abandoned is not None
    for channel in ("answer", "dm"):
        await deliver(channel, PaymentFailed(**about(abandoned, clock())))
    assert last_dm(world) == ""
    assert refusal(world, result) == sentence


async def test_an_answer_in_plain_text_can_become_a_card(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    """Something failed on our side after the checkout was opened, and it was paid anyway."""
    world.env.inject_error("PATCH", "/webhooks/*", status=500)
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert "Something went wrong" in refusal(world, result)
    await runner.run(event(checkout_update("id-1", member=world.ada_id), at=clock()))
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None
    await deliver("answer", PaymentSucceeded(**about(bought, clock())))
    assert "500 points added" in said(result.response)


async def test_of_a_purchase_with_several_ways_it_shows_the_one_that_counts(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    """One is paid, the other one is closed since: the member reads of the first."""
    result = await world.ada.slash(world.general, "buy", package=package().id)
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None
    await runner.run(
        replace(
            begin_purchase("two-ways", member=world.ada_id, at=clock()),
            answer=(await queries.answer(bought.id, clock())).encrypted,  # type: ignore[union-attr]  # there is one
        )
    )
    choices = (("stripe", "two-ways"), ("other", "second"))
    for provider, fresh in choices:
        chosen = choose("two-ways", provider, fresh, member=world.ada_id, at=clock())
        await runner.run(replace(chosen, installation=None))
        await runner.run(opened(fresh, member=world.ada_id, at=clock()))
    began = await queries.payment(PaymentId("two-ways"))
    assert began is not None
    await deliver("answer", PaymentExpired(**about(began, clock())))
    assert "Pay €4.99" in said(result.response), "nothing is paid yet"
    for payment, told in (
        ("second", checkout_update("second", member=world.ada_id)),
        (
            "two-ways",
            checkout_update(
                "two-ways",
                member=world.ada_id,
                status=CheckoutStatus.EXPIRED,
                money=MoneyStatus.UNPAID,
            ),
        ),
    ):
        await runner.run(event(told, id=payment, at=clock()))
    await deliver("answer", PaymentExpired(**about(began, clock())))
    assert "500 points added" in said(result.response)
    assert await queries.answer(began.id, clock()) is None
