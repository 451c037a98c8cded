"""The log: structlog in front, everything that libraries write comes through it too."""

import logging
import re
import sys
from typing import Final, Literal

import structlog

_SECRETS: Final = tuple(
    (re.compile(pattern), shown)
    for pattern, shown in (
        (r"(/(?:webhooks|interactions)/[0-9]+/)[^/?\s]+", r"\1…"),  # tokens in Discord's addresses
        (r"(/pay/)[^\s'\"<>]+", r"\1…"),  # where somebody pays, at the provider or here
        (r"\b((?:sk|rk)_(?:test|live)_|whsec_|gbk_)\w+", r"\1…"),
        (r"input_value=.*?(, input_type=)", r"input_value=…\1"),  # what pydantic was given
    )
)
"""What is never in the log: not from libraries or errors' traces either."""

CHATTY: Final = ("aiosqlite", "alembic", "discord")
"""Loggers of libraries that are heard from warnings on."""


def _without_secrets(
    _logger: object, _method: str, line: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Cut tokens, keys, pay links and refused values out of all that a line says."""
    for name, said in line.items():
        if isinstance(said, str):
            line[name] = without_secrets(said)
    return line


def without_secrets(text: str) -> str:
    """A text without tokens, keys, pay links and refused values."""
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return text


def configure_logs(*, level: str, style: Literal["text", "json"]) -> None:
    """Send all log lines to standard error, as text for people or as JSON for machines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    renderer: structlog.typing.Processor
    if style == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _without_secrets,
                renderer,
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in CHATTY:
        quieten(chatty)


def quieten(library: str) -> None:
    """Hear of a library from warnings on, or from where the log begins if that is later."""
    logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLogger().level))
