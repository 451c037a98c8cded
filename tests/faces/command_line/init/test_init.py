"""`guildbank init` asks, checks each answer at once, and writes what was answered."""

import pytest
import typer

from payments.domain.values.ids import GuildId
from payments.infra.asking import Questions
from payments.infra.encryption import new_key
from payments.infra.errors import SettingsWrong
from payments.providers.stripe.inspection import NEEDED_EVENTS
from payments.providers.stripe.questions import StripeQuestions
from payments.providers.stripe.updates import API_VERSION
from sandbox.discord_wire import Fault as WireFault
from sandbox.discord_wire.world import GUILD
from sandbox.stripe import Fault
from tests.faces.command_line.doctor.conftest import KEY, SIGNING, TOKEN
from tests.faces.command_line.init.conftest import Desk, Script, Scripted
from tests.support.asked import ALL, DOOR, URL, but
from tests.support.restricted_keys import JUST_ENOUGH


async def test_all_that_is_needed_is_asked_and_the_endpoint_made(desk: Desk) -> None:
    asked = await desk.ask(ALL)
    assert desk.file.stat().st_mode & 0o777 == 0o600
    settings = desk.settings()
    (endpoint,) = desk.stripe.state.endpoints.values()
    assert settings.discord_token.get_secret_value() == TOKEN
    of_stripe = desk.of_stripe()
    assert (of_stripe.stripe_key, of_stripe.stripe_signing_secrets) == (KEY, endpoint.secrets)
    assert settings.guild_ids == frozenset({GuildId(GUILD)})
    assert settings.base_url == URL
    assert settings.default_currency == "USD"
    assert (endpoint.url, endpoint.api_version) == (DOOR, API_VERSION)
    assert set(endpoint.enabled_events) == NEEDED_EVENTS
    assert desk.file.read_text().startswith("# Discord's developer portal")
    assert not [each for each in (TOKEN, KEY, *endpoint.secrets) if each in asked.words]


async def test_the_invitation_asks_for_just_what_is_needed(desk: Desk) -> None:
    guilds = dict(desk.wire.state.guilds)
    desk.wire.state.guilds.clear()

    def let_it_in() -> str:
        desk.wire.state.guilds.update(guilds)
        return ""

    asked = await desk.ask(
        but(
            ("servers", [("there now", let_it_in), ("servers", "")]),
            ("Create the endpoint", [("Create", False), ("signing secret", "")]),
        )
    )
    permissions = (1 << 10) | (1 << 11) | (1 << 36) | (1 << 38)
    assert f"&scope=bot+applications.commands&permissions={permissions}" in asked.words
    assert DOOR in asked.words
    assert all(each in asked.words for each in NEEDED_EVENTS)
    assert "guildbank doctor" in asked.words


async def test_what_is_done_already_is_not_asked_of_the_owner_again(desk: Desk) -> None:
    """The bot is on the server, and the endpoint was just made."""
    asked = await desk.ask(ALL)
    assert "Stripe has the endpoint now" in asked.words
    assert not [each for each in ("Invite", "API version", "dashboard") if each in asked.words]
    first = desk.file.read_text()
    again = await desk.ask(
        [
            ("is there already", True),
            ("Enter keeps", ""),
            ("servers", ""),
            ("Currency", ""),
            ("Enter keeps", ""),
            ("reach", ""),
            ("Enter keeps", ""),
        ]
    )
    assert f"Stripe has the endpoint {DOOR} already." in again.words
    assert not [each for each in ("Invite", "API version", "dashboard") if each in again.words]
    assert desk.file.read_text() == first


async def test_a_file_half_filled_in_is_asked_for_the_rest(desk: Desk) -> None:
    desk.file.write_text(f"DISCORD_TOKEN={TOKEN}\nSTRIPE_SECRET_KEY=\nDEFAULT_CURRENCY=CHF\n")
    await desk.ask(
        [
            ("is there already", True),
            ("Enter keeps", ""),
            ("servers", ""),
            ("Currency", ""),
            ("key", KEY),
            ("reach", URL),
            ("Create the endpoint", True),
        ]
    )
    assert desk.settings().default_currency == "CHF"


async def test_a_currency_is_three_letters(desk: Desk) -> None:
    asked = await desk.ask(but(("Currency", [("Currency", "euros"), ("Currency", "eur")])))
    assert "Write its three letters" in asked.words
    assert desk.settings().default_currency == "EUR"


