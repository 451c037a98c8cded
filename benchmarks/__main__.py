"""`make bench`: all parts, one at a time, and one report of them.

Each part runs in a process of its own and prints its figures as they come; at the end there is one
table of all figures, one list of all goals, and for each that is missed where the time went.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.report import BenchmarkReport, Result, common, machine, run_apart, shown

FLAGS = ("quick", "full", "no_profile")
"""What is handed on to each part."""

PARTS = ("webhooks", "discord", "queue", "footprint", "growth", "shop")


async def run(options: argparse.Namespace) -> int:
    """Measure, print and write down; 0 if nothing failed and all goals are met."""
    given = [f"--{name.replace('_', '-')}" for name in FLAGS if getattr(options, name)]
    given.append("--no-report")
    if options.databases:
        given += ["--databases", options.databases]
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="guildbank-bench-") as folder:
        for name in options.only.split(","):
            print(f"\n== {name}", flush=True)
            path = Path(folder) / f"{name}.json"
            results.append(await run_apart(name, given, path, options.minutes * 60))
            report = BenchmarkReport(machine=machine(), results=results)
            report.write(options.json)
    print("\n".join(shown(report)))
    print(f"\nAll figures are in {options.json}.")
    return 0 if all(each.good for each in results) else 1


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    common(parser)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas")
    parser.add_argument("--minutes", type=float, default=60, help="the most for one part")
    parser.set_defaults(json=Path("bench.json"))
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
