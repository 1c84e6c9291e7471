"""The shapes of everything that is configured: one class for each kind of row."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict, StrictBool, StrictInt, StringConstraints

from config.vocabulary import (
    DOMAIN,
    KEY,
    MARK,
    Act,
    CompletedMeans,
    Message,
    MessageClass,
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


class Sourced(Row):
    """A word or a role that an edition gives, with where it comes from."""

    value: Text
    source: Text
    mark: Mark


class InformationDuty(Sourced):
    """The name of the duty to give information; letters quote it only where that is allowed here."""

    quote_in_letters: StrictBool


class Words(Row):
    body: Sourced
    information_duty: InformationDuty


class EditionRow(Row):
    """An edition of the national guidance, without its periods."""

    name: Text
    extends: Key
    verified: StrictBool
    note: Text
    gates: dict[Key, Sourced]
    words: Words
    anchors: dict[Key, dict[Key, Text]]


class CommitteeRow(Row):
    name: Text
    short: Annotated[str, Strict(), StringConstraints(max_length=20)] = ""


class AgencyRow(Row):
    key: Key
    name: Text
    domains: Annotated[tuple[MailDomain, ...], Field(min_length=1)]


class Switches(Row):
    """What a board may decide for itself."""

    silence_counts_as_agreement: StrictBool
    completed_means: CompletedMeans
    lateness_notes_at: TimeOfDay
    attach_papers: StrictBool


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
