"""Editions of the national guidance, with the periods that hold under each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.documents import Document, Layers, read_document
from config.explain import checked, table_at
from config.faults import Fault
from config.rows import AllowanceRow, EditionRow, PeriodFields, PeriodRow, Words
from config.sources import faults_of_source, faults_of_title
from config.toml_lines import KeyPath
from config.vocabulary import ALLOWANCES, DECIDERS, GATES, KINDS_OF_PROCESS, ROLES

PROCESSES = "processes"  # the folder with one file for each kind of process, laid over `common`
COMMON = "common"  # what holds under every edition; not an edition itself
DEFAULT = "wt2015"  # what a new board begins with
_WRITTEN_IN_ITSELF = ("name", "verified", "note")
_CHANGES_THE_DATE = ("anchor", "offset", "unit", "until_known", "before_meeting", "after", "at_least")


@dataclass(frozen=True)
class Edition:
    """One edition: its name, whether it was verified, who decides, and its periods by process and kind."""

    key: str
    row: EditionRow
    periods: Mapping[str, Mapping[str, PeriodRow]]


def read_guidance(config_dir: Path, faults: list[Fault]) -> dict[str, Document]:
    """Every file of the folder `guidance`, by its name without the ending."""
    files = sorted((config_dir / "guidance").glob("*.toml"))
    read = {file.stem: read_document(config_dir, f"guidance/{file.name}", faults) for file in files}
    missing = {COMMON, DEFAULT} - set(read)
    faults.extend(Fault(f"guidance/{key}.toml", 1, "This file is missing.", "Put it back.") for key in missing)
    return {key: document for key, document in read.items() if document is not None}


def read_processes(config_dir: Path, faults: list[Fault]) -> tuple[Document, ...]:
    """Every file of the folder `guidance/processes`, which hold under every edition as `common` does."""
    files = sorted((config_dir / "guidance" / PROCESSES).glob("*.toml"))
    read = [read_document(config_dir, f"guidance/{PROCESSES}/{file.name}", faults) for file in files]
    return tuple(document for document in read if document is not None)


def edition_keys(config_dir: Path) -> list[str]:
    """The names of all editions that have a file, whether it can be read or not."""
    return sorted(file.stem for file in (config_dir / "guidance").glob("*.toml") if file.stem != COMMON)


def chain_of(
    key: str, documents: Mapping[str, Document], processes: Sequence[Document], faults: list[Fault]
) -> tuple[Document, ...] | None:
    """The edition's file after everything that it extends, or None and a fault."""
    chain: list[Document] = []
    below = key
    while below != COMMON:
        document = documents[below]
        chain.insert(0, document)
        below = document.data.get("extends", COMMON)
        if below != COMMON and (not isinstance(below, str) or documents.get(below, document) in chain):
            known = ", ".join(sorted({COMMON, *documents} - {Path(document.file).stem}))
            faults.append(document.fault(("extends",), "`extends` names no other edition.", f"Write one of {known}."))
            return None
    return (documents[COMMON], *processes, *chain) if COMMON in documents else (*processes, *chain)


def periods_laid(documents: Sequence[Document]) -> Layers:
    """The documents laid over one another, a kind of process that is like another one standing on its periods."""
    alike = Layers(documents).at(("like",))
    below = []
    for process, like in alike.items() if isinstance(alike, dict) else ():
        other = like.get("process") if isinstance(like, dict) else None
        left_out = like.get("without", ()) if isinstance(like, dict) else ()
        for document in documents:
            periods = document.data.get("periods", {}).get(other) if isinstance(other, str) else None
            if isinstance(periods, dict):
                kept = {kind: period for kind, period in periods.items() if kind not in left_out}
                below.append(document.as_if_at(("periods", process), ("periods", other or ""), kept))
    return Layers([*below, *documents])


def read_edition(key: str, layers: Layers, document: Document, faults: list[Fault]) -> Edition | None:
    """The edition, or None and its faults."""
    header = {name: value for name, value in layers.data.items() if name not in ("periods", "allowances")}
    for name in _WRITTEN_IN_ITSELF:
        if name in header and name not in document.data:
            del header[name]
    row = checked(EditionRow, header, layers, (), faults)
    periods = read_periods(layers, faults)
    if row is None:
        return None
    faults.extend(_faults_of_words(row, layers))
    faults.extend(_faults_of_gates(row, layers))
    faults.extend(_faults_of_recurring(row, layers))
    faults.extend(_faults_of_the_rest(row, layers))
    return Edition(key, row, periods)


def _faults_of_words(row: EditionRow, layers: Layers) -> list[Fault]:
    duty = row.words.information_duty
    faults = []
    for word in Words.model_fields:
        faults += faults_of_source(getattr(row.words, word), layers, ("words", word))
    if duty.quote_in_letters and duty.mark[0] in "GD":
        what = "Letters would quote a duty whose name was not verified."
        do = "Write `quote_in_letters = false`, or give the source and its mark."
        faults.append(layers.fault(("words", "information_duty", "quote_in_letters"), what, do))
    return faults


