"""Samples are counted by part of the program."""

import os
from pathlib import Path

import pytest

from benchmarks.processes import memory, resident
from benchmarks.profiles import lines_of, part_of, profile_of

ROOT = Path(__file__).parents[3]
SITE = "/x/.venv/lib/python3.11/site-packages"
LIB = "/x/lib/python3.11"
RUNNER = f"carry_out ({ROOT}/payments/runner/runner.py:230)"
LOOP = f"BaseEventLoop._run_once ({LIB}/asyncio/base_events.py:1922)"
SELECT = f"EpollSelector.select ({LIB}/selectors.py:468)"
COMMIT = f"DefaultDialect.do_commit ({SITE}/sqlalchemy/engine/default.py:954)"
POOL = f"_worker ({LIB}/concurrent/futures/thread.py:81)"


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        ([LOOP, SELECT], "event loop, awaiting others"),
        ([LOOP], "event loop"),
        ([LOOP, RUNNER], "payments.runner"),
        ([LOOP, f"verify ({ROOT}/payments/providers/stripe/webhook.py:1)"], "payments.providers"),
        ([LOOP, f"receive ({ROOT}/webhooks/provider_webhooks.py:31)"], "webhooks"),
        ([RUNNER, COMMIT], "commit"),
        (
            [RUNNER, f"DefaultDialect.do_executemany ({SITE}/sqlalchemy/engine/default.py:1189)"],
            "driver",
        ),
        (
            [RUNNER, f"select ({SITE}/sqlalchemy/sql/coercions.py:3)"],
            "sqlalchemy, building statements",
        ),
        ([RUNNER, f"begin ({SITE}/sqlalchemy/engine/base.py:3)"], "sqlalchemy"),
        ([LOOP, f"verify_header ({SITE}/stripe/_webhook.py:9)"], "stripe"),
        ([RUNNER, f"loads ({LIB}/json/__init__.py:346)"], "payments.runner"),
        ([f"main ({LIB}/threading.py:1)"], "other"),
        ([], "other"),
    ],
)
def test_a_sample_belongs_to_the_innermost_part(stack: list[str], part: str) -> None:
    assert part_of(stack) == part


def test_what_is_seen_more_often_than_it_runs_waits() -> None:
    main, writer = "thread (1): MainThread", "thread (2): writer_0"
    running = [f"{main};{LOOP};{RUNNER} 30", f"{writer};{RUNNER};{COMMIT} 10"]
    seen = [
        f"{main};{LOOP};{RUNNER} 30",
        f"{main};{LOOP};{SELECT} 70",
        f"{writer};{RUNNER};{COMMIT} 25",
        f"{writer};{POOL} 75",
    ]
    assert profile_of(running, seen).shares == {
        "payments.runner": {"running_percent": 30, "waiting_percent": 0},
        "commit": {"running_percent": 10, "waiting_percent": 15},
        "event loop, awaiting others": {"running_percent": 0, "waiting_percent": 70},
    }


def test_small_parts_are_added_up() -> None:
    running = [f"thread (1): MainThread;{LOOP} 98", f"thread (1): MainThread;{COMMIT} 1"]
    shares = profile_of(running, [*running, f"thread (1): MainThread;{RUNNER} 1"]).shares
    assert list(shares) == ["event loop", "the rest"]
    assert shares["the rest"] == {"running_percent": 1, "waiting_percent": 1}


@pytest.mark.parametrize(
    "torn",
    [
        f"thread (1): MainThread;{LOOP};carry",
        f"thread (1): MainThread;{LOOP} many",
        "",
        "\ufffd\ufffd;x 3",
        f"MainThread;{LOOP} 7",
        f"thread (1): MainThread;{LOOP} \u0663",
    ],
)
def test_a_line_that_is_not_whole_is_left_out(torn: str) -> None:
    """py-spy reads names while they change, and a name may hold a line break."""
    whole = [f"thread (1): MainThread;{LOOP};{RUNNER} 30", f"thread (1): MainThread;{LOOP} 70"]
    assert profile_of([torn, *whole], [*whole, torn]) == profile_of(whole, whole)


def test_bytes_that_are_no_text_tear_only_their_own_line() -> None:
    line = f"thread (1): MainThread;{LOOP} 5"
    assert lines_of(b"thread (1): \xff\x85\n" + line.encode())[1:] == [line]


def test_nothing_seen_is_said() -> None:
    assert profile_of([], []).missing == "py-spy saw nothing."


def test_memory_by_purpose_adds_up_to_what_is_resident() -> None:
    parts = memory(os.getpid())
    assert sum(parts.values()) == pytest.approx(resident(os.getpid()), rel=0.1)
    assert all(parts.values())