async def test_for_any_server_the_invitation_is_told(desk: Desk) -> None:
    asked = await desk.ask(but(("servers", [("servers", "*")])))
    assert "Whoever wants the bot invites it" in asked.words
    assert "&permissions=" in asked.words


async def test_a_file_that_cannot_be_read_is_left_alone(desk: Desk) -> None:
    bad = b"\xff\xfe"
    desk.file.write_bytes(bad)
    with pytest.raises(SettingsWrong, match="is not text in UTF-8"):
        await desk.ask([("is there already", True)])
    assert desk.file.read_bytes() == bad


async def test_a_wrong_token_is_asked_for_again(desk: Desk) -> None:
    asked = await desk.ask(but(("token", [("token", "wrong"), ("token", TOKEN)])))
    assert "Discord refuses this token." in asked.words
    assert desk.settings().discord_token.get_secret_value() == TOKEN


async def test_a_secret_with_spaces_or_quotes_is_asked_for_again(desk: Desk) -> None:
    asked = await desk.ask(
        but(("token", [("token", ""), ("token", "two words"), ("token", "a'b"), ("token", TOKEN)]))
    )
    assert "that no such secret has" in asked.words


async def test_without_discord_the_token_is_taken_only_if_the_owner_says_so(desk: Desk) -> None:
    desk.wire.faults.add(WireFault(kind="error", status=403))
    asked = await desk.ask(
        but(
            ("token", [("token", TOKEN), ("without a look", True)]),
            ("servers", [("servers", "mine"), ("servers", "12, 34")]),
        )
    )
    assert "Discord cannot be reached" in asked.words
    assert "Ids are digits" in asked.words
    assert desk.settings().guild_ids == frozenset({GuildId(12), GuildId(34)})


async def test_a_bot_on_no_server_is_invited_first(desk: Desk) -> None:
    guilds = dict(desk.wire.state.guilds)
    desk.wire.state.guilds.clear()

    def let_it_in() -> str:
        desk.wire.state.guilds.update(guilds)
        return ""

    asked = await desk.ask(but(("servers", [("there now", let_it_in), ("servers", "")])))
    assert "The bot is on no server yet" in asked.words
    assert asked.words.count("&permissions=") == 1


async def test_a_server_without_the_bot_is_told_with_its_own_link(desk: Desk) -> None:
    asked = await desk.ask(but(("servers", [("servers", f"{GUILD},77")])))
    assert "guild_id=77" in asked.words
    assert f"guild_id={GUILD}" not in asked.words


async def test_a_wrong_key_is_asked_for_again(desk: Desk) -> None:
    asked = await desk.ask(
        but(("key", [("key", "pk_test_1"), ("key", "sk_test_wrong"), ("key", KEY)]))
    )
    assert "begins with sk_ or rk_" in asked.words
    assert "Stripe refuses this key." in asked.words


async def test_what_a_restricted_key_lacks_is_named(desk: Desk) -> None:
    narrow = "rk_test_narrow"
    desk.stripe.add_restricted_key(narrow, JUST_ENOUGH.keys() - {"dispute_read"})
    asked = await desk.ask(
        but(
            ("key", [("key", narrow), ("as it is", False), ("key", narrow), ("as it is", True)]),
            ("Create the endpoint", [("signing secret", SIGNING)]),
        )
    )
    assert "The key lacks: Disputes (read)." in asked.words
    assert "cannot be looked at" in asked.words
    assert desk.of_stripe().stripe_signing_secrets == (SIGNING,)


async def test_a_key_that_may_not_make_endpoints_leaves_that_to_the_owner(desk: Desk) -> None:
    narrow = "rk_test_narrow"
    desk.stripe.add_restricted_key(narrow, {**JUST_ENOUGH, "webhook_read": ""})
    asked = await desk.ask(
        but(
            ("key", [("key", narrow)]),
            (
                "Create the endpoint",
                [("Create", True), ("signing secret", "other"), ("signing secret", SIGNING)],
            ),
        )
    )
    assert "lacks Webhook Endpoints (write)" in asked.words
    assert "begins with whsec_" in asked.words
    assert desk.stripe.state.endpoints == {}


