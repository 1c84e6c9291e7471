"""Ladders: read from ladders.toml, replaced by a board where it wants its own, and checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from config.documents import Layers
from config.explain import checked, table_at
from config.faults import Fault
from config.rows import PeriodRow, RungRow
from config.sources import faults_of_source, faults_of_title
from config.toml_lines import KeyPath
from config.vocabulary import (
    AGENCY_CONTACTS,
    AGENCY_OWNERS,
    CLASS_OF_MESSAGE,
    COMMITTEE_ACTS,
    NAMED_LATER_IN_AGENCY,
    NEVER_UNSEEN,
    OFFICE,
    ROLES,
    SENT_ACTS,
)

_IN_THE_AGENCY = (AGENCY_CONTACTS | NAMED_LATER_IN_AGENCY) - {"training_lead"}
_WORKING_DAYS_IN = {"working-days": 1.0, "days": 5 / 7, "weeks": 5.0, "months": 22.0}


@dataclass(frozen=True)
class LadderRow:
    """One ladder with its rungs in rising order."""

    key: str
    rungs: tuple[RungRow, ...]


def read_ladders(layers: Layers, faults: list[Fault]) -> dict[str, LadderRow]:
    """All ladders under `[[ladders.<key>]]`; a ladder with a fault is there with the rungs that have none."""
    return {key: _read_ladder(key, layers, faults) for key in table_at(layers, ("ladders",), faults)}


def _read_ladder(key: str, layers: Layers, faults: list[Fault]) -> LadderRow:
    path: KeyPath = ("ladders", key)
    rows = layers.at(path)
    if not isinstance(rows, list) or not rows:
        faults.append(
            layers.fault(path, f"The ladder {key!r} has no rungs.", f"Write each rung under `[[ladders.{key}]]`.")
        )
        return LadderRow(key, ())
    read = [(i, checked(RungRow, row, layers, (*path, i), faults)) for i, row in enumerate(rows)]
    rungs = [(i, rung) for i, rung in read if rung is not None]
    for i, rung in rungs:
        faults.extend(_faults_of_rung(rung, layers, (*path, i)))
    faults.extend(_faults_of_order(rungs, layers, path))
    return LadderRow(key, tuple(rung for _, rung in rungs))


def _faults_of_rung(rung: RungRow, layers: Layers, path: KeyPath) -> list[Fault]:
    return [
        *faults_of_source(rung, layers, path),
        *faults_of_title(rung.title, layers, path),
        *_faults_of_message(rung, layers, path),
        *_faults_of_recipients(rung, layers, path),
        *_faults_of_release(rung, layers, path),
        *_faults_of_meeting(rung, layers, path),
        *(
            layers.fault((*path, "only_at"), f"{role!r} is not told by this rung.", f"Write {' or '.join(rung.to)}.")
            for role in rung.only_at
            if role not in rung.to
        ),
    ]


def _faults_of_message(rung: RungRow, layers: Layers, path: KeyPath) -> list[Fault]:
    here = (*path, "message")
    if rung.act in SENT_ACTS and not rung.message:
        return [layers.fault(here, "A mail or letter needs a message.", 'Name a template, for example "reminder".')]
    if rung.act not in SENT_ACTS and rung.message:
        return [layers.fault(here, f"A rung with the act {rung.act!r} sends no message.", 'Write `message = ""`.')]
    if rung.message and CLASS_OF_MESSAGE[rung.message] != rung.message_class:
        wanted = CLASS_OF_MESSAGE[rung.message]
        do = f'Write `message_class = "{wanted}"`.'
        return [layers.fault((*path, "message_class"), f"The message {rung.message!r} is of another class.", do)]
    if rung.message_class == "lateness" and rung.moment < 1:
        do = "Write a moment of at least 1, or another message."
        return [layers.fault((*path, "moment"), "Nobody is late on the due date or before it.", do)]
    return []


def _faults_of_recipients(rung: RungRow, layers: Layers, path: KeyPath) -> list[Fault]:
    known, do = _recipients_for(rung.act)
    if known is None:
        return []  # committees are looked up in each board
    return [
        layers.fault((*path, key), f"{role!r} cannot be told by the act {rung.act!r}.", do)
        for key, roles in (("to", rung.to), ("also_when_at_risk", rung.also_when_at_risk))
        for role in roles
        if role not in known
    ]


def _recipients_for(act: str) -> tuple[Collection[str] | None, str]:
    if act in COMMITTEE_ACTS:
        return None, ""
    if act == "task":
        return OFFICE, 'Tasks are for the office: write `to = ["business_manager"]`.'
    return ROLES | {"owner"}, f"Write one of owner, {', '.join(sorted(ROLES))}."


def _faults_of_release(rung: RungRow, layers: Layers, path: KeyPath) -> list[Fault]:
    if rung.release == "person" or rung.act not in SENT_ACTS:
        return []
    if rung.act == "letter" or NEVER_UNSEEN.intersection((*rung.to, *rung.also_when_at_risk)):
        what = "Letters, and anything to a Board member or above, are never sent unseen."
        return [layers.fault((*path, "release"), what, 'Write `release = "person"`.')]
    return []


def _faults_of_meeting(rung: RungRow, layers: Layers, path: KeyPath) -> list[Fault]:
    here = (*path, "not_before")
    if not rung.at_meeting:
        do = "Name the committee with `at_meeting`, or take `not_before` out."
        return [layers.fault(here, "This rung waits for no meeting.", do)] if rung.not_before else []
    if not 0 < rung.not_before <= rung.moment:
        do = "Write working days after the due date, at most as many as `moment`."
        return [layers.fault(here, "No meeting lies between `not_before` and the moment of this rung.", do)]
    return []


def _faults_of_order(rungs: list[tuple[int, RungRow]], layers: Layers, path: KeyPath) -> list[Fault]:
    faults = []
    for place, (i, rung) in enumerate(rungs):
        before = [earlier for _, earlier in rungs[:place]]
        if before and rung.moment < before[-1].moment:
            do = "Put the rungs in the order of their moments, the earliest first."
            faults.append(layers.fault((*path, i, "moment"), "The ladder goes backwards at this rung.", do))
        if rung.at_meeting and any(_may_come_after(earlier, rung) for earlier in before):
            do = "Write `not_before` as late as the moment of the rung before it."
            faults.append(layers.fault((*path, i, "not_before"), "It may be reached before the rung before it.", do))
        if any(rung.key == earlier.key for earlier in before):
            do = "Give each rung of a ladder a key of its own."
            faults.append(layers.fault((*path, i, "key"), f"The key {rung.key!r} is used twice in this ladder.", do))
        elif any(_hides(earlier, rung) for earlier in before):
            what = "This rung is never reached: the same people are told in the same way at the same moment."
            faults.append(layers.fault((*path, i), what, "Give it another moment or other people, or take it out."))
        elif any(_goes_out_with(earlier, rung) for earlier in before):
            what = "Two rungs of this ladder send something on the same day."
            do = "Write all who are told into one rung, or give this one another moment."
            faults.append(layers.fault((*path, i, "moment"), what, do))
    return faults


def _may_come_after(earlier: RungRow, rung: RungRow) -> bool:
    alike = (earlier.at_meeting, earlier.not_before, earlier.moment) == (rung.at_meeting, rung.not_before, rung.moment)
    return not alike and earlier.moment > rung.not_before


def _hides(earlier: RungRow, rung: RungRow) -> bool:
    return (earlier.moment, earlier.act) == (rung.moment, rung.act) and set(rung.to) <= set(earlier.to)


def _goes_out_with(earlier: RungRow, rung: RungRow) -> bool:
    return earlier.moment == rung.moment and earlier.act in SENT_ACTS and rung.act in SENT_ACTS


def faults_of_committees(ladders: Mapping[str, LadderRow], known: Collection[str], layers: Layers) -> list[Fault]:
    """Agenda items, register entries and rungs at meetings of committees that the board does not have."""
    return [
        layers.fault(
            ("ladders", key, i, "to"),
            f"The board has no committee for {name!r}.",
            f"Write one of {', '.join(sorted(known))}, or add the committee to board.toml.",
        )
        for key, ladder in ladders.items()
        for i, rung in enumerate(ladder.rungs)
        for name in ((*rung.to, rung.at_meeting) if rung.act in COMMITTEE_ACTS else (rung.at_meeting,))
        if name and name not in known
    ]


def faults_of_use(ladder: LadderRow, periods: Collection[PeriodRow], layers: Layers) -> list[Fault]:
    """Rungs that no period on this ladder can ever reach, or that would reach somebody unseen."""
    path: KeyPath = ("ladders", ladder.key)
    owners = {period.owner_role for period in periods}
    longest = max((_working_days_given(period) for period in periods), default=0.0)
    faults = []
    for i, rung in enumerate(ladder.rungs):
        if periods and -rung.moment >= longest:
            do = f"At most {int(longest)} working days are given on this ladder; write a later moment."
            faults.append(
                layers.fault((*path, i, "moment"), "This rung is never reached: it lies before the start.", do)
            )
        if owners and owners <= ROLES - AGENCY_OWNERS and _IN_THE_AGENCY.intersection(rung.to):
            what = "This rung is never reached: what is owed on this ladder is owed by no agency."
            do = "Name a role of the board, for example panel_chair or independent_chair."
            faults.append(layers.fault((*path, i, "to"), what, do))
        if "owner" in rung.to and rung.act in SENT_ACTS and rung.release != "person" and owners & NEVER_UNSEEN:
            what = "The owner of a period on this ladder is a Board member or above, and is never told unseen."
            do = 'Write `release = "person"`, or give that period another ladder.'
            faults.append(layers.fault((*path, i, "release"), what, do))
    return faults


def _working_days_given(period: PeriodRow) -> float:
    given = period.offset * _WORKING_DAYS_IN[period.unit]
    if period.until_known is None:
        return given
    return max(given, period.until_known.offset * _WORKING_DAYS_IN[period.until_known.unit])
