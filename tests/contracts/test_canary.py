"""No word that a person types gets out: marked text goes into every free field of every form, everything runs,
and it is looked for everywhere (rules F-01 to F-10).

A practice learning review, a referral and the desk are typed into at a running Sightline, as an office does it. Every
other kind of process is played at the scripted port against the same record, which is what a form's answer comes to;
the running Sightline then takes all of them over, puts their forms and pages, and sends what they have to say.

Prefect's database is searched row by row through SQL. SQLite keeps deleted bytes in free pages of its file until
they are used again, so that a search of the raw file would find answers that were deleted; whoever can read the
file itself can read the record beside it as well.
"""

from __future__ import annotations

import email
import email.policy
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import flows.questions.desk  # noqa: F401  every gate is registered, also when this test runs alone
from flows.gates import gates
from models.records.boards import board_by_key
from models.records.database import reading, transaction
from models.records.opening import desk_ref
from models.records.processes import open_processes
from models.records.releasing import release, waiting_for_release
from models.records.tasks import About, open_task
from tests.contracts.marked_stories import LINK, MARK, TypingPort, play_all, write_papers
from tests.flows.engine_driver import Asked, Engine, newest_review, run_of
from tests.installation import until
from tests.records_builders import BOARD

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

MAY_HOLD_IT = {"words", "contact"}  # a row apart that can be blanked; the register of names and addresses

LEFT_ALONE = (
    "Authors were briefed",
    "An agency says how",
    "A meeting was held",
    "Somebody rang",
    "More time",
    "The panel goes on without",
    "The review pauses",
    "An agency joins",
    "The initial meeting was held again",
)  # forms that are opened, written into and left: what was typed is gone


