"""Files of tests as pytest rewrites them, in a checkout where none has been yet.

All workers of a run begin at once and import in the same order, so each would rewrite all of them.
"""

import contextlib
import os
import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite


def rewrite_a_share(config: pytest.Config) -> None:
    """Rewrite this worker's share of what is not rewritten yet, before anything is collected."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker.startswith("gw") or sys.dont_write_bytecode:
        return
    wanted = [Path(each.partition("::")[0]).resolve() for each in config.args]
    files = sorted(file for folder in wanted for file in folder.rglob("test_*.py"))
    count = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for file in files[int(worker.removeprefix("gw")) :: count]:
        kept = rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"
        if not kept.exists() and rewrite.try_makedirs(kept.parent):
            with contextlib.suppress(SyntaxError):  # collecting it tells that, with its place
                found, code = rewrite._rewrite_test(file, config)
                rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, found, kept)
