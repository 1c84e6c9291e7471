"""Steps: plain functions that become tasks of the engine only inside a run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar


class QuietEnd(Exception):
    """The run has nothing more to do; no fault, and not to be shown as one."""


P = ParamSpec("P")
R = TypeVar("R")


def step(deed: Callable[P, R]) -> Callable[P, R]:
    """The function is a task, never cached and never persisted, when a run calls it, and itself otherwise."""

    @functools.wraps(deed)
    def either(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _inside_a_run():
            return deed(*args, **kwargs)
        from prefect import task
        from prefect.cache_policies import NO_CACHE

        name = deed.__name__.strip("_").replace("_", " ")
        settled = task(name=name, cache_policy=NO_CACHE, persist_result=False)
        result = settled(_quietly(deed))(*args, **kwargs)
        if isinstance(result, QuietEnd):
            raise result
        return result

    return either


def _quietly(deed: Callable[P, R]) -> Callable[P, R | QuietEnd]:
    """A quiet end comes out of the task as its result, so that the task is not shown as failed."""

    @functools.wraps(deed)
    def ends_quietly(*args: P.args, **kwargs: P.kwargs) -> R | QuietEnd:
        try:
            return deed(*args, **kwargs)
        except QuietEnd as end:
            return end

    return ends_quietly


def _inside_a_run() -> bool:
    from flows.port import _port

    if _port.get() is not None:
        return False
    import sys

    if "prefect" not in sys.modules:
        return False
    from prefect.context import FlowRunContext, TaskRunContext

    return FlowRunContext.get() is not None and TaskRunContext.get() is None
