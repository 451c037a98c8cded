"""What keeps the bot from starting."""

from payments.domain.errors import GuildbankError


class StartFailed(GuildbankError):
    """The program cannot start; the text says why and what to do about it."""
