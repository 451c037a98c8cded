"""Ids as PayPal makes them."""

from sandbox.base.ids import CAPITALS_AND_DIGITS, RandomTexts

_PAYER = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Ids(RandomTexts):
    """Makes PayPal's ids."""

    def transaction(self) -> str:
        """Of an order, authorization, capture or refund: 17 capitals and digits."""
        return self.text(17, CAPITALS_AND_DIGITS)

    def payer(self) -> str:
        """Of a person's account: 13 characters, without those that look alike."""
        return self.text(13, _PAYER)

    def event(self) -> str:
        """Of an event, such as `WH-…-…`."""
        return f"WH-{self.transaction()}-{self.transaction()}"

    def dispute(self) -> str:
        """Of a dispute, such as `PP-R-ABC-10013874`."""
        return f"PP-R-{self.text(3, CAPITALS_AND_DIGITS)}-{self.digits(8)}"

    def debug(self) -> str:
        """Of one call, which PayPal's support asks for."""
        return self.text(13, "0123456789abcdef")

    def token(self) -> str:
        """An access token."""
        return f"A21AA{self.text(92)}"
