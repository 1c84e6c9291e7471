"""The shapes of everything that is configured: one class for each kind of row."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, StrictBool, StrictInt, StringConstraints

from config.vocabulary import (
    DOMAIN,
    KEY,
    MARK,
    Act,
    CompletedMeans,
    Message,
    MessageClass,
    Partner,
    Purpose,
    Release,
    Roll,
    Unit,
)

Text = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=400)]
Key = Annotated[str, Strict(), StringConstraints(pattern=KEY, max_length=60)]
Mark = Annotated[str, Strict(), StringConstraints(pattern=MARK)]
MailDomain = Annotated[str, Strict(), StringConstraints(pattern=DOMAIN, max_length=253)]
Title = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=80)]
TimeOfDay = Annotated[str, Strict(), StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Day = Annotated[date, Strict()]


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UntilKnown(Row):
    """What counts while the anchor of a period has not happened."""

    anchor: Key
    offset: StrictInt
    unit: Unit


class Before(Row):
    """So long before a meeting whose date the board has set."""

    offset: Annotated[StrictInt, Field(gt=0)]
    unit: Unit


class PeriodFields(Row):
    """One period as it is written in a file."""

    title: Title
    anchor: Key
    offset: StrictInt
    unit: Unit
    owner_role: Key
    ladder: Key
    source: Text
    mark: Mark
    roll: Roll = "forward"
    per_agency: StrictBool = False
    limit: StrictBool = False
    until_known: UntilKnown | None = None
    before_meeting: Before | None = None
    after: Annotated[str, Strict()] = ""  # the kind of another period that must be done before
    at_least: Annotated[StrictInt, Field(ge=0)] = 0  # working days after that one
    booked: StrictBool = False  # once its own event is known, nothing that comes before it moves it
    information: StrictBool = False  # the duty to give information may be quoted for it
    needs: Annotated[str, Strict(), StringConstraints(max_length=200)] = ""
    gives: Annotated[str, Strict(), StringConstraints(max_length=200)] = ""
    told: Annotated[str, Strict(), StringConstraints(max_length=200)] = ""
    body: Annotated[str, Strict(), StringConstraints(max_length=60)] = ""  # outside the board: people write to it


class PeriodRow(PeriodFields):
    """One period of a process under an edition, as a board keeps it."""

    process: str
    kind: str


class RungRow(Row):
    """One rung; `moment` is in working days from the due date, negative is before."""

    key: Annotated[str, Strict(), StringConstraints(pattern=r"^[A-Z][A-Za-z0-9-]*$", max_length=20)]
    moment: StrictInt
    to: Annotated[tuple[Key, ...], Field(min_length=1)]
    act: Act
    message: Message
    message_class: MessageClass
    release: Release
    title: Title
    source: Text
    mark: Mark
    also_when_at_risk: tuple[Key, ...] = ()  # copied where the last word was "at risk", "cannot", or nothing
    only_at: dict[Key, Key] = {}  # role -> the one stage of the process at which that role is told
    at_meeting: Purpose | Literal[""] = ""  # said at the committee's next meeting, at the latest at `moment`
    not_before: StrictInt = 0  # working days from the due date from which on a meeting counts


class AllowanceRow(Row):
    """A figure that a rule works with, and where it comes from."""

    value: Annotated[StrictInt, Field(ge=0)]
    unit: Literal["working-days", "times"]
    source: Text
    mark: Mark


class RecurringRow(Row):
    """Something that comes again and again from an event on until something is done."""

    title: Title
    anchor: Key
    every: Annotated[StrictInt, Field(gt=0)]
    unit: Literal["weeks", "months"]
    until: Key  # the kind of the period that ends it
    source: Text
    mark: Mark


class Sourced(Row):
    """A word or a role that an edition gives, with where it comes from."""

    value: Text
    source: Text
    mark: Mark


class GateRow(Row):
    """Who may take a decision, whoever is usually asked first."""

    value: Annotated[tuple[Key, ...], Field(min_length=1)]
    source: Text
    mark: Mark


class InformationDuty(Sourced):
    """The name of the duty to give information; letters quote it only where that is allowed here."""

    quote_in_letters: StrictBool


class Words(Row):
    """How fixed texts name the body and whoever decides: "the Chair" and "the Board", or the partners."""

    body: Sourced
    decider: Sourced
    approver: Sourced
    partners: Sourced
    limit_extender: Sourced
    information_duty: InformationDuty


class NotBegun(Sourced):
    """Why no process of a kind is begun under an edition, in a sentence, and which kind is begun instead."""

    instead: Annotated[str, Strict(), StringConstraints(max_length=60)] = ""


class Like(Row):
    """One kind of process has the periods of another, but for those left out and those that it writes itself."""

    process: Key
    without: tuple[Key, ...] = ()


class Criterion(Sourced):
    """One limb of the test that a panel answers, in words; which limbs must be met together is for people to read."""

    key: Key


class EditionRow(Row):
    """An edition of the national guidance, without its periods."""

    name: Text
    extends: Key
    verified: StrictBool
    note: Text
    gates: dict[Key, GateRow]
    words: Words
    anchors: dict[Key, dict[Key, Text]]
    recurring: dict[Key, dict[Key, RecurringRow]] = {}
    like: dict[Key, Like] = {}
    titles: dict[Key, Sourced] = {}  # what a kind of process is called
    completed: dict[Key, Sourced] = {}  # the kind of period with which a kind of process counts as completed
    bodies: dict[Key, Sourced] = {}  # bodies outside the board, by key
    criteria: dict[Key, tuple[Criterion, ...]] = {}  # the limbs that a panel answers, by kind of process
    not_begun: dict[Key, NotBegun] = {}  # kinds of process that there are not under this edition


class CommitteeRow(Row):
    name: Text
    short: Annotated[str, Strict(), StringConstraints(max_length=20)] = ""


class AgencyRow(Row):
    key: Key
    name: Text
    domains: Annotated[tuple[MailDomain, ...], Field(min_length=1)]
    partner: Partner | Literal[""] = ""  # which of the partners it is, where a panel needs one of them


class Switches(Row):
    """What a board may decide for itself."""

    silence_counts_as_agreement: StrictBool
    completed_means: CompletedMeans
    lateness_notes_at: TimeOfDay
    report_goes_to: Annotated[tuple[Purpose, ...], Field(min_length=1)]


class Escalation(Row):
    """Who is next when a role is vacant, and who stands in for whom."""

    agency: Annotated[tuple[Key, ...], Field(min_length=1)]
    office: Annotated[tuple[Key, ...], Field(min_length=1)]
    stand_ins: dict[Key, Key]


class ClosingDay(Row):
    on: Day
    why: Text


class BoardDate(Row):
    on: Day
    committee: Purpose
    papers_on: Day | None = None  # the day by which its papers must be in


class MeetingsRow(Row):
    """How the board holds its meetings; a place is chosen from the list, never typed."""

    places: Annotated[
        tuple[Annotated[str, Strict(), StringConstraints(min_length=1, max_length=200)], ...], Field(min_length=1)
    ]
    at: TimeOfDay
    minutes: Annotated[StrictInt, Field(ge=15, le=600)]
    quorum_agencies: Annotated[StrictInt, Field(ge=1)]
    quorum_partners: tuple[Partner, ...] = ("local-authority", "police", "health")  # of a panel that considers a case


class BoardRow(Row):
    """A board, without its agencies, contacts, ladders and periods."""

    key: Key
    name: Text
    full_name: Text
    guidance: Key
    mailbox: Text
    telephone: Text
    domains: Annotated[tuple[MailDomain, ...], Field(min_length=1)]
    committees: dict[Purpose, CommitteeRow]
    escalation: Escalation
    switches: Switches
    meetings: MeetingsRow
    closing_days: tuple[ClosingDay, ...]
    board_dates: tuple[BoardDate, ...]


class ContactRow(Row):
    """One line of a contact list; `agency` is empty for the board's own people."""

    agency: str
    role: str
    name: str
    email: str
    phone: str
    secure_mailbox: bool
    deputy: bool


class CorrectedDay(Row):
    on: Day
    name: Text


class BankHolidayCorrections(Row):
    add: tuple[CorrectedDay, ...] = ()
    remove: tuple[CorrectedDay, ...] = ()
