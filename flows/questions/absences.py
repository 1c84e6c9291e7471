"""Somebody is away, or back: by role and agency; the reason is nobody's business and is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from config import clock
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.contacts import chosen_seat, contact_of
from flows.questions.decisions import BACK, EARLIEST_SENSIBLE, recorded_by, who_recorded
from flows.steps.absences import author_is_away
from models.records.absences import Absence
from models.records.being_away import (
    AUTHOR,
    AwayAlready,
    BackBeforeAway,
    absences_not_over,
    note_absence,
    note_return,
    same_person,
)
from models.records.boards import Contact
from models.records.contact_changes import Place, Reached, change_contact
from models.records.register import NotAnAddress, agency_address, board_address, name_and_address
from models.records.seats import Seat, seats
from models.rules.spoken import spoken

MOST_LINES = 400


class NoteAbsence:
    """Who is away from when to when, and who stands in."""

    name = "note-absence"

    def form(self, at: Situation) -> Form | None:
        """Everybody in the register, and who is away at the moment."""
        options = tuple(each.option for each in _seats(at)[:MOST_LINES])
        away = "; ".join(_away_words(at, each) for each in absences_not_over(at.session, at.process.board_id, at.today))
        return Form(
            "an absence",
            f"Away at the moment or soon: {away or 'nobody'}.\n\nNothing goes to somebody who is away. What they would "
            "have had goes to the stand-in, else to the next person up. When an author is away without a stand-in, the "
            "agency's single point of contact is told at once and asked for a new author; all dates stay.",
            choice(
                "What do you want to record?", ("away", "The person below is away"),
                ("returned", "The person below is back"), BACK,
            ),
            (
                Field("who", Kind.ONE_OF, "Who?", "By role and agency.", needed=True, options=options),
                Field("from_on", Kind.DATE, "From which day?", "The first day away, or the first day back. Leave empty "
                      "for today."),
                Field("until_on", Kind.DATE, "Until which day?", "The last day away. Leave empty if it is not known."),
                Field("stand_in", Kind.ONE_OF, "Who stands in? (from the contacts)", "Somebody of the same agency.",
                      options=options),
                Field("new_stand_in", Kind.TEXT, "Or somebody new: name, then work e-mail address"),
                Field("independent", Kind.SWITCH, "For an author: the stand-in's independence is confirmed",
                      "Not involved in the case, and not in its line management."),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The person is away, or back; an agency that lost its author knows."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        seat = chosen_seat(_seats(at), answer.text("who"))
        from_on = _sensible(answer.day("from_on") or at.today)
        if answer.choice == "returned":
            return _back(at, answer, seat, from_on)
        until_on = answer.day("until_on")
        stand_in, contact = _stand_in(at, answer, seat), contact_of(seat)
        try:
            absence = note_absence(at.session, contact, from_on, until_on, stand_in)
        except BackBeforeAway:
            raise Refused("the absence ends before it begins") from None
        except AwayAlready:
            raise Refused(
                "that person is away on one of these days as it is; record first that they are back"
            ) from None
        author_is_away(at.session, at.book, contact, absence)
        who_recorded(at, at.process, answer, "absence recorded", contact=contact.id)
        until = f"to {spoken(until_on)}" if until_on else "until it is recorded that they are back"
        meanwhile = "; the stand-in has the role meanwhile" if stand_in else ""
        return Recorded(f"Recorded: {seat.label} is away from {spoken(from_on)} {until}{meanwhile}.")


def _seats(at: Situation) -> Sequence[Seat]:
    return seats(at.session, at.process.board_id)


def _sensible(day: date) -> date:
    if day < EARLIEST_SENSIBLE:
        raise Refused(f"{spoken(day)} cannot be right; please check the year")
    return day


def _back(at: Situation, answer: Answer, seat: Seat, on: date) -> Recorded:
    contact = contact_of(seat)
    same = set(same_person(at.session, contact))
    mine = [
        each for each in absences_not_over(at.session, at.process.board_id, at.today) if each.contact_id in same
    ]  # fmt: skip
    if not mine:
        raise Refused("that person is not away")
    if on > clock.today():
        raise Refused(f"{spoken(on)} lies in the future; record it when they are back")
    begun = [each for each in mine if each.from_on <= on]
    for each in begun or mine:  # who is not away yet does not go; else what is to come stays as it was noted
        note_return(at.session, each, max(on, each.from_on))
    who_recorded(at, at.process, answer, "return recorded", contact=contact.id)
    return Recorded(f"Recorded: {seat.label} is back since {spoken(on)}.")


def _stand_in(at: Situation, answer: Answer, seat: Seat) -> Contact | None:
    """Who stands in, from the register or new in it. Raises Refused, with every reason at once."""
    value, text = answer.text("stand_in"), answer.text("new_stand_in")
    if not value and not text:
        return None
    faults = ["two stand-ins are named; choose one or write one"] if value and text else []
    if seat.place.role == AUTHOR and not answer.yes("independent"):
        faults.append("the independence of the author's stand-in is not confirmed")
    chosen = chosen_seat(_seats(at), value) if value else None
    faults += _faults_of_choice(at, seat, chosen) if chosen is not None else []
    name = email = ""
    try:
        name, email = _named(at, seat, text) if text else ("", "")
    except NotAnAddress as fault:
        faults.append(str(fault))
    if faults:
        raise Refused("; ".join(faults))
    if chosen is not None:
        return contact_of(chosen)
    place = Place(seat.place.board_id, seat.place.role, seat.place.agency_id, is_deputy=True)
    return change_contact(at.session, place, None, Reached(name, email, secure_mailbox=True))


def _faults_of_choice(at: Situation, seat: Seat, chosen: Seat) -> list[str]:
    faults = []
    if chosen.place.agency_id != seat.place.agency_id:
        faults.append(f"the stand-in is not of the same agency as {seat.label}")
    if contact_of(chosen).id in same_person(at.session, contact_of(seat)):
        faults.append("nobody stands in for themselves")
    return faults


def _named(at: Situation, seat: Seat, text: str) -> tuple[str, str]:
    name, address = name_and_address(text)
    if seat.agency is None:
        return name, board_address(at.book, address)
    return name, agency_address(at.book, seat.agency, address)


def _away_words(at: Situation, absence: Absence) -> str:
    label = next((each.label for each in _seats(at) if each.contact and each.contact.id == absence.contact_id), "")
    until = f" to {spoken(absence.until_on)}" if absence.until_on else ""
    return f"{label or 'somebody who has left'} from {spoken(absence.from_on)}{until}"


NOTE_ABSENCE = register(NoteAbsence())
