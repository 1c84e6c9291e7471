"""A board's configuration turned into the values that rules work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

from config import clock
from config.board import Board as BoardConfiguration
from config.ladders import LadderRow
from config.load import Configuration, UnknownName, load
from config.rows import EditionRow, PeriodRow, RecurringRow
from config.settings import settings
from config.vocabulary import SPEAKS_FOR
from models.rules.delays import StoodStill
from models.rules.ladders import Act, Ladder, MessageClass, Release, Rung
from models.rules.planning import ApprovingMeeting, Plan, Wish, days_to_book, plan
from models.rules.processes import KINDS
from models.rules.spoken import lower_first
from models.rules.spoken_roles import spoken_role
from models.rules.timetable import Period, Unit
from models.rules.who_decides import AS_THE_FRAMEWORKS_SAY, CHAIR, WhoDecides
from models.rules.working_days import Calendar, Roll, add_working_days

APPROVAL = "board-approval"  # the decision that the setting `report_goes_to` of a board is about
PARTNERS = "strategic_partners"  # called by the edition's own name for them
NEVER_NAMED = ("case_review",)  # its own name says what a mail must not
NO_ARTICLE = ("Ofsted",)  # bodies that are said without "the"
NOT_VERIFIED = "(not verified: the text of this edition itself was not read for Sightline)"
YEARS_BACK, YEARS_AHEAD = 3, 4  # of days off that a rule book knows


class NotBegun(Exception):
    """There is no process of that kind under that edition; the text says which is begun instead."""


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
    _who: dict[str, WhoDecides] = field(default_factory=dict, compare=False, repr=False)

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
        wish = Wish(
            approved_by=kind.approved_by,
            completed_by=self.completed_by(process, edition),
            meetings=self.approving_meetings(edition) if kind.approved_by == "board_approval" else (),
            limit=kind.limit, other_limit=kind.aim, to_book=kind.to_book,
        )  # fmt: skip
        return plan(periods, anchors, calendar or self.calendar, wish, stood_still)

    def days_to_book(
        self, process: str, edition: str, limit_on: date, calendar: Calendar | None = None
    ) -> Mapping[str, date]:  # fmt: skip
        """The last day for each thing that people meet for, so that the limit is kept. Raises UnknownName."""
        periods = {each.kind: each for each in self.periods_of(process, edition)}
        completed_by, to_book = self.completed_by(process, edition), KINDS[process].to_book
        return dict(days_to_book(periods, completed_by, to_book, limit_on, calendar or self.calendar))

    def completed_by(self, process: str, edition: str) -> str:
        """The kind of period with which a process counts as completed: as its kind or the edition says, else by the
        board's setting."""
        setting = {"board-approval": "board_approval", "publication": "publication"}
        known = self.configuration.editions.get(edition)
        named = known.row.completed.get(process) if known else None
        if named is not None:
            return named.value
        return KINDS[process].completed_by or setting[self.board.row.switches.completed_means]

    def ladder_under(self, edition: str, key: str) -> str:
        """The key of the ladder on which something is chased under an edition; where others decide than the
        Independent Chair, that of the same ladder with them in that place."""
        own = _ladder_key(key, self.who_decides(edition))
        return own if own in self.ladders else key

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

    def may_decide(self, edition: str, gate: str) -> tuple[str, ...]:
        """The roles that may take a decision under an edition, whoever is asked first in the first place.

        The approval of a report is for whoever speaks for one of the bodies that the board has named for it.
        Raises UnknownName.
        """
        if gate == APPROVAL:
            return tuple(dict.fromkeys(role for roles in self._approvers(edition).values() for role in roles))
        return self._gate(edition, gate)

    def body_of(self, edition: str, role: str) -> str:
        """What the body is called for which the role approves a report: "the Board", "the PLQA"."""
        if role == PARTNERS:
            return self.who_decides(edition).partners
        own = next((purpose for purpose, speaks in SPEAKS_FOR.items() if speaks == role), "")
        if own in self.board.row.committees:
            return self.committee_name(own)
        approvers = self._approvers(edition)
        return self.committee_name(next((purpose for purpose, roles in approvers.items() if role in roles), "board"))

    def approving_bodies(self, edition: str) -> str:
        """Whoever may approve a report, as people call them: "the Board", "the Board or the PLQA"."""
        roles = self.may_decide(edition, APPROVAL)
        return " or ".join(dict.fromkeys(self.body_of(edition, role) for role in roles))

    def _approvers(self, edition: str) -> dict[str, tuple[str, ...]]:
        """For each body that may approve a report the roles that speak for it."""
        return {
            purpose: self._gate(edition, APPROVAL) if purpose == "board" else (SPEAKS_FOR[purpose],)
            for purpose in self.board.row.switches.report_goes_to
        }

    def _gate(self, edition: str, gate: str) -> tuple[str, ...]:
        known = self.edition(edition).gates
        if gate not in known:
            raise UnknownName("decision", gate, known)
        return known[gate].value

    def next_meeting(self, purpose: str, after: date) -> date | None:
        """The first day after `after` on which the board has set a meeting of that committee, if any."""
        return next((day for day in self.board.days_of(purpose) if day > after), None)

    def body_name(self, edition: str, body: str) -> str:
        """A body outside the board as an edition names it, "the national panel of independent experts".

        Raises UnknownName.
        """
        known = self.edition(edition).bodies
        if body not in known:
            raise UnknownName("body", body, known)
        name = known[body].value
        return name if name in NO_ARTICLE else f"the {name}"

    def letter_goes_to(self, process: str, edition: str, kind: str) -> str:
        """The key of the body outside the board that a letter of that kind goes to; "" where it goes to none."""
        periods = self.periods.get((process, edition), ())
        return next((each.body for each in periods if each.kind == kind), "")

    @property
    def kinds_to_bodies(self) -> frozenset[str]:
        """The kinds of what is owed to a body outside the board, under any edition."""
        return frozenset(each.kind for periods in self.periods.values() for each in periods if each.body)

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

    def spoken_edition(self, edition: str) -> str:
        """The edition as every page, paper, form and command names it; one that was not verified says so."""
        known = self.configuration.editions.get(edition)
        if known is None:
            return "an edition of the guidance that is no longer configured"
        return known.row.name if known.row.verified else f"{known.row.name} {NOT_VERIFIED}"

    def who_decides(self, edition: str) -> WhoDecides:
        """Who decides under an edition, as fixed texts say it."""
        if edition not in self.configuration.editions:
            return AS_THE_FRAMEWORKS_SAY  # of a process whose edition is no longer configured
        if edition not in self._who:
            row = self.edition(edition)
            decider, limit = self._gate(edition, "start-review"), self._gate(edition, "more-time-limit")
            self._who[edition] = WhoDecides(
                row.words.decider.value, row.words.approver.value, row.words.partners.value,
                row.words.limit_extender.value, decider[0], limit[0],
            )  # fmt: skip
        return self._who[edition]

    def not_begun(self, process: str, edition: str) -> str:
        """Why no process of that kind is begun under an edition, as a sentence; empty where one may be."""
        row = self.edition(edition)
        why = row.not_begun.get(process)
        if why is None:
            return ""
        title = self.title_of(process, edition)
        instead = f" Begin this instead: {lower_first(self.title_of(why.instead, edition))}." if why.instead else ""
        return f"Under {row.name} there is no {lower_first(title)}: {why.value}.{instead}"

    def insist_that_it_is_begun(self, process: str, edition: str) -> None:
        """Processes of that kind are begun under the edition. Raises NotBegun, and UnknownName for an edition."""
        why_not = self.not_begun(process, edition)
        if why_not:
            raise NotBegun(why_not)

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
    book = RuleBook(
        board_key=board_key,
        guidance=board.row.guidance,
        calendar=Calendar(bank_holidays, closing_days),
        ladders={},
        periods={},
        board=board,
        configuration=configuration,
    )
    periods = {
        (process, edition): tuple(_period(row, book.who_decides(edition)) for row in rows.values())
        for edition, under in board.periods.items()
        for process, rows in under.items()
    }
    everybody = {who.decider_role: who for who in (AS_THE_FRAMEWORKS_SAY, *map(book.who_decides, board.periods))}
    ladders = {
        _ladder_key(key, who): _ladder(row, who, board)
        for who in everybody.values()
        for key, row in board.ladders.items()
    }
    return replace(book, periods=periods, ladders=ladders)


