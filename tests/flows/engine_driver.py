"""The office at the engine's own API: starts flows, reads the form that a run waits with, answers it.

A form is answered as the UI does it: by the titles of choices, with nothing known of what stands behind them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from config import clock
from config.settings import settings
from flows.keep_running import start_new_processes
from flows.steps.practice_learning_review import open_review
from models.records.boards import agencies_of, board_by_key
from models.records.database import engine_for, reading, transaction
from models.records.processes import Process, open_processes
from models.rulebook import forget_rule_books, rule_book
from tests.installation import Installation
from tests.records_builders import BOARD

ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
SECONDS_TO_THE_NEXT_FORM = 60
SECONDS_BETWEEN_LOOKS = 0.2  # each costs the server some work, which the run would like to have
DEPLOYMENTS = {
    "start": "start-a-practice-learning-review/Start a practice learning review",
    "refer": "refer-a-case/Refer a case",
    "arrivals": "record-arrivals/Record arrivals",
    "call": "note-a-telephone-call/Note a telephone call",
    "release": "release-messages/Release messages",
    "stop": "stop-or-restart-sending/Stop or restart sending",
    "papers": "write-a-proof-sheet-or-case-trail/Write a proof sheet or case trail",
    "more-time": "ask-for-or-decide-more-time/Ask for or decide more time",
    "pause": "pause-or-resume-a-review/Pause or resume a review",
    "waive": "waive-something-owed/Waive something owed",
    "contact": "change-a-contact/Change a contact",
    "absence": "note-an-absence/Note an absence",
    "mail": "a-mail-came-back/A mail came back",
    "correct": "correct-a-mistake/Correct a mistake",
    "dispatch": "dispatch-messages/Dispatch messages",
}
EIGHT = (
    "Children's social care", "Police", "Clinical commissioning group", "Acute hospital trust",
    "Community and mental health trust", "Probation", "Youth offending team", "Education and schools",
)  # fmt: skip
AGREE = {"capacity": "Strategic Partners", "decided_by": "Somebody Else"}
REVIEWER = {
    "reviewer": "Una Example", "reviewer_email": "una@independent.example", "checked_by": "A Second Person",
    "belongs_to": "No, to none", "declaration": True,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One form as the engine keeps it."""

    run: str
    key: str
    name: str  # of the run
    schema: Mapping[str, Any]
    intro: str

    @property
    def fields(self) -> Mapping[str, Any]:
        """Field by field, what the schema says of it, in its order."""
        return dict(sorted(self.schema["properties"].items(), key=lambda pair: pair[1].get("position", 0)))

    @property
    def answer_field(self) -> str:
        """The one required choice; its name belongs to this attempt alone."""
        return next(str(name) for name in self.schema["properties"] if name.startswith("answer_"))

    def choices(self, name: str) -> list[str]:
        """What the field offers; nothing for a field that takes anything."""
        field = self.schema["properties"].get(name, {})
        found = json.dumps(field).partition("#/definitions/")[2] or json.dumps(field).partition("#/$defs/")[2]
        known = {**self.schema.get("definitions", {}), **self.schema.get("$defs", {})}
        return list(known[found.partition('"')[0]]["enum"]) if found else []

    def filled(self, chosen: str, **values: Any) -> dict[str, Any]:
        """The answer with full titles where beginnings of them are given."""
        unknown = values.keys() - self.schema["properties"].keys()
        assert not unknown, f"no such field: {unknown}; the form is {self.name}: {self.intro[:200]}"
        raw = {"recorded_by": "The Office", **values, self.answer_field: chosen}
        return {name: self.whole(name, given) for name, given in raw.items()}

    def whole(self, name: str, given: Any) -> Any:
        """The titles of choices of which beginnings are given; anything else as it is."""
        choices = self.choices(name)
        if isinstance(given, list | tuple):
            return [_beginning(choices, one) for one in given]
        return _beginning(choices, given) if choices else given


