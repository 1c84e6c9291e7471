"""What is shipped has no fault and says of everything where it comes from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.load import Configuration, UnknownName, check, load
from config.vocabulary import COMMITTEE_ACTS, NEVER_UNSEEN, SENT_ACTS
from tests.config.spoil import SHIPPED, replace_in

BARKING = "barking-and-dagenham"
EDITIONS = ("wt2013", "wt2015", "wt2018", "wt2023", "wt2026_draft")


@pytest.fixture(scope="module")
def shipped() -> Configuration:
    return load(SHIPPED)


def test_the_shipped_configuration_has_no_faults() -> None:
    assert check(SHIPPED) == []


def test_the_review_has_every_milestone_of_the_protocol(shipped: Configuration) -> None:
    rows = shipped.periods_of(BARKING, "plr")

    assert {(row.kind, row.anchor, row.offset, row.unit) for row in rows} == {
        ("partners_agreement", "decision", 5, "working-days"),
        ("author_letters", "agreement", 2, "working-days"),
        ("author_named", "letters", 10, "working-days"),
        ("reviewer", "agreement", 20, "working-days"),
        ("initial_meeting", "agreement", 30, "working-days"),
        ("terms_draft", "initial-meeting", 1, "weeks"),
        ("terms_agreed", "initial-meeting", 3, "weeks"),
        ("commission", "initial-meeting", 1, "weeks"),
        ("briefing", "initial-meeting", 2, "weeks"),
        ("chronology", "initial-meeting", 4, "weeks"),
        ("family_invited", "initial-meeting", 4, "weeks"),
        ("combined_chronology", "initial-meeting", 6, "weeks"),
        ("midpoint", "initial-meeting", 6, "weeks"),
        ("imr", "initial-meeting", 10, "weeks"),
        ("event_invitations", "initial-meeting", 11, "weeks"),
        ("panel_reads", "initial-meeting", 12, "weeks"),
        ("imr_final", "initial-meeting", 14, "weeks"),
        ("learning_event", "initial-meeting", 15, "weeks"),
        ("draft_report", "initial-meeting", 17, "weeks"),
        ("draft_meeting", "initial-meeting", 18, "weeks"),
        ("accuracy", "initial-meeting", 20, "weeks"),
        ("feedback", "initial-meeting", 21, "weeks"),
        ("sign_off", "initial-meeting", 21, "weeks"),
        ("board_approval", "initial-meeting", 23, "weeks"),
        ("plan_review_3", "approval", 3, "months"),
        ("plan_review_6", "approval", 6, "months"),
        ("plan_review_12", "approval", 12, "months"),
        ("publication", "approval", 10, "working-days"),
        ("plan_handover", "approval", 10, "working-days"),
        ("limit", "initial-meeting", 6, "months"),
        ("decision_limit", "decision", 6, "months"),
    }


def test_limits_keep_their_date_and_everything_else_moves_to_a_working_day(shipped: Configuration) -> None:
    rows = shipped.periods_of(BARKING, "plr")

    assert {row.kind for row in rows if row.limit} == {"limit", "decision_limit"}
    assert all((row.roll == "keep") == row.limit for row in rows)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_period_has_a_source_and_a_mark(shipped: Configuration, edition: str) -> None:
    rows = shipped.periods_of(BARKING, "plr", edition)

    assert len(rows) == 31
    for row in rows:
        assert row.source.strip()
        assert re.fullmatch(r"(S:\d{3}|P:\d+|G|D)(, (S:\d{3}|P:\d+|G|D))*", row.mark)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_default_is_called_a_default_and_never_guidance(shipped: Configuration, edition: str) -> None:
    defaults = [row for row in shipped.periods_of(BARKING, "plr", edition) if row.mark == "D"]
    rungs = [rung for ladder in shipped.ladders.values() for rung in ladder.rungs if rung.mark == "D"]

    assert len(defaults) == 29
    assert rungs
    for source in [*(row.source for row in defaults), *(rung.source for rung in rungs)]:
        assert "default, to be confirmed by the board" in source
        assert not re.search("guidance|statut|working together", source, re.IGNORECASE)


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_was_not_verified_says_so(shipped: Configuration, edition: str) -> None:
    row = shipped.editions[edition].row
    limit = next(row for row in shipped.periods_of(BARKING, "plr", edition) if row.kind == "decision_limit")

    assert row.verified is False
    assert row.note
    assert "G" in limit.mark
    assert "not verified" in limit.source


def test_letters_quote_the_duty_to_give_information_only_where_its_name_was_read_in_a_source(
    shipped: Configuration,
) -> None:
    duties = {key: edition.row.words.information_duty for key, edition in shipped.editions.items()}

    assert {key for key, duty in duties.items() if duty.quote_in_letters} == {"wt2013", "wt2015"}
    assert duties["wt2015"].value == "section 14B of the Children Act 2004"
    assert duties["wt2023"].mark == "G"


def test_partners_decide_under_the_later_editions(shipped: Configuration) -> None:
    gates = {key: edition.row.gates["start-review"].value for key, edition in shipped.editions.items()}

    assert gates == {
        "wt2013": ("independent_chair",),
        "wt2015": ("independent_chair",),
        "wt2018": ("strategic_partners",),
        "wt2023": ("strategic_partners",),
        "wt2026_draft": ("strategic_partners",),
    }


def test_under_the_later_editions_nothing_is_left_to_an_independent_chair(shipped: Configuration) -> None:
    left = {
        key: [gate for gate, who in edition.row.gates.items() if "independent_chair" in who.value]
        for key, edition in shipped.editions.items()
    }

    assert left["wt2015"] and not left["wt2018"] and not left["wt2023"]


def test_nothing_goes_unseen_to_a_board_member_or_above(shipped: Configuration) -> None:
    for key, ladder in shipped.ladders.items():
        owners = {row.owner_role for row in shipped.periods_of(BARKING, "plr") if row.ladder == key}
        for rung in ladder.rungs:
            told = set(rung.to) | (owners if "owner" in rung.to else set())
            if rung.act == "letter" or (rung.act in SENT_ACTS and told & NEVER_UNSEEN):
                assert rung.release == "person", (key, rung.key)


def test_committees_are_told_by_agenda_and_register_alone(shipped: Configuration) -> None:
    told = {
        (rung.to, rung.act)
        for ladder in shipped.ladders.values()
        for rung in ladder.rungs
        if rung.act in COMMITTEE_ACTS
    }

    assert told == {
        (("monitoring",), "agenda-item"),
        (("board",), "agenda-item"),
        (("board",), "register-entry"),
    }


def test_the_return_is_chased_up_the_whole_ladder(shipped: Configuration) -> None:
    rungs = shipped.ladders_of(BARKING)["imr"].rungs

    assert [(rung.moment, rung.act, rung.message) for rung in rungs] == [
        (-10, "mail", "reminder"),
        (-3, "mail", "reminder"),
        (1, "mail", "late_owner"),
        (3, "mail", "late_lead"),
        (5, "mail", "late_board_member"),
        (10, "letter", "late_chief_officer"),
        (15, "mail", "late_chair"),
        (15, "agenda-item", ""),
        (20, "agenda-item", ""),
        (20, "register-entry", ""),
        (20, "task", ""),
    ]


def test_every_title_may_stand_in_a_mail(shipped: Configuration) -> None:
    titles = [row.title for edition in EDITIONS for row in shipped.periods_of(BARKING, "plr", edition)]
    titles += [rung.title for ladder in shipped.ladders.values() for rung in ladder.rungs]

    for title in titles:
        assert len(title) <= 80
        assert not re.search(r"\b(SCR|IMR|death|abuse|serious case)\b", title, re.IGNORECASE)


def test_what_a_task_asks_for_is_as_true_a_week_later(shipped: Configuration) -> None:
    """A task keeps its title until it is ticked off: beside its date no word in it may count from today."""
    titles = [rung.title for ladder in shipped.ladders.values() for rung in ladder.rungs if rung.act == "task"]

    assert titles
    for title in titles:
        assert not re.search(r"\b(today|tomorrow|yesterday|ago|now|soon|in \w+ (working )?days?)\b", title), title


def test_all_people_are_invented(shipped: Configuration) -> None:
    board = shipped.board(BARKING)

    assert len(board.agencies) == 10
    assert len({person.name for person in board.contacts}) == len(board.contacts)
    assert all(person.email.endswith(".example") for person in board.contacts)
    assert all(person.phone.startswith("01632 960") for person in board.contacts)
    assert board.row.mailbox.endswith(".example")


def test_each_agency_has_its_four_people(shipped: Configuration) -> None:
    board = shipped.board(BARKING)

    for agency in board.agencies:
        roles = {person.role for person in board.contacts if person.agency == agency and not person.deputy}
        assert roles == {"chief_officer", "board_member", "agency_lead", "imr_lead"}


def test_the_board_is_shipped_without_closing_days_and_meeting_dates(shipped: Configuration) -> None:
    row = shipped.board(BARKING).row

    assert (row.closing_days, row.board_dates) == ((), ())
    assert row.switches.silence_counts_as_agreement is False


def test_bank_holidays_are_those_of_england_and_no_closing_days(shipped: Configuration) -> None:
    bank_holidays, closing_days = shipped.days_off_of(BARKING, 2026, 2026)

    assert closing_days == {}
    assert {day.isoformat() for day in bank_holidays if day.weekday() < 5} == {
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-04",
        "2026-05-25",
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",
    }


def test_closing_days_and_corrected_bank_holidays_are_told_with_their_names(folder: Path) -> None:
    board = f"boards/{BARKING}/board.toml"
    replace_in(folder, board, "\nclosing_days = []", '\nclosing_days = [{ on = 2026-12-24, why = "Office closed" }]')
    replace_in(folder, "bank_holidays.toml", "\nadd = []", '\nadd = [{ on = 2026-06-05, name = "Proclaimed" }]')
    replace_in(folder, "bank_holidays.toml", "\nremove = []", '\nremove = [{ on = 2026-05-04, name = "Moved" }]')

    bank_holidays, closing_days = load(folder).days_off_of(BARKING, 2026, 2026)

    named = {day.isoformat(): name for day, name in bank_holidays.items()}
    assert {day.isoformat(): why for day, why in closing_days.items()} == {"2026-12-24": "Office closed"}
    assert named["2026-06-05"] == "Proclaimed"
    assert "2026-05-04" not in named


def test_a_board_may_keep_a_time_and_a_ladder_of_its_own(folder: Path) -> None:
    own = """
