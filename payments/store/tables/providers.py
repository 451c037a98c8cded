"""How each provider stands with us, in each mode, and who members are there."""

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

customers = table(
    "customers",
    words("provider"),
    integer("livemode"),
    integer("member_id"),
    words("customer"),
    words("lent_to", null=True),
    integer("lent_until", null=True),
    PrimaryKeyConstraint("provider", "livemode", "member_id"),
)
