"""The only column types: SQLite's STRICT tables know INTEGER, REAL, TEXT and BLOB, nothing else."""

from sqlalchemy import BigInteger, Integer, Text

INTEGER = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer: ids, counts, minor units, points, times in microseconds, truth as 0 and 1."""

TEXT = Text()
"""A string of any length."""
