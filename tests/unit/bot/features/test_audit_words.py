"""Whatever is stored of what was done has words: by whom, to whom, how much and why."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.features.audit.labels import ACTIONS
from bot.features.audit.words import SENTENCES, told
from bot.wording import text
from payments.commands.base import Command, Undo, by_member, by_provider
from payments.commands.guild.api_keys import AddApiKey, RevokeApiKey
from payments.commands.guild.packages import EditPackage, RetirePackage
from payments.commands.guild.settings import ChangeSettings
from payments.commands.guild.setup_problems import ReportAccess, ReportChannel
from payments.commands.guild.skus import ConnectSku
from payments.commands.guild.subscribers import AddSubscriber, RemoveSubscriber
from payments.commands.payments.apply_update import ApplyCheckoutLookup, ApplyClaimLookup
from payments.commands.payments.buy import OpenCheckout
from payments.commands.payments.refund import ApproveRefund, DeclineRefund, RequestRefund
from payments.commands.points.grant_proposals import DeclineGrant, ProposeGrant
from payments.commands.points.move import GrantPoints, RevokePoints, TransferPoints
from payments.domain.values.api_keys import Scope
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import ApiKeyId, GuildId, PackageId, PaymentId, SubscriberId
from payments.domain.values.provider_updates import CheckoutStatus, DisputeStatus, MoneyStatus
from payments.runner.runner import Runner
from payments.store.queries import AuditEntry, Queries
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.integration_reports import reported
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    euros,
    event,
    initiate,
    key,
    package,
    refund_update,
)

pytestmark = only_on_sqlite

STORED = Path(__file__).parents[3] / "store" / "stored_names.json"
MIA = BEN  # moderates
NAMES = {ADA: "@Ada", BEN: "@Mia", EVE: "@Eve"}


def test_each_kind_of_command_has_its_words() -> None:
    kinds = set(json.loads(STORED.read_text("utf-8"))["commands"])
    assert set(ACTIONS) == kinds
    assert set(SENTENCES) == kinds
    assert len({str(each) for each in ACTIONS.values()}) == len(ACTIONS)


def by_mia(**more: Any) -> dict[str, Any]:
    return {"key": key(), "at": START, "actor": by_member(MIA), "guild": GUILD, **more}


async def last(queries: Queries, guild: GuildId = GUILD) -> str:
    """What is said of what was done last."""
    lines = await queries.audit(guild, limit=1)
    (entry,) = await queries.audited(guild, lines)
    return said(entry)


def said(entry: AuditEntry) -> str:
    found = told(entry, {"stripe": "Stripe"})
    words = text.PLAIN.say(found.what)
    for member, name in NAMES.items():
        words = words.replace(f"<@{member}>", name)
    return f"{words} · {found.why}" if found.why else words


PACKAGE = PackageId("package-500-499-EUR")
SETTINGS = GuildSettings(guild=GUILD)
TO_ADA = {"member": ADA, "points": 500, "note": "for the contest"}
PROPOSED = ProposeGrant(**by_mia(**TO_ADA, moderator=MIA))
NEW_KEY = AddApiKey(
    **by_mia(
        name="Game server",
        scopes=(Scope.FULFIL_ORDERS,),
        api_key=ApiKeyId("k"),
        hashed="x",
    )
)
SOLD = ConnectSku(**by_mia(package=PACKAGE, sku="12"))
UNSOLD = ConnectSku(**by_mia(package=PACKAGE))
ADDED: dict[str, Any] = {"host": "example.org", "kinds": ("*",), "encrypted": "x"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([GrantPoints(**by_mia(**TO_ADA))], "@Mia granted 500 points to @Ada · for the contest"),
        ([GrantPoints(**by_mia(member=ADA, points=1))], "@Mia granted 1 point to @Ada"),
        (
            [GrantPoints(**by_mia(**TO_ADA)), RevokePoints(**by_mia(**TO_ADA))],
            "@Mia revoked 500 points from @Ada · for the contest",
        ),
        (
            [
                GrantPoints(**by_mia(**TO_ADA)),
                TransferPoints(
                    **by_mia(**TO_ADA, recipient=EVE) | {"actor": by_member(ADA)},
                ),
            ],
            "@Ada sent 500 points to @Eve · for the contest",
        ),
        ([PROPOSED], "@Mia asked to grant 500 points to @Ada · for the contest"),
        (
            [PROPOSED, PROPOSED.approved(at=START, actor=by_member(EVE), as_owner=False)],
            "@Eve approved the grant of 500 points to @Ada that @Mia asked for · for the contest",
        ),
        (
            [
                PROPOSED,
                DeclineGrant(key=PROPOSED.decision, at=START, actor=by_member(EVE), guild=GUILD),
            ],
            "@Eve declined the grant of 500 points to @Ada that @Mia asked for · for the contest",
        ),
        ([], "@Mia added “500 for 499”: 500 points for €4.99"),
        (
            [EditPackage(**by_mia(package=PACKAGE, points=501))],
            "@Mia changed “500 for 499”, now 501 points for €4.99",
        ),
        ([SOLD], "@Mia connected “500 for 499” with `12` in Discord's shop"),
        ([SOLD, UNSOLD], "@Mia ended that “500 for 499” is sold in Discord's shop"),
        ([RetirePackage(**by_mia(package=PACKAGE))], "@Mia took “500 for 499” off sale"),
        (
            [ChangeSettings(**by_mia(settings=replace(SETTINGS, grant_limit=5, maturity=0)))],
            "@Mia changed settings",
        ),
        (
            [
                ChangeSettings(
                    **by_mia(
                        settings=replace(SETTINGS, grant_limit=5, notice_channel=1), before=SETTINGS
                    )
                )
            ],
            "@Mia changed settings: Private threads and Grants need a second moderator",
        ),
        (
            [AddSubscriber(**by_mia(subscriber=SubscriberId("s"), **ADDED))],
            "@Mia added the subscriber example.org",
        ),
        (
            [
                AddSubscriber(**by_mia(subscriber=SubscriberId("s"), **ADDED)),
                RemoveSubscriber(**by_mia(subscriber=SubscriberId("s"))),
            ],
            "@Mia removed the subscriber example.org",
        ),
        ([NEW_KEY], "@Mia added the key “Game server” for a program"),
        (
            [NEW_KEY, RevokeApiKey(**by_mia(api_key=NEW_KEY.api_key))],
            "@Mia removed the key “Game server” of a program",
        ),
        (
            [ReportChannel.of(GUILD, "mod_channel", 123, "gone", at=START)],
            "The bot reported that <#123> can't be used: Moderators' channel",
        ),
        (
            [ReportAccess.of(GUILD, "stripe", "The key expired.", at=START)],
            "The bot reported that Stripe refuses access · The key expired.",
        ),
        ([reported(is_over=True)], "The bot reported that Tax rates works again"),
        ([initiate("one")], "@Ada began to buy “500 for 499” for €4.99"),
        (
            [
                initiate("one"),
                OpenCheckout(
                    **by_mia(payment=PaymentId("one")) | {"actor": by_member(ADA)},
                    url="https://pay.example",
                    update=checkout_update(
                        "one", status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID
                    ),
                ),
            ],
            "@Ada opened a checkout: “500 for 499” for €4.99",
        ),
        (
            [
                initiate("one"),
                event(checkout_update("one")),
                ApplyClaimLookup(
                    **by_mia(payment=PaymentId("one")) | {"actor": by_provider("stripe")},
                    told=refund_update("one", "re_1", 100),
                ),
            ],
            "Stripe reported a refund of €1.00: “500 for 499” for €4.99, bought by @Ada",
        ),
        (
            [
                initiate("one"),
                event(checkout_update("one")),
                ApplyClaimLookup(
                    **by_mia(payment=PaymentId("one")) | {"actor": by_provider("stripe")},
                    told=dispute_update("one", "dp_1", 499, DisputeStatus.OPEN),
                ),
            ],
            "Stripe reported a dispute over €4.99: “500 for 499” for €4.99, bought by @Ada",
        ),
        (
            [initiate("one"), event(checkout_update("one"))],
            "Payment of €4.99 by @Ada arrived · 500 points",
        ),
        (
            [
                initiate("one"),
                ApplyCheckoutLookup(
                    **by_mia(payment=PaymentId("one")) | {"actor": by_provider("stripe")},
                    update=checkout_update("one"),
                ),
            ],
            "Payment of €4.99 by @Ada arrived · 500 points",
        ),
        (
            [
                initiate("one"),
                event(checkout_update("one")),
                event(refund_update("one", "re_1", 100)),
            ],
            "Stripe reported a refund or dispute: “500 for 499” for €4.99, bought by @Ada",
        ),
        (
            [initiate("one"), event(checkout_update("one", money=MoneyStatus.UNPAID))],
            "@Ada began to buy “500 for 499” for €4.99",
        ),
    ],
)
async def test_what_was_done_is_told(
    runner: Runner, queries: Queries, given: list[Command[Any]], words: str
) -> None:
    await put_up(runner, package())
    for each in given:
        await runner.run(each)
    assert await last(queries) == words


async def test_an_undo_tells_what_it_took_back(runner: Runner, queries: Queries) -> None:
    given = GrantPoints(**by_mia(**TO_ADA))
    outcome = await runner.run(given)
    await runner.run(Undo.of(given, outcome, at=START, actor=by_member(EVE), key=key()))
    words = "@Eve undid this: @Mia granted 500 points to @Ada · for the contest"
    assert await last(queries) == words


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (None, "@Mia asked for a refund: €1.00 to @Ada for “500 for 499” · a slip"),
        (ApproveRefund, "@Eve approved a refund: €1.00 to @Ada for “500 for 499”"),
        (DeclineRefund, "@Eve declined a refund: €1.00 to @Ada for “500 for 499”"),
    ],
)
async def test_a_refund_names_money_buyer_and_package(
    runner: Runner, queries: Queries, decision: Any, words: str
) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    await runner.run(ChangeSettings(**by_mia(settings=replace(SETTINGS, approval_limit=euros(0)))))
    about = {"payment": PaymentId("one"), "refund": "r"}
    asked = RequestRefund(
        **by_mia(**about, moderator=MIA, amount=euros(100), reason="a slip", request="{}")
    )
    await runner.run(asked)
    if decision is not None:
        by_eve = by_mia(**about, moderator=EVE) | {"actor": by_member(EVE)}
        await runner.run(decision(**by_eve))
    assert await last(queries) == words


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("points.grant", "@Mia: Points granted"),
        ("undo", "@Mia: Action undone"),
        ("refund.approve", "@Mia: Refund approved"),
        ("refund.try_anew", "@Mia: Refund tried again"),
        ("package.edit", "@Mia: Package changed"),
        ("points.lapse", "@Mia: Points expired"),
        ("subscriber.remove", "@Mia: Subscriber removed"),
        ("provider_event.record", "@Mia: Provider's message received"),
        ("channel.report", "@Mia: Channel that can't be used reported"),
        ("of.the_future", "@Mia: `of.the_future`"),
    ],
)
def test_a_row_of_which_nothing_more_is_stored_has_a_label(action: str, words: str) -> None:
    assert said(AuditEntry(actor=str(by_member(MIA)), action=action)) == words
