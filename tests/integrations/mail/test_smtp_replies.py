"""What a mail server's answers mean: of the address, of the mail, or of us."""

import pytest

from payments.integrations.mail.errors import (
    AddressRefused,
    FormRefused,
    MailAccessRefused,
    MailError,
    MailLater,
    MailRefused,
)
from payments.integrations.mail.smtp.replies import of_content, of_recipient, of_sender


@pytest.mark.parametrize(
    ("code", "text", "means"),
    [
        (450, "4.2.0 greylisted", MailLater),
        (421, "4.3.2 shutting down", MailLater),
        (550, "5.1.1 no such user", AddressRefused),
        (550, "5.1.6 mailbox has moved", AddressRefused),
        (550, "5.2.1 mailbox disabled", AddressRefused),
        (550, "No such user here", AddressRefused),
        (551, "user not local", AddressRefused),
        (553, "mailbox name not allowed", AddressRefused),
        (552, "5.2.2 mailbox full", MailLater),
        (552, "mailbox full", MailLater),
        (550, "5.7.1 not authorised", FormRefused),
        (550, "5.7.26 unauthenticated mail is not accepted due to DMARC", FormRefused),
        (550, "relay not permitted", FormRefused),
        (554, "5.7.1 Relay access denied", FormRefused),
        (550, "5.1.8 sender address rejected: domain not found", FormRefused),
        (550, "your IP is on a blacklist", FormRefused),
        (530, "5.7.0 must issue STARTTLS first", MailAccessRefused),
        (501, "5.5.4 syntax", MailRefused),
        (554, "transaction failed", MailRefused),
    ],
)
def test_what_an_answer_to_the_address_means(code: int, text: str, means: type[MailError]) -> None:
    assert type(of_recipient(code, text)) is means


@pytest.mark.parametrize(
    ("code", "text", "means"),
    [
        (451, "4.3.0 later", MailLater),
        (550, "5.1.1 no such user", AddressRefused),
        (552, "5.3.4 too big", FormRefused),
        (554, "5.7.1 spam", FormRefused),
        (554, "no", FormRefused),
    ],
)
def test_what_an_answer_to_the_mail_means(code: int, text: str, means: type[MailError]) -> None:
    assert type(of_content(code, text)) is means


def test_what_an_answer_to_us_means_and_that_no_address_is_repeated() -> None:
    assert type(of_sender(454, "4.7.0 too many logins")) is MailLater
    refused = of_sender(550, "5.7.1 <ada@example.org> is not yours")
    assert type(refused) is MailAccessRefused
    assert "ada" not in str(refused)