class Typist:
    """Answers each form with marked text in every field that takes any."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.gates: set[str] = set()
        self.typed = 0

    def answer(self, asked: Asked, chosen: str, **values: Any) -> Asked | str:
        self.gates.add(asked.key.rpartition("-")[0])
        return self.engine.answer(asked, chosen, **{**self._marked(asked), **values})

    def next(self, asked: Asked, chosen: str, **values: Any) -> Asked:
        found = self.answer(asked, chosen, **values)
        assert isinstance(found, Asked), found
        assert not found.intro.startswith("**NOT"), found.intro[:300]
        return found

    def decide(self, asked: Asked, gate: str, chosen: str, capacity: str, **values: Any) -> Asked:
        """From the list to a decision, and back."""
        return self.next(self.next(asked, gate), chosen, capacity=capacity, **values)

    def desk(self, run: str, chosen: str, /, **values: Any) -> str:
        found = self.answer(self.engine.form(run), chosen, **values)
        assert isinstance(found, str), found.intro
        return found

    def _marked(self, asked: Asked) -> dict[str, str]:
        free = [
            name
            for name, field in asked.fields.items()
            if field.get("type") == "string" and field.get("format") != "date" and not asked.choices(name)
            and name not in {"secure_place", "reviewer_email", "email", "new_stand_in"}
            and not name.startswith("author_")
        ]  # fmt: skip
        self.typed += len(free)
        return {name: f"{MARK} {name} {self.typed}" for name in free}


@pytest.fixture
def engine(engine_of_its_own: Engine) -> Engine:
    return engine_of_its_own


@pytest.fixture
def typist(engine: Engine) -> Typist:
    return Typist(engine)


def test_what_people_type_stands_in_the_words_of_the_record_and_nowhere_else(
    engine: Engine, typist: Typist, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ref, referred = a_whole_review(engine, typist), an_urgent_referral(engine, typist)
    asked = engine.form(run_of(desk_ref(BOARD)))
    with transaction() as session:
        open_task(session, About(board_by_key(session, BOARD).id or 0), "An invented task", "invented")
    asked = typist.next(typist.next(asked, "Stop or restart sending"), "Nothing to record")
    ticks = typist.next(asked, "Tick off tasks that are done")
    at_the_desk(typist, typist.next(ticks, "What is ticked", done=ticks.choices("done")[:1]))
    both = [write_a_paper(engine, typist, ref, kind) for kind in ("A case trail", "A proof sheet")]
    assert [said for said in both if f"of {ref}" not in said] == []
    port = TypingPort()
    played = play_all(port, tmp_path / "config")
    assert typist.gates | port.answered == set(gates())
    write_papers(port, [*played, referred])
    everything_goes_its_way(engine)

    nothing_got_out(engine.installation.home, [ref, referred, *played])
    assert MARK not in caplog.text


def everything_goes_its_way(engine: Engine) -> None:
    """What waits for a person is let go, the round and the post are through, and every open process has its form."""
    with transaction() as session:
        held = waiting_for_release(session, board_by_key(session, BOARD).id or 0)
        release(session, [each.id or 0 for each in held], "business_manager")
    for command in ("round", "dispatch", f"considered --board {BOARD}"):
        told = engine.installation.command(*command.split())
        assert told.returncode == 0, told.stderr
        assert MARK not in told.stdout + told.stderr
    with reading() as session:
        still_open = [each.ref for each in open_processes(session)]
    assert [each for each in still_open if MARK in engine.form(run_of(each)).intro] == []


def nothing_got_out(home: Path, refs: Sequence[str]) -> None:
    """Each of these processes has had its mails and papers, and what was typed is where it may be alone."""
    found = set(tables_with_it(home / "sightline.db"))
    assert {table for table, _ in found} == MAY_HOLD_IT | {"process"}
    assert {column for table, column in found if table == "process"} == {"secure_place"}
    assert list(tables_with_it(home / "prefect" / "prefect.db")) == []
    mails = list((home / "outbox").rglob("*.eml"))
    assert [mail for mail in mails if MARK in decoded(mail)] == []
    said = "\n".join(map(decoded, mails))
    assert [each for each in refs if each not in said] == []
    papers = list(home.glob("boards/*/papers/*"))
    assert [each for each in refs if sum(each in paper.name for paper in papers) < 4] == []
    assert [paper.name for paper in papers if MARK in said_by(paper)] == []
    others = [*home.glob("log/*"), *home.glob("outbox/**/*.*")]
    assert [file.name for file in others if MARK.encode() in file.read_bytes()] == []
    assert [file for file in home.rglob("*") if MARK in str(file)] == []


def at_the_desk(typist: Typist, asked: Asked) -> None:
    """People and corrections: each form of the desk once, with marked text wherever it takes any."""
    change = typist.next(asked, "Change a contact")
    address = f"{MARK.lower()}@police.example"
    asked = typist.next(
        change, "Somebody new", which="Police: lead for returns", email=f"new.{address}", secure="Yes, it is secure"
    )
    away = typist.next(asked, "Note that somebody")
    asked = typist.next(away, "The person below is away", who="Police: chief officer", new_stand_in=f"{MARK} {address}")
    mail = typist.next(asked, "Record a mail")
    asked = typist.next(mail, "A mail to the person", which="Probation: lead for returns")
    wrong = typist.next(asked, "Correct a mistake")
    arrival = next(each for each in wrong.choices("what") if "arrived on" in each)
    asked = typist.next(wrong, "The day is wrong", what=arrival, right_on=typist.engine.today)
    texts = typist.next(asked, "Remove a text")
    asked = typist.next(texts, "It names", which=texts.choices("which")[1])
    typist.next(typist.next(asked, "Set or lift"), "Nothing to record")


def a_whole_review(engine: Engine, typist: Typist) -> str:
    """From the Chair's decision to the handover, with each desk flow once; gives the reference."""
    started, stops = engine.start("start"), engine.start("stop")
    typist.desk(
        started, "The Chair has decided", agencies=["Police", "Probation"], secure_place=LINK,
        capacity="Independent Chair",
    )  # fmt: skip
    ref = newest_review().ref
    run = run_of(ref)
    refused = typist.answer(engine.form(run), "They agree", capacity="Strategic Partners", decided_on=f"{MARK} day")
    assert isinstance(refused, Asked)
    assert MARK not in refused.intro
    asked = typist.next(refused, "They agree", capacity="Strategic Partners", decided_on="")
    call, release = engine.start("call"), engine.start("release")
    typist.desk(stops, "Nothing to record")
    typist.desk(call, "It is at risk", about=of(engine.form(call), "about", ref)[0])
    held = engine.form(release).choices("which")
    typist.desk(release, "Do not send them this time: it was said in person", which=held)
    asked = typist.next(asked, "What is ticked below has arrived", arrived=["Police"])
    asked = typist.next(asked, "These authors", independent_police=True,
                        author_police=f"{MARK} Author {MARK.lower()}@police.example")  # fmt: skip
    asked = typist.decide(
        asked, "The independent reviewer", "The independent reviewer", "Independent Chair", belongs_to="No, to none",
        declaration=True, reviewer_email=f"{MARK.lower()}@independent.example",
    )  # fmt: skip
    asked = typist.decide(asked, "The initial meeting", "The initial meeting", "Panel chair", method="Systems")
    asked = typist.decide(asked, "Terms of reference were", "Terms of reference were", "Panel chair")
    asked = typist.decide(asked, "The panel goes on although", "The panel goes on although", "Panel chair")
    meetings = typist.next(asked, "The panel chair has set")
    asked = typist.next(meetings, "These update meetings", capacity="Panel chair", weeks=4, minutes=90, at="10:00",
                        place="The board's meeting room")  # fmt: skip
    for gate in LEFT_ALONE:
        asked = typist.next(typist.next(asked, gate), "Nothing to record")
    words = [each for each in asked.choices("arrived") if "how the return is coming on" in each]
    said = typist.next(asked, "What is ticked", arrived=words)
    asked = typist.next(said, "This is what they answered", of_police="On track", of_probation="At risk")
    arrivals = engine.start("arrivals")
    both = [each for each in of(engine.form(arrivals), "arrived", ref) if "Agency return" in each]
    signed = typist.answer(engine.form(arrivals), "What is ticked", arrived=both)
    assert isinstance(signed, Asked)
    how = dict.fromkeys(("of_police", "of_probation"), "Signed by the chief")
    assert str(typist.answer(signed, "This is how they came", **how)).startswith("Recorded: ")
    asked = typist.next(typist.next(engine.form(run), "Somebody rang"), "Nothing to record")  # the list as it is now
    asked = typist.next(asked, "The panel has read")
    asked = typist.next(
        asked, "The panel has read", capacity="Panel chair", of_police="Accepted", of_probation="Accepted"
    )
    parts = dict.fromkeys(("what_happened", "why", "what_will_be_done", "by_whom"), True)
    asked = typist.decide(asked, "The draft report", "The draft report", "Panel chair", **parts)
    asked = typist.decide(asked, "The panel has signed", "The panel has signed", "Panel chair")
    asked = typist.decide(asked, "Report and action plan", "Report and action plan", "Independent Chair")
    asked = typist.decide(asked, "The issues", "The issues", "Business manager")
    asked = typist.next(asked, "The action plan")
    asked = typist.next(asked, "The action plan", capacity="Business manager", actions=3,
                        first_due_on="1 February 2027", given_up=True)  # fmt: skip
    typist.next(typist.next(asked, "The monitoring committee has looked"), "Nothing to record")
    return ref


