"""How a delivery ends that did not arrive."""

from payments.domain.errors import GuildbankError


class DeliveryError(GuildbankError):
    """Something was not delivered."""


class Postpone(DeliveryError):
    """It cannot be delivered now: rate limit, connection, server error, open breaker.

    Uses up no attempt.

    Attributes:
        seconds: How long to wait at least.
        lasting: Whether it waits for as long as it takes: its channel knows when it ends.
    """

    def __init__(self, reason: str, *, seconds: float = 0, lasting: bool = False) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.lasting = lasting


class GiveUp(DeliveryError):
    """It can never be delivered, and trying again would do harm: a closed DM, a lost channel."""


class WrongForm(DeliveryError):
    """The other side refuses the form of what we send, which is our mistake.

    The same would be refused again. So it is a dead letter at once, and a person can try it again
    with a version that does not make the mistake.
    """


class NotTaken(DeliveryError):
    """A subscriber did not take what it was sent.

    Attributes:
        gone: Whether it says that it wants nothing any more (410).
        later: Whether the same might be taken later.
        seconds: How long it asks to wait.
        ours: Whether the fault is ours: the subscriber knows nothing of it.
    """

    def __init__(
        self,
        reason: str,
        *,
        gone: bool = False,
        later: bool = False,
        seconds: float = 0,
        ours: bool = False,
    ) -> None:
        super().__init__(reason)
        self.gone = gone
        self.later = later
        self.seconds = seconds
        self.ours = ours
