"""Why a mail was not sent."""

from payments.domain.errors import GuildbankError


class MailError(GuildbankError):
    """A mail was not sent, or nobody knows whether it was."""


class AddressRefused(MailError):
    """The address takes no mail, for good: nothing is sent there any more."""


class MailRefused(MailError):
    """This one mail is refused, for good; others to the same address may be taken."""


class FormRefused(MailError):
    """What we send is refused, whoever it goes to: the fault is ours or that of our domain."""


class MailLater(MailError):
    """Not now: the other side is away, busy, or wants to be asked again.

    Attributes:
        seconds: How long to wait at least.
    """

    def __init__(self, reason: str, *, seconds: float = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class MailAccessRefused(MailError):
    """The account, the settings or the encryption: nothing can be sent until a person mends it."""


class MailUncertain(MailError):
    """All of it was sent, and no answer came: it may have been taken."""


class NotGenuine(MailError):
    """A message is not from the service that it should be from, or makes no sense.

    Attributes:
        reason: Short label for the count of rejections: `signature`, `age` or `body`.
    """

    def __init__(self, words: str, *, reason: str) -> None:
        super().__init__(words)
        self.reason = reason
