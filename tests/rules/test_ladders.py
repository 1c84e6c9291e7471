from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.rules.ladders import (
    Act,
    Ladder,
    MessageClass,
    Reached,
    Release,
    Rung,
    faults_of,
    next_rung_on,
    reached,
    rung_on,
    rungs_that_apply,
    to_say,
)
from models.rules.working_days import Calendar, is_working_day, next_working_day, working_days_between
from tests.builders import on
from tests.rules.calendars import calendars, days_near_closing_days, england, ladder, ladders, rung

by_the_hundred = settings(max_examples=400, deadline=None)
RETURNS = ladder(-20, -10, -3, 1, 3, 5, 10, 15, 20)
ARMED, DUE = on("Mon 2026-03-02"), on("Mon 2026-05-11")


@dataclass(frozen=True)
class Case:
    """A ladder on a deadline, and what a round would find on a day."""

    ladder: Ladder
    armed_on: date
    due_on: date
    calendar: Calendar
    held_until_on: date | None = None

    def reached(self, day: date) -> list[Reached]:
        return reached(self.ladder, self.armed_on, self.due_on, day, self.calendar)

    def to_say(self, day: date, said: set[str]) -> tuple[list[Reached], list[Reached]]:
        return to_say(self.ladder, self.armed_on, self.due_on, day, said, self.calendar, self.held_until_on)

    def next_rung_on(self, said: set[str]) -> date | None:
        return next_rung_on(self.ladder, self.armed_on, self.due_on, said, self.calendar, self.held_until_on)


