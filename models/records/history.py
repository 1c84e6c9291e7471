"""History: an append-only journal, one chain of digests for each process."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint, insert
from sqlmodel import Field, Session, SQLModel, col, select

from config import clock
from models.records.columns import Facts, Moment
from models.records.locking import locking
from models.records.processes import Process

WORDS_REMOVED = "words removed"


class History(SQLModel, table=True):
    """One thing that happened to one process; never changed, never erased."""

    __table_args__ = (UniqueConstraint("process_id", "seq"),)

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id")
    seq: int
    at: datetime = Field(sa_type=Moment)
    deed: str = Field(max_length=60)
    facts: Facts = Field(default_factory=dict, sa_type=JSON)  # ids, dates, counts, choices; no typed words
    words_digests: Facts = Field(default_factory=dict, sa_type=JSON)  # name of the field -> salted digest
    before: str = Field(max_length=64)  # digest of the row before
    digest: str = Field(max_length=64)


class Words(SQLModel, table=True):
    """Free text that a person typed, a row apart so that it can be blanked and the chain still holds."""

    __table_args__ = (UniqueConstraint("process_id", "seq", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id")
    seq: int
    name: str = Field(max_length=60)
    salt: str = Field(max_length=32)
    text: str | None = None
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


_WRITE = insert(History)


class NoSuchWords(Exception):
    """Nobody typed anything there."""


@dataclass(frozen=True)
class ChainFault:
    """Where a chain does not hold, and why."""

    ref: str
    seq: int
    what: str


def write_history(
    session: Session, process: Process, deed: str, facts: Facts, words: dict[str, str] | None = None
) -> int:
    """The deed stands at the end of the process's chain; gives back its number there.

    `process` must be locked by this transaction (read with `for_update`) wherever two may write at once.
    """
    seq = process.history_seq + 1
    facts = json.loads(json.dumps(facts, default=str))
    digests: Facts = {}
    for name, text in (words or {}).items():
        kept = Words(process_id=_id(process), seq=seq, name=name, salt=secrets.token_hex(16), text=_clean(text))
        digests[name] = _words_digest(kept.salt, kept.text or "")
        session.add(kept)
    moment = clock.now()
    digest = _digest(process.history_head, process.ref, seq, moment, deed, facts, digests)
    row = {
        "process_id": _id(process), "seq": seq, "at": moment, "deed": deed, "facts": facts,
        "words_digests": digests, "before": process.history_head, "digest": digest,
    }  # fmt: skip
    session.connection().execute(_WRITE, row)
    process.history_seq, process.history_head = seq, digest
    session.add(process)
    return seq


def remove_words(session: Session, process: Process, seq: int, name: str, why_choice: str) -> None:
    """The text is blanked for good, and the journal says which and why; the chain still holds.

    Its salt goes with it, so that nobody can find a short text by guessing. A text that was blanked before stays so.
    Raises NoSuchWords. `process` must be locked by this transaction.
    """
    question = select(Words).where(Words.process_id == process.id, Words.seq == seq, Words.name == name)
    words = session.exec(locking(question)).first()
    if words is None:
        raise NoSuchWords
    if words.text is None:
        return
    words.text, words.salt, words.removed_at = None, "", clock.now()
    session.add(words)
    write_history(session, process, WORDS_REMOVED, {"seq": seq, "name": name, "why": why_choice})


def verify_chain(session: Session, process: Process, head: str | None = None) -> list[ChainFault]:
    """All places where the chain was altered, shortened or does not contain `head`."""
    faults, before, expected, heads = [], "", 1, {""}
    kept = _words_kept(session, process)
    blanked: set[tuple[int, str]] = set()
    for row in _rows(session, _id(process)):
        if row.seq != expected:
            faults.append(ChainFault(process.ref, expected, "a row is missing"))
        if row.before != before or row.digest != _digest(
            row.before, process.ref, row.seq, row.at, row.deed, row.facts, row.words_digests
        ):
            faults.append(ChainFault(process.ref, row.seq, "the row was altered"))
        of_row = kept.pop(row.seq, {})
        faults += _words_faults(process, row, of_row)
        if row.deed == WORDS_REMOVED:
            blanked.discard((row.facts.get("seq", 0), row.facts.get("name", "")))
        blanked |= {(row.seq, words.name) for words in of_row.values() if words.text is None}
        before, expected = row.digest, row.seq + 1
        heads.add(row.digest)
    faults += [ChainFault(process.ref, seq, "words were blanked and the journal does not say so") for seq, _ in blanked]
    faults += [ChainFault(process.ref, seq, "there are words without a row of the journal") for seq in kept]
    if (process.history_seq, process.history_head) != (expected - 1, before):
        faults.append(ChainFault(process.ref, expected, "the end of the chain is missing"))
    if head and not any(known.startswith(head.lower()) for known in heads if known):
        faults.append(ChainFault(process.ref, expected, "the head that was given is not part of the chain"))
    return faults


def history_of(session: Session, process_id: int) -> list[History]:
    """The journal of a process from its beginning."""
    return list(_rows(session, process_id))


def _rows(session: Session, process_id: int) -> Iterator[History]:
    question = select(History).where(History.process_id == process_id).order_by(col(History.seq))
    yield from session.exec(question.execution_options(yield_per=500))


def _words_kept(session: Session, process: Process) -> dict[int, dict[str, Words]]:
    kept: defaultdict[int, dict[str, Words]] = defaultdict(dict)
    for words in session.exec(select(Words).where(Words.process_id == process.id)).all():
        kept[words.seq][words.name] = words
    return dict(kept)


def _words_faults(process: Process, row: History, kept: Mapping[str, Words]) -> list[ChainFault]:
    faults = []
    for name, digest in row.words_digests.items():
        words = kept.get(name)
        if words is None or (words.text is None and words.removed_at is None):
            faults.append(ChainFault(process.ref, row.seq, "words are missing"))
        elif words.text is not None and _words_digest(words.salt, words.text) != digest:
            faults.append(ChainFault(process.ref, row.seq, "words were altered"))
    if set(kept) - set(row.words_digests):
        faults.append(ChainFault(process.ref, row.seq, "words were added"))
    return faults


def _digest(before: str, ref: str, seq: int, at: datetime, deed: str, facts: Facts, digests: Facts) -> str:
    whole = json.dumps(
        [before, ref, seq, at.isoformat(timespec="microseconds"), deed, facts, digests],
        sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str,
    )  # fmt: skip
    return hashlib.sha256(whole.encode()).hexdigest()


def _words_digest(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def _clean(text: str) -> str:
    """Without the characters that no database keeps (NUL, lone surrogates)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _id(process: Process) -> int:
    if process.id is None:
        raise ValueError("the process is not in the record yet")
    return process.id
