"""What all texts must keep to, whoever writes the next one."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from notifications.render import LAYOUT, PARTS, TEMPLATES, common_facts, environment_for, messages, render
from tests.notifications.samples import fact_list, sample_facts

MAILS = [name for name in messages() if (TEMPLATES / name / "body.txt").is_file()]
FORBIDDEN = re.compile(
    r"\b(SCR|IMR|IMRs|deaths?|died|abuse|serious case|injur\w+|victim|perpetrator|CDOP|L[1-6]|M0|WD)\b",
    re.IGNORECASE,
)
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def words_of(page: str) -> str:
    """What a person sees of an HTML page, in one line."""
    page = re.sub(r"<(style|title)>.*?</\1>", " ", page, flags=re.DOTALL)
    return squeezed(html.unescape(re.sub(r"<[^>]+>", " ", page)))


def squeezed(text: str) -> str:
    return re.sub(r"\s+([.,:;?)])", r"\1", " ".join(text.split()))


def own_texts(folder: Path) -> list[Path]:
    return [folder / name for name in PARTS if (folder / name).is_file()]


@pytest.mark.parametrize("message", messages())
def test_every_folder_is_complete(message: str) -> None:
    there = {path.name for path in (TEMPLATES / message).iterdir()}

    whole_mail = {"subject.txt", "body.txt", "body.html", "facts.toml"}
    card_alone = {"subject.txt", "teams.md", "facts.toml"}
    assert there - {"teams.md"} == whole_mail or there == card_alone


@pytest.mark.parametrize("message", messages())
@pytest.mark.parametrize("least", [True, False])
@pytest.mark.parametrize("entries", [1, 2, 5])
def test_every_message_renders_with_all_facts_and_with_the_fewest(message: str, least: bool, entries: int) -> None:
    rendered = render(message, sample_facts(message, entries, least=least))

    assert rendered.subject
    assert rendered.text or rendered.teams
    assert bool(rendered.text) == bool(rendered.html)
    assert len(rendered.teams) <= 1_000


@pytest.mark.parametrize("message", messages())
def test_the_list_of_facts_is_what_the_texts_use(message: str) -> None:
    environment = environment_for(None)
    allowed, common = fact_list(message), common_facts()

    used = set()
    for path in own_texts(TEMPLATES / message):
        used |= meta.find_undeclared_variables(environment.parse(path.read_text()))

    own = {*allowed.single, *allowed.lists, *allowed.optional_lists} - set(common.single) - allowed.for_calendar
    assert used - set(common.single) - {"reply_link", "things", "section", "agenda"} == own


def test_the_common_facts_are_what_the_layout_uses() -> None:
    environment = environment_for(None)

    for kind in ("txt", "html"):
        source = (TEMPLATES / LAYOUT / f"base.{kind}").read_text()
        assert meta.find_undeclared_variables(environment.parse(source)) - {"subject"} == set(common_facts().single)


@pytest.mark.parametrize(("shared", "loop"), [("things", "item"), ("rows", "row")])
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_the_shared_fields_are_what_the_lists_show(shared: str, loop: str, kind: str) -> None:
    tree = environment_for(None).parse((TEMPLATES / LAYOUT / f"{shared}.{kind}").read_text())

    shown = {
        found.attr
        for found in tree.find_all(nodes.Getattr)
        if isinstance(found.node, nodes.Name) and found.node.name == loop
    }

    in_links = {"ref", "title"}  # reply_link() takes them from the whole item
    assert shown | in_links == set(common_facts().shared[shared])


@pytest.mark.parametrize("message", MAILS)
def test_text_and_page_say_the_same(message: str) -> None:
    rendered = render(message, sample_facts(message, 3))

    page = words_of(rendered.html)
    links = {html.unescape(link) for link in re.findall(r'href="([^"]+)"', rendered.html)}
    for line in rendered.text.splitlines():
        said = squeezed(re.sub(r"<mailto:[^>]*>|https://\S+|^\s*(?:\d+\.|-)\s|^--$", " ", line)).rstrip(":")
        assert said in page, line
    for link in re.findall(r"<(mailto:[^>]+)>|(https://\S+)", rendered.text):
        assert "".join(link) in links


@pytest.mark.parametrize("message", MAILS)
def test_every_mail_says_first_what_is_owed_and_ends_with_whom_to_ask(message: str) -> None:
    rendered = render(message, sample_facts(message))

    first, last = rendered.text.splitlines()[0], rendered.text.split("\n--\n")[1]
    assert len(first) <= 160
    assert re.search(r"\d|Nothing|nothing", first)
    for expected in ("CR-7Q4M Rowan", "Elm & Oak", "board@board.example", "020 7946 0123", "read by people"):
        assert expected in last
    assert "If a child is at immediate risk do not answer this mail: use your normal referral route." in last
    assert "viewport" in rendered.html
    assert "@media print" in rendered.html


@pytest.mark.parametrize("message", messages())
def test_no_text_says_what_the_matter_is_or_uses_our_codes(message: str) -> None:
    rendered = render(message, sample_facts(message))

    for text in (rendered.subject, rendered.text, words_of(rendered.html), rendered.teams):
        assert not FORBIDDEN.search(text)
        assert not ISO_DATE.search(text)
    assert len(rendered.subject) <= 78


@pytest.mark.parametrize("message", messages())
def test_hostile_facts_are_shown_or_refused_but_never_obeyed(message: str) -> None:
    hostile = "<b onclick=x>{{ 7*7 }}</b> [x](https://evil.example) <at>all</at>"
    facts = sample_facts(message)
    allowed = fact_list(message)
    for name, kind in allowed.single.items():
        if kind in {"text", "text?", "quotation?"}:
            facts[name] = hostile
    for name in {**allowed.lists, **allowed.optional_lists}:
        entries = facts[name]
        assert isinstance(entries, list)
        for entry in entries:
            entry["title" if "title" in entry else "ref"] = hostile

    rendered = render(message, facts)

    assert "\n" not in rendered.subject
    assert "<b onclick" not in rendered.html
    assert "49" not in rendered.text
    assert not re.search(r"[<>\[\]]", rendered.teams)


def test_the_letter_quotes_the_duty_only_when_there_is_one() -> None:
    facts = sample_facts("late_chief_officer")

    with_duty = render("late_chief_officer", facts).text
    without = render("late_chief_officer", {**facts, "information_duty": ""}).text

    assert "A body that is asked shall comply." in with_duty
    assert "duty" not in without


def test_the_digest_says_so_when_there_is_nothing() -> None:
    rendered = render("manager_digest", sample_facts("manager_digest", least=True))

    assert rendered.text.splitlines()[0] == "Friday 12 June 2026: nothing waits for you, nothing is overdue."
    assert "Overdue" not in rendered.text
    assert "If it should be missing one morning" in rendered.text
