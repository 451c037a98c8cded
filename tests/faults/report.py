"""What was tried, what was lost, and how long it took to recover: a table after the tests."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from _pytest.terminal import TerminalReporter

PROPERTY = "trust"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One kind of fault.

    Attributes:
        fault: In words.
        tries: How often it happened.
        lost: Commands that were acknowledged and were gone, or had their effect twice.
        seconds: The longest time until the first command was acknowledged again; None if nothing
            had to recover.
    """

    fault: str
    tries: int
    lost: int = 0
    seconds: float | None = None


class Report:
    """Takes down what a test tried.

    Args:
        record: Keeps it with the test's result, also across processes.
    """

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self._record = record

    def add(self, tried: Tried) -> None:
        """Take it down."""
        self._record(PROPERTY, asdict(tried))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the table, if anything was taken down."""
    rows: list[dict[str, Any]] = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in getattr(report, "user_properties", [])
        if name == PROPERTY and report.when == "call"
    ]
    if not rows:
        return
    terminalreporter.section("trust")
    terminalreporter.write_line(f"{'fault':56}{'tries':>9}{'lost':>6}{'back after':>12}")
    for fault in sorted({str(row["fault"]) for row in rows}):
        of = [row for row in rows if row["fault"] == fault]
        seconds = max((row["seconds"] or 0.0 for row in of), default=0.0)
        shown = f"{seconds:.2f} s" if seconds else ""
        tries, lost = (sum(row[name] for row in of) for name in ("tries", "lost"))
        terminalreporter.write_line(f"{fault:56}{tries:>9,}{lost:>6}{shown:>12}")
