"""The tables. Keys of the books begin with the guild, so that they can be spread by guild.

Times are integer microseconds UTC; enumerations are stored by their value.
"""

from payments.store.tables.api_keys import api_keys
from payments.store.tables.audit import UNDOABLE, audit, audit_archived, audit_seals, commands
from payments.store.tables.columns import metadata
from payments.store.tables.guilds import (
    guild_names,
    guild_settings,
    notice_threads,
    packages,
    sku_choices,
    subscribers,
)
from payments.store.tables.ledger import (
    LAST_HOUSE,
    accounts,
    holds,
    lot_entries,
    lots,
    refused_timers,
    repayments,
    transfers,
)
from payments.store.tables.mail import mail_addresses, mail_state, mail_stops
from payments.store.tables.members import admitted_guilds, paces, transfer_notices
from payments.store.tables.outbox import ENDED, deliveries, events, notices
from payments.store.tables.payments import (
    answers,
    bars,
    disputes,
    mod_cards,
    payments,
    provider_events,
    refunds,
)
from payments.store.tables.provider_calls import provider_calls
from payments.store.tables.providers import customers, provider_states
from payments.store.tables.references import (
    installation,
    provider_references,
    provider_troubles,
)
from payments.store.tables.shop import (
    item_codes,
    items,
    order_cards,
    order_pieces,
    orders,
    panels,
    role_terms,
)
from payments.store.tables.taxes import tax_quotes, tax_records

__all__ = [
    "ENDED",
    "LAST_HOUSE",
    "UNDOABLE",
    "accounts",
    "admitted_guilds",
    "answers",
    "api_keys",
    "audit",
    "audit_archived",
    "audit_seals",
    "bars",
    "commands",
    "customers",
    "deliveries",
    "disputes",
    "events",
    "guild_names",
    "guild_settings",
    "holds",
    "installation",
    "item_codes",
    "items",
    "lot_entries",
    "lots",
    "mail_addresses",
    "mail_state",
    "mail_stops",
    "metadata",
    "mod_cards",
    "notice_threads",
    "notices",
    "order_cards",
    "order_pieces",
    "orders",
    "paces",
    "packages",
    "panels",
    "payments",
    "provider_calls",
    "provider_events",
    "provider_references",
    "provider_states",
    "provider_troubles",
    "refunds",
    "refused_timers",
    "repayments",
    "role_terms",
    "sku_choices",
    "subscribers",
    "tax_quotes",
    "tax_records",
    "transfer_notices",
    "transfers",
]
