"""Referring a case: a new one, another referral of the same incident, or new information about one that was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.rows import Criterion
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.beginning import edition_line, faults_of_place, insist_there_is, no_such_process
from flows.questions.decisions import BACK, LONGEST_NAME, day_field, day_in, recorded_by
from flows.steps import consideration as step
from models.records.boards import Agency, agencies_of
from models.records.considerations import Referral, considered, round_of, stands_among, under_consideration
from models.records.processes import Process, anchors_of
from models.rules.spoken import and_joined, spoken
from models.rules.stages import plain_stage

KIND = "scr-consideration"
NEW, JOIN, AGAIN, OUTSIDE = "new", "join", "again", "outside"


@dataclass(frozen=True)
class _Wanted:
    """What was answered, once nothing is wrong with it."""

    referral: Referral
    known_on: date | None
    agencies: Sequence[Agency]
    place: str


class ReferCase:
    """A case is registered on the day of its referral, and everybody who must act at once is asked to."""

    name = "refer-case"

    def form(self, at: Situation) -> Form | None:
        """The board's considerations stand in the one choice, so that a person says whether it is the same case."""
        agencies = tuple((each.key, each.name) for each in agencies_of(at.session, at.process.board_id))
        limbs = tuple((each.key, each.value) for each in _criteria(at))
        return no_such_process(at, KIND) or Form(
            "a case to refer",
            f"A case for {at.board.name}. {edition_line(at)} **Write nothing here that could identify a child, a "
            "family or a colleague, and nothing about the case itself: that belongs into the secure place.** It gets a "
            "random reference. The "
            "agencies that hold records are asked at once to secure them, on quiet days too. **If a child is at "
            "immediate risk use your normal referral route first.**",
            choice(
                "What do you want to record?",
                (NEW, "A case that is not under consideration here"),
                *((f"{JOIN}:{each.ref}", f"Another referral of the same as {_words(at, each)}")
                  for each in under_consideration(at.session, at.process.board_id)),
                *((f"{AGAIN}:{each.ref}", f"New information on {_words(at, each)}")
                  for each in considered(at.session, at.process.board_id)),
                BACK,
            ),
            (
                Field("by", Kind.ONE_OF, "Which agency refers it?", needed=True,
                      options=(*agencies, (OUTSIDE, "Somebody else; the office thanks them in person"))),
                day_field("received_on", "On which day was the referral received?"),
                Field("known_on", Kind.DATE, "When did the incident become known?", "Where it is known."),
                *((Field("limbs", Kind.SOME_OF, "Which parts of the test are alleged?",
                         "As the referral says; the panel tests it. At least one for a new case.", options=limbs),)
                  if limbs else ()),
                Field("agencies", Kind.SOME_OF, "Which agencies hold records?", "At least one for a new case.",
                      options=agencies),
                Field("secure_place", Kind.TEXT, "Link to the secure place",
                      "Where the case itself is kept; the only place that ties the reference to a child. Needed for a "
                      "new case. Kept in the record: no page and no message shows it."),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The referral is registered; it begins a consideration, joins one, or begins another round of one."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        insist_there_is(at, KIND)
        what, _, ref = answer.choice.partition(":")
        if what == NEW:
            return self._begins(at, answer, None)
        if what == JOIN:
            known = stands_among(under_consideration(at.session, at.process.board_id), ref)
            if known is None:
                raise Refused("that was decided in the meantime; choose it below as new information")
            return self._joins(at, answer, known)
        known = stands_among(considered(at.session, at.process.board_id), ref)
        if known is None:
            raise Refused("that is under consideration again in the meantime; choose it below as the same case")
        return self._begins(at, answer, known)

    def _begins(self, at: Situation, answer: Answer, before: Process | None) -> Recorded:
        wanted = _read(at, answer, before=before, joins=None)
        begun = step.Begun(
            wanted.referral.received_on, wanted.known_on, wanted.referral, answer.text("recorded_by")[:LONGEST_NAME]
        )
        process = step.begin(at.session, at.book, at.board, begun, wanted.agencies, wanted.place, before)
        number = round_of(at.session, process)
        again = f" It is round {number} of this case; what was decided before stays." if number > 1 else ""
        over = step.tell_overrun(at.session, at.book, process)
        book = (
            f" **By these dates the month is overrun: book the panel for {spoken(over.panel_on)} and the Chair's "
            f"decision for {spoken(over.decide_on)} at the latest.**"
            if over else ""
        )  # fmt: skip
        return Recorded(
            f"Recorded: {process.spoken_ref} is registered.{again} {len(wanted.agencies)} "
            f"{'agency is' if len(wanted.agencies) == 1 else 'agencies are'} asked at once to secure records; what "
            f"goes to chairs waits under “Release messages”.{book}",
            look_again=(process.ref,),
        )

    def _joins(self, at: Situation, answer: Answer, process: Process) -> Recorded:
        wanted = _read(at, answer, before=None, joins=process)
        recorded = answer.text("recorded_by")[:LONGEST_NAME]
        names = step.referral_joins(at.session, at.book, process, wanted.referral, recorded, wanted.agencies)
        new = f" Asked as well, at once: {and_joined(names)}." if names else ""
        return Recorded(f"Recorded: the referral joins {process.spoken_ref}.{new}", look_again=(process.ref,))


def _read(at: Situation, answer: Answer, *, before: Process | None, joins: Process | None) -> _Wanted:
    """What was answered. Raises Refused with every reason at once."""
    faults, received_on, known_on = list[str](), at.today, answer.day("known_on")
    not_before = anchors_of(at.session, before.id or 0)["notification"] if before is not None else None
    try:
        received_on = day_in(
            answer, "received_on", at.today, not_before=not_before, event="the referral of the round before"
        )
    except Refused as refusal:
        faults.append(str(refusal))
    if known_on is not None and known_on > received_on:
        faults.append(f"the incident cannot have become known on {spoken(known_on)}, after it was referred")
    if not answer.text("by"):
        faults.append("it does not say which agency refers it")
    place = answer.text("secure_place") or (before.secure_place if before is not None else "")
    if joins is None:
        faults += _faults_of_new(at, answer, place)
    if faults:
        raise Refused("; ".join(faults))
    by = None if answer.text("by") == OUTSIDE else answer.text("by")
    agencies = [
        each for each in agencies_of(at.session, at.process.board_id) if each.key in answer.chosen("agencies")
    ]  # fmt: skip
    referral = Referral(by, received_on, tuple(answer.chosen("limbs")), joins is not None)
    return _Wanted(referral, known_on, agencies, place)


def _faults_of_new(at: Situation, answer: Answer, place: str) -> list[str]:
    faults = []
    if _criteria(at) and not answer.chosen("limbs"):
        faults.append("it does not say which parts of the test are alleged")
    if not answer.chosen("agencies"):
        faults.append("it does not say which agencies hold records (if none is known, choose the one that refers)")
    if not place:
        faults.append("it does not say where the secure place is")
    return [*faults, *faults_of_place(place)]


def _criteria(at: Situation) -> Sequence[Criterion]:
    return at.book.edition(at.book.guidance).criteria.get(KIND, ())


def _words(at: Situation, process: Process) -> str:
    received_on = anchors_of(at.session, process.id or 0)["notification"]
    number = round_of(at.session, process)
    again = f", round {number}" if number > 1 else ""
    stands = plain_stage(process.stage, at.book.who_decides(process.guidance))
    return f"{process.spoken_ref} (received on {spoken(received_on)}{again}; {stands})"


REFER_CASE = register(ReferCase())