@dataclass
class Rounds:
    """Rounds that remember what they said and what they merged."""

    case: Case
    said: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    def run(self, day: date) -> list[str]:
        merged, latest = self.case.to_say(day, {*self.said, *self.merged})
        self.merged += [one.rung.key for one in merged]
        self.said += [one.rung.key for one in latest]
        return [one.rung.key for one in latest]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any ladder; deadlines armed up to 120 days before they are due, some when they were late already."""
    due_on = draw(days_near_closing_days)
    armed_on = due_on - timedelta(draw(st.integers(-30, 120)))
    held = draw(st.none() | st.integers(-10, 40).map(lambda days: due_on + timedelta(days)))
    return Case(draw(ladders()), armed_on, due_on, draw(calendars()), held)


days_after_arming = st.integers(0, 170)
said_rungs = st.sets(st.integers(0, 7).map(str))
round_days = st.lists(st.integers(0, 170), max_size=12)


@pytest.mark.parametrize(
    ("moment", "due_on", "expected"),
    [
        (-10, "Mon 2026-05-11", "Fri 2026-04-24"),  # 4 May is a bank holiday
        (-1, "Mon 2026-05-11", "Fri 2026-05-08"),
        (0, "Mon 2026-05-11", "Mon 2026-05-11"),
        (1, "Mon 2026-05-11", "Tue 2026-05-12"),
        (15, "Mon 2026-05-11", "Tue 2026-06-02"),  # 25 May is a bank holiday
        (1, "Fri 2026-05-01", "Tue 2026-05-05"),
        (-1, "Sun 2026-11-01", "Thu 2026-10-29"),  # people were shown Friday 30 October
        (0, "Sun 2026-11-01", "Fri 2026-10-30"),
        (1, "Sun 2026-11-01", "Mon 2026-11-02"),
        (1, "Wed 2026-12-23", "Thu 2026-12-24"),
    ],
)
def test_a_rung_has_its_day_by_the_calendar_on_the_wall(moment: int, due_on: str, expected: str) -> None:
    assert rung_on(rung(moment), on(due_on), england()) == on(expected)


@given(cases())
@by_the_hundred
def test_rungs_fall_on_working_days_in_the_order_of_their_moments(case: Case) -> None:
    days = [rung_on(one, case.due_on, case.calendar) for one in case.ladder.rungs]

    assert days == sorted(days)
    assert all(is_working_day(day, case.calendar) for day in days)
    for one, day in zip(case.ladder.rungs, days, strict=True):
        assert (day > case.due_on) == (one.moment > 0)
        if one.moment > 0:
            assert working_days_between(case.due_on, day, case.calendar) == one.moment


@given(cases())
@by_the_hundred
def test_no_reminder_comes_before_half_of_the_time_has_passed_and_lateness_is_never_dropped(
    case: Case,
) -> None:
    applying = rungs_that_apply(case.ladder, case.armed_on, case.due_on, case.calendar)

    for one in applying:
        assert one.on >= case.armed_on
        if one.rung.moment <= 0:
            assert case.armed_on < one.on <= case.due_on
            assert one.on - case.armed_on >= (case.due_on - case.armed_on) / 2
    late = [one for one in case.ladder.rungs if one.moment > 0]
    assert [one.rung for one in applying if one.rung.moment > 0] == late


def test_a_question_four_weeks_ahead_applies_to_ten_weeks_and_not_to_three() -> None:
    ladder_of_two = ladder(-20, -3)

    long = rungs_that_apply(ladder_of_two, ARMED, DUE, england())
    short = rungs_that_apply(ladder_of_two, on("Mon 2026-04-20"), DUE, england())

    assert [(one.rung.moment, one.on) for one in long] == [
        (-20, on("Fri 2026-04-10")),
        (-3, on("Wed 2026-05-06")),
    ]
    assert [one.rung.moment for one in short] == [-3]


def test_what_is_armed_when_it_is_late_already_has_reached_its_rungs_that_day() -> None:
    armed_on = on("Mon 2026-05-18")

    found = reached(RETURNS, armed_on, DUE, armed_on, england())

    assert [(one.rung.moment, one.on) for one in found] == [(1, armed_on), (3, armed_on), (5, armed_on)]


def test_a_year_of_rounds_says_each_rung_on_its_own_day() -> None:
    rounds = Rounds(Case(RETURNS, ARMED, DUE, england()))

    spoken = {day: rounds.run(day) for day in (ARMED + timedelta(ahead) for ahead in range(365))}

    assert [day for day, keys in spoken.items() if keys] == [
        on("Fri 2026-04-10"), on("Fri 2026-04-24"), on("Wed 2026-05-06"),
        on("Tue 2026-05-12"), on("Thu 2026-05-14"), on("Mon 2026-05-18"),
        on("Tue 2026-05-26"), on("Tue 2026-06-02"), on("Tue 2026-06-09"),
    ]  # fmt: skip
    assert rounds.merged == []


def test_three_weeks_without_a_round_say_one_rung_and_merge_the_rest() -> None:
    rounds = Rounds(Case(RETURNS, ARMED, DUE, england()))
    rounds.run(on("Wed 2026-05-06"))

    after_the_outage = rounds.run(on("Wed 2026-05-27"))

    assert after_the_outage == ["6"]
    assert rounds.merged == ["0", "1", "3", "4", "5"]


def test_a_letter_and_an_agenda_item_at_one_moment_are_both_said() -> None:
    letter, agenda = rung(15, "letter", act=Act.LETTER), rung(15, "agenda", act=Act.AGENDA)
    case = Case(Ladder("pair", (rung(10, "mail"), letter, agenda)), ARMED, DUE, england())

    merged, latest = case.to_say(on("Tue 2026-06-02"), set())
    _, the_other = case.to_say(on("Tue 2026-06-02"), {"mail", "letter"})

    assert [one.rung.key for one in merged] == ["mail"]
    assert [one.rung for one in latest] == [letter, agenda]
    assert [one.rung for one in the_other] == [agenda]


def test_a_rung_before_one_that_was_said_is_merged_and_never_said() -> None:
    case = Case(RETURNS, ARMED, DUE, england())

    merged, latest = case.to_say(on("Fri 2026-05-15"), {"4"})

    assert [one.rung.key for one in merged] == ["0", "1", "2", "3"]
    assert latest == []


def test_a_promise_by_telephone_is_silent_to_its_last_day_and_speaks_on_the_next_working_day() -> None:
    case = Case(RETURNS, ARMED, DUE, england(), held_until_on=on("Fri 2026-05-15"))
    said = {"0", "1", "2"}

    assert case.to_say(on("Fri 2026-05-15"), said) == ([], [])
    assert case.to_say(on("Sun 2026-05-17"), said) == ([], [])
    assert case.next_rung_on(said) == on("Mon 2026-05-18")
    assert [one.rung.moment for one in case.to_say(on("Mon 2026-05-18"), said)[1]] == [5]


@given(cases(), days_after_arming)
@by_the_hundred
def test_two_rounds_in_one_day_say_once(case: Case, ahead: int) -> None:
    rounds, day = Rounds(case), case.armed_on + timedelta(ahead)
    rounds.run(day)
    before = (list(rounds.said), list(rounds.merged))

    rounds.run(day)

    assert (rounds.said, rounds.merged) == before


@given(cases(), round_days)
@by_the_hundred
def test_each_rung_reached_is_either_said_or_merged_and_only_once(case: Case, ahead: list[int]) -> None:
    rounds = Rounds(replace(case, held_until_on=None))
    days = [case.armed_on + timedelta(number) for number in sorted(ahead)]

    for day in days:
        rounds.run(day)

    all_reached = [one.rung.key for one in case.reached(days[-1])] if days else []
    assert sorted(rounds.said + rounds.merged) == sorted(all_reached)


@given(cases(), round_days)
@by_the_hundred
def test_each_round_says_rungs_of_one_moment_later_than_all_before(case: Case, ahead: list[int]) -> None:
    rounds, moments = Rounds(case), {one.key: one.moment for one in case.ladder.rungs}

    spoken = [rounds.run(case.armed_on + timedelta(number)) for number in sorted(ahead)]

    of_each_round = [{moments[key] for key in keys} for keys in spoken if keys]
    assert all(len(group) == 1 for group in of_each_round)
    in_order = [group.pop() for group in of_each_round]
    assert in_order == sorted(set(in_order))


@given(cases(), days_after_arming, said_rungs)
@by_the_hundred
def test_there_is_something_to_say_exactly_from_the_next_rung_on(case: Case, ahead: int, said: set[str]) -> None:
    day = case.armed_on + timedelta(ahead)
    next_on = case.next_rung_on(said)

    _, latest = case.to_say(day, said)

    assert bool(latest) == (next_on is not None and next_on <= day)


@given(cases(), said_rungs)
@by_the_hundred
def test_the_next_rung_has_something_to_say_on_its_own_day_and_nothing_the_day_before(
    case: Case, said: set[str]
) -> None:
    next_on = case.next_rung_on(said)
    assume(next_on is not None)
    assert next_on is not None

    assert case.to_say(next_on, said)[1] != []
    assert case.to_say(next_on - timedelta(1), said)[1] == []


@given(cases(), days_after_arming, said_rungs)
@by_the_hundred
def test_said_and_merged_are_what_was_reached_and_not_recorded(case: Case, ahead: int, said: set[str]) -> None:
    day, free = case.armed_on + timedelta(ahead), replace(case, held_until_on=None)

    merged, latest = free.to_say(day, said)

    found = sorted(one.rung.key for one in [*merged, *latest])
    assert found == sorted({one.rung.key for one in free.reached(day)} - said)
    assert all(early.rung.moment < late.rung.moment for early in merged for late in latest)


@given(cases(), days_after_arming, said_rungs)
@by_the_hundred
def test_a_held_ladder_is_silent_and_then_says_what_a_free_one_would(case: Case, ahead: int, said: set[str]) -> None:
    day, free = case.armed_on + timedelta(ahead), replace(case, held_until_on=None)
    speaks_again = None
    if case.held_until_on is not None:
        speaks_again = next_working_day(case.held_until_on + timedelta(1), case.calendar)

    silent = speaks_again is not None and day < speaks_again

    assert case.to_say(day, said) == (([], []) if silent else free.to_say(day, said))


@given(cases(), days_after_arming, st.integers(1, 60))
@by_the_hundred
def test_a_date_moved_arms_the_ladder_afresh(case: Case, ahead: int, later: int) -> None:
    moved_on = case.armed_on + timedelta(ahead)
    again = replace(case, armed_on=moved_on, due_on=max(case.due_on, moved_on) + timedelta(later), held_until_on=None)

    assert again.to_say(moved_on, set()) == ([], [])
    late = [one.rung for one in again.reached(again.due_on + timedelta(200)) if one.rung.moment > 0]
    assert late == [one for one in case.ladder.rungs if one.moment > 0]


@st.composite
def cases_let_go(draw: st.DrawFn) -> Case:
    """As `cases`, with rungs that a person lets go among those that go by themselves, and tasks among them."""
    case = draw(cases())
    kinds = st.sampled_from(
        [(Act.MAIL, Release.AUTOMATIC), (Act.MAIL, Release.PERSON), (Act.LETTER, Release.PERSON),
         (Act.AGENDA, Release.AUTOMATIC), (Act.TASK, Release.PERSON)]
    )  # fmt: skip
    rungs = []
    for one in case.ladder.rungs:
        act, release = draw(kinds)
        rungs.append(replace(one, act=act, release=release))
    return replace(case, ladder=Ladder("test", tuple(rungs)), held_until_on=None)


def is_let_go(one: Reached) -> bool:
    return one.rung.release is Release.PERSON and one.rung.act in (Act.MAIL, Act.LETTER)


@given(cases_let_go())
@by_the_hundred
def test_what_a_person_lets_go_is_reached_one_working_day_before_its_day_and_says_so(case: Case) -> None:
    applying = rungs_that_apply(case.ladder, case.armed_on, case.due_on, case.calendar)

    for one in applying:
        its_day = max(rung_on(one.rung, case.due_on, case.calendar), case.armed_on)
        assert one.goes_on == its_day
        if is_let_go(one) and one.on > case.armed_on:
            assert is_working_day(one.on, case.calendar)
            assert working_days_between(one.on, its_day, case.calendar) == 1
        elif is_let_go(one):
            assert working_days_between(case.armed_on, its_day, case.calendar) <= 1
        else:
            assert one.on == its_day


@given(cases_let_go())
@by_the_hundred
def test_no_rung_is_put_before_a_person_earlier_than_the_rung_before_it_has_gone(case: Case) -> None:
    applying = rungs_that_apply(case.ladder, case.armed_on, case.due_on, case.calendar)

    for earlier, one in itertools.combinations(applying, 2):
        if earlier.rung.moment < one.rung.moment:
            assert earlier.goes_on <= one.on
        assert earlier.on <= one.goes_on


@given(cases_let_go())
@by_the_hundred
def test_a_round_each_day_says_every_rung_on_the_day_it_is_reached_and_loses_none_to_one_put_before_a_person(
    case: Case,
) -> None:
    rounds, applying = Rounds(case), rungs_that_apply(case.ladder, case.armed_on, case.due_on, case.calendar)
    last = max((one.goes_on for one in applying), default=case.armed_on)
    days = (last - case.armed_on).days + 10
    on_armed = [one for one in applying if one.goes_on <= case.armed_on]
    latest = max((one.rung.moment for one in on_armed), default=None)

    said = {case.armed_on + timedelta(number): rounds.run(case.armed_on + timedelta(number)) for number in range(days)}

    assert rounds.merged == [one.rung.key for one in on_armed if one.rung.moment != latest]
    for one in applying:
        if one.rung.key not in rounds.merged:
            assert one.rung.key in said[one.on]
    assert len(rounds.said) == len(set(rounds.said))


@given(cases_let_go(), days_after_arming, said_rungs)
@by_the_hundred
def test_with_rungs_that_a_person_lets_go_there_is_something_to_say_exactly_from_the_next_rung_on(
    case: Case, ahead: int, said: set[str]
) -> None:
    day = case.armed_on + timedelta(ahead)
    next_on = case.next_rung_on(said)

    assert bool(case.to_say(day, said)[1]) == (next_on is not None and next_on <= day)


@given(cases_let_go(), round_days)
@by_the_hundred
def test_what_goes_by_itself_is_never_said_ahead_whenever_rounds_are_run(case: Case, ahead: list[int]) -> None:
    rounds = Rounds(case)
    by_key = {one.rung.key: one for one in rungs_that_apply(case.ladder, case.armed_on, case.due_on, case.calendar)}

    for number in sorted(ahead):
        day = case.armed_on + timedelta(number)
        for key in rounds.run(day):
            one = by_key[key]
            assert day >= (one.on if is_let_go(one) else one.goes_on)
    all_reached = [one.rung.key for one in case.reached(case.armed_on + timedelta(max(ahead)))] if ahead else []
    assert sorted(rounds.said + rounds.merged) == sorted(all_reached)


def test_when_all_is_said_there_is_no_next_rung() -> None:
    everything = {one.key for one in RETURNS.rungs}

    assert next_rung_on(RETURNS, ARMED, DUE, everything, england()) is None
    assert next_rung_on(ladder(), ARMED, DUE, set(), england()) is None
    assert next_rung_on(RETURNS, ARMED, DUE, everything - {"3"}, england()) is None


def test_a_rung_of_an_older_ladder_does_not_count() -> None:
    assert next_rung_on(RETURNS, ARMED, DUE, {"from an older ladder"}, england()) == on("Fri 2026-04-10")


def test_a_ladder_in_order_has_no_faults() -> None:
    letter = rung(10, "letter", ("chief_officer",), Act.LETTER)
    approved = replace(rung(5, "board member", ("board_member",)), release=Release.PERSON)
    task = replace(rung(12, "call", ("business_manager",), Act.TASK), message="", message_class=MessageClass.REQUEST)

    assert faults_of(Ladder("good", (rung(-3), rung(1), approved, letter, task)), 70) == []


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        ((), "has no rungs"),
        ((rung(5, "a"), rung(3, "b")), "b comes before a"),
        ((rung(1, "a"), rung(3, "a")), "the key a is given to 2 rungs"),
        ((rung(1, ""),), "has no key"),
        ((replace(rung(1), title=""),), "has no title"),
        ((rung(1, to=()),), "reaches nobody"),
        ((replace(rung(1, to=()), act=Act.AGENDA),), "reaches nobody"),
        ((replace(rung(1), message=""),), "names no message"),
        (
            (replace(rung(0), message_class=MessageClass.LATENESS),),
            "nobody is late on or before the due date",
        ),
        ((replace(rung(1), message_class=MessageClass.REMINDER),), "is a message of lateness"),
        ((replace(rung(1, act=Act.LETTER), release=Release.AUTOMATIC),), "a letter goes in somebody's name"),
        ((rung(5, to=("board_member",)),), "must be released by a person"),
        ((rung(5, to=("owner", "monitoring_chair")),), "must be released by a person"),
        ((rung(-30),), "can never be reached"),
    ],
)
def test_a_fault_of_a_ladder_is_told_in_plain_words(rungs: tuple[object, ...], words: str) -> None:
    faults = faults_of(Ladder("bad", rungs), longest_time_given_days=70)  # type: ignore[arg-type]

    assert len(faults) == 1
    assert words in faults[0]
    assert faults[0].startswith("ladder bad")


@given(st.integers(-60, 0), st.integers(1, 200))
@by_the_hundred
def test_a_reminder_called_unreachable_is_reached_by_no_deadline(moment: int, days: int) -> None:
    one = ladder(moment)
    assume(faults_of(one, days))

    for start in range(7):
        armed_on = ARMED + timedelta(start)
        assert rungs_that_apply(one, armed_on, armed_on + timedelta(days), Calendar()) == []


def at_meetings(not_before: int, moment: int, *days: date) -> Rung:
    return replace(rung(moment), not_before=not_before, meetings=days)


def test_a_rung_at_a_meeting_is_said_at_the_first_between_its_bounds_and_at_the_latest_without_one() -> None:
    due = on("Mon 2026-06-01")
    early, fits, late = on("Wed 2026-06-10"), on("Wed 2026-06-24"), on("Wed 2026-07-15")

    assert rung_on(at_meetings(11, 20, early, fits, late), due, Calendar()) == fits
    assert rung_on(at_meetings(11, 20, early, late), due, Calendar()) == on("Mon 2026-06-29")
    assert rung_on(at_meetings(11, 20), due, Calendar()) == on("Mon 2026-06-29")


@by_the_hundred
@given(
    calendars(), st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.lists(st.dates(date(2025, 1, 1), date(2028, 6, 1)))
)
def test_a_rung_at_a_meeting_never_comes_after_its_moment_nor_long_before_its_bound(
    calendar: Calendar, due_on: date, meetings: list[date]
) -> None:
    one = at_meetings(11, 20, *sorted(meetings))

    day = rung_on(one, due_on, calendar)

    assert is_working_day(day, calendar)
    assert rung_on(replace(one, moment=10, meetings=()), due_on, calendar) <= day
    assert day <= rung_on(replace(one, meetings=()), due_on, calendar)