[periods.plr.imr]
offset = 9
source = "Decision of the Board of 15 September 2026"
mark = "B"

[[ladders.agreement]]
key = "L1"
moment = 2
to = ["owner"]
act = "mail"
message = "late_owner"
message_class = "lateness"
release = "automatic"
title = "told the person who owes it"
source = "Decision of the Board of 15 September 2026"
mark = "B"
"""
    file = folder / "boards" / BARKING / "board.toml"
    file.write_text(file.read_text() + own)

    configuration = load(folder)

    imr = next(row for row in configuration.periods_of(BARKING, "plr", "wt2023") if row.kind == "imr")
    assert (imr.offset, imr.unit, imr.mark) == (9, "weeks", "B")
    assert [rung.moment for rung in configuration.ladders_of(BARKING)["agreement"].rungs] == [2]
    assert [rung.moment for rung in configuration.ladders["agreement"].rungs] == [-3, 1, 3, 5, 10]


def test_an_unknown_name_is_answered_with_the_known_ones(shipped: Configuration) -> None:
    with pytest.raises(UnknownName, match=r"no board 'atlantis'.*barking-and-dagenham"):
        shipped.periods_of("atlantis", "plr")
    with pytest.raises(UnknownName, match=r"no edition 'wt1066'.*wt2015"):
        shipped.periods_of(BARKING, "plr", "wt1066")
    with pytest.raises(UnknownName, match=r"no process 'picnic'.*plr"):
        shipped.periods_of(BARKING, "picnic")


def test_low_priority_ends_at_the_exception_list_and_what_is_urgent_after_a_larger_review_goes_up_sooner(
    shipped: Configuration,
) -> None:
    ladders = shipped.board("barking-and-dagenham").ladders

    assert [each.key for each in ladders["action_low"].rungs][-1] == "E4"
    assert [next(e.moment for e in ladders[key].rungs if e.key == "E5") for key in ("action", "action_first")] == [
        60,
        30,
    ]
