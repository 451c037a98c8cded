"""Checks of who computes taxes, and of what was not reported to them."""

from app.doctor.context import Context
from payments.infra.finding import Finding, ok, warning, within_limit
from payments.integrations.settings import tax_services_of
from payments.integrations.tax.registry import named_taxes
from payments.store.records.tax_records import TaxRecords

CHECK = "Taxes"


async def check_taxes(context: Context, *, books: bool) -> list[Finding]:
    """What is found; nothing where no tax is taken and nothing asks for any.

    Args:
        context: What is looked at.
        books: Whether the books can be read.
    """
    services = context.guildbank.services.taxes.services
    found: list[Finding] = []
    for kind in named_taxes(tax_services_of(context.settings)):
        found += await within_limit(kind.title, kind.doctor(services[kind.name]))
    if books:
        records = TaxRecords(context.guildbank.services.database)
        found += await within_limit(CHECK, check_records(records, is_on=bool(services)))
    return found


async def check_records(records: TaxRecords, *, is_on: bool) -> list[Finding]:
    """What the books say of taxes; `is_on` says whether anybody computes them."""
    found = []
    if not is_on and (taxed := await records.taxed_packages()):
        words = "Nobody computes taxes, so packages that are to be taxed are sold without tax"
        remedy = "Set TAX_SERVICES, or take the tax off with `/package edit`."
        found.append(warning(CHECK, f"{words}: {taxed}.", remedy))
    if refused := await records.refused():
        words = f"Sales and refunds that the service which computed their tax refused: {refused}."
        remedy = (
            "The log says why (tax.report_refused), and the table tax_records. Report them by hand."
        )
        found.append(warning(CHECK, words, remedy))
    if is_on and not found:
        found.append(ok(CHECK, "All that was sold and given back is reported, or will be."))
    return found
