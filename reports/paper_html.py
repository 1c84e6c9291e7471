"""A paper as one page of HTML that needs nothing beside itself and prints in grey."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from reports.paper import LANGUAGE, Document, on_one_line, readable

TEMPLATES = Path(__file__).resolve().parent / "templates"


def html_page(document: Document) -> bytes:
    """The paper as a page; whatever it holds is shown letter by letter and never carried out."""
    blocks = [(type(block).__name__, block) for block in document.blocks]
    return _template().render(paper=document, blocks=blocks, language=LANGUAGE).encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    environment.filters |= {
        "line": on_one_line, "readable": readable, "base64": lambda png: b64encode(png).decode(),
    }  # fmt: skip
    return environment.get_template("paper.html")
