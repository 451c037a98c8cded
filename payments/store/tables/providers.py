"""How each provider stands with us, in each mode."""

from sqlalchemy import PrimaryKeyConstraint

from payments.store.tables.columns import integer, table, words

provider_states = table(
    "provider_states",
    words("provider"),
    integer("livemode"),
    integer("listed_until", null=True),
    words("trouble", null=True),
    integer("trouble_since", null=True),
    integer("quarantine_tried_at", null=True),
    PrimaryKeyConstraint("provider", "livemode"),
)
