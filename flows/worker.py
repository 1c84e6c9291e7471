"""The process that starts each run of ours as a process of its own."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

from config.settings import settings
from flows.engine import POOL, set_environment
from flows.supervise import die_with_parent


def main() -> None:
    """Works until told to stop."""
    die_with_parent()
    set_environment()
    # we are told to stop by it, and a shell that starts something in the background has it ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        asyncio.run(_work(started_file(settings().home)))


def started_file(home: Path) -> Path:
    """There when the worker has begun to ask for work."""
    return home / "prefect" / "worker.started"


async def _work(started: Path) -> None:
    from prefect.workers.process import ProcessWorker

    worker = ProcessWorker(name=POOL, work_pool_name=POOL, create_pool_if_not_found=False)
    await worker.start(printer=lambda _text: started.touch(mode=0o600))


if __name__ == "__main__":
    main()
