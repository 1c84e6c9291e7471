"""Papers that are written on the spot: which one, about which review, and for a proof sheet about what of it."""

from __future__ import annotations

from flows.action_papers import ACTION_PAPERS, write_action_paper
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Following, Recorded, Situation, register
from flows.papers import Written, a_proof_sheet, write_paper
from flows.questions.decisions import BACK, recorded_by, who_recorded
from models.records.action_lists import KIND as PLAN
from models.records.boards import Agency, agencies_of
from models.records.chasing import deadline_in
from models.records.processes import Process, opened_by, process_by_ref
from models.records.said import Matter
from models.records.shown import references_with_pages
from models.records.standing import standings
from models.rules.spoken import and_joined, lower_first
from reports import case_trail, considered, proof_sheet

MOST_OFFERED = 200
NOT_NEEDED = "Not for considered cases. For actions: a plan, or empty for all plans of the board."
FROM_WHEN = "Empty for all cases, and for what was closed since the Board met last."
PROOF, TRAIL, WHOLE = "proof", "trail", "whole"
LISTS = {  # what is written of all considered cases -> its kind, what makes it, and what it is called
    "considered": (considered.KIND, considered.considered_paper, "list of considered cases"),
    "counts": (considered.PUBLIC_KIND, considered.public_paper, "paper with the counts of considered cases"),
}


class WritePaper:
    """Which of the two, and for which review, open or closed within a year."""

    name = "write-paper"

    def is_open(self, at: Situation) -> bool:
        """True when the board has, or had of late, a review."""
        return bool(references_with_pages(at.session, at.process.board_id, 1))

    def form(self, at: Situation) -> Form | None:
        """The reviews by their references."""
        refs = references_with_pages(at.session, at.process.board_id, MOST_OFFERED)
        options = [(ref, _label(at, process_by_ref(at.session, ref))) for ref in refs]
        if not options:
            return None
        return Form(
            "a proof sheet or case trail to write",
            "A **proof sheet** holds every message in full with address, moment and the mail server's answer, the "
            "tasks to telephone and the notes of calls: for somebody who says that it never came. A **case trail** "
            "holds decisions, dates, extensions, chasing, meetings and papers in order: for an inspector. Both name "
            "roles and agencies, never a person, and lie afterwards in the board's folder of papers. Of **considered "
            "cases** there is a list for the board's group, and a form for the annual report that tells counts alone. "
            "Of **actions** there are papers for the committee, the Board and the public: of one plan, or of all where "
            "none is chosen.",
            choice(
                "What is to be written?", (PROOF, "A proof sheet"), (TRAIL, "A case trail"),
                ("considered", "The list of all considered cases, for the group"),
                ("counts", "The counts of considered cases, for the annual report"),
                *((which, paper.offer) for which, paper in ACTION_PAPERS.items()), BACK,
            ),
            (
                Field("about", Kind.ONE_OF, "For which review or plan?", NOT_NEEDED, options=tuple(options)),
                Field("from_on", Kind.DATE, "Cases decided, or actions closed, from which day on?", FROM_WHEN),
                Field("until_on", Kind.DATE, "And up to which day?", "For considered cases alone. Empty for all."),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The case trail is written; for a proof sheet it is asked about what of the review."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        if answer.choice in LISTS:
            return _write_list(at, answer)
        if answer.choice in ACTION_PAPERS:
            return _write_of_actions(at, answer)
        ref = answer.text("about")
        if not ref:
            raise Refused("it does not say for which review")
        if answer.choice == PROOF:
            return Recorded("Please choose below what it is to be about.", (Following(PROOF_OF.name, {"ref": ref}),))
        process = process_by_ref(at.session, ref, for_update=True)
        who_recorded(at, process, answer, "paper asked for", kind=case_trail.KIND)
        trail = case_trail.case_trail(at.session, at.book, process)
        return Recorded(_said("case trail", process, write_paper(at.session, trail, case_trail.KIND, process)))


class ProofOf:
    """The whole review, one agency in it, or one thing owed."""

    name = "proof-of"

    def form(self, at: Situation) -> Form | None:
        """Everybody and everything that messages can have been about."""
        process = at.subject
        if process.kind == "desk":
            return None
        agencies = [(f"agency:{each.key}", f"{each.name}: to it, and about what it owes") for each in _agencies(at)]
        owed = [(f"slot:{row.slot}", row.label) for row in standings(at.session, at.book, process, at.today)]
        return Form(
            f"what the proof sheet of {process.spoken_ref} is about",
            f"The proof sheet is about review {process.spoken_ref}.",
            choice(
                "What is it to be about?", (WHOLE, "The whole review"), *agencies, *owed[:MOST_OFFERED], BACK,
            ),
            (recorded_by(),),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The proof sheet is written."""
        what, _, which = answer.choice.partition(":")
        if what == BACK[0]:
            return Recorded("Nothing was recorded.")
        process = at.subject
        agency = next((each for each in _agencies(at) if what == "agency" and each.key == which), None)
        deadline = deadline_in(at.session, process, which) if what == "slot" else None
        who_recorded(at, process, answer, "paper asked for", kind=proof_sheet.KIND, about=answer.choice)
        sheet = a_proof_sheet(at.session, Matter(process, agency, deadline))
        return Recorded(_said("proof sheet", process, write_paper(at.session, sheet, proof_sheet.KIND, process)))


def _write_list(at: Situation, answer: Answer) -> Recorded:
    kind, make, words = LISTS[answer.choice]
    span = considered.Span(answer.day("from_on"), answer.day("until_on"))
    if span.from_on and span.until_on and span.until_on < span.from_on:
        raise Refused("the last day is before the first")
    who_recorded(at, at.process, answer, "paper asked for", kind=kind)
    return Recorded(_lies(words, write_paper(at.session, make(at.session, at.board, span), kind, at.process)))


def _write_of_actions(at: Situation, answer: Answer) -> Recorded:
    """The paper on the actions of the plan, of the plan that the review has opened, or of the whole board."""
    paper, ref = ACTION_PAPERS[answer.choice], answer.text("about")
    plan = _plan(at, process_by_ref(at.session, ref)) if ref else None
    process = process_by_ref(at.session, plan.ref, for_update=True) if plan else at.process
    who_recorded(at, process, answer, "paper asked for", kind=paper.kind)
    written = write_action_paper(at.session, at.book, at.board, paper, process, answer.day("from_on"))
    return Recorded(_lies(paper.called, written))


def _plan(at: Situation, process: Process) -> Process:
    plans = [each for each in (process, *opened_by(at.session, process)) if each.kind == PLAN]
    if not plans:
        raise Refused("that review has no action plan: choose a plan, or none for all plans of the board")
    if len(plans) > 1:
        raise Refused("that review has more than one action plan: choose one of them")
    return plans[0]


def _lies(what: str, written: Written) -> str:
    files = and_joined([f"“{name}”" for name in written.files])
    return f"Recorded: the {what} lies in the folder papers as {files}."


def _agencies(at: Situation) -> list[Agency]:
    return list(agencies_of(at.session, at.process.board_id))


def _label(at: Situation, process: Process) -> str:
    closed = " (closed)" if process.closed_at is not None else ""
    return f"{process.spoken_ref}: {lower_first(at.book.title_of(process.kind, process.guidance))}{closed}"


def _said(what: str, process: Process, written: Written) -> str:
    return _lies(f"{what} of {process.spoken_ref}", written)


WRITE_PAPER = register(WritePaper())
PROOF_OF = register(ProofOf())
