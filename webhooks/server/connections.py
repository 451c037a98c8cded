"""How many connections there may be, and which one goes when there is no room for another.

Descriptors must remain for the database, Discord and the provider, whatever comes from outside. A
connection that waits for its client (for a request's head, for its body, or idle) may be closed;
one whose request is being answered may not. The one that has waited longest goes first: whoever
sends a request at once is answered, however many others hold their connections open.
"""

from typing import Protocol

from payments.infra.settings import Network
from payments.infra.tally import Tally
from webhooks.server.addresses import is_trusted
from webhooks.server.failures import host_of

RESERVED = 320
"""Descriptors that stay free for everything else; 64 of them are the metrics port's."""

MOST = 2_048
"""The most connections of one server; each costs some 20 kB."""

MOST_OF_ONE = 256
"""The most connections of one address that is no trusted proxy's."""

FEWEST = 16
"""Number of connections that are allowed even where descriptors are few."""


def room(descriptors: int) -> int:
    """Number of connections that fit into a process with this number of descriptors."""
    return max(FEWEST, min(MOST, descriptors - RESERVED))


class Closable(Protocol):
    """A connection, as far as it matters here."""

    def cut(self) -> None:
        """Close it now, with nothing more said."""


class Connections:
    """All connections of one server.

    Args:
        most: How many there may be.
        of_one: How many of one address.
        trusted: Proxies, to whom `of_one` does not apply: it is their work.
        tally: Counts what is closed.
    """

    def __init__(
        self, *, most: int, of_one: int, trusted: tuple[Network, ...], tally: Tally
    ) -> None:
        self._most = most
        self._of_one = of_one
        self._trusted = trusted
        self._tally = tally
        self._address: dict[Closable, str] = {}
        self._counted: dict[str, int] = {}
        self._waiting: dict[Closable, None] = {}
        self._waiting_of: dict[str, dict[Closable, None]] = {}

    def __len__(self) -> int:
        return len(self._address)

    def add(self, connection: Closable, address: str) -> None:
        """Take a new connection in; for one too many another is closed, or this one."""
        host = host_of(address)
        full_of_one = self._counted.get(host, 0) >= self._of_one
        if full_of_one and not is_trusted(address, self._trusted):
            self._close_one(self._waiting_of.get(host, {}), address, "connections of one address")
        elif len(self._address) >= self._most:
            self._close_one(self._waiting, address, "connections")
        self._address[connection] = host
        self._counted[host] = self._counted.get(host, 0) + 1
        self.waits(connection)
        if len(self._address) > self._most or (
            self._counted[host] > self._of_one and not is_trusted(address, self._trusted)
        ):
            self.remove(connection)
            connection.cut()

    def _close_one(self, waiting: dict[Closable, None], address: str, reason: str) -> None:
        self._tally.note("web.refused", reason=reason, address=address)
        oldest = next(iter(waiting), None)
        if oldest is not None:
            self.remove(oldest)
            oldest.cut()

    def waits(self, connection: Closable) -> None:
        """It waits for its client, from now on."""
        host = self._address.get(connection)
        if host is None:  # it was closed meanwhile
            return
        self.works(connection)
        self._waiting[connection] = None
        self._waiting_of.setdefault(host, {})[connection] = None

    def works(self, connection: Closable) -> None:
        """Its request is whole, and is being answered."""
        host = self._address.get(connection)
        if host is None:
            return
        self._waiting.pop(connection, None)
        of_host = self._waiting_of.get(host, {})
        of_host.pop(connection, None)
        if not of_host:
            self._waiting_of.pop(host, None)

    def remove(self, connection: Closable) -> None:
        """It is gone."""
        self.works(connection)
        host = self._address.pop(connection, None)
        if host is None:
            return
        self._counted[host] -= 1
        if not self._counted[host]:
            del self._counted[host]

    def close_oldest(self, number: int) -> None:
        """Close that many of those that wait, because the system has no descriptors left."""
        for oldest in list(self._waiting)[:number]:
            self.remove(oldest)
            oldest.cut()
