"""What each start of the program makes and nothing changes afterwards, made once for all tests."""

import functools
import ssl
from types import SimpleNamespace

from alembic.config import Config
from alembic.script import ScriptDirectory
from stripe import _http_client

from payments.store.engine import migrate


def share_certificates() -> None:
    """Let all clients of Stripe's SDK use the same certificates.

    To read those of all authorities takes each of them 50 ms.
    """
    read_once = functools.cache(ssl.create_default_context)
    _http_client.ssl = SimpleNamespace(  # type: ignore[assignment,attr-defined] # its own import
        create_default_context=read_once
    )


def share_migrations() -> None:
    """Let each start of the program use what was read of a folder of migrations."""
    known: dict[str | None, ScriptDirectory] = {}

    class ReadOnce(ScriptDirectory):
        @classmethod
        def from_config(cls, config: Config) -> ScriptDirectory:
            folder = config.get_main_option("script_location")
            if folder not in known:
                known[folder] = ScriptDirectory.from_config(config)
            return known[folder]

    migrate.ScriptDirectory = ReadOnce  # type: ignore[attr-defined] # in its place
