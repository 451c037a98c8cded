"""A whole community buys, spends, passes on, is refunded and disputes, in any order and twice.

Meanwhile the program crashes and the clock jumps. One seed makes all of it again.
"""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from payments.commands.base import Command
from payments.domain.errors import Refused
from payments.domain.values.time import HOUR
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import Database, open_database
from tests.faults.life import live
from tests.faults.looking import look
from tests.faults.report import Report, Tried
from tests.support.shopping_machine import Shopping, ShoppingInTheStore
from tests.support.sqlite import empty_sqlite

SEED = 20261121


class Crashing:
    """Gives commands to a program that ends in the middle from time to time, and begins again."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self.url = url
        self.chance = chance
        self.did: Counter[str] = Counter()

    async def begin(self) -> None:
        """Open the books again."""
        self.database: Database = open_database(self.url)
        self.runner = Runner(self.database, route=route)
        self.runner.start()

    async def crash(self) -> None:
        """End at once, whatever is in progress; nobody is notified."""
        task = self.runner._task
        assert task is not None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self.database.close()
        self.did["crashes"] += 1
        await self.begin()

    async def step(self, commands: list[Command[object]]) -> None:
        """Give commands at the same time; after a crash, all of them again."""
        if self.chance.random() < 0.05:
            waiting = [asyncio.create_task(self.runner.run(each)) for each in commands]
            for _ in range(self.chance.randrange(4)):
                await asyncio.sleep(0)
            await self.crash()
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.gather(*(self._give(each) for each in commands))

    async def _give(self, command: Command[object]) -> None:
        try:
            await self.runner.run(command)
        except Refused:
            self.did["refused"] += 1
        else:
            self.did[command.kind] += 1


@pytest.mark.parametrize("seed", [SEED, SEED + 1])
async def test_a_whole_community_ends_as_the_oracle_says(
    tmp_path: Path, report: Report, seed: int, *, thorough: bool
) -> None:
    payments = 5_000 if thorough else 60
    life = live(seed, payments, jumps=(-HOUR, HOUR), shuffled=True, members=payments // 10)
    url = empty_sqlite(tmp_path)
    program = Crashing(url, random.Random(seed))  # noqa: S311 - it must be the same again
    await program.begin()
    for step in life.steps:
        await program.step(step)
    await program.runner.close()
    _, broken = await look(program.database, life)
    await program.database.close()
    print(f"seed {seed}: {dict(program.did)}")  # noqa: T201 - shown when it fails, or with -s
    assert broken == []
    assert program.did["crashes"]
    report.add(Tried(fault="crashes in the life of a community", tries=program.did["crashes"]))


def test_long_lives_of_the_state_machine(report: Report, *, thorough: bool) -> None:
    """The machine that the domain's tests run briefly, with seeds of its own each time."""
    if not thorough:
        pytest.skip("runs in `make trust`; a short one is among the domain's tests")
    whole = int(os.environ.get("TRUST_STEPS", "94000"))
    for machine, share, steps in ((Shopping, 0.957, 60), (ShoppingInTheStore, 0.043, 40)):
        examples = max(1, round(whole * share / steps))
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                print_blob=True,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
        report.add(
            Tried(fault=f"steps of the state machine, {machine.__name__}", tries=examples * steps)
        )
