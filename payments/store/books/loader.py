"""How a collection of the books comes from the database into memory."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection

from payments.domain.books import Collection, Needs, Slice
from payments.domain.books.needs import NOTHING
from payments.domain.errors import BooksBroken

K = TypeVar("K")
V = TypeVar("V")


class Loading:
    """A load that is under way: what is wanted, and what is here so far.

    Args:
        connection: In a transaction.
        needs: What was asked for.
        changing: Whether it is read to be changed: under locks, and what is not there yet is made.
    """

    def __init__(self, connection: Connection, needs: Needs, *, changing: bool) -> None:
        self.connection: Final = connection
        self.changing: Final = changing
        self.loaded: Final = Slice()
        self._wanted: dict[Collection[Any, Any], set[Any]] = {}
        self.want(needs)

    def __getitem__(self, collection: Collection[K, V]) -> Mapping[K, V]:
        """What was loaded before."""
        return self.loaded[collection]

    def want(self, needs: Needs) -> None:
        """Ask for more, of collections whose turn has not come yet."""
        for collection, keys in needs:
            self._wanted.setdefault(collection, set()).update(keys)

    def wanted(self, collection: Collection[K, Any]) -> AbstractSet[K]:
        """The keys that are wanted of a collection by now."""
        return self._wanted.get(collection, frozenset())

    def check(self) -> None:
        """Make sure that everything wanted is here.

        Raises:
            BooksBroken: Nothing loads a collection, or its loader left out a key, or it was wanted
                after its turn.
        """
        for collection, keys in self._wanted.items():
            if missing := keys.difference(self.loaded[collection]):
                raise BooksBroken(f"of {collection} nothing was loaded for {missing}")


Load = Callable[[Loading, AbstractSet[K]], Mapping[K, V]]
"""Reads the values for all of some keys, which may be none. It may want keys of collections that
are loaded later, and read those that were loaded before."""


class Loader(Generic[K, V]):
    """How one collection is loaded.

    Args:
        collection: Which.
        load: Reads it; called once for each batch, also if no key is wanted.
        guards: What must be locked before, as its keys alone tell.
    """

    def __init__(
        self,
        collection: Collection[K, V],
        load: Load[K, V],
        guards: Callable[[AbstractSet[K]], Needs],
    ) -> None:
        self.collection: Final = collection
        self._load = load
        self._guards = guards

    def want_guards(self, loading: Loading) -> None:
        """Want what guards the keys that are wanted."""
        if keys := loading.wanted(self.collection):
            loading.want(self._guards(keys))

    def __call__(self, loading: Loading) -> None:
        """Load what is wanted of the collection by now."""
        loading.loaded.put(self.collection, self._load(loading, loading.wanted(self.collection)))


def _none(_keys: Iterable[object]) -> Needs:
    return NOTHING


def loads(
    collection: Collection[K, V], *, guards: Callable[[AbstractSet[K]], Needs] = _none
) -> Callable[[Load[K, V]], Loader[K, V]]:
    """Make a function the loader of a collection; it still needs its place in `LOADING`."""
    return lambda load: Loader(collection, load, guards)
