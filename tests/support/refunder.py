"""Who gives back what was paid twice, where nothing is."""

from payments.domain.values.ids import PaymentId


class NothingTwice:
    """Is never asked."""

    async def give_back(self, payment: PaymentId) -> None:
        raise AssertionError(f"{payment} was not paid twice")
