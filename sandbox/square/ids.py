"""Ids as Square makes them."""

from sandbox.base.ids import CAPITALS_AND_DIGITS, RandomTexts


class Ids(RandomTexts):
    """Makes Square's ids."""

    def account(self) -> str:
        """Of a merchant or location."""
        return "L" + self.text(12, CAPITALS_AND_DIGITS)

    def link(self) -> str:
        """Of a payment link."""
        return self.text(16, CAPITALS_AND_DIGITS)

    def thing(self) -> str:
        """Of an order, payment or dispute."""
        return self.text(29)

    def subscription(self) -> str:
        """Of a webhook subscription, such as `wbhk_…`."""
        return f"wbhk_{self.text(32, '0123456789abcdef')}"

    def version(self) -> str:
        """Of one state of a payment."""
        return self.text(44)
