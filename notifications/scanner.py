"""Refuses what could identify a child or a family, should it ever come near a message (DOMAIN F-08)."""

from __future__ import annotations

import re
from collections.abc import Collection

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "a date in figures, as dates of birth are written",
        re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)"),
    ),
    ("a date in figures, as dates of birth are written", re.compile(r"(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)")),
    ("a date of birth", re.compile(r"\b(?:d\.?o\.?b\b|date of birth|born)", re.IGNORECASE)),
    ("a number of ten figures, as the health service gives to patients", re.compile(r"(?<!\d)\d{10}(?!\d)")),
    (
        "a postcode",
        re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?(?!\d(?:st|nd|rd|th)\b)\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE),
    ),
    ("an e-mail address that is not the board's", re.compile(r"[^\s<>@:]+@[^\s<>@]+\.\w")),
)
_IN_GROUPS = re.compile(r"(?<!\d)(\d{3})[\s-](\d{3})[\s-](\d{4})(?!\d)")
_NOT_IN_SUBJECTS = re.compile(r"\b(?:SCRs?|IMRs?|deaths?|abuse|serious case)\b", re.IGNORECASE)


class RefusedContent(Exception):
    """A text holds something that no message may hold; what it is is said, the words themselves are not."""


def scan(text: str, own: Collection[str] = ()) -> None:
    """The text holds nothing that looks as if it could identify a child or a family.

    `own` are the board's own address, telephone number and links; they may stand in it. Raises
    RefusedContent.
    Source: DOMAIN F-08, default, to be confirmed by the board.
    """
    for known in sorted(filter(None, own), key=len, reverse=True):
        text = text.replace(known, " ")
    for what, pattern in _PATTERNS:
        if pattern.search(text):
            raise RefusedContent(f"the text holds {what}")
    if any(_is_patient_number("".join(found)) for found in _IN_GROUPS.findall(text)):
        raise RefusedContent("the text holds a number of ten figures, as the health service gives to patients")


def scan_subject(text: str) -> None:
    """The subject is neutral (DOMAIN F-04). Raises RefusedContent."""
    if _NOT_IN_SUBJECTS.search(text):
        raise RefusedContent("the subject holds a word that says what the matter is")


def _is_patient_number(figures: str) -> bool:
    """True when the last of the ten figures is the check on the nine before it."""
    weighed = sum(int(figure) * (10 - place) for place, figure in enumerate(figures[:9]))
    return (11 - weighed % 11) % 11 == int(figures[9])
