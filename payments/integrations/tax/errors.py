"""What goes wrong between us and a tax service."""

from payments.domain.errors import GuildbankError


class TaxError(GuildbankError):
    """A tax service has not done what it was asked."""


class TaxUnavailable(TaxError):
    """It was not reached, or gave no answer of use: the same may be asked again."""


class TaxAccessRefused(TaxUnavailable):
    """It refuses our key: that is the account's trouble, not the question's."""


class TaxRefused(TaxError):
    """It understood, and said no.

    Attributes:
        about_place: Whether it does not know the buyer's place.
        already: Whether it has done the same before.
    """

    def __init__(self, words: str, *, about_place: bool = False, already: bool = False) -> None:
        super().__init__(words)
        self.about_place = about_place
        self.already = already
