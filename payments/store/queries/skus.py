"""What is sold in a provider's own shop, and what of it has become payments."""

from sqlalchemy import select

from payments.domain.values.guilds import Package
from payments.domain.values.ids import PaymentId
from payments.domain.values.references import ProviderReference
from payments.store import tables
from payments.store.queries.reader import Reader
from payments.store.rows.guilds import package_from


class SkuQueries(Reader):
    """Questions about own shops."""

    async def packages_of_sku(self, sku: str) -> list[Package]:
        """The packages of all guilds that are sold as this, also retired ones."""
        packages = tables.packages
        query = select(packages).where(packages.c.sku == sku)
        ordered = query.order_by(packages.c.guild_id, packages.c.package_id)
        return [package_from(row) for row in await self._mappings(ordered)]

    async def payment_of_reference(self, reference: ProviderReference) -> PaymentId | None:
        """The payment that something of a provider's belongs to, if it is of one."""
        table = tables.provider_references
        query = select(table.c.payment_id).where(
            table.c.provider == reference.provider,
            table.c.object_id == reference.id,
            table.c.kind == reference.kind,
        )
        found = await self._mappings(query)
        return PaymentId(found[0]["payment_id"]) if found else None
