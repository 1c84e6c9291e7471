"""Self-assessment audits: what a tool asks, how its answers are graded, and what an agency's grades come to.

One machinery for the section 11 audit and the audit of schools (B.5, B.14, C.1, C.2). Everything here is a value; the
standards, scales and themes themselves are configuration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, TypeVar

NOT_APPLICABLE = "na"  # in the place of a grade; always with a reason
PERCENT_STEP = 5  # C.2 "Percent" (P:30)
WHOLE = 100  # what the weights of a standard's criteria add up to (P:30)


class Colour(StrEnum):
    """The colour of a grade or of an agency's mark; its words always stand beside it."""

    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


FROM_THE_BEST = (Colour.BLUE, Colour.GREEN, Colour.AMBER, Colour.RED)


class GradedBy(StrEnum):
    """Whose grade it is; the three are kept apart (C.2, D)."""

    SELF = "self"
    READER = "reader"
    MODERATED = "moderated"


class NotApplicable(StrEnum):
    """Why a standard does not apply to an agency (D)."""

    NO_SUCH_WORK = "no-such-work"
    DONE_BY_OTHERS = "done-by-others"
    NO_SUCH_STAFF = "no-such-staff"
    TOO_NEW = "too-new"


PLAIN_NOT_APPLICABLE: Mapping[NotApplicable, str] = {
    NotApplicable.NO_SUCH_WORK: "the agency does no such work",
    NotApplicable.DONE_BY_OTHERS: "another agency does it for this one",
    NotApplicable.NO_SUCH_STAFF: "the agency has no such staff or volunteers",
    NotApplicable.TOO_NEW: "the agency or service is too new",
}


@dataclass(frozen=True)
class Criterion:
    """One thing that shows whether a standard is met; a prompt, and under the percent scale what is answered.

    `weight` is its share of the standard: whole numbers that add up to 100 in each standard.
    """

    key: str  # "ST-01.1"
    words: str
    weight: int


@dataclass(frozen=True)
class Standard:
    """One standard of a tool, in the words of the board."""

    key: str  # "ST-01"
    title: str
    criteria: tuple[Criterion, ...]
    evidence: str  # what usually shows it
    is_theme: bool = False  # added for one tranche


@dataclass(frozen=True)
class Grade:
    """One value of a scale, and what a return that gives it must have beside it."""

    key: str  # "3"
    words: str  # "met and effect shown"
    points: float
    colour: Colour
    needs_evidence: bool = False
    needs_action: bool = False
    caps: Colour | None = None  # no agency with such a grade is overall better than this


@dataclass(frozen=True)
class Scale:
    """The grades of one tranche; `bands` are the least points of each overall colour, the best first.

    `by_criteria`: each criterion is answered, and a standard's grade is the share of what is met, in percent.
    """

    key: str
    title: str
    grades: tuple[Grade, ...]
    bands: tuple[tuple[Colour, float], ...]
    by_criteria: bool = False

    def grade(self, key: str) -> Grade:
        """The grade of that key. Raises KeyError."""
        return _found(key, self.grades)


@dataclass(frozen=True)
class Tool:
    """One version of what is asked; frozen for a tranche when it is agreed."""

    kind: str  # the kind of process: "section-11"
    version: str  # "2017.1"
    title: str  # "Section 11 self-assessment"
    respondent: str  # what one who answers is called: "agency", "school"
    scale: Scale
    standards: tuple[Standard, ...]
    comes_from: Mapping[str, tuple[str, ...]]  # standard -> those of the version before that it continues

    def standard(self, key: str) -> Standard:
        """The standard of that key. Raises KeyError."""
        return _found(key, self.standards)

    @property
    def items(self) -> tuple[str, ...]:
        """The keys of what a return answers, in their order: standards, or their criteria."""
        if self.scale.by_criteria:
            return tuple(each.key for standard in self.standards for each in standard.criteria)
        return tuple(each.key for each in self.standards)


