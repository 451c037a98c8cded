"""Options that several commands have."""

from typing import Annotated, Final

import typer

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]

INCOMPLETE: Final = 1
"""Exit code when not all is well, or there are no books yet."""

UNUSABLE: Final = 2
"""Exit code when a setting, the database or the token is wrong."""
