"""The page of one agency: all that it owes to any review, and whether its people can be reached, by role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from models.records.absences import Absence, absences_on
from models.records.ahead import more_time_for
from models.records.boards import Agency, Board
from models.records.database import Session
from models.records.people import Holder, people_of
from models.records.processes import Process
from models.records.returns import AgencyReturn, open_returns_by
from models.records.today import Owed, owed_by
from models.rulebook import RuleBook
from models.rules.rag import Rag
from models.rules.returns import PLAIN, ReturnState
from models.rules.spoken import spoken
from models.rules.spoken_roles import spoken_role
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, upper_first
from reports.sections import colour_words, more_time_line, review_link
from reports.words import NOTHING_YET

MOST_OWED = 200
ROLES_THAT_MATTER = ("agency_lead", "board_member", "chief_officer")
AUTHOR = "imr_author"
NO_AUTHOR_WANTED = (ReturnState.ACCEPTED, ReturnState.WITHDRAWN)


def agency_page(session: Session, book: RuleBook, board: Board, agency: Agency, day: date, links: Links) -> str:
    """The page as Markdown: roles and no names, nothing that a person typed, nothing of another board."""
    owed = owed_by(session, book, agency, day, MOST_OWED)
    returns = open_returns_by(session, agency)
    parts = [
        f"# {escaped(agency.name)}\\: what it owes to {escaped(board.name)}",
        _counted(owed.items, owed.total),
        _titled("What it owes", [_owed(links, one) for one in owed.items], owed.total),
        _titled("Promised by telephone", [_promised(links, one) for one in owed.items if one.promised_on]),
        _titled("More time", [_more_time(links, each.ref, each.spoken_ref, more_time_line(each))
                              for each in more_time_for(session, agency)]),
        _titled("Its returns", [_return(links, each, process) for each, process in returns]),
        _titled("Who is reached", list(_roles(session, board, agency, returns, day))),
        link(f"Back to the page of today of {board.name}", links.today(board.key)),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def _counted(shown: Sequence[Owed], total: int) -> str:
    """The colours counted in words; of a very long list the first, which are the latest."""
    if not total:
        return "It owes nothing at the moment."
    counts = {one: sum(1 for each in shown if each.rag is one) for one in (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.GREY)}
    said = [f"**{count}** {colour_words(colour)}" for colour, count in counts.items() if count]
    return " · ".join([f"**{total}** owed", *said])


def _titled(title: str, entries: Sequence[Sequence[str]], total: int | None = None) -> str:
    if not entries:
        return ""
    total = total or len(entries)
    more = f"\n\nand {total - len(entries)} more" if total > len(entries) else ""
    return f"## {title} ({total})\n\n{listed(entries)}{more}"


def _owed(links: Links, one: Owed) -> Sequence[str]:
    said = f"last step\\: {escaped(one.last_rung_words) or NOTHING_YET}"
    who = upper_first(spoken_role(one.owner_role))
    due = f"due {spoken(one.shown_due_on)}"
    return (
        f"**{colour_words(one.rag)}**",
        escaped(one.title),
        due,
        f"owed by\\: {escaped(who)}",
        said,
        review_link(links, one),
    )


def _promised(links: Links, one: Owed) -> Sequence[str]:
    promised = f"**promised for {spoken(one.promised_on)}**" if one.promised_on else ""
    return (promised, escaped(one.title), f"due {spoken(one.shown_due_on)}", review_link(links, one))


def _more_time(links: Links, ref: str, spoken_ref: str, line: Sequence[str]) -> Sequence[str]:
    return (*line, link(spoken_ref, links.process(ref)))


def _return(links: Links, one: AgencyReturn, process: Process) -> Sequence[str]:
    state = f"**{upper_first(PLAIN[one.state])}**"
    return (link(process.spoken_ref, links.process(process.ref)), state, f"since {spoken(one.since_on)}")


def _roles(
    session: Session, board: Board, agency: Agency, returns: Sequence[tuple[AgencyReturn, Process]], day: date
) -> Iterator[Sequence[str]]:
    """Each role that matters: whether somebody holds it and mail reaches them, and whether they are away."""
    processes = {process.id or 0: process for each, process in returns if each.state not in NO_AUTHOR_WANTED}
    at_work = people_of(session, board.id or 0, processes)
    people = replace(at_work, away={})
    away = {each.contact_id: each for each in absences_on(session, board.id or 0, day)}

    def reached(role: str, number: int) -> Sequence[str]:
        meanwhile = at_work.holder(role, number, agency.id)
        return _reached(away, people.holder(role, number, agency.id), meanwhile is not None)

    for role in ROLES_THAT_MATTER:
        yield (f"**{upper_first(spoken_role(role))}**", *reached(role, 0))
    for number, process in processes.items():
        who = f"**{upper_first(spoken_role(AUTHOR))} for {escaped(process.spoken_ref)}**"
        yield (who, *reached(AUTHOR, number))


def _reached(away: Mapping[int, Absence], holder: Holder | None, somebody_meanwhile: bool) -> Sequence[str]:
    if holder is None:
        return ("🔴 nobody is known in this role",)
    if not holder.reachable:
        return ("🔴 mail does not reach them\\: ring, and put the list of contacts right",)
    absence = away.get(holder.contact_id)
    if absence is None:
        return ("🟢 filled, mail reaches them",)
    until = f" until {spoken(absence.until_on)}" if absence.until_on else ""
    stands_in = "somebody stands in" if somebody_meanwhile else "nobody stands in"
    return (f"🟠 away{until}", stands_in)
