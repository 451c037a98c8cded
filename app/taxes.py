"""What computes taxes, put together; nothing of it is imported where nobody takes any."""

from dataclasses import replace

from app.watching import Watching
from payments.domain.values.time import Clock
from payments.infra.outbound import Purpose
from payments.infra.settings import Settings
from payments.infra.settings_parts import part_of
from payments.integrations.flags import Flags
from payments.integrations.settings import tax_services_of
from payments.integrations.tax.kind import TaxWiring
from payments.integrations.tax.registry import build_taxes
from payments.integrations.tax.settings import TaxSettings
from payments.services.tax_recording import TaxRecording
from payments.services.taxes import NO_TAXES, Taxes
from payments.store.engine.database import Database
from payments.store.records.tax_quotes import TaxQuotes
from payments.store.records.tax_records import TaxRecords


def open_recording(taxes: Taxes, database: Database, clock: Clock) -> TaxRecording | None:
    """What reports sales and refunds; None where nobody computes taxes."""
    if not taxes.recorders:
        return None
    return TaxRecording(taxes.recorders, TaxRecords(database), clock)


def open_taxes(
    settings: Settings, watching: Watching, database: Database, flags: Flags, clock: Clock
) -> Taxes:
    """Who computes taxes, as the settings say; `NO_TAXES` by default."""
    wiring = TaxWiring(settings=settings, outbound=watching.outbound, purpose=Purpose.MEMBERS)
    names = tax_services_of(settings)
    services = build_taxes(names, wiring)
    if not services:
        return NO_TAXES
    recording = replace(wiring, purpose=Purpose.BACKGROUND)
    return Taxes(
        recorders=build_taxes(names, recording),
        services=services,
        flags=flags,
        quotes=TaxQuotes(database),
        when_away=part_of(settings, TaxSettings).tax_when_away,
        fell_back=watching.health.fell_back,
        clock=clock,
    )
