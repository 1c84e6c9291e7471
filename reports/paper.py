"""A paper as plain values: built once, then written as a Word file, as a page, or printed for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config import clock
from models.records.papers import SHORT_HEAD
from models.rules.spoken import and_joined, spoken

LANGUAGE = "en-GB"


@dataclass(frozen=True)
class Heading:
    """A heading of the first or second level below the title."""

    words: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; `strong` for what must not be overlooked."""

    words: str
    strong: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and what they are, one to a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table with one row of headings; `shares` say how wide the columns are to each other."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...] = ()


@dataclass(frozen=True)
class Listing:
    """Short entries, each with a bullet."""

    entries: tuple[str, ...]


@dataclass(frozen=True)
class Quoted:
    """A text letter for letter, set off from ours, its lines kept."""

    text: str


@dataclass(frozen=True)
class Picture:
    """A picture, and the same in words for whoever does not see it."""

    png: bytes
    words: str


Block = Heading | Paragraph | Facts | Table | Listing | Quoted | Picture


@dataclass(frozen=True)
class Document:
    """A whole paper: what it is called, what it is about, and as of when."""

    title: str
    reference: str  # "CR-7Q4M Rowan"
    board: str
    head: str  # of the journal when the paper was made
    made_at: datetime
    blocks: tuple[Block, ...]
    wide: bool = False  # printed across the page, for tables of many columns

    @property
    def as_of(self) -> str:
        """As of when the record was looked at, in words."""
        return f"{self.board}. As the record stood on {spoken_moment(self.made_at)}."

    @property
    def footer(self) -> str:
        """What stands at the foot of every page."""
        return f"Reference {self.reference}; head of the journal {self.head[:SHORT_HEAD] or 'none yet'}"


def spoken_moment(moment: datetime) -> str:
    """The moment on the office's clock, "Friday 12 June 2026 at 07:04"."""
    local = clock.local(moment)
    return f"{spoken(local.date())} at {local:%H:%M}"


def titled(
    words: str, headings: Sequence[str], rows: Sequence[Sequence[str]], none: str, shares: Sequence[int] = ()
) -> list[Block]:
    """A heading with its table, or with a sentence where there is nothing to list."""
    if not rows:
        return [Heading(words), Paragraph(none)]
    return [Heading(words), Table(tuple(headings), tuple(tuple(row) for row in rows), tuple(shares))]


def alike(rows: Sequence[Sequence[str]], column: int) -> list[tuple[str, ...]]:
    """The rows, those that differ in that one column alone made into one that lists what stood there."""
    found: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        found.setdefault((*row[:column], *row[column + 1 :]), []).append(row[column])
    return [(*key[:column], and_joined(each), *key[column:]) for key, each in found.items()]


def readable(text: str) -> str:
    """The text without what no page shows and no file of Word may hold; tabulators become blanks."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text.replace("\r\n", "\n"))


def on_one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(readable(text).split())


def as_values(document: Document) -> dict[str, Any]:
    """The paper for programs; a picture by its words."""
    return {
        "title": document.title, "reference": document.reference, "board": document.board, "head": document.head,
        "made_at": document.made_at.isoformat(), "content": [_value(block) for block in document.blocks],
    }  # fmt: skip


def _value(block: Block) -> dict[str, Any]:
    return _VALUES[type(block)](block)


_VALUES: dict[type[Block], Callable[[Any], dict[str, Any]]] = {
    Heading: lambda it: {"heading": it.words, "level": it.level},
    Paragraph: lambda it: {"paragraph": it.words},
    Facts: lambda it: {"facts": [list(row) for row in it.rows]},
    Table: lambda it: {"table": {"headings": list(it.headings), "rows": [list(row) for row in it.rows]}},
    Listing: lambda it: {"list": list(it.entries)},
    Quoted: lambda it: {"quoted": it.text},
    Picture: lambda it: {"picture": it.words},
}
