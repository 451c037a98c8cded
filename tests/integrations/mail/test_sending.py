"""Facts become mails: one for each, to the address that paid."""

from dataclasses import replace

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import MINUTE, SECOND
from tests.support.make import BEN, GUILD, event, key, refund_update
from tests.support.posting import ADDRESS, PostOffice


async def test_a_purchase_brings_one_receipt_to_the_address_that_paid(post: PostOffice) -> None:
    await post.buy()
    assert await post.send() == [("delivered", 0)]
    [mail] = post.mailbox.mails
    assert (mail.sender, mail.to) == ("receipts@guild.example", ADDRESS)
    assert mail.message["Subject"] == "Receipt from Harbour Guild: 500 for 499"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert "€4.99" in mail.text
    assert "€4.99" in mail.html
    assert await post.send(after=MINUTE) == [("delivered", 0)]
    assert len(post.mailbox.mails) == 1


async def test_a_refund_brings_one_mail_to_the_same_address(post: PostOffice) -> None:
    await post.buy()
    await post.core.runner.run(event(refund_update("one", "re_1", 499)))
    await post.send()
    subjects = [each.message["Subject"] for each in post.mailbox.mails]
    assert subjects == [
        "Receipt from Harbour Guild: 500 for 499",
        "Refund of €4.99 from Harbour Guild",
    ]


async def test_a_refund_that_has_failed_since_is_not_told(post: PostOffice) -> None:
    await post.buy()
    await post.core.runner.run(event(refund_update("one", "re_1", 499)))
    failed = refund_update("one", "re_1", 499, RefundStatus.FAILED, seen=1)
    await post.core.runner.run(event(failed))
    assert [status for status, _ in await post.send()] == ["delivered", "given_up"]


async def test_without_an_address_nothing_is_sent(post: PostOffice) -> None:
    await post.buy(address=None)
    assert await post.send() == [("given_up", 0)]
    assert post.mailbox.mails == []


async def test_where_a_server_switched_mail_off_nothing_is_sent(post: PostOffice) -> None:
    await post.buy()
    settings = replace(await post.core.queries.settings(GUILD), flags=("integration.mail=off",))
    owner = by_member(BEN)
    change = ChangeSettings(key=key(), at=post.clock(), actor=owner, guild=GUILD, settings=settings)
    await post.core.runner.run(change)
    assert await post.send() == [("given_up", 0)]
    assert post.mailbox.mails == []


async def test_a_failed_try_is_made_again_after_5_and_10_seconds_then_it_is_a_dead_letter(
    post: PostOffice,
) -> None:
    await post.buy()
    post.mailbox.fail("data", "cut", "cut", "cut")
    assert await post.send() == [("waiting", 1)]
    assert await post.send(after=4 * SECOND) == [("waiting", 1)]
    assert await post.send(after=3 * SECOND) == [("waiting", 2)]
    assert await post.send(after=9 * SECOND) == [("waiting", 2)]
    assert await post.send(after=4 * SECOND) == [("dead", 3)]
    ids = {each.message["Message-ID"] for each in post.mailbox.mails}
    assert len(post.mailbox.mails) == 3
    assert len(ids) == 1, "mailboxes can tell that they are one"
