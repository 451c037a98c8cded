"""Owners decide what is for sale."""

from dataclasses import dataclass, field, replace
from typing import Final

from payments.commands.base import UNDONE_ALREADY, Command
from payments.domain.books import GUILDS, Books, GuildBooks, Needs
from payments.domain.errors import CannotUndo, Refused
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import PackageChanged
from payments.domain.values.guilds import MAX_PACKAGES, NAME_LENGTH, Package, check_points
from payments.domain.values.ids import GuildId, PackageId
from payments.domain.values.money import Money
from payments.domain.values.tax import TaxRule
from payments.domain.values.written_text import check_words, same_to_readers, tidy

FREE: Final = Sentence(
    "A package can't be free. To give points away, use {command}.", command=SlashCommand("grant")
)
"""What is refused where a package would cost nothing."""

_NAME: Final = Sentence("Package name")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPackage(Command[Package]):
    """Put a package up for sale.

    Attributes:
        name: What members read, unique among the guild's packages for sale.
        points: How many it gives.
        price: What it costs; whether tax is in it or comes on top says `tax`.
        package: A fresh id.
        tax: How it is taxed; None if no tax is taken.
    """

    kind = "package.add"
    result = Package

    guild: GuildId
    name: str
    points: int
    price: Money
    package: PackageId = field(compare=False)
    tax: TaxRule | None = None

    def needs(self) -> Needs:
        """The guild's packages."""
        return GUILDS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse a name, number or price that cannot be sold."""
        guild = books.guild(self.guild)
        if _is_full(guild):
            raise Refused(
                "A server sells at most {most} packages. Retire one first.", most=MAX_PACKAGES
            )
        check_words(tidy(self.name), _NAME, NAME_LENGTH)
        _check(guild, tidy(self.name), self.points, self.price)

    def execute(self, books: Books) -> Package:
        """Add it."""
        package = Package(
            id=self.package,
            guild=self.guild,
            name=tidy(self.name),
            points=self.points,
            price=self.price,
            tax=self.tax,
        )
        guild = books.guild(self.guild)
        books.put_guild(replace(guild, packages=(*guild.packages, package)))
        _tell(books, package)
        return package

    def undo(self, books: Books, result: Package) -> None:
        """Take it off sale again."""
        package = _find(books, self.guild, result.id)
        if not package.active:
            raise CannotUndo(UNDONE_ALREADY)
        _change(books, replace(package, active=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPackage(Command[Package]):
    """Change a package. Payments already begun keep what they were.

    Attributes:
        package: Which one.
        name: A new name, if it changes.
        points: A new number of points, if it changes.
        price: A new price, if it changes.
        tax: How it is taxed from now on, if that changes.
        untaxed: Whether no tax is taken any more.
    """

    kind = "package.edit"
    result = Package

    guild: GuildId
    package: PackageId
    name: str | None = None
    points: int | None = None
    price: Money | None = None
    tax: TaxRule | None = None
    untaxed: bool = False

    def needs(self) -> Needs:
        """The guild's packages."""
        return GUILDS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse what could not be added either."""
        changed = self._changed(books)
        if self.name is not None:
            check_words(changed.name, _NAME, NAME_LENGTH)
        guild = books.guild(self.guild)
        _check(guild, changed.name, changed.points, changed.price, except_for=changed.id)

    def execute(self, books: Books) -> Package:
        """Change it."""
        changed = self._changed(books)
        _change(books, changed)
        return changed

    def _changed(self, books: Books) -> Package:
        package = _find(books, self.guild, self.package)
        if not package.active:
            raise Refused("This package is retired. Add a new one instead.")
        return replace(
            package,
            name=package.name if self.name is None else tidy(self.name),
            points=package.points if self.points is None else self.points,
            price=self.price or package.price,
            tax=None if self.untaxed else self.tax or package.tax,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirePackage(Command[Package]):
    """Take a package off sale. Open checkouts can still be paid.

    Attributes:
        package: Which one.
    """

    kind = "package.retire"
    result = Package

    guild: GuildId
    package: PackageId

    def needs(self) -> Needs:
        """The guild's packages."""
        return GUILDS.of(self.guild)

    def execute(self, books: Books) -> Package:
        """Retire it."""
        package = _find(books, self.guild, self.package)
        if not package.active:
            raise Refused("This package is retired already.")
        retired = replace(package, active=False)
        _change(books, retired)
        return retired

    def undo(self, books: Books, result: Package) -> None:
        """Put it up for sale again."""
        package = _find(books, self.guild, result.id)
        if package.active:
            raise CannotUndo(UNDONE_ALREADY)
        guild = books.guild(self.guild)
        if _is_full(guild):
            raise CannotUndo(
                "There are {most} packages for sale by now. Retire one first.", most=MAX_PACKAGES
            )
        if _namesake(guild, package.name) is not None:
            raise CannotUndo("Another package has its name by now.")
        _change(books, replace(package, active=True))


def _is_full(guild: GuildBooks) -> bool:
    return sum(package.active for package in guild.packages) >= MAX_PACKAGES


def _namesake(
    guild: GuildBooks, name: str, *, except_for: PackageId | None = None
) -> Package | None:
    """The package for sale that members could not tell from one of this name."""
    for other in guild.packages:
        same = same_to_readers(other.name) == same_to_readers(name)
        if other.active and other.id != except_for and same:
            return other
    return None


def _find(books: Books, guild: GuildId, package: PackageId) -> Package:
    found = books.guild(guild).package(package)
    if found is None:
        raise Refused("There is no such package.")
    return found


def _change(books: Books, changed: Package) -> None:
    guild: GuildBooks = books.guild(changed.guild)
    packages = tuple(changed if each.id == changed.id else each for each in guild.packages)
    books.put_guild(replace(guild, packages=packages))
    _tell(books, changed)


def _tell(books: Books, package: Package) -> None:
    """Tell those who show it."""
    books.emit(PackageChanged(guild=package.guild, at=books.at, package=package.id))


def _check(
    guild: GuildBooks, name: str, points: int, price: Money, *, except_for: PackageId | None = None
) -> None:
    check_points(points)
    if price.minor == 0:
        raise Refused(FREE)
    other = _namesake(guild, name, except_for=except_for)
    if other is not None:
        raise Refused("There is already a package named {name}.", name=other.name)
