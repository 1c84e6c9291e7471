"""What the business manager records at any time, for any process of the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from config import clock
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Following, Gate, Recorded, Situation, register
from flows.questions.absences import NOTE_ABSENCE
from flows.questions.action_plan import PLAN_MENU
from flows.questions.beginning import (
    NOTHING_THAT_IDENTIFIES,
    agencies_field,
    edition_line,
    faults_of_beginning,
    insist_there_is,
    no_such_process,
    secure_place_field,
)
from flows.questions.blackouts import BLACKOUT_DAYS
from flows.questions.bodies import LETTERS_SENT
from flows.questions.calls import NOTE_CALL
from flows.questions.case_discussion import DISCUSSION_MENU
from flows.questions.consideration import CONSIDERATION
from flows.questions.contacts import CHANGE_CONTACT, MAIL_CAME_BACK
from flows.questions.copies import CopyGiven
from flows.questions.corrections import CORRECT_MISTAKE, REMOVE_TEXT
from flows.questions.decisions import (
    BACK,
    day_field,
    day_in,
    decision_in,
    insist_on_after_decision,
    keep_decision,
    recorded_by,
    who_decided,
    who_recorded,
)
from flows.questions.follow_up import FOLLOW_UP_MENU
from flows.questions.menu import TICKED, Menu, said_of_arrivals
from flows.questions.more_time import MORE_TIME, WAIVE
from flows.questions.national_panel import PANEL_HAS_WRITTEN
from flows.questions.office_tasks import TASKS_DONE
from flows.questions.papers import WRITE_PAPER
from flows.questions.pauses import PAUSE
from flows.questions.practice_learning_review import WHAT_HAPPENED
from flows.questions.rapid_review import RAPID_REVIEW
from flows.questions.refer_case import REFER_CASE
from flows.questions.restriction import RESTRICTION, insist_that_they_may_arrive
from flows.questions.serious_case_review import WHAT_HAPPENS
from flows.steps.arrivals import record_arrival
from flows.steps.opening import openers
from flows.steps.practice_learning_review import partners_hold_both
from models.records.boards import agencies_of
from models.records.chasing import deadline_in, owed_to_board
from models.records.deadlines import DeadlineState
from models.records.messages import SendingStop
from models.records.processes import Process, open_processes, process_by_ref
from models.records.releasing import (
    NotHeld,
    NotThisTime,
    Scope,
    hold_until,
    lift_stop,
    not_this_time,
    release,
    release_series,
    stop_sending,
    stops_in_force,
    waiting_for_release,
)
from models.records.seats import seats
from models.records.standing import standings
from models.rules.processes import OUTLIVING
from models.rules.spoken import and_joined, lower_first, spoken
from models.rules.spoken_roles import spoken_role
from notifications.preview import Preview, previews
from reports.markdown_pieces import upper_first
from reports.standing_list import standing_list

MENUS: dict[str, Menu] = {
    "plr": WHAT_HAPPENED,
    "scr-consideration": CONSIDERATION,
    "rapid-review": RAPID_REVIEW,
    "serious-case-review": WHAT_HAPPENS,
    "case-discussion": DISCUSSION_MENU,
    "follow-up": FOLLOW_UP_MENU,
    "action-plan": PLAN_MENU,
}
FIRST_TO_PARTNERS = "The first letter, to {partners}, waits for your release."
FIRST_TO_AGENCIES = "The first letters, to the agencies’ single points of contact, ask for their authors."
ASKS_PARTNERS = (
    "Its first question, the agreement of {partners}, opens in a moment; the letter to them waits under “Release "
    "messages”."
)
ASKS_AGENCIES = "Its form opens in a moment; the letters that ask the agencies for their authors go with it."
MOST_OFFERED = 200
OF_AN_ACTION = ("accepted", "action", "progress", "evidence", "closure", "sustained", "impact")  # kinds
MOST_SHOWN_IN_FULL = 12
CONFIRMATION = "decision_recorded"
REMINDER = "reminder"
SERIES = ("series", "Send them, and the reminders of the same limit that follow each day, without asking me again")
MAY_RELEASE = ("business_manager", "deputy_manager", "panel_chair", "panel_chair_deputy", "independent_chair")


class RecordArrivals:
    """Arrivals for every open process of the board, several at once."""

    name = "record-arrivals"

    def form(self, at: Situation) -> Form | None:
        """Everything that may arrive, whichever process waits for it."""
        options = _awaited_by_board(at)
        if not options:
            return None
        return Form(
            "arrivals to record", "Tick everything that has arrived. One silent agency never stops a process.",
            choice("What do you want to record?", (TICKED, "What is ticked below has arrived"), BACK),
            (
                Field("arrived", Kind.SOME_OF, "What has arrived?", "Tick as many as you like.", needed=True,
                      options=tuple(options[:MOST_OFFERED])),
                day_field("arrived_on", "On which day did it arrive?"), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """Plain arrivals are met at once; names of authors lead to a form of their own."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        if not answer.chosen("arrived"):
            raise Refused("nothing was ticked under “What has arrived?”")
        came_on = day_in(answer, "arrived_on", at.today, not_before=None)
        recorded: list[str] = []
        settled: list[str] = []
        touched: list[str] = []
        detailed: dict[tuple[str, str], list[str]] = {}
        for value in sorted(answer.chosen("arrived")):
            ref, _, slot = value.partition("/")
            process = process_by_ref(at.session, ref, for_update=True)
            insist_on_after_decision(at, process, came_on)
            insist_that_they_may_arrive(at.session, process, (slot.partition(":")[0],))
            deadline = deadline_in(at.session, process, slot)
            if deadline is None:
                continue
            gate = MENUS[process.kind].detailed.get(deadline.kind)
            if gate and deadline.state is DeadlineState.OPEN:
                detailed.setdefault((ref, gate), []).append(slot)
                continue
            stage = process.stage
            line = record_arrival(at.session, at.book, process, deadline, came_on)
            (recorded if line.was_open else settled).append(line.words)
            touched += [ref] if process.stage is not stage else []
        for ref in {value.partition("/")[0] for value in answer.chosen("arrived")}:
            slots = [each.partition("/")[2] for each in answer.chosen("arrived") if each.startswith(f"{ref}/")]
            who_recorded(at, process_by_ref(at.session, ref), answer, "arrivals recorded", slots=slots)
        following = [
            Following(gate, {"ref": ref, "slots": slots, "came_on": came_on.isoformat()})
            for (ref, gate), slots in detailed.items()
        ]
        said = said_of_arrivals(recorded, settled, goes_on=bool(following))
        return Recorded(said, tuple(following), tuple(dict.fromkeys(touched)))


