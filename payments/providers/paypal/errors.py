"""What PayPal answers that is no success."""

from payments.providers.json_calls import Answered as AnsweredBase


class Answered(AnsweredBase):
    """An answer that is no success, or that has no use.

    Attributes:
        name: PayPal's name for the error; empty if it gave none.
        issue: What is wrong in particular; empty if it did not say.
        debug_id: What PayPal's support asks for.
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
        words = f"PayPal: status {status}, {issue or name or 'no reason'}."
        super().__init__(words, status, retry_after=retry_after)
        self.name = name
        self.issue = issue
        self.debug_id = debug_id
        self.of_token = of_token
