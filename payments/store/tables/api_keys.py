"""Keys with which other programs ask for something."""

from sqlalchemy import PrimaryKeyConstraint

from payments.store.tables.columns import integer, table, words

api_keys = table(
    "api_keys",
    integer("guild_id"),
    words("key_id"),
    words("name"),
    words("scopes"),
    words("hashed"),
    integer("active"),
    PrimaryKeyConstraint("guild_id", "key_id"),
)
