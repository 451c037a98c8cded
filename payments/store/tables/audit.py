"""What was done, and by whom."""

from sqlalchemy import CheckConstraint, Index, text

from payments.store.tables.columns import integer, table, words

commands = table(
    "commands",
    words("command_key", primary_key=True),
    integer("guild_id", null=True),
    words("kind"),
    words("actor"),
    words("content"),
    words("result"),
    integer("at"),
)

UNDOABLE = text(
    "kind IN ('points.grant', 'points.revoke', 'member.lift_bar', 'package.retire', "
    "'item.retire', 'item.add')"
)
"""What moderators may undo, in the very words of the index over it."""

Index(
    "ix_commands_undoable",
    commands.c.guild_id,
    commands.c.at,
    sqlite_where=UNDOABLE,
    postgresql_where=UNDOABLE,
)

audit = table(
    "audit",
    integer("audit_id", primary_key=True),
    integer("guild_id", null=True),
    integer("at"),
    words("actor"),
    words("action"),
    words("command_key"),
    words("outcome"),
    Index(None, "guild_id", "at"),
)

audit_seals = table(
    "audit_seals",
    integer("audit_id", primary_key=True, autoincrement=False),
    words("seal"),
    integer("position", server_default="0"),
    Index("uq_audit_seals_position", "position", unique=True),
)

audit_archived = table(
    "audit_archived",
    integer("chain", primary_key=True, autoincrement=False),
    integer("position"),
    words("seal"),
    integer("at"),
    CheckConstraint("chain = 1", name="one_chain"),
)
