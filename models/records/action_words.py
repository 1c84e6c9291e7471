"""What people typed of actions, for papers that lie in the board's folder: never for a page or a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, and_, col, select

from models.records.action_lists import WORD, Listed, Place, plans
from models.records.actions import Action
from models.records.history import History, Words
from models.records.processes import Process


@dataclass(frozen=True)
class Typed:
    """The texts of some actions and of the last words on them; what was removed is empty."""

    of_actions: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    of_words: Mapping[Place, str] = field(default_factory=dict)  # by plan and entry of its journal

    def of(self, listed: Listed, name: str) -> str:
        """One text of the action, "" where there is none."""
        return self.of_actions.get(listed.action.id or 0, {}).get(name, "")

    def said_of(self, listed: Listed) -> str:
        """What its owner typed with the last word, "" where nothing is there."""
        if listed.heard is None:
            return ""
        return self.of_words.get((listed.action.process_id, listed.heard.seq), "")


def typed_of(session: Session, board_id: int, names: Sequence[str], process: Process | None = None) -> Typed:
    """These texts of the board's actions, or of one plan's, and all words on them: two statements."""
    mine = plans(board_id, process)
    of_actions: dict[int, dict[str, str]] = defaultdict(dict)
    texts = (
        select(Action.id, Words.name, Words.text)
        .join(Words, and_(col(Words.process_id) == Action.process_id, col(Words.seq) == Action.words_seq))
        .where(col(Action.process_id).in_(mine), col(Words.name).in_(names))
    )
    for number, name, text in session.exec(texts).all():
        of_actions[number or 0][name] = text or ""
    of_words: dict[Place, list[str]] = defaultdict(list)
    words = (
        select(Words.process_id, Words.seq, Words.text)
        .join(History, and_(col(History.process_id) == Words.process_id, col(History.seq) == Words.seq))
        .where(col(History.process_id).in_(mine), History.deed == WORD).order_by(col(Words.id))
    )  # fmt: skip
    for process_id, seq, text in session.exec(words).all():
        of_words[process_id, seq].append(text or "")
    return Typed(of_actions, {place: " ".join(filter(None, each)) for place, each in of_words.items()})