def an_urgent_referral(engine: Engine, typist: Typist) -> str:
    """A case is referred, and the agencies that hold records are written to at once; gives the reference."""
    run = engine.start("refer")
    asked = engine.form(run)
    said = typist.desk(
        run, "A case that is not under consideration", by="Police", limbs=asked.choices("limbs")[:2],
        agencies=["Police", "Probation"], secure_place=LINK,
    )  # fmt: skip
    ref = newest_review().ref
    assert said.startswith(f"Recorded: {ref}"), said
    outbox = engine.installation.home / "outbox"
    until(lambda: sum(ref in decoded(mail) for mail in outbox.rglob("*.eml")) >= 2, 60)
    typist.next(typist.next(engine.form(run_of(ref)), "The day of the panel is booked"), "Nothing to record")
    return ref


def write_a_paper(engine: Engine, typist: Typist, ref: str, kind: str) -> str:
    """The paper about the review lies in the folder of papers."""
    asked = engine.form(engine.start("papers"))
    said = typist.answer(asked, kind, about=of(asked, "about", ref)[0])
    said = typist.answer(said, "The whole review") if isinstance(said, Asked) else said
    assert isinstance(said, str), said.intro
    return said


def said_by(paper: Path) -> str:
    """Everything that stands in the file, unpacked."""
    if paper.suffix not in {".docx", ".xlsx"}:
        return paper.read_text()
    with ZipFile(paper) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def of(asked: Asked, field: str, ref: str) -> list[str]:
    return [each for each in asked.choices(field) if each.startswith(ref)]


def tables_with_it(database: Path) -> Iterator[tuple[str, str]]:
    """Table and column wherever the mark stands in a row."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in rows.execute(f'PRAGMA table_info("{table}")')]
            for column in columns:
                like = f'SELECT count(*) FROM "{table}" WHERE CAST("{column}" AS TEXT) LIKE ?'  # noqa: S608
                if rows.execute(like, [f"%{MARK}%"]).fetchone()[0]:
                    yield table, column
    rows.close()


def decoded(file: Path) -> str:
    """Headers and bodies of a mail as their readers see them."""
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    bodies = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *bodies])
