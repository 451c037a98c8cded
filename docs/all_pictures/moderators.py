"""What moderators see: points, payments, refunds, disputes, and trouble."""

from typing import Any, Final

from play import Play

from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    ProviderAccessRefused,
    ProviderCallFailed,
    ProviderEventStuck,
    SubscriberDisabled,
)
from payments.domain.values.ids import PaymentId, SubscriberId
from payments.infra.clock import system_clock
from sandbox.demo.world import GUILD

HERE: Final = "mira-mods"
MESSAGES: Final = "ada-messages"


async def take_moderators(play: Play) -> None:
    """Points, payments, and what was done by whom."""
    await _points(play)
    await _payments(play)


async def take_approvals(play: Play) -> None:
    """Refunds that two moderators decide, and those that were made elsewhere."""
    await play.buy("demo-1")
    await _approvals(play)
    await _refunds_elsewhere(play)


async def _do(play: Play, picture: str, words: str, command: str, /, **options: Any) -> Any:  # noqa: ANN401 - SimCord's
    shown = await play.slash("mira", "mods", command, **options)
    await play.see(picture, HERE, words, shown)
    return shown


async def _points(play: Play) -> None:
    await _do(play, "help", "What you can do here", "help")
    grant = {"member": "ada", "points": 30, "reason": "won the *regatta*"}
    await _do(play, "grant", "Granted", "grant", **grant)
    await _do(play, "grant-that-ends", "expire", "grant", **grant, expires="30")
    await _do(play, "revoke", "Revoked", "revoke", member="ada", points=7, reason="counted twice")
    await _do(play, "balance-of-member", "Balance of Ada", "balance", member="ada")
    await _do(play, "audit", "What was done", "audit")
    await _do(play, "audit-of-member", "What was done", "audit", member="mira")
    action, *_ = await play.choices("mira", "mods", "undo", "action")
    shown = await _do(play, "undo", "Undo", "undo", action=action)
    await play.press("mira", shown, _label(shown))
    await play.see("undone", HERE, "Undone")
    await play.slash("olga", "mods", "setup set", grant_limit=100)
    large = {"member": "ada", "points": 500, "reason": "a large prize"}
    await _do(play, "grant-above-the-limit", "approv", "grant", **large)
    shown = await play.slash("mira", "mods", "grant", **large)
    await play.press("olga", shown, "Approve")
    await play.see("grant-approved", HERE, "approved by")
    shown = await play.slash("mira", "mods", "grant", **large)
    await play.press("olga", shown, "Decline")
    await play.see("grant-declined", HERE, "declined")


def _label(shown: Any) -> str:  # noqa: ANN401 - SimCord's
    """What the first button of an answer is called."""
    found: list[str] = []

    def walk(parts: list[dict[str, Any]]) -> None:
        for each in parts:
            if "label" in each:
                found.append(str(each["label"]))
            walk(each.get("components", []))

    walk(shown.response.components)
    return found[0]


async def _payments(play: Play) -> None:
    for _ in range(3):
        await play.buy("demo-1")
    await _do(play, "payments", "Regular", "payments")
    await _do(play, "payments-of-member", "Regular", "payments", member="ada")
    await _do(play, "payments-of-nobody", "There are none", "payments", member="ben")
    async with play.stage.screen.turn():
        people, mods = play.stage.world.people, play.stage.world.mods
        await people["mira"].member.context_menu(
            mods, "Refund a payment", target=people["ada"].member
        )
    await play.see("menu-refund-a-payment", HERE, "Which")


async def _newest(play: Play) -> str:
    newest, *_ = await play.choices("mira", "mods", "refund", "payment")
    return newest


async def take_refunds(play: Play) -> None:
    """From the quote to what became of it."""
    await play.buy("demo-1")
    newest = await _newest(play)
    await _do(play, "cancelled-before", "Refund $1.00?", "refund", payment=newest, amount="1")
    shown = await _do(
        play, "quote-part", "Refund $3.00?", "refund", payment=newest, amount="3", reason="late"
    )
    await play.press("mira", shown, "Refund")
    await play.see("refunded-part", HERE, "Refunded: $3.00")
    await play.see("message-refunded-part", MESSAGES, "In all")
    shown = await _do(play, "quote-rest", "Refund $6.99?", "refund", payment=newest)
    await play.press("mira", shown, "Cancel")
    await play.see("cancelled", HERE, "Nothing was refunded")
    play.stripe.plan_refund("pending")
    shown = await play.slash("mira", "mods", "refund", payment=newest)
    await play.press("mira", shown, "Refund")
    await play.see("pending", HERE, "is on its way")
    await play.see("message-pending", MESSAGES, "on hold")
    refund = [*play.stripe.state.refunds][-1]
    await play.stripe.fail_refund(refund)
    await play.see("failed", HERE, "has failed")
    await play.see("message-failed", MESSAGES, "did not arrive")
    shown = await _do(play, "quote-fraud", "counts as fraud", "refund", payment=newest, fraud=True)
    await play.press("mira", shown, "Refund")
    await play.see("refunded-fraud", HERE, "Refunded: $6.99")
    await play.slash("ada", "general", "buy", package="demo-0")
    await play.see("buy-while-banned", "ada-general", "You can't buy points here")
    shown = await play.slash("mira", "mods", "payments", member="ada")
    await play.press("mira", shown, "Let them buy again")
    await play.see("can-buy-again", HERE, "Can buy again")


