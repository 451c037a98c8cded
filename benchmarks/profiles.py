"""Where a process spends its time, by part of the program, as py-spy sees it from outside.

Two samplers look at the same time: one at the threads that run or are ready to, one at all. What
the second one sees more often waits: for the disk, the database, or the interpreter's lock. A
thread's sample belongs to the innermost frame that belongs to a part. Threads of a pool that have
nothing to do are left out.
"""

import asyncio
import contextlib
import re
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.goals import Found, Profile

RATE = 100
LEAST_PERCENT = 1.5
"""What has less is added up."""

OURS = re.escape(str(Path(__file__).parents[1]))
PARTS = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"^\S*\.select \(.*selectors\.py", "event loop, awaiting others"),
        (r"^\S*\.(do_commit|_commit_impl) \(.*sqlalchemy/", "commit"),
        (r"^\S*\.do_execute\w* \(.*sqlalchemy/", "driver"),
        (r"^CursorFetchStrategy\.\w+ \(.*sqlalchemy/", "driver"),
        (r"sqlalchemy/dialects/\w+/(asyncpg|aiosqlite)\.py", "driver"),
        (r"/site-packages/(asyncpg|aiosqlite)/", "driver"),
        (r"/site-packages/sqlalchemy/sql/", "sqlalchemy, building statements"),
        (r"/site-packages/([a-z]\w+)/", r"\1"),
        (rf"\({OURS}/(payments/\w+|[a-z]\w+)[/.]", r"\1"),
        (r"/asyncio/", "event loop"),
    )
]
"""What a frame belongs to, written as `function (path:line)`; the first that fits."""

NOTHING_TO_DO = re.compile(
    r"/concurrent/futures/thread\.py|/queue\.py|/threading\.py|/aiosqlite/core\.py"
)
"""The innermost frame of a thread that waits for work."""


SAMPLE = re.compile(r"(?P<thread>thread \(.*?\)[^;]*)(?P<stack>(?:;.*)?) (?P<count>[0-9]{1,9})")
"""A whole line of py-spy: a thread, its frames from the outermost to the innermost, and a count."""


def part_of(stack: list[str]) -> str:
    """What a sample belongs to; its frames come from the outermost to the innermost."""
    for frame in reversed(stack):
        for pattern, name in PARTS:
            found = pattern.search(frame)
            if found:
                return found.expand(name).replace("/", ".")
    return "other"


def counted(lines: Iterable[str], *, with_idle: bool) -> tuple[Counter[str], int]:
    """Samples by part, and how often there was a look at the process.

    py-spy reads a process that runs on meanwhile, so a name may be torn or hold a line break: what
    is no whole line is left out.
    """
    samples: Counter[str] = Counter()
    looks: Counter[str] = Counter()
    for line in lines:
        found = SAMPLE.fullmatch(line)
        if found is None:
            continue
        stack, count = found["stack"].split(";")[1:], int(found["count"])
        looks[found["thread"]] += count
        if stack and not (with_idle and NOTHING_TO_DO.search(stack[-1])):
            samples[part_of(stack)] += count
    return samples, max(looks.values(), default=0)


def profile_of(running: Iterable[str], all_threads: Iterable[str]) -> Profile:
    """The shares of the time, the largest first."""
    ran, _ = counted(running, with_idle=False)
    seen, looks = counted(all_threads, with_idle=True)
    if not looks:
        return Profile(missing="py-spy saw nothing.")
    shares = {
        part: {
            "running_percent": 100 * ran[part] / looks,
            "waiting_percent": 100 * max(0, seen[part] - ran[part]) / looks,
        }
        for part in sorted(ran | seen, key=lambda part: -ran[part])
    }
    small = [part for part, both in shares.items() if max(both.values()) < LEAST_PERCENT]
    rest = [shares.pop(part) for part in small]
    if rest:
        shares["the rest"] = {name: sum(each[name] for each in rest) for name in rest[0]}
    return Profile(shares=shares)


def lines_of(raw: bytes) -> list[str]:
    """The lines of py-spy's file, also those with bytes that are no text."""
    return raw.decode(errors="replace").split("\n")


@asynccontextmanager
async def watched(pid: int, found: Found, case: str) -> AsyncIterator[None]:
    """Sample a process for as long as the context lasts, even if it fails, and keep the profile."""
    program = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which(
        "py-spy"
    )
    if program is None:
        found.profiles[case] = Profile(missing="py-spy is not installed.")
        yield
        return
    with tempfile.TemporaryDirectory(prefix="guildbank-bench-") as folder:
        files = [Path(folder) / "running", Path(folder) / "all"]
        samplers = [
            await _sampler(program, pid, file, extra)
            for file, extra in zip(files, ([], ["--idle"]), strict=True)
        ]
        try:
            yield
        finally:
            said = [await _stop(each) for each in samplers]
            if all(file.exists() for file in files):
                profile = profile_of(*(lines_of(file.read_bytes()) for file in files))
            else:
                profile = Profile(missing=f"py-spy: {' '.join(said[0].split())}")
            found.profiles[case] = profile


async def _sampler(
    program: str, pid: int, file: Path, extra: list[str]
) -> asyncio.subprocess.Process:
    sampler = await asyncio.create_subprocess_exec(
        program,
        "record",
        *("--pid", str(pid), "--output", str(file), "--format", "raw", "--rate", str(RATE)),
        *("--duration", "unlimited", "--nonblocking", "--threads", "--full-filenames", *extra),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert sampler.stdout is not None
    while await sampler.stdout.readline() == b"\n":
        """The next line says that it has begun, or none comes."""
    return sampler


async def _stop(sampler: asyncio.subprocess.Process) -> str:
    if sampler.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            sampler.send_signal(signal.SIGINT)
    _, said = await sampler.communicate()
    return said.decode()
