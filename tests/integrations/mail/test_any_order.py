"""In whichever order facts come, and whenever mails are sent between them: one mail for each."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.commands.payments.inbox import RecordProviderEvent
from payments.domain.values.time import HOUR, Instant
from payments.infra.encryption import Encryptor, new_key
from payments.integrations.mail.addresses import Addresses, parsed
from payments.integrations.mail.message import Sender, message_of
from payments.integrations.mail.protocol import Mail
from tests.support.databases import only_on_sqlite
from tests.support.make import START, event, initiate, refund_update
from tests.support.posting import PostOffice

pytestmark = only_on_sqlite

FACTS = ("paid", "half", "rest")


def fact(post: PostOffice, name: str, payment: str, at: Instant) -> RecordProviderEvent:
    if name == "paid":
        return event(post.paid(payment), id=f"evt_{payment}_paid", at=at)
    minor = {"half": 200, "rest": 299}[name]
    update = refund_update(payment, f"re_{payment}_{name}", minor)
    return event(update, id=f"evt_{payment}_{name}", at=at)


@pytest.mark.parametrize("sent", ["between", "at the end"])
async def test_each_fact_brings_one_mail(post: PostOffice, sent: str) -> None:
    orders = list(itertools.permutations(FACTS))
    for number, order in enumerate(orders):
        payment = f"p{number}"
        await post.core.runner.run(initiate(payment, at=post.clock()))
        for name in (*order, *order):  # each comes twice
            await post.core.runner.run(fact(post, name, payment, post.clock()))
            if sent == "between":
                await post.send()
    await post.send(after=HOUR)
    await post.send(after=HOUR)
    subjects = Counter(str(each.message["Subject"]) for each in post.mailbox.mails)
    many = len(orders)
    assert subjects == {
        "Receipt from Harbour Guild: 500 for 499": many,
        "Refund of €2.00 from Harbour Guild": many,
        "Refund of €2.99 from Harbour Guild": many,
    }
    assert len({each.message["Message-ID"] for each in post.mailbox.mails}) == 3 * many
    assert {status for status, _ in await post.standing()} == {"delivered"}


ADDRESSES = Addresses(Encryptor([new_key()]), lambda: START, keep_days=30)
ADDRESSES.unlock(ADDRESSES.new_key())

ODD = 'aA.@"\\ <>\r\n\t\0\u202eüß\ud800-_+0xn:,;()[]\uff58\u3002'
NEARLY = st.text(st.sampled_from(ODD), max_size=40)


@given(NEARLY | st.builds("{}@{}".format, NEARLY, NEARLY | st.just("example.org")) | st.text())
def test_an_address_is_either_none_or_one_line_to_one_mailbox(written: str) -> None:
    address = parsed(written)
    assert (ADDRESSES.conceal(written) is None) == (address is None)
    if address is None:
        return
    assert parsed(address) == address, "it is written in one way"
    concealed = ADDRESSES.conceal(written)
    assert concealed is not None
    assert ADDRESSES.reveal(concealed.encrypted) == address
    assert address not in repr(concealed)
    message = message_of(_mail(address, "Hello"), Sender("shop@example.org"))
    [to] = message["To"].addresses
    assert len(message.as_bytes().split(b"\r\n\r\n")[0].split(b"To: ")) == 2
    assert "\n" not in str(to)


@given(st.text(max_size=200))
def test_no_subject_begins_a_header_of_its_own(words: str) -> None:
    message = message_of(_mail("ada@example.org", words), Sender("Shop <shop@example.org>"))
    names = [name.lower() for name in message]
    assert len(names) == len(set(names)) == 9
    head = message.as_bytes().split(b"\r\n\r\n")[0]
    assert head.count(b"\r\n") == head.count(b"\n")
    for line in head.split(b"\r\n"):
        assert line[:1] in {b" ", b"\t"} or b":" in line
        assert len(line) < 998


def _mail(to: str, subject: str) -> Mail:
    return Mail(
        id="n1", to=to, subject=subject, text="Hi\n", html="<p>Hi</p>", language="en", at=START
    )