async def _approvals(play: Play) -> None:
    await play.slash("olga", "mods", "setup set", approval_limit="3 USD")
    newest = await _newest(play)
    wanted = {"payment": newest, "amount": "5", "reason": "bought by mistake"}
    shown = await _do(play, "quote-above-the-limit", "Refund $5.00?", "refund", **wanted)
    await play.press("mira", shown, "Ask for approval")
    await play.see("needs-approval", HERE, "Refund of $5.00 needs approval")
    await play.press("olga", shown, "Decline")
    await play.see("declined", HERE, "declined")
    shown = await play.slash("mira", "mods", "refund", **wanted)
    await play.press("mira", shown, "Ask for approval")
    await play.press("mira", shown, "Approve")
    await play.see("approve-own", HERE, "You asked for this refund")
    await play.press("olga", shown, "Approve")
    await play.see("approved", HERE, "approved by")
    await play.slash("olga", "mods", "setup set", approval_limit="none")


async def _refunds_elsewhere(play: Play) -> None:
    session, _ = await play.buy("demo-0")
    await play.stripe.refund(session)
    await play.see("made-at-stripe", HERE, "Made at the provider")
    session, _ = await play.begin("demo-0")
    await play.stripe.adjust(session, discount=100)
    await play.stripe.pay(session)
    await play.see("mismatch", HERE, "A payment needs a look")
    await play.see("message-mismatch", MESSAGES, "needs a check")


async def take_disputes(play: Play) -> None:
    """What banks ask, claim and warn of."""
    session, _ = await play.buy("demo-1")
    inquiry = await play.stripe.open_inquiry(session)
    await play.see("inquiry", HERE, "A bank asks about a payment")
    await play.stripe.escalate_inquiry(inquiry["id"])
    await play.see("opened", HERE, "A payment is disputed")
    await play.see("message-opened", MESSAGES, "disput")
    await play.look(HERE)
    await play.page.get_by_role("button", name="Evidence").last.click()
    await play.see("evidence", HERE, "Everything that is known")
    await play.stripe.win_dispute(inquiry["id"])
    await play.see("won", HERE, "A dispute was won")
    await play.see("message-won", MESSAGES, "is over")
    await play.see("opened-and-over", HERE, "A payment is disputed")
    session, _ = await play.buy("demo-0")
    dispute = await play.stripe.open_dispute(session)
    await play.stripe.lose_dispute(dispute["id"])
    await play.see("lost", HERE, "A dispute was lost")
    await play.see("message-lost", MESSAGES, "was charged back, and")
    await play.look(HERE)
    await play.page.get_by_role("button", name="Let them buy again").last.click()
    await play.see("can-buy-again", HERE, "Can buy again")
    await _fraud(play)


async def _fraud(play: Play) -> None:
    session, _ = await play.buy("demo-0")
    await play.stripe.warn_of_fraud(session)
    await play.see("fraud-warning", HERE, "An early fraud warning")
    await play.look(HERE)
    await play.page.get_by_role("button", name="Refund…").last.click()
    await play.see("fraud-quote", HERE, "Reason: Early fraud warning")


async def take_trouble(play: Play) -> None:
    """Cards of what is about no payment, or takes days to come about."""
    now = system_clock()
    common: Any = {"at": now, "guild": GUILD}
    _, payment = await play.begin("demo-2")
    found = await play.stage.guildbank.queries.payment(PaymentId(payment))
    if found is None:
        raise LookupError(payment)
    why = "The key lacks the permission “Refunds: write”. Give it in Stripe's dashboard."
    for name, event, words in (
        (
            "event-stuck",
            ProviderEventStuck(
                **common,
                provider="stripe",
                event="evt_1PqR",
                kind="charge.refunded",
                reason="the amount is no whole number",
                count=3,
            ),
            "needs a look",
        ),
        (
            "access-refused",
            ProviderAccessRefused(**common, provider="stripe", reason=why),
            "refuses the bot",
        ),
        (
            "call-failed",
            ProviderCallFailed(
                **about(found, now), provider="stripe", call="capture", object="pi_1", reason=why
            ),
            "did not do its part",
        ),
        (
            "subscriber-disabled",
            SubscriberDisabled(
                **common,
                subscriber=SubscriberId("1"),
                host="hooks.example.com",
                reason="it answered 500",
            ),
            "no longer receives",
        ),
    ):
        await play.tell(event)
        await play.see(name, HERE, words)