class RecordActionWords(RecordArrivals):
    """The same for actions alone: words of owners, acceptance, what is done, evidence, what has lasted."""

    name = "record-action-words"

    def form(self, at: Situation) -> Form | None:
        """Everything about actions that may be heard, whichever plan it belongs to."""
        options = _awaited_of_actions(at)
        if not options:
            return None
        return Form(
            "words on actions",
            "Tick every action on which you have heard; what was said is asked next, for all of a plan in one form.",
            choice("What do you want to record?", (TICKED, "There is word on what is ticked below"), BACK),
            (
                Field("arrived", Kind.SOME_OF, "On which actions?", "Tick as many as you like.", needed=True,
                      options=tuple(options[:MOST_OFFERED])),
                day_field("arrived_on", "On which day was it said?"), recorded_by(),
            ),
        )  # fmt: skip


class ReleaseMessages:
    """Messages to a Board member or above, or in somebody's name, go only when a person has seen them."""

    name = "release-messages"

    def form(self, at: Situation) -> Form | None:
        """Each message as it would go now."""
        held = _held(at)
        if not held:
            return None
        return Form(
            f"{len(held)} message{'' if len(held) == 1 else 's'} to release", _read_aloud(held),
            choice(
                "What is to happen with those ticked below?",
                ("send", "Send them; I have read them"),
                *((SERIES,) if any(each.kind == REMINDER for each in held) else ()),
                ("hold", "Hold them until the day below; then I am asked again"),
                *((f"not:{why.value}", f"Do not send them this time: {why.value}") for why in NotThisTime),
                BACK,
            ),
            (
                Field("which", Kind.SOME_OF, "Which messages?", "Only what can be read above is offered.", needed=True,
                      options=tuple((str(each.message_id), _label(each)) for each in held[:MOST_SHOWN_IN_FULL])),
                Field("released_as", Kind.ONE_OF, "Who lets them go?", "Needed to send them.",
                      options=tuple((role, upper_first(spoken_role(role))) for role in MAY_RELEASE)),
                Field("hold_until", Kind.DATE, "Hold until which day?", "Only when they are to be held."),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The messages go with the next dispatch, or never."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was changed.")
        chosen = [int(each) for each in answer.chosen("which")]
        if not chosen:
            raise Refused("no message was ticked; only what you have read can be released")
        who_recorded(at, at.process, answer, "release recorded", messages=chosen, choice=answer.choice)
        try:
            if answer.choice in ("send", SERIES[0]):
                if not answer.text("released_as"):
                    raise Refused("it does not say who lets them go")
                release(at.session, chosen, answer.text("released_as"))
                if answer.choice == SERIES[0] and release_series(at.session, chosen, answer.text("released_as")):
                    return Recorded(
                        f"Recorded: {_messages(len(chosen))} released, and the reminders of the same limit that follow "
                        "go each on its day. What is said once the limit is past is put before you again."
                    )
                return Recorded(f"Recorded: {_messages(len(chosen))} released; they go as soon as their day has come.")
            if answer.choice == "hold":
                day = _day_to_hold_until(at, answer)
                hold_until(at.session, chosen, day)
                return Recorded(f"Recorded: {_messages(len(chosen))} held until {spoken(day)}.")
            not_this_time(at.session, chosen, NotThisTime(answer.choice.removeprefix("not:")))
        except NotHeld:
            raise Refused("one of them was dealt with in the meantime; the list below is up to date") from None
        return Recorded(f"Recorded: {_messages(len(chosen))} will not be sent.")


class StopSending:
    """Everything, one process, one agency or one person falls silent until somebody lifts it."""

    name = "stop-sending"

    def form(self, at: Situation) -> Form | None:
        """What may be stopped and what is stopped now."""
        stops = [(f"lift:{each.id}", f"Send again: {_scope_words(at, each)}") for each in _stops(at)]
        processes = [
            (f"process:{each.ref}", f"Stop everything about {each.spoken_ref}")
            for each in open_processes(at.session, at.process.board_id)
            if each.kind != "desk"
        ]
        agencies = [
            (f"agency:{each.key}", f"Stop everything to {each.name}")
            for each in agencies_of(at.session, at.process.board_id)
        ]
        people = [
            (f"person:{each.contact.id}", f"Stop everything to one person: {each.label}")
            for each in seats(at.session, at.process.board_id)
            if each.contact is not None
        ]
        now = and_joined([_scope_words(at, each) for each in _stops(at)]) or "nothing"
        return Form(
            "stopping or restarting sending",
            f"Stopped at the moment: {now}. What is stopped waits and goes when it is lifted, unless it was overtaken.",
            choice(
                "What is to happen?",
                *stops,
                ("all", "Stop everything for the whole board"),
                *processes,
                *agencies,
                *people,
                BACK,
            ),
            (recorded_by(),),
        )

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """Sending is stopped, or goes on."""
        board_id = at.process.board_id
        what, _, which = answer.choice.partition(":")
        if what == "back":
            return Recorded("Nothing was changed.")
        who_recorded(at, at.process, answer, "sending recorded", choice=answer.choice)
        if what == "lift":
            lift_stop(at.session, int(which))
            return Recorded("Recorded: sending goes on.")
        scope = Scope(board_id)
        if what == "process":
            scope = Scope(board_id, process_id=process_by_ref(at.session, which).id)
        if what == "agency":
            keys = {each.key: each.id for each in agencies_of(at.session, board_id)}
            scope = Scope(board_id, agency_id=keys[which])
        if what == "person":
            scope = Scope(board_id, contact_id=int(which))
        stop_sending(at.session, scope)
        return Recorded("Recorded: sending is stopped. It is shown every day until it is lifted.")


@dataclass(frozen=True)
class StartReview:
    """The Chair, or the partners, have decided: a review of that kind is begun."""

    name: str
    kind: str

    def form(self, at: Situation) -> Form | None:
        """Which agencies take part, and where the secure place is."""
        say, title = at.who.say, lower_first(at.book.title_of(self.kind, at.guidance))
        return no_such_process(at, self.kind) or Form(
            "a review to start",
            f"A {title} for {at.board.name}, once {say('{decider has}')} decided on it. {edition_line(at)} It gets a "
            f"random reference that says nothing. {NOTHING_THAT_IDENTIFIES} "
            + say(FIRST_TO_PARTNERS if self._wants_agreement(at) else FIRST_TO_AGENCIES),
            choice("What do you want to record?", ("start", say("{Decider has} decided on such a review")), BACK),
            (
                agencies_field(at), secure_place_field(),
                *who_decided(date_title=say("On which day did {decider} decide?"), who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The review is in the record; its run is started right after."""
        if answer.choice == BACK[0]:
            return Recorded("No review was started.")
        insist_there_is(at, self.kind)
        may = at.book.may_decide(at.book.guidance, self.name)
        decision = decision_in(at, answer, may_decide=may, faults=faults_of_beginning(answer))
        chosen = answer.chosen("agencies")
        agencies = [each for each in agencies_of(at.session, at.process.board_id) if each.key in chosen]
        place, wants = answer.text("secure_place"), self._wants_agreement(at)
        process = openers()[self.kind](at.session, at.book, at.board, decision.on, agencies, place, None)
        plain = at.who.say("A review is to begin once {partners} agree") if wants else "A review is to begin"
        keep_decision(at, process, self.name, decision, "start", plain)
        count = "1 agency" if len(agencies) == 1 else f"{len(agencies)} agencies"
        following = at.who.say(ASKS_PARTNERS if wants else ASKS_AGENCIES)
        return Recorded(f"Recorded: review {process.spoken_ref} is opened with {count}. {following}")

    def _wants_agreement(self, at: Situation) -> bool:
        return self.kind == "plr" and not partners_hold_both(at.who)


class Desk:
    """The board's standing form: everything that is open, and what can be recorded about it."""

    name = "desk"

    def form(self, at: Situation) -> Form | None:
        """Offers only what there is something to do for."""
        offers = [(gate.name, label) for gate, label, is_open in OFFERS if is_open(at)]
        return Form(
            "all that is open", _board_table(at),
            choice("What do you want to do?", *offers), (recorded_by(),),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """Leads to the form that was asked for."""
        return Recorded("Please fill in the details below.", (Following(answer.choice),))


def _owing(at: Situation) -> list[Process]:
    """The open processes of the board, and those closed ones to which something is owed that outlives them."""
    still = [each for each, _ in owed_to_board(at.session, at.process.board_id, OUTLIVING)]
    known = {each.id: each for each in (*open_processes(at.session, at.process.board_id), *still)}
    return list(known.values())


def _awaited_by_board(at: Situation) -> list[tuple[str, str]]:
    options = []
    for process in _owing(at):
        menu = MENUS.get(process.kind)
        if menu is not None:
            awaited = menu.awaited(at.about(process))
            rows = standings(at.session, at.book, process, at.today)
            options += [
                (f"{process.ref}/{row.slot}", f"{process.spoken_ref}, {row.label}")
                for row in rows
                if row.slot in awaited
            ]
    return options


def _awaited_of_actions(at: Situation) -> list[tuple[str, str]]:
    return [each for each in _awaited_by_board(at) if each[0].partition("/")[2].partition(":")[0] in OF_AN_ACTION]


def _board_table(at: Situation) -> str:
    parts = []
    for process in _owing(at):
        if process.kind != "desk":
            rows = [row for row in standings(at.session, at.book, process, at.today) if row.is_open]
            parts.append(f"**{process.spoken_ref}**\n\n{standing_list(rows)}")
    return "\n\n".join(parts) or "Nothing is open. Refer a case here, or start a review under “Deployments”."


def _day_to_hold_until(at: Situation, answer: Answer) -> date:
    day = answer.day("hold_until")
    if day is None or day <= at.today:
        raise Refused("it does not say until which later day they are to be held")
    return day


def _held(at: Situation) -> list[Preview]:
    waiting = waiting_for_release(at.session, at.process.board_id)
    held = [each for each in waiting if clock.local(each.not_before_at).date() <= at.today]
    held.sort(key=lambda each: each.kind == CONFIRMATION)  # what is chased before what is only confirmed
    return previews(at.session, [each.id for each in held[:MOST_OFFERED] if each.id is not None])


def _read_aloud(held: Sequence[Preview]) -> str:
    parts = []
    for each in held[:MOST_SHOWN_IN_FULL]:
        quoted = "\n".join(f"> {line}" if line.strip() else ">" for line in each.text.splitlines())
        when = f" · goes on {spoken(each.goes_on)}" if each.goes_on else ""
        parts.append(f"**To the {each.whom}** · {each.subject}{when}\n\n{quoted}")
    more = len(held) - MOST_SHOWN_IN_FULL
    if more > 0:
        parts.append(f"and {more} more, to be read once these are dealt with.")
    return "\n\n---\n\n".join(parts)


def _label(each: Preview) -> str:
    return f"{each.whom[:1].upper()}{each.whom[1:]}: {each.subject} (no. {each.message_id})"


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _stops(at: Situation) -> Sequence[SendingStop]:
    return stops_in_force(at.session, at.process.board_id)


def _scope_words(at: Situation, stop: SendingStop) -> str:
    if stop.process_id is not None:
        return f"everything about {at.session.get_one(Process, stop.process_id).spoken_ref}"
    if stop.agency_id is not None:
        names = {each.id: each.name for each in agencies_of(at.session, at.process.board_id)}
        return f"everything to {names[stop.agency_id]}"
    if stop.contact_id is not None:
        known = {each.contact.id: each.label for each in seats(at.session, stop.board_id) if each.contact is not None}
        return f"everything to one person ({known.get(stop.contact_id, 'somebody who has left')})"
    return "everything for the whole board"


RECORD_ARRIVALS = register(RecordArrivals())
RECORD_ACTION_WORDS = register(RecordActionWords())
RELEASE_MESSAGES = register(ReleaseMessages())
STOP_SENDING = register(StopSending())
START_REVIEW = register(StartReview("start-review", "plr"))
START_SERIOUS_CASE_REVIEW = register(StartReview("start-serious-case-review", "serious-case-review"))
COPY_GIVEN = register(CopyGiven())
OFFERS: tuple[tuple[Gate, str, Callable[[Situation], bool]], ...] = (
    (RECORD_ARRIVALS, "Record what has arrived", lambda at: bool(_awaited_by_board(at))),
    (RECORD_ACTION_WORDS, "Record words on actions", lambda at: bool(_awaited_of_actions(at))),
    (NOTE_CALL, "Note a telephone call", NOTE_CALL.is_open),
    (REFER_CASE, "Refer a case", lambda at: True),
    (
        RELEASE_MESSAGES,
        "Release messages",
        lambda at: bool(waiting_for_release(at.session, at.process.board_id)),
    ),
    (LETTERS_SENT, "Record that a letter to a body outside the board was sent", LETTERS_SENT.is_open),
    (PANEL_HAS_WRITTEN, "Record what came from the national panel", PANEL_HAS_WRITTEN.is_open),
    (TASKS_DONE, "Tick off tasks that are done", TASKS_DONE.is_open),
    (WRITE_PAPER, "Write a proof sheet or case trail", WRITE_PAPER.is_open),
    (MORE_TIME, "Record that more time is asked for or decided", MORE_TIME.is_open),
    (WAIVE, "Record that something owed is waived", WAIVE.is_open),
    (PAUSE, "Pause or resume a review", PAUSE.is_open),
    (NOTE_ABSENCE, "Note that somebody is away, or back", lambda at: True),
    (CHANGE_CONTACT, "Change a contact", lambda at: True),
    (MAIL_CAME_BACK, "Record a mail that came back", lambda at: True),
    (CORRECT_MISTAKE, "Correct a mistake", CORRECT_MISTAKE.is_open),
    (REMOVE_TEXT, "Remove a text that somebody typed", REMOVE_TEXT.is_open),
    (RESTRICTION, "Restrict or release publication", RESTRICTION.is_open),
    (COPY_GIVEN, "Record a copy of a report that was given on request", COPY_GIVEN.is_open),
    (BLACKOUT_DAYS, "Set or lift blackout days", BLACKOUT_DAYS.is_open),
    (STOP_SENDING, "Stop or restart sending", lambda at: True),
)
DESK = register(Desk())
