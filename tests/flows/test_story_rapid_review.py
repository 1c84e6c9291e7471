"""A rapid review from the notification to the answer of the national panel, with each outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from flows.rounds import run_round
from flows.steps import opening
from models.records.boards import Agency, Board
from models.records.database import Session, reading, transaction
from models.records.deadlines import DeadlineState
from models.records.history import history_of, verify_chain
from models.records.ledger import balance
from models.records.messages import Message, Task
from models.records.moving import open_process, plan_of
from models.records.processes import Process, opened_by, process_by_ref
from models.records.releasing import release, waiting_for_release
from models.rulebook import RuleBook
from models.rules.ladders import Release
from models.rules.stages import Stage
from models.rules.working_days import add_working_days
from notifications.dispatch import dispatch
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_rapid_review import (
    AWARE,
    LEARNING_REVIEW,
    LIMIT,
    LOCAL_REVIEW,
    MET,
    NO_REVIEW,
    NOTIFIED,
    THREE,
    all_summaries,
    conclude,
    forget_everything,
    send,
    sent_to_the_panel,
    sign_off,
    stage_of,
    started,
    work_under,
)
from tests.flows.scripted_port import ScriptedPort, desk_flow
from tests.flows.whole_record import deadline, messages
from tests.records_builders import book, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _under_2023(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    work_under("wt2023", tmp_path / "config", monkeypatch)
    yield
    forget_everything()


@pytest.fixture(autouse=True)
def _local_review(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing opens local child safeguarding practice reviews, a stand-in that keeps what it is given does."""

    def stand_in(
        session: Session, book: RuleBook, board: Board, on: date, agencies: Sequence[Agency], place: str,
        parent: Process | None = None,
    ) -> Process:  # fmt: skip
        return open_process(session, book, board, "serious-case-review", place, agencies, parent)

    if "serious-case-review" not in opening.openers():
        monkeypatch.setitem(opening._openers, "serious-case-review", stand_in)


def tasks(ref: str) -> list[str]:
    with reading() as session:
        process = process_by_ref(session, ref)
        return [
            each.title
            for each in session.exec(select(Task).where(Task.process_id == process.id).order_by(col(Task.id))).all()
        ]


def next_of(ref: str) -> list[Process]:
    with reading() as session:
        return list(opened_by(session, process_by_ref(session, ref)))


def test_a_rapid_review_that_leads_to_a_local_review_keeps_its_fifteen_working_days(port: ScriptedPort) -> None:
    with the_day(NOTIFIED, 9):
        one = started(port)
    assert stage_of(one) is Stage.NOTIFIED and one.process.guidance == "wt2023"
    assert one.now.name.endswith("0 of 3 summaries, the panel's conclusion")
    notice = deadline(one.ref, f"la_notification:{THREE[0]}")
    assert (notice.state, notice.met_on, notice.due_on) == (DeadlineState.MET, NOTIFIED, on("Fri 2026-03-06"))
    assert deadline(one.ref, "requests_out").state is DeadlineState.MET
    assert deadline(one.ref, "limit").due_on == LIMIT == add_working_days(NOTIFIED, 15, book().calendar)

    with the_day(on("Fri 2026-03-13"), 9):
        said = all_summaries(one)
        assert said.count("Summary of the agency's involvement") == 3
    with the_day(on("Tue 2026-03-17"), 9):
        said = conclude(one)
    assert said.startswith("Recorded: the panel has read the summaries")
    assert stage_of(one) is Stage.CONCLUDED
    assert one.now.name.endswith("sign-off by the safeguarding partners")

    with the_day(on("Fri 2026-03-20"), 9):
        said = sign_off(one)
    assert said.startswith("Recorded: the safeguarding partners have signed off the rapid review, on ")
    (task,) = [each for each in tasks(one.ref) if each.startswith("Letter to")]
    assert "the Child Safeguarding Practice Review Panel" in task and "send it by Monday 23 March 2026" in task
    assert "a local child safeguarding practice review, is opened" in said
    (review,) = next_of(one.ref)
    assert (review.kind, review.guidance, review.secure_place) == (
        "serious-case-review", "wt2023", "https://secure.example/9",
    )  # fmt: skip

    with the_day(LIMIT, 9):
        said = send(one, sent_on="19 March 2026")
        assert "is before the decision" in said
        send(one)
    assert stage_of(one) is Stage.SENT_TO_PANEL
    assert deadline(one.ref, "limit").met_on == LIMIT
    assert deadline(one.ref, "panel_answer").due_on == add_working_days(LIMIT, 15, book().calendar)

    with the_day(on("Thu 2026-04-02"), 9):
        one.go_to("national-panel-answered")
        said = one.answer("agrees")
    assert said == "The rapid review is complete."
    assert one.process.closed_at is not None
    with reading() as session:
        assert verify_chain(session, one.process) == []
        assert balance(session, process_by_ref(session, one.ref)) == []
        ended = deadline(one.ref, "progress_meeting")
    assert ended.state is DeadlineState.ENDED


