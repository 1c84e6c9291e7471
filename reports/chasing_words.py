"""One line of chasing in words: what was said of something owed, to which role, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.records.deadlines import CallNote, Deadline
from models.records.messages import MessageState
from models.records.said import Chase, how_it_went
from models.rulebook import RuleBook
from models.rules.spoken import spoken
from reports.markdown_pieces import upper_first
from reports.paper import spoken_moment
from reports.paper_words import CALLS, NOT_SENT, TASKS, asked_whom, rung_words, thing, whose


@dataclass(frozen=True)
class Line:
    """One line of a list of chasing."""

    on: date
    about: str
    what: str
    whom: str
    came_of_it: str


def chase_lines(book: RuleBook, chasing: Sequence[Chase], names: Mapping[int | None, str]) -> list[Line]:
    """What became of each step of the ladders; steps that another one said for them are one line with it."""
    lines: list[Line] = []
    merged: dict[tuple[int, int, str], list[str]] = {}
    for each in chasing:
        words, notice = rung_words(book, each.deadline, each.notice.rung), each.notice
        if notice.merged_into:
            merged.setdefault((notice.deadline_id, notice.arming, notice.merged_into), []).append(words)
            continue
        lines.append(
            Line(
                notice.said_on, thing(each.deadline, names), words,
                asked_whom(each.deadline, notice.recipient_role, names), upper_first(_fate(each)),
            )
        )  # fmt: skip
    return [*lines, *_merged_lines(book, chasing, merged, names)]


def _merged_lines(
    book: RuleBook,
    chasing: Sequence[Chase],
    merged: Mapping[tuple[int, int, str], Sequence[str]],
    names: Mapping[int | None, str],
) -> list[Line]:
    first = {(each.notice.deadline_id, each.notice.arming, each.notice.merged_into): each for each in reversed(chasing)}
    return [
        Line(
            first[key].notice.said_on, thing(first[key].deadline, names), "; ".join(dict.fromkeys(steps)),
            "As there", f"Said together with: {rung_words(book, first[key].deadline, key[2])}",
        )
        for key, steps in merged.items()
    ]  # fmt: skip


def call_line(note: CallNote, deadline: Deadline, names: Mapping[int | None, str]) -> Line:
    """What was heard on the telephone, or in answer to a question."""
    said = CALLS[note.outcome] + (f" for {spoken(note.promised_on)}" if note.promised_on else "")
    held = f"Chasing was held until {spoken(note.held_until_on)}" if note.held_until_on else "Chasing was not held"
    return Line(note.called_on, thing(deadline, names), f"A call was noted: {said}", whose(deadline, names), held)


def _fate(each: Chase) -> str:
    notice, message, task = each.notice, each.message, each.task
    if message is not None and message.state is MessageState.SENT:
        return how_it_went(message)
    if message is not None:
        return message.why_withdrawn or NOT_SENT.get(message.state, "not sent")
    if task is not None:
        done = f"ended on {spoken_moment(task.done_at)}" if task.done_at else "still open"
        return f"{TASKS[task.kind]}, {done}"
    return f"not said: {notice.suppressed_because}"
