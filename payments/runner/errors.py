"""Why the runner did not do what it was given."""

from payments.domain.errors import GuildbankError


class BooksUnavailable(GuildbankError):
    """The database did not take the change; whether it was made is found out by trying again."""
