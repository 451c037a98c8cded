"""Checks of files: what holds names, payments or secrets is readable by its owner alone."""

from app.doctor.check_books import database_file
from payments.infra.finding import Finding, ok, warning
from payments.infra.private_files import files_of_database, too_open, written_beside
from payments.infra.settings import Settings

CHECK = "Files"


def check_files(settings: Settings) -> list[Finding]:
    """Our files that others on this machine can read; also archives and evidence next to them."""
    file = database_file(settings.database_url)
    ours = [] if file is None else [*files_of_database(file)]
    wide = too_open([*ours, *written_beside(file)])
    if not wide:
        return [ok(CHECK, "Nobody else on this machine can read the files of Guildbank.")]
    return [
        warning(
            CHECK,
            f"Others on this machine can read {', '.join(map(str, wide))}.",
            f"Run: chmod 600 {' '.join(map(str, wide))}",
        )
    ]
