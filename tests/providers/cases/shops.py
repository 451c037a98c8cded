"""The shops on which the cases are tried, by the provider's name. Another one is one more line."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeAlias

from tests.conftest import Time
from tests.providers.cases.selling import Selling
from tests.providers.paypal.selling import selling_by_paypal
from tests.providers.square.selling import selling_by_square

Opened: TypeAlias = Callable[[str, Time], AbstractAsyncContextManager[Selling]]
"""Opens a shop on the database at an address, by a clock."""

SHOPS: Final[Mapping[str, Opened]] = {"paypal": selling_by_paypal, "square": selling_by_square}
