"""A board's configuration turned into the values that rules work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from config import clock
from config.board import Board as BoardConfiguration
from config.ladders import LadderRow
from config.load import Configuration, UnknownName, load
from config.rows import EditionRow, PeriodRow, RecurringRow
from config.settings import settings
from models.rules.delays import StoodStill
from models.rules.ladders import Act, Ladder, MessageClass, Release, Rung
from models.rules.planning import ApprovingMeeting, Plan, Wish, plan
from models.rules.processes import KINDS
from models.rules.spoken_roles import spoken_role
from models.rules.timetable import Period, Unit
from models.rules.working_days import Calendar, Roll, add_working_days

NEVER_NAMED = ("case_review",)  # its own name says what a mail must not
YEARS_BACK, YEARS_AHEAD = 3, 4  # of days off that a rule book knows


@dataclass(frozen=True)
class RuleBook:
    """The rules of one board: its calendar, its ladders, its periods under each guidance edition."""

    board_key: str
    guidance: str  # the edition that new processes start under
    calendar: Calendar
    ladders: Mapping[str, Ladder]
    periods: Mapping[tuple[str, str], Sequence[Period]]  # (process, edition) -> its periods
    board: BoardConfiguration = field(repr=False)
    configuration: Configuration = field(repr=False)

    def periods_of(self, process: str, edition: str) -> Sequence[Period]:
        """The periods of a kind of process under an edition. Raises UnknownName."""
        if (process, edition) not in self.periods:
            raise UnknownName("timetable", f"{process} under {edition}", {f"{p} under {e}": 0 for p, e in self.periods})
        return self.periods[process, edition]

    def allowance(self, edition: str, name: str) -> int:
        """A figure that a rule works with, under an edition. Raises UnknownName."""
        known = self.board.allowances.get(edition, {})
        if name not in known:
            raise UnknownName("figure", f"{name} under {edition}", known)
        return known[name].value

    def plan(
        self, process: str, edition: str, anchors: Mapping[str, date], calendar: Calendar | None = None,
        stood_still: Sequence[StoodStill] = (),
    ) -> Plan:  # fmt: skip
        """The whole timetable of a process under an edition, as far as its events are known. Raises UnknownName."""
        periods, kind = self.periods_of(process, edition), KINDS[process]
        setting = {"board-approval": "board_approval", "publication": "publication"}
        wish = Wish(
            approved_by=kind.approved_by,
            completed_by=kind.completed_by or setting[self.board.row.switches.completed_means],
            meetings=self.approving_meetings(edition) if kind.approved_by == "board_approval" else (),
            limit=kind.limit, other_limit=kind.aim,
        )  # fmt: skip
        return plan(periods, anchors, calendar or self.calendar, wish, stood_still)

    def approving_meetings(self, edition: str) -> tuple[ApprovingMeeting, ...]:
        """The dates that the board has set for whoever may approve a report, with the day their papers are due."""
        before = self.allowance(edition, "papers_before_meeting")
        return tuple(
            ApprovingMeeting(
                each.on, self.committee_name(each.committee),
                each.papers_on or add_working_days(each.on, -before, self.calendar),
            )
            for each in self.board.row.board_dates
            if each.committee in self.board.row.switches.report_goes_to
        )  # fmt: skip

    def committee_name(self, purpose: str) -> str:
        """A committee as people call it, "the PLQA"; by its purpose when it has no name or must not be named."""
        committees = {str(key): row for key, row in self.board.row.committees.items()}
        committee = None if purpose in NEVER_NAMED else committees.get(purpose)
        if committee is None:
            return f"the {spoken_role(purpose)}"
        if purpose == "board":
            return "the Board"
        return f"the {committee.short or committee.name}"

    def title_of(self, process: str, edition: str) -> str:
        """What that kind of process is called under an edition, for the office."""
        known = self.configuration.editions.get(edition)
        named = known.row.titles.get(process) if known else None
        return named.value if named else KINDS[process].title

    def edition(self, edition: str) -> EditionRow:
        """An edition of the guidance: its name, its words, whom it has told. Raises UnknownName."""
        known = self.configuration.editions
        if edition not in known:
            raise UnknownName("edition", edition, known)
        return known[edition].row

    def is_verified(self, edition: str) -> bool:
        """True when the text of the edition itself was read for its figures."""
        return self.edition(edition).verified

    def deciders(self, edition: str, gate: str, otherwise: Sequence[str]) -> tuple[str, ...]:
        """Who may answer a gate under an edition: the role that it names, else the roles of the protocol."""
        owner = self.edition(edition).gates.get(gate)
        return (owner.value,) if owner else tuple(otherwise)

    def recurring(self, process: str, edition: str, kind: str) -> RecurringRow | None:
        """What comes again and again in a kind of process under an edition; None where nothing does."""
        known = self.configuration.editions.get(edition)
        return known.row.recurring.get(process, {}).get(kind) if known else None

    def period(self, process: str, edition: str, kind: str) -> Period:
        """One period by its kind. Raises UnknownName."""
        by_kind = {period.kind: period for period in self.periods_of(process, edition)}
        if kind not in by_kind:
            raise UnknownName("period", kind, by_kind)
        return by_kind[kind]


def rule_book(board_key: str) -> RuleBook:
    """The rule book of a board, read once in a process. Raises UnknownName and FaultyConfiguration."""
    return _rule_book(settings().config, board_key, clock.today().year)


def forget_rule_books() -> None:
    """The configuration is read again when it is next asked for."""
    _configuration.cache_clear()
    _rule_book.cache_clear()


@cache
def _configuration(folder: Path) -> Configuration:
    return load(folder)


@cache
def _rule_book(folder: Path, board_key: str, year: int) -> RuleBook:
    configuration = _configuration(folder)
    board = configuration.board(board_key)
    bank_holidays, closing_days = configuration.days_off_of(board_key, year - YEARS_BACK, year + YEARS_AHEAD)
    return RuleBook(
        board_key=board_key,
        guidance=board.row.guidance,
        calendar=Calendar(bank_holidays, closing_days),
        ladders={key: _ladder(row) for key, row in board.ladders.items()},
        periods={
            (process, edition): tuple(_period(row) for row in rows.values())
            for edition, under in board.periods.items()
            for process, rows in under.items()
        },
        board=board,
        configuration=configuration,
    )


def _ladder(row: LadderRow) -> Ladder:
    return Ladder(
        row.key,
        tuple(
            Rung(
                each.key, each.moment, tuple(each.to), Act(each.act), each.message,
                MessageClass(each.message_class), Release(each.release), each.title, tuple(each.also_when_at_risk),
                tuple(each.only_at.items()),
            )
            for each in row.rungs
        ),
    )  # fmt: skip


def _period(row: PeriodRow) -> Period:
    until, before = row.until_known, row.before_meeting
    return Period(
        kind=row.kind, title=row.title, anchor=row.anchor, offset=row.offset, unit=Unit(row.unit),
        owner_role=row.owner_role, ladder=row.ladder, source=row.source, mark=row.mark, roll=Roll(row.roll),
        per_agency=row.per_agency, limit=row.limit,
        until_known=(until.anchor, until.offset, Unit(until.unit)) if until else None,
        before_meeting=(before.offset, Unit(before.unit)) if before else None,
        after=row.after, at_least=row.at_least, booked=row.booked, information=row.information,
        needs=row.needs, gives=row.gives, told=row.told, body=row.body,
    )  # fmt: skip