def _faults_of_gates(row: EditionRow, layers: Layers) -> list[Fault]:
    faults = []
    for gate, who in row.gates.items():
        path: KeyPath = ("gates", gate)
        faults += faults_of_source(who, layers, path) + _faults_of_override(layers, path, ("value",))
        if gate not in GATES:
            do = f"Take it out. Known: {', '.join(sorted(GATES))}."
            faults.append(layers.fault(path, f"There is no decision {gate!r}.", do))
        for role in who.value:
            if role not in DECIDERS:
                do = f"Write one or more of {', '.join(sorted(DECIDERS))}."
                faults.append(layers.fault((*path, "value"), f"{role!r} is no role that decides.", do))
    do = "Put it back; guidance/common.toml has it as it was shipped."
    missing = sorted(GATES - set(row.gates))
    return faults + [layers.fault(("gates",), f"It does not say who decides on {gate!r}.", do) for gate in missing]


def _faults_of_recurring(row: EditionRow, layers: Layers) -> list[Fault]:
    faults = []
    for process, kinds in row.recurring.items():
        for kind, each in kinds.items():
            path: KeyPath = ("recurring", process, kind)
            faults += faults_of_source(each, layers, path) + faults_of_title(each.title, layers, path)
            faults += _faults_of_override(layers, path, ("anchor", "every", "unit", "until"))
            if each.anchor not in row.anchors.get(process, {}):
                do = f"Write one of {', '.join(row.anchors.get(process, {}))}."
                what = f"{each.anchor!r} is not an event of this process."
                faults.append(layers.fault((*path, "anchor"), what, do))
            known = table_at(layers, ("periods", process), [])
            if each.until not in known:
                do = f"Write one of {', '.join(sorted(known))}."
                faults.append(layers.fault((*path, "until"), f"There is no period {each.until!r}.", do))
    return faults


def _faults_of_the_rest(row: EditionRow, layers: Layers) -> list[Fault]:
    """Titles, bodies and criteria without a source, or that name what there is not."""
    faults: list[Fault] = []
    tables = (
        ("titles", row.titles), ("bodies", row.bodies), ("completed", row.completed), ("not_begun", row.not_begun),
    )  # fmt: skip
    for table, rows in tables:
        for key, each in rows.items():
            faults += faults_of_source(each, layers, (table, key))
    for key, body in row.bodies.items():  # stand in tasks, and so in the office's morning mail
        faults += faults_of_title(body.value, layers, ("bodies", key), "value")
    for process, limbs in row.criteria.items():
        for number, limb in enumerate(limbs):
            faults += faults_of_source(limb, layers, ("criteria", process, number))
    return faults + _faults_of_named_kinds(row, layers)


def _faults_of_named_kinds(row: EditionRow, layers: Layers) -> list[Fault]:
    """Kinds of process, and of what completes them, that are named and that there are not."""
    faults: list[Fault] = []
    named: list[tuple[KeyPath, str, Collection[str]]] = [(("titles", key), key, KINDS_OF_PROCESS) for key in row.titles]
    named += [(("completed", key), key, KINDS_OF_PROCESS) for key in row.completed]
    named += [(("like", key, "process"), each.process, row.anchors) for key, each in row.like.items()]
    named += [(("not_begun", key), key, KINDS_OF_PROCESS) for key in row.not_begun]
    named += [
        (("not_begun", key, "instead"), each.instead, KINDS_OF_PROCESS)
        for key, each in row.not_begun.items()
        if each.instead
    ]
    named += [
        (("completed", key, "value"), each.value, table_at(layers, ("periods", key), []))
        for key, each in row.completed.items()
    ]
    for path, process, known in named:
        if process not in known:
            do = f"Write one of {', '.join(sorted(known))}."
            what = f"There is no period {process!r}." if path[-1] == "value" else f"{process!r} is not a known process."
            faults.append(layers.fault(path, what, do))
    return faults


def read_periods(layers: Layers, faults: list[Fault]) -> dict[str, dict[str, PeriodRow]]:
    """All periods under `[periods.<process>.<kind>]` that have no fault of shape.

    While a process has a fault, those that stand on its periods are not complained of: it would be told twice.
    """
    found: dict[str, list[Fault]] = {process: [] for process in table_at(layers, ("periods",), faults)}
    rows = {process: _read_process(process, layers, its_own) for process, its_own in found.items()}
    for process, its_own in found.items():
        if not found.get(str(layers.at(("like", process, "process")) or "")):
            faults.extend(its_own)
    return rows


