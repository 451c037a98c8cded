"""What the files, addresses, keys and settings around the program are refused for."""

from payments.domain.errors import GuildbankError


class InfraError(GuildbankError):
    """Something around the program is not as it must be."""


class FileDamaged(InfraError):
    """The file holds something that is no archive."""


class FileBusy(InfraError):
    """Somebody else is adding to the file."""


class DatabaseUnusable(InfraError):
    """The database cannot be used; the text says what to do about it."""


class NoBooksYet(DatabaseUnusable):
    """The program has never run on this database, or it is another one than was meant."""

    @classmethod
    def at(cls, place: str) -> "NoBooksYet":
        """The error for a file, or for what is called otherwise."""
        return cls(
            f"There are no books in {place} yet: start `guildbank run` once, or set DATABASE_URL "
            "to where yours are."
        )


class CannotDecrypt(InfraError):
    """Something was encrypted with a key that is no longer among ours."""


class NotSent(InfraError):
    """A call to the outside was not made."""


class BreakerOpen(NotSent):
    """The integration has failed several times in a row: nothing was sent."""


class PaceExceeded(NotSent):
    """More calls are made than the integration takes, and this one's turn has not come."""


class SecretUnreadable(InfraError):
    """A file that should hold a secret cannot be used; the text names the file and the way out."""


class SettingsWrong(InfraError):
    """Settings are missing or wrong; the text names them and says what they should be.

    Attributes:
        lines: One sentence or two for each of them, and at the end the way out.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__(" ".join(lines))
        self.lines = lines
