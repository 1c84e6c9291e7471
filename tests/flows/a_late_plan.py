"""An action plan of seven actions after a serious case review, brought on its way by the steps and the morning round.

Every person and every fault of an agency in it is invented. What people type is marked with `TYPED`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlmodel import select

from config import clock
from flows.rounds import run_round
from flows.steps import action_plan as step
from models.records.actions import TEXTS, action_numbered, actions_of, propose
from models.records.boards import Board, Contact
from models.records.database import Session, transaction
from models.records.deadlines import CallOutcome
from models.records.processes import Process, new_reference, process_by_ref
from models.records.releasing import release, waiting_for_release
from models.rules.actions import ActionKind, ActionState, Priority, SourceKind, Wish
from models.rules.stages import Stage
from notifications.dispatch import dispatch
from tests.builders import on
from tests.databases import begin_with
from tests.fakes import RememberingChannel
from tests.records_builders import BOARD, agency, book, opened_board, the_day

DECIDED, APPROVED, ACCEPTED = on("Mon 2026-02-02"), on("Mon 2026-03-02"), on("Thu 2026-03-05")
CLAIMED, CHECKED, CLOSED = on("Mon 2026-04-13"), on("Mon 2026-04-20"), on("Tue 2026-05-05")
FIRST_DUE, SECOND_DUE, LATER_DUE = on("Mon 2026-05-11"), on("Mon 2026-06-01"), on("Thu 2026-12-10")
WORD_CAME = on("Wed 2026-05-20")
ROUNDS = (
    on("Tue 2026-05-12"), on("Mon 2026-05-18"), on("Tue 2026-05-26"), on("Tue 2026-06-02"), on("Mon 2026-06-08"),
    on("Tue 2026-06-09"),
)  # fmt: skip
TODAY = on("Tue 2026-06-09")  # 20 working days after the first is due, as 25 May is a bank holiday; 6 after the second
TYPED = "Zaunkoenig"
PUBLIC = "Staff of all agencies are trained together."
TITLES = (
    "Supervision is recorded", "Referrals are answered within a day", "Attendance is shared", "Checks before visits",
    "One plan for each family", "Joint training", "Notes are kept together",
)  # fmt: skip
OWNERS = ("police", "probation", "education", "police", "probation", "education", "education")
DUE = (FIRST_DUE, SECOND_DUE, *(LATER_DUE,) * 5)


def a_plan() -> str:
    """The reference of the plan as it stands on TODAY: two late, one not accepted, one whose evidence waits, one to be
    closed, one closed, one draft."""
    return begin_with("a plan", _made)


def after(day: date, hour: int = 7) -> None:
    """The morning round of that day has run, and what may go has gone by noon."""
    with the_day(day, hour):
        run_round(steps=())
    with the_day(day, 12):
        dispatch(channel=RememberingChannel())


def let_go(day: date, by: str = "independent_chair") -> None:
    """Everything that waited for release was let go on that day at two, and has gone."""
    with the_day(day, 14), transaction() as session:
        board = session.exec(select(Board).where(Board.key == BOARD)).one()
        held = [each.id or 0 for each in waiting_for_release(session, board.id or 0)]
        release(session, held, by)
    with the_day(day, 15):
        dispatch(channel=RememberingChannel())


def wish(number: int, **other: object) -> Wish:
    """The action of that number as somebody proposed it."""
    values: dict[str, object] = {name: f"{TYPED} {name} {number}" for name in TEXTS if name != "public_wording"}
    key = OWNERS[number - 1]
    high = Priority.HIGH if number == 1 else Priority.MEDIUM
    values |= {
        "title": TITLES[number - 1], "agency": key, "owner": "", "owner_email": "", "priority": high,
        "kind": ActionKind.TRAINING, "due_on": DUE[number - 1], "source_kind": SourceKind.WEAKNESS,
        "public_wording": PUBLIC if number == 6 else "",
    }  # fmt: skip
    return Wish(**(values | other))  # type: ignore[arg-type]


def _made() -> str:
    board = opened_board(DECIDED)
    with the_day(DECIDED, 9), transaction() as session:
        parent = _a_review(session, board)
        agencies = [agency(session, key) for key in ("police", "probation", "education")]
        plan = step.open_plan(session, book(), board, DECIDED, agencies, "", parent)
        for number in range(1, 8):
            missing = {"baseline": ""} if number == 7 else {}
            owner = None if number == 3 else _an_owner(session, board, number)
            propose(session, plan, wish(number, **missing), agency(session, OWNERS[number - 1]), owner)
        ref = plan.ref
    _deeds(ref)
    return ref


def _a_review(session: Session, board: Board) -> Process:
    ref, word = new_reference(session)
    made = Process(
        board_id=board.id or 0, kind="serious-case-review", ref=ref, word=word, guidance="wt2015",
        stage=Stage.TERMS_AGREED, opened_at=clock.now(), closed_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _an_owner(session: Session, board: Board, number: int) -> Contact:
    key = OWNERS[number - 1]
    made = Contact(
        board_id=board.id or 0, agency_id=agency(session, key).id, role="action_owner", name=f"{TYPED} Owner {number}",
        email=f"owner{number}@{key}.example", secure_mailbox=True, from_on=DECIDED,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _deeds(ref: str) -> None:
    words = {"words": f"{TYPED} typed this"}
    with doing(ref, APPROVED) as (session, plan):
        wanted = [each for each in actions_of(session, plan) if each.state is ActionState.PROPOSED]
        step.approved(session, book(), plan, APPROVED, wanted)
    with doing(ref, ACCEPTED) as (session, plan):
        for number in (1, 2, 4, 5, 6):
            step.accepted(session, book(), plan, action_numbered(session, plan, number), ACCEPTED)
    with doing(ref, CLAIMED) as (session, plan):
        for number in (4, 5, 6):
            step.claimed(session, book(), plan, action_numbered(session, plan, number), CLAIMED, words)
    with doing(ref, CHECKED) as (session, plan):
        for number in (5, 6):
            one = action_numbered(session, plan, number)
            step.evidence_enough(session, book(), plan, one, CHECKED, "probation", words)
    with doing(ref, CLOSED) as (session, plan):
        step.closed(session, book(), plan, action_numbered(session, plan, 6), CLOSED, words)
    for day in ROUNDS[:2]:
        after(day)
    with doing(ref, WORD_CAME) as (session, plan):
        one = action_numbered(session, plan, 2)
        step.word_came(session, book(), plan, one, CallOutcome.AT_RISK, WORD_CAME, words)
    for day in ROUNDS[2:]:
        after(day)
        let_go(day)


@contextmanager
def doing(ref: str, day: date, hour: int = 9) -> Iterator[tuple[Session, Process]]:
    """Within the block something of the plan is recorded on that day."""
    with the_day(day, hour), transaction() as session:
        yield session, process_by_ref(session, ref, for_update=True)
