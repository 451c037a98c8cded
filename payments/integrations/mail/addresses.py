"""Addresses: which ones get mail, and how they are kept.

An address is encrypted as soon as it is read. What tells it again is a keyed digest, so whoever has
the database alone can neither read addresses nor try them out.
"""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

import idna

from payments.domain.values.buyer_address import BuyerAddress
from payments.domain.values.time import DAY, Clock, later
from payments.infra.encryption import Encryptor
from payments.infra.errors import CannotDecrypt

LONGEST: Final = 254
"""The most bytes of an address (RFC 5321, 4.5.3.1.3, without its brackets)."""

LONGEST_LOCAL: Final = 64
"""The most bytes before the @ (RFC 5321, 4.5.3.1.1)."""

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+"
_LOCAL: Final = re.compile(rf'{_ATOM}(\.{_ATOM})*|"[ !#-\[\]-~]{{1,62}}"')
"""Before the @ (RFC 5321 `Local-part`, RFC 6531); quoted ones without a backslash or a quote."""

_KEY_BYTES: Final = 32
_DIGEST_BYTES: Final = 16


def parsed(written: str) -> str | None:
    """An address in the one way in which it is kept: its domain in ASCII and small letters.

    None for what is no address, or one that cannot be written to a mail server as it is.
    """
    local, at, domain = written.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or not all(map(str.isprintable, local)):
        return None
    try:
        host = idna.encode(domain, uts46=True, std3_rules=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return None
    if "." not in host.strip(".") or host.endswith("."):
        return None
    if len(local.encode()) > LONGEST_LOCAL or len(f"{local}@{host}".encode()) > LONGEST:
        return None
    return f"{local}@{host}"


def is_ascii(address: str) -> bool:
    """Whether every mail server can take it: others must know SMTPUTF8 (RFC 6531)."""
    return address.isascii()


def new_mail_key() -> str:
    """A fresh key for digests and links, as it is kept."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


class Addresses:
    """Encrypts addresses, tells them again, and signs the links that stop mail to them.

    Nothing is taken before its key was read from the database (`unlock`).

    Args:
        encryptor: With the keys of the settings.
        clock: Tells the time.
        keep_days: After how many days an address is deleted.
    """

    def __init__(self, encryptor: Encryptor, clock: Clock, *, keep_days: int) -> None:
        self._encryptor = encryptor
        self._clock = clock
        self._keep = keep_days * DAY
        self._key: bytes | None = None

    @property
    def is_unlocked(self) -> bool:
        """Whether its key is there."""
        return self._key is not None

    def new_key(self) -> str:
        """A fresh key, encrypted, to be stored if there is none yet."""
        return self._encryptor.encrypt(new_mail_key())

    def unlock(self, encrypted_key: str) -> None:
        """Take the stored key.

        Raises:
            CannotDecrypt: It is under none of our encryption keys.
        """
        self._key = base64.urlsafe_b64decode(self._encryptor.decrypt(encrypted_key))

    def conceal(self, address: str) -> BuyerAddress | None:
        """Encrypt an address; None for what is none, and while the key is not there."""
        known = parsed(address)
        if known is None or self._key is None:
            return None
        now = self._clock()
        return BuyerAddress(
            encrypted=self._encryptor.encrypt(known),
            fingerprint=self.fingerprint(known),
            noted_at=now,
            ends_at=later(now, self._keep),
        )

    def reveal(self, encrypted: str) -> str:
        """An address in the clear. Raises CannotDecrypt."""
        return self._encryptor.decrypt(encrypted)

    def fingerprint(self, address: str) -> str:
        """What tells an address again, in whichever case it is written."""
        told = (parsed(address) or address).casefold()
        return self._digest("address", told.encode(errors="surrogatepass")).hex()

    def stop_token(self, fingerprint: str) -> str:
        """What is in the link that stops mail to an address: only who got a mail has it."""
        told = bytes.fromhex(fingerprint)
        return base64.urlsafe_b64encode(told + self._digest("stop", told)).decode().rstrip("=")

    def read_stop_token(self, token: str) -> str | None:
        """The fingerprint in a link's token; None if we did not make it."""
        try:
            padded = token.encode("ascii") + b"=" * (-len(token) % 4)
            raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        except ValueError:
            return None
        told, signed = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        is_ours = hmac.compare_digest(signed, self._digest("stop", told))
        return told.hex() if is_ours and len(told) == _DIGEST_BYTES else None

    def _digest(self, use: str, told: bytes) -> bytes:
        if self._key is None:
            raise CannotDecrypt("The key of mail was not read yet.")
        signed = use.encode() + b"\0" + told
        return hmac.new(self._key, signed, hashlib.sha256).digest()[:_DIGEST_BYTES]
