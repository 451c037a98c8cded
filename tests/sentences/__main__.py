"""The command line of the tool."""

import argparse
import sys
from pathlib import Path
from typing import Final

from tests.sentences.extraction import catalogue_of, written
from tests.sentences.literals import literals
from tests.sentences.templates import faults
from tests.sentences.translated import mistakes

ROOT: Final = Path(__file__).parents[2]


def main() -> int:
    """Check all sentences, or write the catalogue for translators; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.sentences", description=__doc__)
    parser.add_argument("what", choices=["check", "catalogue"])
    if parser.parse_args().what == "catalogue":
        sys.stdout.buffer.write(written(catalogue_of(ROOT)))
        return 0
    found = [*faults(ROOT), *literals(ROOT), *mistakes(ROOT)]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
