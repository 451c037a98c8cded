"""Owners connect a package with what is sold in a provider's own shop."""

from dataclasses import dataclass, replace

from payments.commands.base import Command
from payments.domain.books import GUILDS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.values.events import PackageChanged
from payments.domain.values.guilds import Package, Sku
from payments.domain.values.ids import GuildId, PackageId
from payments.domain.values.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectSku(Command[Package]):
    """Connect a package with what is sold in a provider's own shop, or end that.

    Attributes:
        package: Which one.
        sku: The provider's id of what is sold there; None ends it.
        price: What it costs there, as the owner says.
    """

    kind = "package.sku"
    result = Package

    guild: GuildId
    package: PackageId
    sku: str | None = None
    price: Money | None = None

    def needs(self) -> Needs:
        """The guild's packages."""
        return GUILDS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse a package that is not for sale, and what stands for another one."""
        package = self._package(books)
        if self.sku is None and package.sku is None:
            raise Refused("{package} is not connected with anything.", package=package.name)
        for each in books.guild(self.guild).packages:
            is_same = self.sku is not None and each.sku is not None and each.sku.id == self.sku
            if is_same and each.active and each.id != package.id:
                raise Refused("This SKU stands for {package} already.", package=each.name)

    def execute(self, books: Books) -> Package:
        """Connect it; a retired package that had it gives it up."""
        changed = replace(self._package(books), sku=self._wanted(books))
        guild = books.guild(self.guild)
        packages = tuple(
            changed if each.id == changed.id else self._without(each) for each in guild.packages
        )
        books.put_guild(replace(guild, packages=packages))
        books.emit(PackageChanged(guild=self.guild, at=books.at, package=changed.id))
        return changed

    def _package(self, books: Books) -> Package:
        found = books.guild(self.guild).package(self.package)
        if found is None:
            raise Refused("There is no such package.")
        if not found.active:
            raise Refused("This package is retired. Add a new one instead.")
        return found

    def _wanted(self, books: Books) -> Sku | None:
        if self.sku is None:
            return None
        before = self._package(books).sku
        is_same = before is not None and before.id == self.sku
        since = before.since if before is not None and is_same else books.at
        return Sku(id=self.sku, price=self.price, since=since)

    def _without(self, package: Package) -> Package:
        had = package.sku is not None and package.sku.id == self.sku
        return replace(package, sku=None) if had else package
