"""The port of rehearsals: runs wait in memory, and the cast answers their forms as an office would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.forms import ANSWER, Field, Form, Kind
from flows.port import through
from models.records.asks import Ask


class RunWaits(BaseException):
    """The run ends here until it is answered; then it starts again at its first line."""


class CannotBeRehearsed(Exception):
    """The cast does not know what to answer; the text says to what."""


@dataclass
class Waiting:
    """What the run waits for."""

    ask: Ask
    form: Form

    @property
    def said(self) -> str:
        """What became of the last answer."""
        first = self.form.intro.split("\n\n")[0]
        return first.strip("*") if first.startswith("**") else ""


@dataclass
class Stage:
    """One run of one process, its open form, and what was answered to it."""

    run: Callable[[], Any]
    waiting: Waiting | None = None
    _answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def run_id(self) -> str:
        return "rehearsal"

    def may_adopt(self, idempotency_key: str) -> bool:
        return True

    def raw_answer(self, ask: Ask) -> Mapping[str, Any] | None:
        return self._answers.get(ask.key)

    def forget(self, ask: Ask) -> None:
        self._answers.pop(ask.key, None)

    def wait(self, ask: Ask, form: Form, name: str, prefilled: Mapping[str, Any]) -> None:
        self.waiting = Waiting(ask, form)
        raise RunWaits

    def look_again(self, ref: str) -> None:
        """There is one process, and it is looked at after each deed."""

    def send_now(self) -> None:
        """The play sends by its own clock."""

    def name_run(self, name: str) -> None:
        """Nobody sees the run."""

    def pages_changed(self, ref: str) -> None:
        """Nobody sees pages."""

    def go_on(self) -> None:
        """The run goes on until it waits or ends."""
        self.waiting = None
        with through(self):
            try:
                self.run()
            except RunWaits:
                return

    def answer(self, chosen: str, **values: Any) -> None:
        """The open form is answered and the run goes on. Raises CannotBeRehearsed when it was refused."""
        waiting = self.waiting
        if waiting is None:
            raise CannotBeRehearsed("nothing is asked any more")
        self._answers[waiting.ask.key] = _filled(waiting, chosen, values)
        self.go_on()
        if self.waiting is not None and self.waiting.said.startswith("NOT recorded"):
            raise CannotBeRehearsed(f"“{waiting.form.title}”: {self.waiting.said}")

    def go_to(self, gate: str) -> None:
        """From the list of what is open to the form of one decision."""
        self.answer(gate)

    def offers(self) -> set[str]:
        """What can be chosen in the open form."""
        return {value for value, _ in self.waiting.form.answer.options} if self.waiting else set()

    def may_choose(self, name: str) -> set[str]:
        """What can be chosen in that field of the open form."""
        fields = self.waiting.form.fields if self.waiting else ()
        return {value for each in fields if each.name == name for value, _ in each.options}


def _filled(waiting: Waiting, chosen: str, values: Mapping[str, Any]) -> dict[str, Any]:
    raw: dict[str, Any] = {f"{ANSWER}_{waiting.ask.attempt}": _label(waiting.form.answer, chosen)}
    for each in waiting.form.fields:
        if each.name in values:
            raw[each.name] = _label(each, values[each.name])
        elif each.kind is Kind.SWITCH:
            raw[each.name] = True
        elif each.default is not None:
            raw[each.name] = each.default
        elif each.name in ("recorded_by", "decided_by"):
            raw[each.name] = "Rehearsal"
    return raw


def _label(each: Field, given: Any) -> Any:
    labels = dict(each.options)
    if isinstance(given, list | tuple | set):
        return [labels.get(one, one) for one in given]
    return labels.get(given, given) if each.options else given