@pytest.mark.parametrize(
    ("outcome", "opened"), [(LEARNING_REVIEW, ["plr"]), (LOCAL_REVIEW, ["serious-case-review"]), (NO_REVIEW, [])]
)
def test_what_the_partners_decide_is_opened_at_once_under_the_same_edition(
    port: ScriptedPort, outcome: str, opened: list[str]
) -> None:
    one = sent_to_the_panel(port, outcome)

    assert [(each.kind, each.guidance) for each in next_of(one.ref)] == [(kind, "wt2023") for kind in opened]
    letters = messages("review_concluded")
    assert [each.facts["follows"] for each in letters] == [bool(opened)] * 2 * len(THREE)
    held = [each for each in letters if each.release is Release.PERSON]
    assert {each.agency_id for each in held} == {each.agency_id for each in letters}
    assert len(held) == len(THREE)  # to the Board member of each agency


def test_a_local_learning_review_that_the_partners_decided_on_needs_no_second_agreement(port: ScriptedPort) -> None:
    one = sent_to_the_panel(port, LEARNING_REVIEW)

    (review,) = next_of(one.ref)
    assert review.stage is Stage.PARTNERS_AGREED
    assert deadline(review.ref, "partners_agreement").met_on == on("Fri 2026-03-20")
    assert messages("ask_agreement") == []


def test_the_panels_wish_for_more_is_owed_and_its_answer_is_waited_for_anew(port: ScriptedPort) -> None:
    one = sent_to_the_panel(port)
    with the_day(on("Mon 2026-03-30"), 9):
        one.go_to("national-panel-answered")
        said = one.answer("more", wanted_by="17 April 2026")
    assert said == "Recorded: the national panel asks for more; it is to be sent by Friday 17 April 2026."
    assert stage_of(one) is Stage.SENT_TO_PANEL
    assert one.now.name.endswith("more to be sent")
    assert deadline(one.ref, "panel_answer").state is DeadlineState.MET

    with the_day(on("Thu 2026-04-16"), 9):
        send(one, "more_sent")
    awaited = deadline(one.ref, "panel_answer")
    assert awaited.state is DeadlineState.OPEN
    assert awaited.due_on == add_working_days(on("Thu 2026-04-16"), 15, book().calendar)

    with the_day(on("Mon 2026-04-20"), 9):
        one.go_to("national-panel-answered")
        one.answer("more")
        assert deadline(one.ref, "more_sent-2").due_on == add_working_days(on("Mon 2026-04-20"), 10, book().calendar)


@pytest.mark.parametrize(("outcome", "opened"), [(LOCAL_REVIEW, ["serious-case-review"]), (NO_REVIEW, [])])
def test_the_panels_wish_for_a_review_is_for_the_partners_to_decide_and_for_a_person_to_answer(
    port: ScriptedPort, outcome: str, opened: list[str]
) -> None:
    one = sent_to_the_panel(port)
    with the_day(on("Mon 2026-03-30"), 9):
        one.go_to("national-panel-answered")
        one.answer("review")
        assert deadline(one.ref, "second_decision").due_on == on("Wed 2026-04-08")
        assert next_of(one.ref) == []
    with the_day(on("Wed 2026-04-01"), 9):
        one.go_to("wish-for-a-review")
        said = one.decide("strategic_partners", outcome=outcome, reasons="minute 9")

    assert said == "The rapid review is complete."
    assert [each.kind for each in next_of(one.ref)] == opened
    assert any("write to the national panel what was decided" in each for each in tasks(one.ref))