async def test_an_endpoint_that_is_there_is_not_made_twice(desk: Desk) -> None:
    endpoint = desk.stripe.add_webhook_endpoint(DOOR, SIGNING)
    endpoint.status = "disabled"
    asked = await desk.ask(but(("Create the endpoint", [("signing secret", SIGNING)])))
    assert "already, but it is disabled" in asked.words
    assert len(desk.stripe.state.endpoints) == 1


async def test_a_signing_secret_may_be_left_for_later(desk: Desk) -> None:
    asked = await desk.ask(
        but(("Create the endpoint", [("Create", False), ("signing secret", "")]))
    )
    assert "Left empty" in asked.words
    assert "STRIPE_WEBHOOK_SECRET=\n" in desk.file.read_text()


async def test_an_address_is_checked_and_asked_for_again(desk: Desk) -> None:
    asked = await desk.ask(but(("reach", [("reach", "my shop"), ("reach", URL)])))
    assert "https://pay.example.org" in asked.words
    assert "Nothing answers there yet" in asked.words


async def test_a_file_that_is_there_is_left_alone_unless_the_owner_says_so(desk: Desk) -> None:
    desk.file.write_text("DISCORD_TOKEN=mine\n")
    with pytest.raises(typer.Exit) as ended:
        await desk.ask([("is there already", "")])
    assert ended.value.exit_code == 2
    assert desk.file.read_text() == "DISCORD_TOKEN=mine\n"


async def test_gone_through_again_a_file_keeps_what_is_not_asked_for(desk: Desk) -> None:
    """The encryption key above all: what it sealed would be lost."""
    kept = new_key()
    desk.file.write_text(
        f"# Mine.\nexport DISCORD_TOKEN={TOKEN}\nLOG_LEVEL=DEBUG\nSTRIPE_SECRET_KEY=sk_test_old\n"
        f"STRIPE_WEBHOOK_SECRET={SIGNING}\nENCRYPTION_KEYS={kept}\n"
    )
    desk.file.chmod(0o644)
    script: Script = [
        ("is there already", True),
        ("Enter keeps", ""),
        ("servers", ""),
        ("Currency", ""),
        ("key", KEY),
        ("reach", URL),
        ("Create the endpoint", True),
    ]
    await desk.ask(script)
    (endpoint,) = desk.stripe.state.endpoints.values()
    settings = desk.settings()
    assert settings.discord_token.get_secret_value() == TOKEN
    assert desk.of_stripe().stripe_key == KEY
    signing = desk.of_stripe().stripe_signing_secrets
    assert signing == (*endpoint.secrets, SIGNING), "the old one still signs"
    assert settings.log_level == "DEBUG"
    text = desk.file.read_text()
    assert text.startswith("# Mine.\n")
    assert f"ENCRYPTION_KEYS={kept}\n" in text
    assert "sk_test_old" not in text
    assert desk.file.stat().st_mode & 0o777 == 0o600


async def test_without_stripe_the_key_is_taken_only_if_the_owner_says_so(desk: Desk) -> None:
    desk.stripe.faults.add(Fault(kind="malformed", times=1))
    asked = await desk.ask(but(("key", [("key", KEY), ("without a look", False), ("key", KEY)])))
    assert "Stripe cannot be reached" in asked.words


def test_for_an_address_on_this_machine_alone_the_way_to_try_things_out_is_told() -> None:
    """Stripe itself takes no such address: nothing is created, and nothing is asked of it."""
    asker = Scripted([("signing secret", SIGNING)])
    stripe = StripeQuestions(Questions(asker, {}), None)
    door = "http://localhost:8080/webhooks/stripe"
    assert stripe.door(door) == {"STRIPE_WEBHOOK_SECRET": SIGNING}
    assert f"stripe listen --forward-to {door}" in asker.words


async def test_a_file_of_the_owners_beside_it_is_left_alone(desk: Desk) -> None:
    beside = desk.file.with_name(f"{desk.file.name}.new")
    beside.write_text("mine\n")
    await desk.ask(ALL)
    assert beside.read_text() == "mine\n"
    assert sorted(desk.file.parent.iterdir()) == sorted([desk.file, beside])


async def test_a_stripe_in_trouble_has_not_looked_at_the_key(desk: Desk) -> None:
    desk.stripe.faults.add(Fault(kind="error", status=503))
    asked = await desk.ask(but(("key", [("key", KEY), ("without a look", False), ("key", KEY)])))
    assert "Stripe cannot be reached" in asked.words
