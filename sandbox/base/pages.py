"""Pages that a service shows to people."""

from collections.abc import Mapping
from pathlib import Path

import jinja2
from aiohttp import web

from payments.domain.values.money import Money
from payments.infra.reader import Reader

STATIC = Path(__file__).parent / "static"

_OWN = Path(__file__).parent / "templates"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'self'; "
        "connect-src 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Templates:
    """A service's templates and those that all share; everything in them is escaped.

    Args:
        folder: Where the service's own templates are.
    """

    def __init__(self, folder: Path) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([folder, _OWN]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["money"] = _money

    def page(self, name: str, *, status: int = 200, **values: object) -> web.Response:
        """A page made from a template."""
        return self.filled(name, values, status)

    def filled(self, name: str, values: Mapping[str, object], status: int = 200) -> web.Response:
        """A page made from a template, its values in one mapping."""
        text = self._environment.get_template(name).render(**values)
        return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)


def _money(amount: int, currency: str) -> str:
    """An amount of minor units as the bot writes it in English, such as `$4.99` or `-¥500`."""
    written = Reader().money(Money(minor=abs(amount), currency=currency.upper()))
    return f"-{written}" if amount < 0 else written
