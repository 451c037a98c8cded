"""What PayPal answers that is no success."""

from payments.domain.errors import GuildbankError


class Answered(GuildbankError):
    """An answer that is no success, or that has no use.

    Attributes:
        status: Of HTTP.
        name: PayPal's name for the error; empty if it gave none.
        issue: What is wrong in particular; empty if it did not say.
        debug_id: What PayPal's support asks for.
        retry_after: Seconds that it asks to wait, if it does.
        of_token: Whether it is about our credentials themselves.
    """

    def __init__(
        self,
        status: int,
        *,
        name: str = "",
        issue: str = "",
        debug_id: str = "",
        retry_after: float | None = None,
        of_token: bool = False,
    ) -> None:
        super().__init__(f"PayPal: status {status}, {issue or name or 'no reason'}.")
        self.status = status
        self.name = name
        self.issue = issue
        self.debug_id = debug_id
        self.retry_after = retry_after
        self.of_token = of_token
