"""The few pieces of Markdown that pages are made of; what comes from the record cannot break out of them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&@#:!{}$])")
_ENDS_A_LINK = re.compile(r"[\\`*_\[\]<>|~]")
_PICTURE = re.compile(r"!\[([^\[\]\n]*)\]\((data:image/png;base64,[A-Za-z0-9+/=]+)\)")
_WOULD_BECOME_A_LINK = re.compile(r"\b(www)\.", re.IGNORECASE)
_KEPT_IN_AN_ADDRESS = "/:?&=%#~.,;+-_@"


def escaped(text: str) -> str:
    """The text on one line, shown letter by letter: no markup, no link, no end of a table's cell."""
    on_one_line = " ".join(_printable(text).split())
    return _WOULD_BECOME_A_LINK.sub(r"\1\\.", _SPECIAL.sub(r"\\\1", on_one_line))


def link(words: str, address: str) -> str:
    """The words leading to the address, with an arrow as the screens do not set links off; the words alone when
    it is no web address.

    The words of a link are shown as they stand, without Markdown; what could end them early is left out.
    """
    shown = plain_words(words)
    safe = quote(address, safe=_KEPT_IN_AN_ADDRESS)
    if urlsplit(safe).scheme not in ("https", "http") or not urlsplit(safe).netloc:
        return escaped(words)
    return f"[→ {shown or 'open'}]({safe})"


def plain_words(words: str) -> str:
    """The words on one line as they stand in a link or beside a picture, without what could end them early."""
    return " ".join(_ENDS_A_LINK.sub(" ", _printable(words)).split())


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)


def picture_address(png: bytes) -> str:
    """The picture itself as an address, as the screens show no other."""
    return f"data:image/png;base64,{b64encode(png).decode()}"


def pictures_in(page: str) -> dict[str, str]:
    """The pictures of a page that was written before: their words and their addresses."""
    return dict(_PICTURE.findall(page))


def listed(entries: Sequence[Sequence[str]]) -> str:
    """A list whose entries are parts of Markdown, which break into lines on a phone as a table does not."""
    return "\n".join(f"- {' · '.join(part for part in parts if part)}" for parts in entries)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose cells are Markdown already."""
    lines = [_row(headings), _row(["---"] * len(headings)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def upper_first(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]
