"""A mail as it goes over the wire (RFC 5322): made of parts, so that no text becomes a header."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Final

from payments.domain.values.time import to_seconds
from payments.integrations.mail.addresses import is_ascii, parsed
from payments.integrations.mail.protocol import Mail

SUBJECT_LENGTH: Final = 150
"""The most characters of a subject: more are not shown anywhere."""

_JOINER: Final = "\u200d"
"""Joins emoji to one; it is not printable by itself."""


class Sender:
    """Who mails are from.

    Args:
        written: `receipts@example.org`, or `Name <receipts@example.org>`.

    Raises:
        ValueError: It is no address.
    """

    def __init__(self, written: str) -> None:
        name, bracket, rest = written.rpartition("<")
        address = parsed(rest.removesuffix(">") if bracket else written)
        if address is None or (bracket and not written.endswith(">")) or not is_ascii(address):
            raise ValueError("must be like shop@example.org, or Shop <shop@example.org>")
        self.name = one_line(name).strip().strip('"')
        self.address = address

    @property
    def domain(self) -> str:
        """Where its mail lives."""
        return self.address.rpartition("@")[2]

    @property
    def header(self) -> Address:
        """As the header `From` has it."""
        return Address(display_name=self.name, addr_spec=self.address)


def one_line(words: str) -> str:
    """Anybody's words, for a header: nothing in them begins a line or turns one around."""
    kept = "".join(each if each.isprintable() or each == _JOINER else " " for each in words)
    return " ".join(kept.split())


def subject_of(words: str) -> str:
    """A subject that is shown whole."""
    line = one_line(words)
    return line if len(line) <= SUBJECT_LENGTH else f"{line[: SUBJECT_LENGTH - 1].rstrip()}…"


def message_id(mail: Mail, sender: Sender) -> str:
    """The same for each try of a mail, so that mailboxes can tell a repeat."""
    return f"<{mail.id}@{sender.domain}>"


def headers_of(mail: Mail, sender: Sender) -> dict[str, str]:
    """The headers that say what kind of mail it is."""
    return {
        "Message-ID": message_id(mail, sender),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
    }


def message_of(mail: Mail, sender: Sender, *, reply_to: Sender | None = None) -> EmailMessage:
    """The whole message; what it says is 7-bit, whatever language it is in."""
    message = EmailMessage(policy=SMTP if is_ascii(mail.to) else SMTPUTF8)
    message["From"] = sender.header
    message["To"] = _to(mail.to)
    if reply_to is not None:
        message["Reply-To"] = reply_to.header
    message["Subject"] = subject_of(mail.subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(to_seconds(mail.at), UTC))
    for name, value in headers_of(mail, sender).items():
        message[name] = value
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{mail.id}")
    return message


def _to(address: str) -> Address:
    """Given in two parts: as one text, only ASCII before the @ is taken."""
    local, _, domain = address.rpartition("@")
    return Address(username=local.strip('"'), domain=domain)
