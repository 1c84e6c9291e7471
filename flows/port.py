"""The one opening through which gates wait for people: the engine on one side, an invented calendar on the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from flows.forms import Form
from models.records.asks import Ask


class Port(Protocol):
    """What a gate needs of whatever runs the process."""

    def run_id(self) -> str:
        """The run that we are in."""

    def may_adopt(self, idempotency_key: str) -> bool:
        """True when the run that we are in was started under that key."""

    def raw_answer(self, ask: Ask) -> Mapping[str, Any] | None:
        """What a person sent in answer to the ask, untouched; None when nobody has."""

    def forget(self, ask: Ask) -> None:
        """The engine keeps nothing of the question and its answer."""

    def wait(self, ask: Ask, form: Form, name: str, prefilled: Mapping[str, Any]) -> None:
        """The run waits under the ask's key; what comes back of this call means nothing."""

    def look_again(self, ref: str) -> None:
        """The waiting run of another process starts once more from the record."""

    def send_now(self) -> None:
        """What is urgent is sent without waiting for the next dispatch of the schedule."""

    def name_run(self, name: str) -> None:
        """The run that we are in is shown under that name."""

    def pages_changed(self, ref: str) -> None:
        """The pages show the process of that reference, and its board's day, as the record now has them."""


_port: ContextVar[Port | None] = ContextVar("sightline_port", default=None)


def port() -> Port:
    """The opening that is in use: the engine's unless another was set."""
    chosen = _port.get()
    if chosen is not None:
        return chosen
    from flows.engine_port import EnginePort

    return EnginePort()


@contextmanager
def through(chosen: Port) -> Iterator[None]:
    """Within the block gates wait through `chosen`."""
    token = _port.set(chosen)
    try:
        yield
    finally:
        _port.reset(token)
