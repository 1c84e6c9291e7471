"""What the forms share that begin a process: where the case itself is kept, and that there is such a process at all."""

from __future__ import annotations

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Situation
from flows.questions.decisions import BACK, recorded_by
from models.records.boards import agencies_of
from models.rules.spoken import lower_first

SECURE_PLACES = ("https://",)
LONGEST_PLACE = 400
BEGUN_BY = {"rapid-review": "Start a rapid review", "scr-consideration": "Refer a case"}  # what stands in for others
NOTHING_THAT_IDENTIFIES = "**Write nothing here that could identify a child, a family or a colleague.**"


def edition_line(at: Situation) -> str:
    """Under which edition a process would run that is begun now; one that was not verified says so."""
    return f"It will run under {at.book.spoken_edition(at.guidance)}, also when the board changes to another."


def no_such_process(at: Situation, kind: str) -> Form | None:
    """What is shown instead of a form that begins a process of a kind that the board's edition has not; else None."""
    why = at.book.not_begun(kind, at.guidance)
    if not why:
        return None
    title = at.book.title_of(kind, at.guidance)
    door = BEGUN_BY.get(at.book.edition(at.guidance).not_begun[kind].instead, "")
    where = f" It stands under “Deployments” as “{door}”." if door else ""
    return Form(
        f"no {lower_first(title)} under this edition", f"{why}{where} Nothing was recorded.",
        choice("What do you want to do?", BACK), (recorded_by(),),
    )  # fmt: skip


def insist_there_is(at: Situation, kind: str) -> None:
    """There is such a process under the board's edition, also now that the form is answered. Raises Refused."""
    why = at.book.not_begun(kind, at.guidance)
    if why:
        raise Refused(why)


def agencies_field(at: Situation, title: str = "Which agencies take part?") -> Field:
    """The agencies of the board, of which at least one is needed."""
    return Field(
        "agencies", Kind.SOME_OF, title, "At least one.", needed=True,
        options=tuple((each.key, each.name) for each in agencies_of(at.session, at.process.board_id)),
    )  # fmt: skip


def secure_place_field() -> Field:
    """Where the case itself is kept."""
    return Field(
        "secure_place", Kind.TEXT, "Link to the secure place",
        "Where the case itself is kept; the only place that ties the reference to a child. "
        "Kept in the record: no page and no message shows it.",
    )  # fmt: skip


def faults_of_beginning(answer: Answer, nobody: str = "no agency takes part") -> list[str]:
    """What is wrong with agencies and secure place, in words."""
    faults = [] if answer.chosen("agencies") else [nobody]
    return [*faults, *faults_of_place(answer.text("secure_place"))]


def faults_of_place(place: str) -> list[str]:
    """Why that cannot be the link to the secure place; it may be left empty."""
    if place and (not place.startswith(SECURE_PLACES) or len(place) > LONGEST_PLACE or len(place.split()) > 1):
        return ["the link to the secure place must be one address that begins with https://"]
    return []