@dataclass(frozen=True)
class Answer:
    """What a return says about one standard or criterion; the texts are typed and stand in no message."""

    item: str
    grade: str  # of the scale, or NOT_APPLICABLE
    reason: NotApplicable | None = None
    evidence: str = ""
    comment: str = ""
    unchanged_since: str = ""  # the tranche from which the answer was carried forward, "2"; empty for a new one
    good_practice: bool = False  # the agency offers it to others


@dataclass(frozen=True)
class Query:
    """Something that a return lacks, by its item; `item` is empty for the whole of it."""

    item: str
    wrong: str  # "a grade is missing"
    to_do: str  # a sentence


@dataclass(frozen=True)
class Mark:
    """What the grades of one agency come to.

    `points` is the mean of the graded standards in the points of the scale, to two places; None, with no colour, where
    nothing is graded. `capped_by` names the standards whose grades kept the colour down.
    """

    points: float | None
    colour: Colour | None
    graded: int
    not_applicable: int
    capped_by: tuple[str, ...] = ()


def standard_grades(tool: Tool, answers: Sequence[Answer]) -> dict[str, str]:
    """The grade of each standard that is answered; under the percent scale worked out from its criteria, "85"."""
    given = {each.item: each for each in answers}
    if not tool.scale.by_criteria:
        return {each.key: given[each.key].grade for each in tool.standards if each.key in given}
    found = {}
    for standard in tool.standards:
        answered = {each.key: given[each.key].grade for each in standard.criteria if each.key in given}
        if len(answered) == len(standard.criteria):
            found[standard.key] = _percent(tool.scale, standard, answered)
    return found


