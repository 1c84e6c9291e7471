"""Which agencies are asked, for what, and what their silence means, while agencies join, leave and deliver."""

from __future__ import annotations

import pytest

from flows.steps import taking_part
from models.records.boards import Agency, Contact
from models.records.chasing import deadlines_of
from models.records.database import reading
from models.records.deadlines import DeadlineState
from models.records.messages import MessageState
from models.records.processes import participants_of
from models.rules.returns import IllegalReturnMove
from models.rules.spoken import spoken
from models.rules.stages import Stage
from tests.builders import on
from tests.flows.a_review import FOUR_PARTS, SEVEN, arrive, commission, of, stage_of
from tests.flows.beginnings import after
from tests.flows.scripted_port import ALL_AGENCIES, Conversation, desk_flow
from tests.flows.whole_record import deadline, messages
from tests.records_builders import the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def told(kind: str, *states: MessageState) -> list[str]:
    """The agencies whose people have such a letter."""
    with reading() as session:
        return [session.get_one(Agency, each.agency_id).key for each in messages(kind, *states)]


def test_a_new_version_of_the_terms_asks_no_agency_that_has_left(under_way: Conversation) -> None:
    with the_day(on("Fri 2026-03-06"), 9):
        under_way.go_to("terms-circulated")
        under_way.decide("panel_chair")
    with the_day(on("Mon 2026-03-09"), 9):
        under_way.go_to("agencies-changed")
        under_way.decide("panel_chair", chosen="changed", leave=["police"])

        under_way.go_to("terms-circulated")
        under_way.decide("panel_chair")

    assert deadline(under_way.ref, "terms_agreed:police").state is DeadlineState.ENDED
    assert told("terms_circulated").count("police") == 1
    assert told("terms_circulated").count("ccg") == 2


@pytest.fixture
def drafted(writing: Conversation) -> Conversation:
    """The draft has arrived, and agencies check it."""
    return after(writing, the_draft_arrives)


def the_draft_arrives(one: Conversation) -> None:
    with the_day(on("Tue 2026-05-12"), 9):
        arrive(one, "imr", SEVEN)
    with the_day(on("Mon 2026-06-29"), 9):
        one.go_to("draft-report")
        one.decide("panel_chair", without=True, **FOUR_PARTS)
        one.answer("ticked", arrived=["draft_meeting"])


def test_a_sign_off_before_the_day_for_comments_is_refused_naming_agencies_and_day(drafted: Conversation) -> None:
    with the_day(on("Mon 2026-07-06"), 9):
        arrive(drafted, "accuracy", SEVEN[:6])
        drafted.go_to("sign-off")

        said = drafted.decide("panel_chair")

    due = spoken(deadline(drafted.ref, "accuracy:education").working_target_on)
    assert f"Education and schools until {due}" in said
    assert SEVEN[0] not in said
    assert stage_of(drafted) is Stage.REPORT_DRAFTED
    assert deadline(drafted.ref, "accuracy:education").state is DeadlineState.OPEN


def test_an_early_sign_off_by_the_panel_chair_notes_no_comment_and_tells_the_agency(drafted: Conversation) -> None:
    with the_day(on("Mon 2026-07-06"), 9):
        arrive(drafted, "accuracy", SEVEN)
        drafted.go_to("sign-off")

        drafted.decide("panel_chair", early=True)

    assert stage_of(drafted) is Stage.REPORT_SIGNED_OFF
    assert deadline(drafted.ref, "accuracy:education").state is DeadlineState.ENDED
    assert told("no_comment") == ["education"]


def test_after_the_day_for_comments_the_sign_off_asks_nothing_more(drafted: Conversation) -> None:
    with the_day(on("Mon 2026-07-27"), 9):
        form = drafted.go_to("sign-off").form

        drafted.decide("panel_chair")

    assert "early" not in [each.name for each in form.fields]
    assert stage_of(drafted) is Stage.REPORT_SIGNED_OFF
    assert told("no_comment") == []  # the ladder says it on the day after


