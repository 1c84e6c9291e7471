"""Every value says where it comes from, and no default passes itself off as more than a default."""

from __future__ import annotations

from typing import Protocol

from config.documents import Layers
from config.faults import Fault
from config.toml_lines import KeyPath
from config.vocabulary import CLAIMS_AUTHORITY, NOT_IN_A_MAIL, TO_BE_CONFIRMED


class WithSource(Protocol):
    @property
    def source(self) -> str: ...
    @property
    def mark(self) -> str: ...


def faults_of_source(row: WithSource, layers: Layers, path: KeyPath) -> list[Fault]:
    """What is wrong with source and mark taken together (docs/rules.md)."""
    marks = row.mark.split(", ")
    here = (*path, "source")
    if marks[0] == "D" and TO_BE_CONFIRMED not in row.source:
        return [
            layers.fault(
                here,
                "A value marked D must not look like more than a default.",
                f'Write "{TO_BE_CONFIRMED}" into the source.',
            )
        ]
    if marks == ["D"] and CLAIMS_AUTHORITY.search(row.source):
        return [
            layers.fault(
                here,
                "The source of a value marked D speaks of guidance or law.",
                "Say only that it is a default; if there is a real source, give it and its mark.",
            )
        ]
    if "G" in marks and "not verified" not in row.source:
        return [
            layers.fault(
                here,
                "A value marked G was read in no source.",
                'Write "not verified" into the source, or give the source and its mark.',
            )
        ]
    return []


def faults_of_title(title: str, layers: Layers, path: KeyPath, key: str = "title") -> list[Fault]:
    """What in a title, or in other words under that key, may not stand in a mail (F-04)."""
    if not NOT_IN_A_MAIL.search(title):
        return []
    do = 'Use neutral words such as "review", "return", "report": the title stands in mails.'
    return [layers.fault((*path, key), "The title names what may not be named in a mail.", do)]
