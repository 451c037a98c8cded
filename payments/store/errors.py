"""What keeps the store from doing its work on the books."""

from payments.domain.errors import GuildbankError


class StoreError(GuildbankError):
    """The store cannot do what it was asked to do with the books."""


class ChainBroken(StoreError):
    """The audit log does not prove itself, and so none of it leaves."""


class ArchivedElsewhere(StoreError):
    """Another process has archived the same rows meanwhile."""


class NotTheSame(StoreError):
    """What is in the target after copying is not what is in the source."""