def _percent(scale: Scale, standard: Standard, answered: Mapping[str, str]) -> str:
    """What does not apply is taken out and the rest weighted anew; the whole only when all is met (C.2, P:30).

    Rounded down to steps of five, so that nothing short of all reaches the whole.
    """
    counted = [each for each in standard.criteria if answered[each.key] != NOT_APPLICABLE]
    together = sum(each.weight for each in counted)
    if not together:
        return NOT_APPLICABLE
    best = max(each.points for each in scale.grades)
    met = sum(each.weight * scale.grade(answered[each.key]).points for each in counted)
    return str(int(met * WHOLE / (together * best)) // PERCENT_STEP * PERCENT_STEP)


def points_of(scale: Scale, grade: str) -> float | None:
    """The points of a standard's grade; None for what does not apply. Raises KeyError, and ValueError for no number."""
    if grade == NOT_APPLICABLE:
        return None
    return float(grade) if scale.by_criteria else scale.grade(grade).points


def colour_of(scale: Scale, grade: str) -> Colour | None:
    """The colour of a standard's grade; None for what does not apply."""
    points = points_of(scale, grade)
    if points is None:
        return None
    return _band(scale, points) if scale.by_criteria else scale.grade(grade).colour


def words_of(scale: Scale, grade: str) -> str:
    """A standard's grade as people read it: "2 met", "85%", "does not apply"."""
    if grade == NOT_APPLICABLE:
        return "does not apply"
    return f"{grade}%" if scale.by_criteria else f"{grade} {scale.grade(grade).words}"


def mark_of(scale: Scale, grades: Mapping[str, str]) -> Mark:
    """What the grades of an agency's standards come to, by the standard's key.

    The mean of the graded standards; its colour is never better than the worst grade allows (C.2, D).
    """
    points = {key: found for key, grade in grades.items() if (found := points_of(scale, grade)) is not None}
    beside = len(grades) - len(points)
    if not points:
        return Mark(None, None, 0, beside)
    mean = round(sum(points.values()) / len(points) + 1e-9, 2)
    colour, caps = _band(scale, mean), _caps(scale, {key: grades[key] for key in points})
    worst = max((FROM_THE_BEST.index(cap) for cap in caps.values()), default=0)
    if worst <= FROM_THE_BEST.index(colour):
        return Mark(mean, colour, len(points), beside)
    by = tuple(key for key, cap in caps.items() if FROM_THE_BEST.index(cap) == worst)
    return Mark(mean, FROM_THE_BEST[worst], len(points), beside, by)


def _caps(scale: Scale, grades: Mapping[str, str]) -> dict[str, Colour]:
    if scale.by_criteria:
        return {}
    return {key: cap for key, grade in grades.items() if (cap := scale.grade(grade).caps) is not None}


def _band(scale: Scale, points: float) -> Colour:
    return next((colour for colour, least in scale.bands if points >= least), FROM_THE_BEST[-1])


def queries_of(tool: Tool, answers: Sequence[Answer], with_action: Sequence[str]) -> Iterator[Query]:
    """What a return still lacks: a grade or a reason everywhere, evidence for high grades, an action for low ones.

    `with_action` are the standards for which the return has an action with owner and day. Source: B.5 row 6, C.2 (D).
    """
    given = {each.item: each for each in answers}
    for item in tool.items:
        answer = given.get(item)
        if answer is None or not answer.grade:
            yield Query(item, "no grade is given", "Choose a grade, or “does not apply” with its reason.")
        elif answer.grade == NOT_APPLICABLE:
            if answer.reason is None:
                yield Query(item, "it does not say why this does not apply", "Choose the reason from the list.")
        else:
            yield from _lacks(tool, item, answer, with_action)


def _lacks(tool: Tool, item: str, answer: Answer, with_action: Sequence[str]) -> Iterator[Query]:
    grade = tool.scale.grade(answer.grade)
    if answer.reason is not None:
        yield Query(item, "a reason why it does not apply stands beside a grade", "Take the reason out, or the grade.")
    if grade.needs_evidence and not answer.evidence.strip():
        yield Query(item, f"“{grade.words}” needs evidence, and none is named", "Say what shows it and where it is.")
    if grade.needs_action and standard_of(item) not in with_action:
        yield Query(
            item, f"“{grade.words}” needs an action, and none is written for {standard_of(item)}",
            "Write an action with an owner and a day on the sheet “Actions”.",
        )  # fmt: skip


def standard_of(item: str) -> str:
    """The standard that an answer belongs to: "ST-01" of "ST-01" and of its criterion "ST-01.2"."""
    return item.partition(".")[0]


def drift(scale: Scale, first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, float]:
    """By how many points the later grade of each standard is above the earlier; only those graded both times (C.2)."""
    found = {}
    for key in first.keys() & then.keys():
        before, after = points_of(scale, first[key]), points_of(scale, then[key])
        if before is not None and after is not None:
            found[key] = after - before
    return {key: found[key] for key in sorted(found)}


def carried_over(tool: Tool, before: Mapping[str, str]) -> dict[str, str]:
    """Last time's grades under today's standards, through the mapping between the versions.

    A standard that continues several of them has the worst, by their order in the scale; one that continues none has
    none. `before` are grades of the same scale.
    """
    found = {}
    for standard in tool.standards:
        known = [before[old] for old in tool.comes_from.get(standard.key, (standard.key,)) if old in before]
        if known:
            found[standard.key] = min(known, key=lambda grade: _order(tool.scale, grade))
    return found


def _order(scale: Scale, grade: str) -> float:
    points = points_of(scale, grade)
    return float("inf") if points is None else points


def with_themes(tool: Tool, themes: Sequence[Standard]) -> Tool:
    """The tool with what the board adds for one tranche (C.1, ST-15)."""
    return replace(tool, standards=(*tool.standards, *(replace(each, is_theme=True) for each in themes)))


class _HasKey(Protocol):
    @property
    def key(self) -> str: ...


Found = TypeVar("Found", bound=_HasKey)


def _found(key: str, among: Sequence[Found]) -> Found:
    for each in among:
        if each.key == key:
            return each
    raise KeyError(key)
