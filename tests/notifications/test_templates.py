"""What all texts must keep to, whoever writes the next one."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from notifications.render import LAYOUT, PARTS, TEMPLATES, common_facts, environment_for, messages, render
from reports.words import MESSAGES
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
    own_to_texts = set(common_facts().single) - {"matter"}  # which the texts themselves use, where they name it

    for kind in ("txt", "html"):
        source = (TEMPLATES / LAYOUT / f"base.{kind}").read_text()
        assert meta.find_undeclared_variables(environment.parse(source)) - {"subject"} == own_to_texts


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
            entry[next(one for one in ("title", "ref", "place") if one in entry)] = hostile

    rendered = render(message, facts)

    assert "\n" not in rendered.subject
    assert "<b onclick" not in rendered.html
    assert "49" not in rendered.text
    assert not re.search(r"[<>\[\]]", rendered.teams)


def test_the_letter_names_the_duty_for_information_alone_and_only_when_there_is_one() -> None:
    facts = sample_facts("late_chief_officer")

    with_duty = render("late_chief_officer", facts).text
    without = render("late_chief_officer", {**facts, "information_duty": ""}).text

    assert "For information alone" in with_duty
    assert "section 14B of the Children Act 2004" in with_duty
    assert "is no accusation" in with_duty
    assert "duty" not in without
    assert "accusation" not in without


@pytest.mark.parametrize(("version", "said"), [(1, False), (2, True)])
def test_terms_of_reference_say_their_version_once_there_was_an_earlier_one(version: int, said: bool) -> None:
    rendered = render("terms_circulated", {**sample_facts("terms_circulated"), "version": version})

    for text in (rendered.text, words_of(rendered.html)):
        assert (f"terms of reference, version {version}." in text) is said
        assert ("agreements given so far were to an earlier version" in text) is said


@pytest.mark.parametrize(("still_open", "said"), [(0, ""), (1, "One agency has not"), (2, "2 agencies have not")])
def test_settled_terms_say_how_many_agencies_have_not_agreed(still_open: int, said: str) -> None:
    text = render("terms_settled", {**sample_facts("terms_settled"), "still_open": still_open}).text

    assert said in text
    assert ("not agreed" in text) is bool(still_open)


@pytest.mark.parametrize("granted", [True, False])
def test_more_time_is_either_granted_or_the_date_stays(granted: bool) -> None:
    rendered = render("more_time_decided", {**sample_facts("more_time_decided", 1), "granted": granted})

    first = rendered.text.splitlines()[0]
    assert (first == "1 thing, by Friday 12 June 2026: more time is granted.") is granted
    assert (first == "1 thing, by Friday 12 June 2026: more time is not granted, the date stays.") is not granted
    assert ("in place of" in rendered.text) is granted
    assert rendered.subject.startswith("More time, until 12 June" if granted else "The date stays, 12 June")


def test_a_request_without_a_date_asks_the_chair_to_name_one() -> None:
    facts = sample_facts("more_time_asked", least=True)

    assert "please name one" in render("more_time_asked", facts).text
    assert "please name one" not in render("more_time_asked", {**facts, "wanted_on": "2026-06-26"}).text


def test_what_is_not_wanted_was_due_and_is_not_due_any_more() -> None:
    text = render("not_wanted", sample_facts("not_wanted", 1)).text

    assert "Was due Friday 12 June 2026" in text
    assert "\n   Due" not in text


def test_an_author_hears_of_the_briefing_session_only_when_there_is_one() -> None:
    with_session = render("author_commissioned", sample_facts("author_commissioned")).text
    without = render("author_commissioned", sample_facts("author_commissioned", least=True)).text

    assert "The briefing session for authors is on Friday 12 June 2026." in with_session
    assert "briefing" not in without


@pytest.mark.parametrize("message", ["clock_goes_on", "timetable_changed", "timetable_set"])
def test_one_date_is_not_called_the_first(message: str) -> None:
    one, two = (render(message, sample_facts(message, entries)).text.splitlines()[0] for entries in (1, 2))

    assert one.startswith("1 date, Friday 12 June 2026: ")
    assert two.startswith("2 dates, the first Friday 12 June 2026: ")


@pytest.mark.parametrize("message", MAILS)
def test_every_mail_has_a_name_in_the_offices_words(message: str) -> None:
    assert message in MESSAGES


def test_the_digest_says_so_when_there_is_nothing() -> None:
    rendered = render("manager_digest", sample_facts("manager_digest", least=True))

    assert rendered.text.splitlines()[0] == "Friday 12 June 2026: nothing waits for you, nothing is overdue."
    assert "Overdue" not in rendered.text
    assert "If it should be missing one morning" in rendered.text
