"""The installation's own id, and the proof that all providers' ids are kept."""

from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    literal_column,
    select,
    update,
)

from payments.store.statements.compiled import read
from payments.store.tables import (
    installation,
)


def load_installation(connection: Connection) -> str:
    """The id that tells this installation from any other on the same account of a provider."""
    (row,) = read(connection, _installation_query)
    return str(row["installation_id"])


def _installation_query() -> Select[Any]:
    return select(installation.c.installation_id).where(installation.c.one == literal_column("1"))


def renew_installation(connection: Connection, fresh: str) -> None:
    """Give this installation another id; payments begun under the former one keep that."""
    connection.execute(update(installation).values(installation_id=fresh))
