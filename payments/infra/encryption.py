"""What is encrypted at rest."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from payments.infra.errors import CannotDecrypt


class Encryptor:
    """Encrypts with the first key, decrypts with any: keys can be rotated.

    Raises:
        ValueError: A key is not 32 bytes in URL-safe base64.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._first = Fernet(keys[0])
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, text: str) -> str:
        """Encrypt a text."""
        return self._fernet.encrypt(text.encode()).decode()

    def is_under_first(self, encrypted: str) -> bool:
        """Whether the first key has encrypted it."""
        try:
            self._first.decrypt(encrypted.encode())
        except InvalidToken:
            return False
        return True

    def decrypt(self, encrypted: str) -> str:
        """Decrypt a text.

        Raises:
            CannotDecrypt: None of the keys fits.
        """
        try:
            return self._fernet.decrypt(encrypted.encode()).decode()
        except InvalidToken:
            raise CannotDecrypt("None of ENCRYPTION_KEYS can read this.") from None


def new_key() -> str:
    """A fresh key for `ENCRYPTION_KEYS`."""
    return Fernet.generate_key().decode()
