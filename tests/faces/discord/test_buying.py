"""`/buy` in a simulated Discord."""

import json

import simcord

from bot.startup.command_sync import sync_commands
from payments.commands.base import by_member
from payments.commands.guild.packages import EditPackage
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment_state import PaymentState
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.commands import put_up_more
from tests.support.fakes import FakeProvider
from tests.support.make import BEN, GUILD, START, key, package
from tests.support.outages import unreachable


async def test_a_member_gets_a_card_with_the_link_where_they_pay(
    world: World, queries: Queries
) -> None:
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert result.ephemeral
    words = said(result.response)
    assert "500 points" in words
    assert "Pay €4.99" in words
    assert "https://shop.example/pay/id-1" in words
    payment = await queries.payment(PaymentId("id-1"))
    assert payment is not None
    assert payment.member == world.ada_id
    assert payment.state is PaymentState.INITIATED


async def test_the_way_back_leads_to_the_channel_where_it_was_typed(
    world: World, queries: Queries
) -> None:
    await world.ada.slash(world.general, "buy", package=package().id)
    payment = await queries.payment(PaymentId("id-1"))
    assert payment is not None
    way_back = json.loads(payment.request)["success_url"]
    assert way_back == f"https://shop.example/pay/id-1/success?channel={world.general.id}"


async def test_the_answers_token_is_kept_and_can_be_read_by_us_alone(
    world: World, queries: Queries, encryptor: Encryptor
) -> None:
    result = await world.ada.slash(world.general, "buy", package=package().id)
    kept = await queries.answer(PaymentId("id-1"), START)
    assert kept is not None
    token = result._interaction.token
    assert token not in kept.encrypted
    assert encryptor.decrypt(kept.encrypted) == token


async def test_a_packages_name_typed_by_hand_is_understood(world: World) -> None:
    result = await world.ada.slash(world.general, "buy", package=" 500 FOR 499 ")
    assert "Pay €4.99" in said(result.response)


async def test_whoever_types_something_else_reads_what_there_is(world: World) -> None:
    result = await world.ada.slash(world.general, "buy", package="*gold*")
    sentence = refusal(world, result)
    assert sentence == r"There is no package “\*gold\*”. Choose “500 for 499”."


async def test_nothing_is_charged_when_the_provider_is_away(
    world: World, provider: FakeProvider
) -> None:
    provider.failures = [unreachable()]
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert "cannot be reached right now. Nothing was charged." in refusal(world, result)


async def test_an_error_of_ours_is_told_with_a_reference_and_nothing_else(
    world: World, provider: FakeProvider
) -> None:
    provider.failures = [RuntimeError("secret things")]
    result = await world.ada.slash(world.general, "buy", package=package().id)
    sentence = refusal(world, result)
    assert "Something went wrong here" in sentence
    assert "secret" not in sentence


async def test_the_list_shows_name_points_and_price(world: World, runner: Runner) -> None:
    await put_up_more(runner, "Tiny")
    choices = await world.ada.autocomplete(world.general, "buy", "package", "")
    assert choices == [
        {"name": "Tiny · 100 points · €1.00", "value": "more-Tiny"},
        {"name": "500 for 499 · 500 points · €4.99", "value": package().id},
    ]
    assert await world.ada.autocomplete(world.general, "buy", "package", "tin") == choices[:1]


async def test_the_list_keeps_to_discords_limits(world: World, runner: Runner) -> None:
    for each in range(24):
        await put_up_more(runner, f"{each:02}" + "x" * 78, points=10**12)
    choices = await world.ada.autocomplete(world.general, "buy", "package", "")
    assert len(choices) == 25
    assert all(len(choice["name"]) <= 100 for choice in choices)


async def test_a_package_that_changes_meanwhile_is_sold_as_it_is_now(
    world: World, runner: Runner
) -> None:
    await runner.run(
        EditPackage(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            package=package().id,
            price=Money(minor=599, currency="EUR"),
        )
    )
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert "Pay €5.99" in said(result.response)


async def test_nothing_is_sold_on_other_servers(world: World) -> None:
    elsewhere = world.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("general")
    ada = elsewhere.add_member(world.ada_user)
    await world.env.settle()
    await sync_commands(world.bot, [GuildId(elsewhere.id)])
    result = await ada.slash(channel, "buy", package=package().id)
    assert refusal(world, result) == "Points are not sold on this server."
    assert await ada.autocomplete(channel, "buy", "package", "") == []


async def test_an_answer_that_comes_too_late_is_no_crash(world: World) -> None:
    world.env.inject_error(
        "POST", "/interactions/*/callback", status=404, code=10062, message="Unknown interaction"
    )
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert not result.acknowledged
    simcord.assert_error(world.env)
