"""What the help of each subcommand ends with, and what the exit codes mean."""

from collections.abc import Mapping
from typing import Any, Final

from typer.core import TyperGroup

PROGRAM: Final = "guildbank"

EXIT_CODES: Final[Mapping[int, str]] = {
    0: "It was done, and all is well.",
    1: "Not all is well, or a part could not be done: the lines above say what. "
    "Or there are no books yet.",
    2: "It could not be done: one line says which setting, option, file or service is in the way.",
}
"""How every subcommand ends."""

_PAYMENT: Final = "01931f6e-52a0-7c44-8d1e-5f3b0c9a7e21"

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "init": ("guildbank init",),
    "doctor": ("guildbank doctor", "guildbank doctor --json"),
    "sync": ("guildbank sync",),
    "run": ("guildbank run",),
    "webhooks": ("guildbank webhooks",),
    "worker": ("guildbank worker",),
    "bot": ("guildbank bot", "guildbank bot --shards auto", "guildbank bot --shards 0-3/8"),
    "demo": ("guildbank demo", "guildbank demo --port 0"),
    "sandbox": ("guildbank sandbox", "guildbank sandbox --public-url https://pay.example.org"),
    "report": (
        "guildbank report --from 2026-09-01 --to 2026-10-01",
        "guildbank report --from 2026-09-01 --to 2026-10-01 --format csv > september.csv",
    ),
    "verify": ("guildbank verify", "guildbank verify --archive old.jsonl.gz"),
    "reconcile": (
        "guildbank reconcile",
        "guildbank reconcile --all --since 2026-11-20T03:00:00",
    ),
    "void": ("guildbank void", "guildbank void --guild 1234567890 --yes"),
    "migrate": ("guildbank migrate",),
    "copy": ("guildbank copy --to sqlite:///copy.db", "guildbank copy"),
    "admit": ("guildbank admit", "guildbank admit 1234567890 --withdraw"),
    "reencrypt": ("guildbank reencrypt",),
    "installation": ("guildbank installation", "guildbank installation --new"),
    "archive": ("guildbank archive --to old.jsonl.gz",),
    "audit": ("guildbank audit --since 2026-11-01 > audit.csv",),
    "evidence": (f"guildbank evidence {_PAYMENT} --output case.html",),
    "mail test": ("guildbank mail test ada@example.org",),
    "mail stop": ("guildbank mail stop ada@example.org",),
    "mail allow": ("guildbank mail allow ada@example.org",),
    "mail forget": ("guildbank mail forget 1234567890",),
    "events list": ("guildbank events list --status quarantined",),
    "events show": ("guildbank events show evt_1TJ4qk2eZvKYlo2C",),
    "events dead": ("guildbank events dead --limit 5",),
    "events replay": (
        "guildbank events replay evt_1TJ4qk2eZvKYlo2C",
        "guildbank events replay 4711",
    ),
}
"""Lines to be typed, by the subcommand's name."""


class WithExamples(TyperGroup):
    """Subcommands whose help ends with examples; that of all of them, with the exit codes."""

    def __init__(self, *, name: str | None = None, **attributes: Any) -> None:  # noqa: ANN401 - typer's
        super().__init__(name=name, **attributes)
        is_all = name == PROGRAM
        for short, command in self.commands.items():
            whole = short if is_all else f"{name} {short}"
            lines = EXAMPLES.get(whole, ())
            command.epilog = "\n\n".join(f"Example: {line}" for line in lines) or None
        if is_all:
            codes = (f"Exit code {code}: {meaning}" for code, meaning in EXIT_CODES.items())
            self.epilog = "\n\n".join(codes)