def read_allowances(layers: Layers, faults: list[Fault]) -> dict[str, AllowanceRow]:
    """All figures under `[allowances.<name>]` that have no fault of shape; a fault for each that is missing."""
    rows = {}
    for name in table_at(layers, ("allowances",), faults):
        path: KeyPath = ("allowances", name)
        row = checked(AllowanceRow, layers.at(path), layers, path, faults)
        if row is not None:
            faults.extend(faults_of_source(row, layers, path))
            faults.extend(_faults_of_override(layers, path, ("value", "unit")))
            rows[name] = row
            unit = ALLOWANCES.get(name, row.unit)
            if row.unit != unit:
                what = f"Rules count {name!r} in {unit}, not in {row.unit}."
                faults.append(layers.fault((*path, "unit"), what, f'Write "{unit}".'))
    missing = set(ALLOWANCES) - set(rows) - set(table_at(layers, ("allowances",), []))
    do = "Put it back; guidance/common.toml has it as it was shipped."
    faults.extend(layers.fault(("allowances",), f"The figure {name!r} is missing.", do) for name in sorted(missing))
    unknown = sorted(set(rows) - set(ALLOWANCES))
    do = f"Take it out. Known: {', '.join(sorted(ALLOWANCES))}."
    faults.extend(layers.fault(("allowances", name), f"There is no figure {name!r}.", do) for name in unknown)
    return rows


def _read_process(process: str, layers: Layers, faults: list[Fault]) -> dict[str, PeriodRow]:
    anchors = layers.at(("anchors", process))
    if not isinstance(anchors, dict):
        known = ", ".join(table_at(layers, ("anchors",), []))
        do = f"Write one of {known}, or name its anchors under `[anchors.{process}]`."
        faults.append(layers.fault(("periods", process), f"{process!r} is not a known process.", do))
        return {}
    rows = {}
    for kind in table_at(layers, ("periods", process), faults):
        path: KeyPath = ("periods", process, kind)
        fields = checked(PeriodFields, layers.at(path), layers, path, faults)
        if fields is not None:
            faults.extend(_faults_of_period(fields, anchors, layers, path))
            rows[kind] = PeriodRow.model_construct(process=process, kind=kind, **dict(fields))
    faults.extend(_faults_of_chain(process, rows, layers))
    return rows


def _faults_of_chain(process: str, rows: Mapping[str, PeriodRow], layers: Layers) -> list[Fault]:
    """Milestones that wait for one that is not there, or for one another."""
    written = table_at(layers, ("periods", process), [])
    faults = []
    for kind, row in rows.items():
        path: KeyPath = ("periods", process, kind, "after")
        if row.after and row.after not in written:
            do = f"Write one of {', '.join(sorted(written))}."
            faults.append(layers.fault(path, f"There is no period {row.after!r} to wait for.", do))
        seen, before = [kind], row.after
        while before in rows and before not in seen:
            seen.append(before)
            before = rows[before].after
        if before == kind:
            do = "Take `after` out of one of them."
            faults.append(layers.fault(path, f"These wait for one another: {', '.join(seen)}.", do))
    return faults


def _faults_of_period(fields: PeriodFields, anchors: Collection[str], layers: Layers, path: KeyPath) -> list[Fault]:
    faults = [
        *faults_of_source(fields, layers, path),
        *faults_of_title(fields.title, layers, path),
        *_faults_of_override(layers, path, _CHANGES_THE_DATE),
    ]
    if fields.owner_role not in ROLES:
        do = f"Write one of {', '.join(sorted(ROLES))}."
        faults.append(layers.fault((*path, "owner_role"), f"{fields.owner_role!r} is not a known role.", do))
    if fields.at_least and not fields.after:
        what, do = (
            "`at_least` counts from what must be done before, and no `after` names that.",
            "Add `after`, or take it out.",
        )
        faults.append(layers.fault((*path, "at_least"), what, do))
    used: dict[KeyPath, str] = {(*path, "anchor"): fields.anchor}
    if fields.until_known is not None:
        used[(*path, "until_known", "anchor")] = fields.until_known.anchor
    do = f"Write one of {', '.join(anchors)}."
    faults.extend(
        layers.fault(where, f"{anchor!r} is not an event of this process.", do)
        for where, anchor in used.items()
        if anchor not in anchors
    )
    if fields.body and fields.body not in table_at(layers, ("bodies",), []):
        do = f"Name it under `[bodies.{fields.body}]`."
        faults.append(layers.fault((*path, "body"), f"There is no body {fields.body!r}.", do))
    return faults


def _faults_of_override(layers: Layers, path: KeyPath, keys: Sequence[str]) -> list[Fault]:
    """A changed value that still carries the source of the old one."""
    sources = layers.origin((*path, "source"))
    written = table_at(layers, path, [])
    changed = [key for key in keys if written.get(key) is not None]
    return [
        layers.fault(
            (*path, key),
            f"`{key}` is changed here, but the source is still that of {sources.file}.",
            "Add the source and the mark of the new value beside it.",
        )
        for key in changed
        if layers.is_later((*path, key), (*path, "source"))
    ]
