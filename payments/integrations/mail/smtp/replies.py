"""What a mail server's answers mean (RFC 5321, 4.2; RFC 3463 for the codes with dots)."""

import re
from collections.abc import Mapping
from typing import Final

from payments.integrations.mail.errors import (
    AddressRefused,
    FormRefused,
    MailAccessRefused,
    MailError,
    MailLater,
    MailRefused,
)

GREYLISTED_SECONDS: Final = 60.0
"""How long to wait at least after “not now”: a server that wants that takes no sooner try."""

FULL_SECONDS: Final = 3600.0
"""How long to wait at least for somebody to tidy a full mailbox."""

PERMANENT: Final = 500

_ENHANCED: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_IS_ABOUT_US: Final = re.compile(
    r"relay|auth|polic|spam|block|denied|reputation|blacklist|not permitted|dmarc|spf|dkim",
    re.IGNORECASE,
)
"""In answers without a code of their own: words of servers that do not want us, not the address."""

_BY_CODE: Final[Mapping[tuple[str, str], type[MailError]]] = {
    ("1", "7"): FormRefused,  # the sender's address
    ("1", "8"): FormRefused,
    ("2", "1"): AddressRefused,  # the mailbox is switched off
    ("2", "2"): MailLater,  # the mailbox is full
}
_BY_SUBJECT: Final[Mapping[str, type[MailError]]] = {"1": AddressRefused, "7": FormRefused}

_NO_SUCH_ADDRESS: Final = frozenset({550, 551, 553})
_FULL: Final = 552
_LOGIN_WANTED: Final = frozenset({530, 535, 538})


def of_sender(code: int, text: str) -> MailError:
    """What an answer to the connection, the login or `MAIL FROM` means: it is about us."""
    if code < PERMANENT:
        return MailLater(_said(code, text), seconds=GREYLISTED_SECONDS)
    return MailAccessRefused(_said(code, text))


def of_recipient(code: int, text: str) -> MailError:
    """What an answer to `RCPT TO` means."""
    if code < PERMANENT:
        return MailLater(_said(code, text), seconds=GREYLISTED_SECONDS)
    if code in _LOGIN_WANTED:
        return MailAccessRefused(_said(code, text))
    return _of_address(code, text)


def of_content(code: int, text: str) -> MailError:
    """What an answer to `DATA`, or to the mail itself, means."""
    if code < PERMANENT:
        return MailLater(_said(code, text), seconds=GREYLISTED_SECONDS)
    subject = _subject(text)
    if subject is not None and subject[0] == "1":  # a server that looks for the address only now
        return _of_address(code, text)
    return FormRefused(_said(code, text))


def _of_address(code: int, text: str) -> MailError:
    own = _subject(text)
    kind = _without_code(code, text) if own is None else _with_code(own)
    said = _said(code, text)
    return MailLater(said, seconds=FULL_SECONDS) if kind is MailLater else kind(said)


def _with_code(own: tuple[str, str]) -> type[MailError]:
    """What an answer means by its own code."""
    return _BY_CODE.get(own) or _BY_SUBJECT.get(own[0], MailRefused)


def _without_code(code: int, text: str) -> type[MailError]:
    """What an answer without one means."""
    if _IS_ABOUT_US.search(text):
        return FormRefused
    if code == _FULL:
        return MailLater
    return AddressRefused if code in _NO_SUCH_ADDRESS else MailRefused


def _subject(text: str) -> tuple[str, str] | None:
    """The second and third part of an answer's own code, if it has one."""
    found = _ENHANCED.search(text)
    return None if found is None else (found[2], found[3])


def _said(code: int, text: str) -> str:
    """An answer in words without an address in it: servers like to repeat it."""
    line = " ".join(text.split())
    hidden = re.sub(r"\S*@\S*", "…", line)
    return f"The mail server said {code}: {hidden[:200]}"
