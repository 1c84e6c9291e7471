"""The gates of a practice learning review and of the desk, one law after the other, without an engine."""

from __future__ import annotations

import pytest

from flows.rounds import run_round
from models.records.boards import Agency, board_by_key
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState
from models.records.messages import MessageState
from models.records.office_day import open_tasks
from models.records.tasks import VACANT, About, open_task, tick_off
from models.rules.spoken import spoken
from models.rules.stages import Stage
from tests.builders import on
from tests.flows.a_review import (
    AGREED,
    DECIDED,
    SEVEN,
    SILENT,
    addresses_of_authors,
    arrive,
    name_authors,
    sign,
    stage_of,
    terms_agreed,
)
from tests.flows.scripted_port import (
    ALL_AGENCIES,
    Conversation,
    ScriptedPort,
    desk_flow,
    review,
    standing_desk,
    start_review,
)
from tests.flows.whole_record import deadline, messages, processes, whole_record
from tests.records_builders import BOARD, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_partners_who_do_not_agree_close_the_review_and_nobody_else_is_told(port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        one = start_review(port)

        said = one.decide("strategic_partners", chosen="disagree")

    assert said.endswith(": closed, the Strategic Partners did not agree.")
    assert stage_of(one) is Stage.NOT_AGREED
    assert messages("ask_author") == []
    with the_day(on("Mon 2026-03-30"), 7):
        run_round(steps=())
    assert {each.kind for each in messages()} <= {"ask_agreement", "decision_recorded"}
    assert messages("ask_agreement")[0].state is not MessageState.SENT


def test_only_agencies_that_take_part_are_asked_for_an_author(agreed: Conversation) -> None:
    with reading() as session:
        asked = {session.get_one(Agency, each.agency_id).key for each in messages("ask_author")}

    assert asked == set(ALL_AGENCIES)
    assert {each.state for each in messages("ask_author")} == {MessageState.WAITING}


def test_the_letter_to_the_partners_waits_for_release_and_the_desk_releases_it(port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        start_review(port)
        (letter,) = messages("ask_agreement")
        assert letter.state is MessageState.HELD

        desk = desk_flow(port, "release-messages")
        assert "Strategic Partners" in desk.now.form.intro
        said = desk.answer("send", which=[str(letter.id)], released_as="business_manager")

    assert "1 message released" in said
    assert messages("ask_agreement")[0].state is MessageState.WAITING


def test_what_is_ticked_twice_or_not_open_any_more_is_answered_politely(under_way: Conversation) -> None:
    terms_agreed(under_way)
    with the_day(on("Mon 2026-05-11"), 9):
        stale = under_way.now
        desk = desk_flow(under_way.port, "record-arrivals")
        desk.answer("ticked", arrived=[f"{under_way.ref}/imr:police"])
        sign(desk, ("police",))

        under_way.send(stale.filled("ticked", arrived=["imr:police", "imr:ccg"], recorded_by="The Office"))
        settled = under_way.now.said
        said = sign(under_way, ("ccg",))

    assert settled == "Already settled, so nothing was changed: Police: Agency return for the review."
    assert said == "Recorded: Clinical commissioning group: Agency return for the review, signed."
    assert len(messages("arrival_recorded")) == len(SEVEN) * 2 + 2


def test_names_are_taken_for_those_still_awaited_when_one_was_named_in_the_meantime(
    agreed: Conversation,
) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        agreed.answer("ticked", arrived=["author_named:police", "author_named:ccg"])
        details = agreed.now
        desk = desk_flow(agreed.port, "record-arrivals")
        desk.answer("ticked", arrived=[f"{agreed.ref}/author_named:police"])
        desk.answer("named", author_police="Pat Example, pat@police.example", independent_police=True)

        agreed.send(details.filled("named", independent_police=True, independent_ccg=True, recorded_by="The Office"))

    assert agreed.now.said == "Recorded: author named by Clinical commissioning group."
    assert addresses_of_authors() == ["pat@police.example", "tamsin.larkspur@ccg.example"]


def test_a_named_author_is_written_to_once_the_timetable_is_set(under_way: Conversation) -> None:
    told = [each.agency_id for each in messages("author_commissioned")]

    assert len(told) == len(set(told)) == 7

    with the_day(on("Wed 2026-03-04"), 9):
        name_authors(under_way, (SILENT,))

    assert len(messages("author_commissioned")) == 8


def test_a_return_without_a_named_author_ends_the_asking_for_a_name(under_way: Conversation) -> None:
    with the_day(on("Mon 2026-03-30"), 9):
        arrive(under_way, "imr", (SILENT,))

    assert deadline(under_way.ref, f"author_named:{SILENT}").state is DeadlineState.ENDED


def test_when_the_last_member_agrees_the_terms_are_agreed_without_another_decision(
    under_way: Conversation,
) -> None:
    with the_day(on("Fri 2026-03-06"), 9):
        under_way.go_to("terms-circulated")
        under_way.decide("panel_chair")
        arrive(under_way, "terms_agreed", SEVEN)
        assert stage_of(under_way) is Stage.TIMETABLE_SET

        arrive(under_way, "terms_agreed", (SILENT,))

    assert stage_of(under_way) is Stage.TERMS_AGREED
    assert "terms-go-on" not in under_way.now.offers


def test_agreement_that_comes_through_the_desk_makes_the_waiting_run_look_again(
    under_way: Conversation,
) -> None:
    with the_day(on("Fri 2026-03-06"), 9):
        under_way.go_to("terms-circulated")
        under_way.decide("panel_chair")
        desk = desk_flow(under_way.port, "record-arrivals")

        desk.answer("ticked", arrived=[f"{under_way.ref}/terms_agreed:{key}" for key in ALL_AGENCIES])

    assert stage_of(under_way) is Stage.TERMS_AGREED
    assert under_way.port.looked_again == [under_way.ref]
    with the_day(on("Fri 2026-03-06"), 10):
        under_way.go_on()
    assert under_way.now.name.endswith("0 of 8 returns")


def test_two_things_can_be_recorded_in_one_form_and_the_second_leads_on(agreed: Conversation) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        agreed.answer("reviewer-commissioned", arrived=["author_named:police"])
        assert agreed.now.ask.gate == "author-names"

        agreed.answer("named", independent_police=True)

    assert agreed.now.ask.gate == "reviewer-commissioned"
    assert agreed.now.said == "Recorded: author named by Police."


def test_a_form_that_was_gone_to_can_be_left_without_recording_anything(agreed: Conversation) -> None:
    before = whole_record()

    with the_day(on("Mon 2026-02-16"), 9):
        agreed.go_to("reviewer-commissioned")
        said = agreed.decide("independent_chair", chosen="back")

    assert said == "Nothing was recorded."
    assert agreed.now.ask.gate == "what-happened"
    assert whole_record() == before


def test_the_same_run_started_again_anywhere_says_nothing_twice(under_way: Conversation) -> None:
    before = whole_record()

    for _ in range(3):
        under_way.go_on()

    assert whole_record() == before
    assert under_way.now.ask.gate == "what-happened"


def test_another_run_of_the_same_review_ends_quietly_and_changes_nothing(under_way: Conversation) -> None:
    before = whole_record(without=())
    under_way.port.run = "somebody-else"
    stranger = Conversation(under_way.port, "somebody-else", under_way.ref, under_way._flow)

    stranger.go_on()

    assert stranger.ended == "Another run looks after this process; this one has nothing to do."
    assert whole_record(without=()) == before


def test_an_unknown_reference_ends_in_a_sentence(port: ScriptedPort) -> None:
    one = review(port, "CR-0000")

    assert one.ended.startswith("There is no process with that reference.")


def test_an_unknown_board_ends_in_a_sentence(port: ScriptedPort) -> None:
    from flows.desk.note_call import note_call

    assert note_call.fn("atlantis").message == "Nothing was done: there is no board of that name."


def test_a_desk_flow_with_nothing_to_record_says_so(port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        assert desk_flow(port, "record-arrivals").ended == "There is nothing to record at the moment."


def test_two_reviews_have_references_of_their_own_and_do_not_get_in_each_others_way(
    port: ScriptedPort,
) -> None:
    with the_day(DECIDED, 9):
        first, second = start_review(port), start_review(port, ("police",))
        first.decide("strategic_partners", chosen="agree")

    assert len({each.ref for each in processes()}) == 3
    assert second.process.stage is Stage.CHAIR_DECIDED
    assert second.now.ask.gate == "partners-agreement"


def test_the_desk_leads_to_each_of_its_forms_and_comes_back(agreed: Conversation) -> None:
    with the_day(AGREED, 10):
        desk = standing_desk(agreed.port)
        assert agreed.process.spoken_ref in desk.now.form.intro
        for gate in desk.now.offers:
            desk.go_to(gate)
            said = desk.answer("back")
            assert said in {"Nothing was recorded.", "Nothing was changed."}
            assert desk.now.ask.gate == "desk"


def test_sending_is_stopped_for_one_review_and_lifted_again_at_the_desk(agreed: Conversation) -> None:
    with the_day(AGREED, 10):
        said = desk_flow(agreed.port, "stop-sending", "first").answer(f"process:{agreed.ref}")
        assert said.startswith("Recorded: sending is stopped.")

        again = desk_flow(agreed.port, "stop-sending", "second")
        assert agreed.process.spoken_ref in again.now.form.intro
        lift = next(each for each in again.now.offers if each.startswith("lift:"))
        assert again.answer(lift) == "Recorded: sending goes on."


def a_task(title: str, key: str) -> int:
    with transaction() as session:
        return open_task(session, About(board_by_key(session, BOARD).id or 0), title, key)[0]


def tasks_shown() -> list[str]:
    with reading() as session:
        return [each.title for each in open_tasks(session, board_by_key(session, BOARD).id or 0).items]


def test_tasks_of_the_office_are_ticked_off_at_the_desk_once(agreed: Conversation) -> None:
    with the_day(AGREED, 10):
        first, second = a_task("Telephone the lead of an agency", "one"), a_task("Put it on the agenda", "two")
        a_task("Name a chief officer", f"{VACANT}:1:chief_officer:1:1:")
        desk = standing_desk(agreed.port)
        form = desk.go_to("tasks-done").form
        offered = dict(next(each for each in form.fields if each.name == "done").options)

        refused = desk.answer("done")
        with transaction() as session:
            assert tick_off(session, board_by_key(session, BOARD).id or 0, second)
        said = desk.answer("done", done=[str(first), str(second)])

        assert offered.keys() == {str(first), str(second)}
        assert offered[str(first)] == f"Telephone the lead of an agency (since {spoken(AGREED)}, no. {first})"
        assert "nothing was ticked" in refused
        assert said == "Recorded: 1 task is done."
        assert tasks_shown() == ["Name a chief officer"]
        assert "tasks-done" not in desk.now.offers
