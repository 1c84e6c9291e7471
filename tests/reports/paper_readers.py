"""Papers read back as their readers see them: Word files through python-docx, pages through a parser of HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn


@dataclass
class Read:
    """What a paper says, taken apart."""

    headings: list[str] = field(default_factory=list)
    words: str = ""  # everything, in order
    tables: list[list[list[str]]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)  # their words
    footer: str = ""
    tags: set[str] = field(default_factory=set)

    def table(self, *headings: str) -> list[list[str]]:
        """The rows of the one table that begins with these headings."""
        (found,) = [each for each in self.tables if each and each[0][: len(headings)] == list(headings)]
        return found[1:]

    def fact(self, name: str) -> str:
        """What stands beside the name."""
        return next(row[1] for table in self.tables for row in table if row[0] == name)


def word(content: bytes | Path) -> Read:
    """The Word file."""
    file = docx.Document(BytesIO(content) if isinstance(content, bytes) else str(content))
    read = Read()
    for part in file.iter_inner_content():
        if isinstance(part, docx.table.Table):
            rows = [[cell.text for cell in row.cells] for row in part.rows]
            read.tables.append(rows)
            read.words += "\n".join(" | ".join(row) for row in rows) + "\n"
        else:
            if str(part.style and part.style.name).startswith(("Heading", "Title")):
                read.headings.append(part.text)
            read.words += part.text + "\n"
    read.pictures = [each._inline.docPr.get("descr") for each in file.inline_shapes]
    read.footer = "".join(each.text or "" for each in file.sections[0].footer._element.iter(qn("w:t")))
    return read


def page(content: bytes | Path) -> Read:
    """The page of HTML."""
    reader = _Page()
    reader.feed((content if isinstance(content, bytes) else content.read_bytes()).decode())
    reader.read.words = "".join(reader.said)
    return reader.read


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read, self.said, self.within = Read(), list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.read.tags.add(tag)
        if tag == "img":
            self.read.pictures.append(dict(attrs)["alt"])
            return
        self.within.append(tag)
        if tag == "table":
            self.read.tables.append([])
        if tag == "tr":
            self.read.tables[-1].append([])
        if tag in ("td", "th"):
            self.read.tables[-1][-1].append("")
        if tag in ("h1", "h2", "h3"):
            self.read.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if {"style", "title"} & set(self.within):
            return
        self.said.append(data)
        if {"td", "th"} & set(self.within):
            self.read.tables[-1][-1][-1] += data
        if {"h1", "h2", "h3"} & set(self.within):
            self.read.headings[-1] += data
        if "footer" in self.within:
            self.read.footer += data
