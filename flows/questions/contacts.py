"""Who holds a role and how they are reached: changed in one form, by role and agency, never by name."""

from __future__ import annotations

from collections.abc import Sequence

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, day_field, day_in, recorded_by, who_recorded
from models.records.being_away import same_person
from models.records.boards import Contact
from models.records.contact_changes import Reached, change_contact, mail_came_back
from models.records.history import write_history
from models.records.people import NAMED_IN_THE_PROCESS
from models.records.register import (
    LONGEST_NAME,
    NotAnAddress,
    agency_address,
    board_address,
    well_formed,
)
from models.records.seats import Seat, seats, vacant_seats
from models.rules.spoken import spoken

MOST_LINES = 400
LONGEST_PHONE = 40
SECURE = (("yes", "Yes, it is secure"), ("no", "No, it is not"))
NEVER_VACANT = (
    "an author's absence is recorded under “Note an absence”, so that the agency is asked for somebody new; another "
    "reviewer is recorded in the review itself"
)


class ChangeContact:
    """A role has a new holder, or the holder a new address, or nobody holds it any more."""

    name = "change-contact"

    def form(self, at: Situation) -> Form | None:
        """Every place of the register, those that nobody holds with them."""
        options = [each.option for each in _places(at)]
        return Form(
            "a contact to change",
            "What is left empty stays as it was. Messages that wait go to the new address; who held the role before "
            "stays in the history. An author or a reviewer can have a new address here; **somebody new** in their "
            "place is named by the agency, or recorded as a decision of the review.",
            choice(
                "What has changed?", ("changed", "Somebody new, or a new way of reaching them"),
                ("nobody", "Nobody holds it any more"), BACK,
            ),
            (
                Field("which", Kind.ONE_OF, "Whose?", "By role and agency.", needed=True,
                      options=tuple(options[:MOST_LINES])),
                Field("name", Kind.TEXT, "Name", "Kept in the register only. Empty: the same person."),
                Field("email", Kind.TEXT, "Work e-mail address", "In a domain of the agency. Empty: as before."),
                Field("phone", Kind.TEXT, "Telephone number", "Empty: as before."),
                Field("secure", Kind.ONE_OF, "Is the mailbox secure?", "Empty: as before. Nobody is written to "
                      "without it.",
                      options=SECURE),
                Field("checked_by", Kind.TEXT, "Who has checked the address a second time? (name)",
                      "Only for somebody outside all agencies, such as a reviewer."),
                Field("everywhere", Kind.SWITCH, "The same for every other role that this person holds"),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The register has the new holder, and what waited goes there."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was changed.")
        seat = chosen_seat(_places(at), answer.text("which"))
        meant = _all_of(at, seat) if answer.yes("everywhere") else [seat]
        new: list[Reached | None] = []
        for each in meant:
            if answer.choice == "nobody":
                _insist_that_it_may_be_vacant(each)
            new.append(None if answer.choice == "nobody" else _reached(at, each, answer))
        for each, to in zip(meant, new, strict=True):
            change_contact(at.session, each.place, each.contact, to)
        words = {name: answer.text(name)[:LONGEST_NAME] for name in ("recorded_by", "checked_by") if answer.text(name)}
        write_history(at.session, at.process, "contacts recorded", {"places": [each.value for each in meant]}, words)
        told = "; ".join(each.label for each in meant)
        if answer.choice == "nobody":
            return Recorded(f"Recorded: nobody holds this any more: {told}.")
        is_secure = all(to is not None and to.secure_mailbox for to in new)
        telephone = "" if is_secure else " Nothing is written there until the mailbox is marked as secure."
        return Recorded(f"Recorded: changed for {told}.{telephone}")


class MailCameBack:
    """A mail came back to the shared mailbox, and a person has read it."""

    name = "mail-came-back"

    def form(self, at: Situation) -> Form | None:
        """Whose mail it was, and of which day."""
        options = [each.option for each in seats(at.session, at.process.board_id)]
        return Form(
            "a mail that came back",
            "The person counts as not reached from then on: you get a task to telephone for each thing still owed that "
            "they were told of since that day. It goes on by telephone until the contact is changed.",
            choice("What do you want to record?", ("came-back", "A mail to the person below came back"), BACK),
            (
                Field("which", Kind.ONE_OF, "To whom?", "By role and agency.", needed=True,
                      options=tuple(options[:MOST_LINES])),
                day_field("sent_on", "On which day had it been sent?"),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The contact counts as not reached, and the office has its calls to make."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        seat = chosen_seat(seats(at.session, at.process.board_id), answer.text("which"))
        sent_on = day_in(answer, "sent_on", at.today, not_before=None)
        contact = contact_of(seat)
        calls = mail_came_back(at.session, contact, sent_on)
        who_recorded(at, at.process, answer, "returned mail recorded", contact=contact.id, on=sent_on)
        todo = f"{len(calls)} call{'' if len(calls) == 1 else 's'} to make" if calls else "nothing owed was in it"
        return Recorded(f"Recorded: {seat.label} was not reached on {spoken(sent_on)}; {todo}.")


def _places(at: Situation) -> Sequence[Seat]:
    board_id = at.process.board_id
    return [*seats(at.session, board_id), *vacant_seats(at.session, board_id)]


def chosen_seat(known: Sequence[Seat], value: str) -> Seat:
    """The place that was chosen. Raises Refused when it was none, or is none any more."""
    if not value:
        raise Refused("it does not say whose contact it is")
    found = next((each for each in known if each.value == value), None)
    if found is None:
        raise Refused("that contact has changed in the meantime; the list below is up to date")
    return found


def contact_of(seat: Seat) -> Contact:
    """Who holds the place. Raises Refused when it is nobody."""
    if seat.contact is None:
        raise Refused("nobody holds that role at the moment")
    return seat.contact


def _all_of(at: Situation, seat: Seat) -> Sequence[Seat]:
    """The seat and the others of the same person, known by the address."""
    if seat.contact is None:
        return [seat]
    same = set(same_person(at.session, seat.contact))
    others = [each for each in _places(at) if each.contact is not None and each.contact.id in same]
    return [seat, *(each for each in others if each.value != seat.value)]


def _insist_that_it_may_be_vacant(seat: Seat) -> None:
    if seat.contact is None:
        raise Refused("nobody holds that role as it is")
    if seat.place.role in NAMED_IN_THE_PROCESS:
        raise Refused(f"an author or a reviewer is not taken out of the register here; {NEVER_VACANT}")


def _reached(at: Situation, seat: Seat, answer: Answer) -> Reached:
    """How the place is to be reached from now on. Raises Refused, with every reason at once."""
    old, faults, email = seat.contact, [], ""
    name, phone = answer.text("name"), answer.text("phone")
    if old is not None and name and name != old.name and seat.place.role in NAMED_IN_THE_PROCESS:
        faults.append(f"somebody new in this place is not recorded here; {NEVER_VACANT}")
    if not name and old is None:
        faults.append("it does not say who holds the role now")
    if len(name) > LONGEST_NAME or len(phone) > LONGEST_PHONE:
        faults.append("the name or the telephone number is too long")
    text = answer.text("email") or (old.email if old is not None else "")
    outside = seat.agency is None and seat.place.role in NAMED_IN_THE_PROCESS
    try:
        email = _address(at, seat, text, outside=outside)
    except NotAnAddress as fault:
        faults.append(str(fault))
    if outside and answer.text("email") and not answer.text("checked_by"):
        faults.append("nobody has checked the address a second time")
    secure = _is_secure(answer, old)
    faults = faults or _unsaid_of_new_mailbox(answer, old, email)
    is_as_before = not (name or phone or answer.text("email")) and old is not None and old.bounced_at is None
    if old is not None and is_as_before and secure is old.secure_mailbox:
        faults.append("it does not say what has changed")
    if faults:
        raise Refused("; ".join(faults))
    return Reached(name or (old.name if old else ""), email, phone or (old.phone if old else ""), secure, outside)


def _is_secure(answer: Answer, old: Contact | None) -> bool:
    """What the form says of the mailbox, else as it was; a mailbox that nobody held is none."""
    said = answer.text("secure")
    return said == "yes" if said else old is not None and old.secure_mailbox


def _unsaid_of_new_mailbox(answer: Answer, old: Contact | None, email: str) -> list[str]:
    is_new = old is None or email.lower() != old.email.lower()
    return ["it does not say whether the mailbox is secure"] if is_new and not answer.text("secure") else []


def _address(at: Situation, seat: Seat, text: str, *, outside: bool) -> str:
    if seat.agency is not None:
        return agency_address(at.book, seat.agency, text)
    return well_formed(text)[0] if outside else board_address(at.book, text)


CHANGE_CONTACT = register(ChangeContact())
MAIL_CAME_BACK = register(MailCameBack())
