"""What a worker does in the background, beside delivering to Discord."""

from collections.abc import Callable

from app.background import Background
from app.core import Services
from payments.store.engine.dialect import DELIVERIES


def begin_work(background: Background, core: Services, wake: Callable[[], None]) -> None:
    """Begin all of it.

    Args:
        background: Runs it until the process ends.
        core: Does it.
        wake: Called when another process has made something due.
    """
    alone = core.database.alone
    background.begin(core.inbox.run(alone), "intake")
    if core.polling.polled:
        background.begin(core.polling.run(alone), "polling")
    background.begin(core.maintenance.run(), "chores")
    for queue, worker in core.workers.items():
        background.begin(worker.run(), f"worker of {queue}")
    background.begin(core.database.listen(DELIVERIES, wake), "news of others")
