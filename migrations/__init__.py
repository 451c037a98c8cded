"""The database's versions, one file for each step."""

from pathlib import Path

SCRIPTS = Path(__file__).parent
"""Where Alembic finds them."""