def _ladder_key(key: str, who: WhoDecides) -> str:
    return key if who.decider_role == CHAIR else f"{key}@{who.decider_role}"


def _ladder(row: LadderRow, who: WhoDecides, board: BoardConfiguration) -> Ladder:
    return Ladder(
        _ladder_key(row.key, who),
        tuple(
            Rung(
                each.key, each.moment, tuple(map(who.in_place_of, each.to)), Act(each.act), each.message,
                MessageClass(each.message_class), Release(each.release), who.named(each.title),
                tuple(map(who.in_place_of, each.also_when_at_risk)),
                tuple((who.in_place_of(role), stage) for role, stage in each.only_at.items()),
                each.not_before, board.days_of(each.at_meeting),
            )
            for each in row.rungs
        ),
    )  # fmt: skip


def _period(row: PeriodRow, who: WhoDecides) -> Period:
    until, before = row.until_known, row.before_meeting
    return Period(
        kind=row.kind, title=row.title, anchor=row.anchor, offset=row.offset, unit=Unit(row.unit),
        owner_role=who.in_place_of(row.owner_role), ladder=row.ladder, source=row.source, mark=row.mark,
        roll=Roll(row.roll),
        per_agency=row.per_agency, limit=row.limit,
        until_known=(until.anchor, until.offset, Unit(until.unit)) if until else None,
        before_meeting=(before.offset, Unit(before.unit)) if before else None,
        after=row.after, at_least=row.at_least, booked=row.booked, information=row.information,
        needs=row.needs, gives=row.gives, told=row.told, body=row.body, who=who,
    )  # fmt: skip