def test_where_a_review_is_under_way_the_panels_wish_for_one_closes_the_rapid_review(port: ScriptedPort) -> None:
    one = sent_to_the_panel(port, LOCAL_REVIEW)

    with the_day(on("Mon 2026-03-30"), 9):
        one.go_to("national-panel-answered")
        one.answer("review")

    assert stage_of(one) is Stage.ANSWERED
    assert len(next_of(one.ref)) == 1


def test_agencies_are_asked_at_once_and_nobody_outside_the_contacts_is_written_to(port: ScriptedPort) -> None:
    channel = RememberingChannel()
    with the_day(on("Sat 2026-02-28"), 10):
        started(port, notified_on="28 February 2026")
        dispatch(channel=channel)

    asked = messages("summary_wanted")
    assert [each.urgent for each in asked] == [True] * 3
    assert sorted(each.facts["safety"] for each in asked) == [False, False, True]
    assert len(channel.sent) == 3, "urgent mail goes on a quiet day, too"
    for mail in channel.sent:
        assert "keep your agency" in mail.text and "If a child is at immediate risk" in mail.text
    (told,) = [mail for mail in channel.sent if "safety of other children" in mail.text]
    assert "council-childrens-care" in told.to


def test_a_silent_agency_is_chased_on_a_compressed_ladder_and_the_panel_may_go_on_without_it(
    port: ScriptedPort,
) -> None:
    channel = RememberingChannel()
    with the_day(NOTIFIED, 9):
        one = started(port)
        one.answer("ticked", arrived=[f"records_secured:{key}" for key in THREE])
        one.answer("ticked", arrived=["safety_check", "progress_meeting"])
    with the_day(on("Fri 2026-03-13"), 9):
        all_summaries(one, THREE[:2])
    for day in ("Mon 2026-03-16", "Tue 2026-03-17", "Wed 2026-03-18"):
        with the_day(on(day), 7):
            run_round(steps=())
        with the_day(on(day), 9), transaction() as session:
            release(session, [each.id or 0 for each in waiting_for_release(session, 1)], "business_manager")
        with the_day(on(day), 12):
            dispatch(channel=channel)

    late = [each for each in messages() if each.kind.startswith("late_") and each.agency_id is not None]
    by_day = {each.kind: each.sent_at.date() for each in late if each.sent_at is not None}
    assert by_day["late_owner"] == on("Mon 2026-03-16")
    assert by_day["late_board_member"] == on("Tue 2026-03-17")
    assert by_day["late_chief_officer"] == on("Wed 2026-03-18")

    with the_day(on("Wed 2026-03-18"), 14):
        said = conclude(one)
        assert said.startswith("NOT recorded, because the summary of Acute hospital trust is outstanding")
        one.decide("panel_chair", proposes=NO_REVIEW, reasons="minute 3", without=True, **MET)
    assert stage_of(one) is Stage.CONCLUDED
    assert deadline(one.ref, f"agency_summary:{THREE[2]}").state is DeadlineState.OPEN


def test_the_panel_answers_every_criterion_and_says_where_the_reasons_are(port: ScriptedPort) -> None:
    with the_day(NOTIFIED, 9):
        one = started(port)
        all_summaries(one)
        one.go_to("panel-conclusion")
        said = one.decide("strategic_partners", limb_improvements="met")

    assert "this is for the panel chair or deputy panel chair to decide, not for the safeguarding partners" in said
    with the_day(NOTIFIED, 10):
        said = one.decide("panel_chair", limb_improvements="met")
    for missing in ("Themes show that come up again", "what the panel proposes", "where the reasons are minuted"):
        assert missing in said
    assert "improve" not in said
    with the_day(NOTIFIED, 11):
        one.decide("panel_chair", proposes=NO_REVIEW, reasons="minute 3", **{**MET, "limb_panel_asked": "cannot-say"})
    with reading() as session:
        kept = [each.facts for each in history_of(session, one.process.id or 0) if "criteria" in each.facts]
    assert kept[0]["criteria"]["panel_asked"] == "cannot-say"
    assert "minute 3" not in str(kept)


