"""Case discussions and follow-ups on an invented calendar, to their end."""

from __future__ import annotations

import pytest

from flows.rehearsal.cast import Late
from flows.rehearsal.play import Rehearsed, Wanted, rehearse
from tests.builders import on
from tests.records_builders import BOARD

TWO = ("police", "ccg")


@pytest.mark.parametrize("edition", ["wt2015", "wt2023"])
def test_a_rehearsal_plays_it_to_its_end(edition: str) -> None:
    late_note = (Late("notes", "police", 12),)
    done = rehearse(Wanted(BOARD, on("Mon 2026-01-05"), TWO, late_note, "case-discussion", edition))

    assert (done.stage, done.balanced) == ("fed-back", True)
    late = [each for events in done.days.values() for each in events if (each.kind, each.agency) == ("notes", "police")]
    assert "chased" in {each.event for each in late}


def test_a_follow_up_is_rehearsed_as_a_review_by_one_agency() -> None:
    done = rehearse(Wanted(BOARD, on("Mon 2026-01-05"), (), (), "follow-up"))

    assert (done.stage, done.balanced) == ("done", True)
    assert texts(done)
    assert not any("SCR" in each or "abuse" in each for each in texts(done))


def texts(done: Rehearsed) -> list[str]:
    return [each.text for events in done.days.values() for each in events if each.channel == "mail"]


def test_a_year_of_an_action_plan_is_played_with_owners_who_are_late() -> None:
    late = Late("action", "police", 25)
    done = rehearse(Wanted(BOARD, on("Mon 2026-03-02"), ("police", "ccg", "education"), (late,), "action-plan"))

    said = [each for events in done.days.values() for each in events]
    to_whom = {each.role for each in said if each.event in ("chased", "escalated") and each.agency == "police"}
    assert done.stage == "plan-ended"
    assert done.balanced
    assert {"action_owner", "agency_lead", "board_member"} <= to_whom
    assert not [each for each in said if each.event == "chased" and each.agency in ("ccg", "education")]
    assert len([each for each in said if each.message == "action_words_wanted"]) > 3
    assert [each for each in said if each.channel == "agenda" and each.rung == "E4"]