class Engine:
    """One running installation, as somebody sees it who has nothing but its address."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.http = httpx.Client(base_url=installation.api, timeout=60, trust_env=False)

    @property
    def today(self) -> str:
        """The local day, as a date picker takes it."""
        return clock.today().isoformat()

    def post(self, path: str, body: object) -> httpx.Response:
        """One request that changes something, with the permission that the server wants for it."""
        token = self.http.get("/csrf-token", params={"client": "office"}).json()["token"]
        headers = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "office"}
        return self.http.post(path, json=body, headers=headers)

    def start(self, which: str, **parameters: Any) -> str:
        """A run of that deployment is on its way; gives its id."""
        flow, _, name = DEPLOYMENTS[which].partition("/")
        deployment = self.http.get(f"/deployments/name/{flow}/{name}").json()
        made = self.post(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
        return str(made.json()["id"])

    def runs_of(self, flow: str) -> set[str]:
        """The runs that there are of a flow."""
        found = self.post("/flow_runs/filter", {"flows": {"name": {"any_": [flow]}}, "limit": 200}).json()
        return {str(each["id"]) for each in found}

    def new_run_of(self, flow: str, known: set[str]) -> str:
        """The run that has come to those that were known."""
        end = time.monotonic() + SECONDS_TO_THE_NEXT_FORM
        while time.monotonic() < end:
            if new := self.runs_of(flow) - known:
                return new.pop()
            time.sleep(0.1)
        raise TimeoutError(f"no new run of {flow}")

    def run(self, run: str) -> dict[str, Any]:
        """The run as the server describes it; empty when there is none."""
        answer = self.http.get(f"/flow_runs/{run}")
        return dict(answer.json()) if answer.status_code == 200 else {}

    def state(self, run: str) -> str:
        return str(self.run(run).get("state_type", ""))

    def form(self, run: str, not_key: str = "") -> Asked:
        """The form that the run waits with, once it waits; another than that of `not_key`."""
        found = self._wait(run, not_key)
        assert isinstance(found, Asked), f"the run has ended: {found}"
        return found

    def ended(self, run: str) -> str:
        """How the run ended, once it has; the last word of a completed one is its message."""
        found = self._wait(run, "\0")
        assert isinstance(found, str)
        return found

    def answer(self, asked: Asked, chosen: str, **values: Any) -> Asked | str:
        """The form is answered; gives back the next one, or how the run ended."""
        sent = self.send(asked, asked.filled(chosen, **values))
        assert sent.status_code in {200, 201}, sent.text
        return self._wait(asked.run, asked.key)

    def next_form(self, asked: Asked, chosen: str, **values: Any) -> Asked:
        """As `answer`, where another form must follow."""
        found = self.answer(asked, chosen, **values)
        assert isinstance(found, Asked), found
        return found

    def send(self, asked: Asked, raw: Mapping[str, Any]) -> httpx.Response:
        """The raw answer goes to the run that waits."""
        return self.post(f"/flow_runs/{asked.run}/resume", {"run_input": dict(raw)})

    def set_state(self, run: str, type: str, name: str = "") -> None:
        """Somebody changes the state of a run in the UI, or a fault does."""
        state = {"type": type, **({"name": name} if name else {})}
        assert self.post(f"/flow_runs/{run}/set_state", {"state": state, "force": True}).status_code < 300

    def inputs(self, run: str) -> list[str]:
        """The names of everything that the server keeps of questions and answers of the run."""
        found = self.post(f"/flow_runs/{run}/input/filter", {"prefix": "", "limit": 200}).json()
        return sorted(each["key"] for each in found)

    def _wait(self, run: str, not_key: str) -> Asked | str:
        end, seen = time.monotonic() + SECONDS_TO_THE_NEXT_FORM, {}
        while time.monotonic() < end:
            seen = self.run(run)
            if seen.get("state_type") in ENDS:
                return str(seen["state"].get("message") or seen["state"]["name"])
            found = self._form_of(seen, run, not_key) if seen.get("state_type") == "PAUSED" else None
            if found is not None:
                return found
            time.sleep(SECONDS_BETWEEN_LOOKS)
        raise TimeoutError(f"{seen.get('name')} is {seen.get('state_type')}: {self.installation.logs}")

    def _form_of(self, seen: Mapping[str, Any], run: str, not_key: str) -> Asked | None:
        keys = seen["state"]["state_details"].get("run_input_keyset") or {}
        key = str(keys.get("schema")).removeprefix("suspended-").removesuffix("-schema")
        if key == not_key:
            return None
        schema = self.http.get(f"/flow_runs/{run}/input/{keys.get('schema')}")
        intro = self.http.get(f"/flow_runs/{run}/input/{keys.get('description')}")
        if schema.status_code != 200 or intro.status_code != 200:
            return None
        return Asked(run, key, seen["name"], schema.json(), str(intro.json()))


def opened_review(engine: Engine, agencies: int = 2) -> Asked:
    """As `started_review`, put straight into the record: quicker by the two runs of the form."""
    with transaction() as session:
        board = board_by_key(session, BOARD)
        chosen = agencies_of(session, board.id or 0)[:agencies]
        ref = open_review(session, rule_book(BOARD), board, clock.today(), chosen, "https://secure.example/1").ref
    start_new_processes()
    return engine.form(run_of(ref))


def newest_review() -> Process:
    """The review that was opened last; within `the_record_of`."""
    with reading() as session:
        return open_processes(session)[-1]


def started_review(engine: Engine, agencies: Sequence[str] = EIGHT) -> Asked:
    """The Chair has decided; the new review waits for the partners."""
    asked = engine.form(engine.start("start"))
    engine.answer(
        asked, "The Chair has decided", agencies=list(agencies), secure_place="https://secure.example/1",
        capacity="Independent Chair", decided_by="The Chair",
    )  # fmt: skip
    return engine.form(run_of(newest_review().ref))


def agreed_review(engine: Engine, agencies: Sequence[str] = EIGHT) -> Asked:
    """The partners have agreed; the review waits for what life brings."""
    asked = started_review(engine, agencies)
    return engine.next_form(asked, "They agree", capacity="Strategic Partners", decided_by="Somebody Else")


def run_of(ref: str) -> str:
    """The run that works for the process, once the record names it."""
    end = time.monotonic() + SECONDS_TO_THE_NEXT_FORM
    while time.monotonic() < end:
        with reading() as session:
            found = next((each.run_id for each in open_processes(session) if each.ref == ref), None)
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(ref)


@contextmanager
def the_record_of(installation: Installation) -> Iterator[None]:
    """Within the block this process reads the record of that installation and speaks to its server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIGHTLINE_HOME", str(installation.home))
        patch.setenv("SIGHTLINE_PORT", str(installation.port))
        _forget()
        with temporary_settings({PREFECT_API_URL: installation.api}):
            yield
    engine_for(f"sqlite:///{installation.home / 'sightline.db'}").dispose()
    _forget()


def _forget() -> None:
    settings.cache_clear()
    engine_for.cache_clear()
    forget_rule_books()


def _beginning(choices: Sequence[str], wanted: Any) -> Any:
    found = [each for each in choices if isinstance(wanted, str) and each.startswith(wanted)]
    exact = [each for each in found if each == wanted]
    assert exact or len(found) == 1, f"“{wanted}” is no beginning of one of {choices}"
    return (exact or found)[0]