def test_only_the_partners_sign_off_and_they_see_what_the_panel_proposed(port: ScriptedPort) -> None:
    with the_day(NOTIFIED, 9):
        one = started(port)
        all_summaries(one)
        conclude(one, LEARNING_REVIEW)
        form = one.go_to("partners-sign-off")
        assert form.field("outcome").help == "The panel proposed: a local learning review."
        said = one.decide("independent_chair", outcome=NO_REVIEW, national="no-view", reasons="minute 7")
        assert "for the safeguarding partners to decide, not for the Independent Chair" in said
        said = one.decide("strategic_partners")

    for missing in ("what is decided", "view on a national review", "where the reasons are minuted"):
        assert missing in said
    assert stage_of(one) is Stage.CONCLUDED


def test_it_cannot_be_sent_before_the_partners_have_signed_off(port: ScriptedPort) -> None:
    with the_day(NOTIFIED, 9):
        one = started(port)

    assert "letters-sent" not in one.now.offers
    assert "partners-sign-off" not in one.now.offers
    assert not any("Letter to" in each for each in tasks(one.ref))


def test_the_reply_is_chased_by_a_task_of_the_office_and_by_no_mail(port: ScriptedPort) -> None:
    one = sent_to_the_panel(port)
    before = {each.id for each in messages()}

    with the_day(on("Thu 2026-04-16"), 7):
        run_round(steps=())

    assert any(each.startswith("No answer has come: ask for it by telephone") for each in tasks(one.ref))
    with reading() as session:
        new = session.exec(select(Message).where(col(Message.id).not_in(before))).all()
        assert {each.kind for each in new} <= {"manager_digest", "nudge"}


def test_letters_that_go_late_push_the_days_and_name_those_to_book_for_the_limit(port: ScriptedPort) -> None:
    with the_day(on("Thu 2026-03-12"), 9):
        one = started(port)

    assert deadline(one.ref, f"agency_summary:{THREE[1]}").due_on == on("Thu 2026-03-19")
    with reading() as session:
        planned = plan_of(session, book(), process_by_ref(session, one.ref)).by_kind
    assert planned["sent"].due_on == on("Tue 2026-03-24") > LIMIT
    (task,) = [each for each in tasks(one.ref) if "keep the limit" in each]
    assert "“Summaries read and concluded on by the panel” by Thursday 19 March 2026" in task
    assert "“Rapid review signed off by the partners” by Friday 20 March 2026" in task
    assert len(messages("limit_warning")) == 1


def test_what_begins_it_is_checked_in_words_and_all_at_once(port: ScriptedPort) -> None:
    with the_day(NOTIFIED, 9):
        asked = desk_flow(port, "start-rapid-review")
        assert "not verified" in asked.now.form.intro and "Working Together 2023" in asked.now.form.intro
        said = asked.answer("start", secure_place="a cupboard", notified_on="1 April 2026")

    for missing in (
        "may know of", "begins with https://", "became aware", "which agency notified", "known or suspected",
        "lies in the future",
    ):  # fmt: skip
        assert missing in said


def test_a_notification_after_its_five_working_days_says_so(port: ScriptedPort) -> None:
    with the_day(NOTIFIED, 9):
        asked = desk_flow(port, "start-rapid-review")
        asked.answer(
            "start", agencies=list(THREE), aware_on="16 February 2026", notified_on="2 March 2026",
            notified_by=THREE[0], limbs=["died"],
        )  # fmt: skip

    assert "after its five working days, which ended on Monday 23 February 2026" in asked.ended
    assert AWARE < NOTIFIED
