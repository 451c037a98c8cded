"""Options that several commands have."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]

UNUSABLE = 2
"""Exit code when a setting, the database or the token is wrong."""
