"""The pieces of Markdown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, table
from tests.reports.shown_pages import as_read


@given(st.text(max_size=60))
def test_any_text_is_read_as_it_was_written_on_one_line(words: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(table(("a", "b"), [(escaped(words), "end")]))

    cells = [as_read(token) for token in tokens if token.type == "inline"]
    whole = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    assert cells == ["a", "b", whole, "end"]


@given(st.text(max_size=60))
def test_the_words_of_a_link_never_lead_elsewhere(words: str) -> None:
    tokens = MarkdownIt("commonmark").parse(listed([(link(words, "https://here.example/x"), "end")]))

    pieces = [child for token in tokens for child in token.children or []]
    assert [piece.attrs["href"] for piece in pieces if piece.type == "link_open"] == ["https://here.example/x"]
    assert "html_inline" not in {piece.type for piece in pieces}


@given(st.text(max_size=60))
def test_an_address_cannot_break_out_of_its_link(address: str) -> None:
    tokens = MarkdownIt("commonmark").parse(link("words", f"https://here.example/{address}"))

    pieces = [child for token in tokens for child in token.children or []]
    assert [piece.type for piece in pieces] == ["link_open", "text", "link_close"]
    assert str(pieces[0].attrs["href"]).startswith("https://here.example/")


def test_what_is_no_web_address_is_no_link() -> None:
    assert link("words", "javascript:alert(1)") == "words"
    assert link("words", "/relative") == "words"


def test_addresses_are_made_of_lower_case_keys() -> None:
    links = Links("https://sightline.example")

    assert links.process("CR-7Q4M") == "https://sightline.example/pages/cr-7q4m"
    assert links.today("barking_and-dagenham") == "https://sightline.example/pages/today-barking-and-dagenham"