def test_the_panel_has_not_read_the_returns_before_the_last_of_them_is_in(writing: Conversation) -> None:
    with the_day(on("Tue 2026-05-12"), 9):
        arrive(writing, "imr", ("police",))
        writing.go_to("panel-read")
        writing.decide("panel_chair", chosen="read", of_police="accepted")
        assert deadline(writing.ref, "panel_reads").state is DeadlineState.OPEN

        arrive(writing, "imr", tuple(each for each in ALL_AGENCIES if each != "police"))
        writing.go_to("panel-read")
        rest = {of(each): "accepted" for each in ALL_AGENCIES if each != "police"}
        writing.decide("panel_chair", chosen="read", **rest)

    assert deadline(writing.ref, "panel_reads").state is DeadlineState.MET


def test_an_agency_that_joins_owes_no_final_return_because_another_has_questions_to_answer(
    writing: Conversation,
) -> None:
    with the_day(on("Tue 2026-05-12"), 9):
        arrive(writing, "imr", ("police",))
        writing.go_to("panel-read")
        writing.decide("panel_chair", chosen="read", of_police="questions")

        writing.go_to("agencies-changed")
        writing.decide("panel_chair", chosen="changed", join=["housing"])

    with reading() as session:
        owed = [each.slot for each in deadlines_of(session, writing.process)]
    assert "imr:housing" in owed
    assert "imr_final:housing" not in owed


def test_an_agency_that_joins_again_owes_its_author_and_nothing_that_it_had_delivered(writing: Conversation) -> None:
    with the_day(on("Mon 2026-03-30"), 9):
        arrive(writing, "chronology", ("police",))
        writing.go_to("agencies-changed")
        writing.decide("panel_chair", chosen="changed", leave=["police"])
        writing.go_to("agencies-changed")

        writing.decide("panel_chair", chosen="changed", join=["police"])

    states = {slot: deadline(writing.ref, f"{slot}:police").state for slot in ("chronology", "terms_agreed")}
    assert set(states.values()) == {DeadlineState.MET}
    assert deadline(writing.ref, "author_named:police").state is DeadlineState.OPEN
    assert deadline(writing.ref, "imr:police").state is DeadlineState.OPEN


def test_another_reviewer_takes_over_and_has_the_dates(under_way: Conversation) -> None:
    with the_day(on("Tue 2026-03-10"), 9):
        said = commission(under_way, reviewer="Other Example", reviewer_email="other@elsewhere.example")
        refused = commission(under_way, reviewer_email="una@police.example")

    assert said.startswith("Recorded: the independent reviewer is commissioned")
    assert "is not independent" in refused
    with reading() as session:
        (now,) = participants_of(session, under_way.process.id or 0, "independent_reviewer")
        assert session.get_one(Contact, now.contact_id).email == "other@elsewhere.example"
        letters = messages("reviewer_commissioned", MessageState.WAITING)
        assert [session.get_one(Contact, each.contact_id).email for each in letters] == ["other@elsewhere.example"]


def test_a_call_that_it_is_on_track_is_noted_after_it_was_at_risk(under_way: Conversation) -> None:
    with the_day(on("Tue 2026-03-10"), 9):
        about = f"{under_way.ref}/imr:police"
        desk_flow(under_way.port, "note-call", "first").answer("at-risk", about=about)

        said = desk_flow(under_way.port, "note-call", "second").answer("on-track", about=about)

    assert said.startswith("Recorded: the call is noted.")


def test_a_return_that_cannot_go_where_a_change_of_agencies_would_take_it_is_a_clear_refusal(
    under_way: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> None:
        raise IllegalReturnMove

    monkeypatch.setattr(taking_part, "agency_leaves", cannot)
    with the_day(on("Tue 2026-03-10"), 9):
        under_way.go_on().go_to("agencies-changed")
        said = under_way.decide("panel_chair", chosen="changed", leave=["police"])

    assert said == "NOT recorded, because the return of Police is author named; correct that first."
