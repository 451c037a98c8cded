"""The audit log: its chain of seals, and archives of its old rows."""
