"""Faults of shape, said in sentences: a missing key, an unknown one, a wrong kind of value."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.documents import Layers
from config.faults import Fault
from config.toml_lines import KeyPath

M = TypeVar("M", bound=BaseModel)

_DO = {
    "act": 'Write one of "mail", "letter", "task", "agenda-item", "register-entry".',
    "anchor": 'Name the event that the time is counted from, for example `anchor = "initial-meeting"`.',
    "completed_means": 'Write "board-approval" or "publication".',
    "domains": 'List the mail domains that this agency uses, for example `domains = ["police.example"]`.',
    "ladder": 'Name a ladder from ladders.toml, for example `ladder = "document"`.',
    "lateness_notes_at": 'Write a time of day in quotes, for example `lateness_notes_at = "11:00"`.',
    "mark": 'Write where the value comes from as "S:002", "P:19", "G", "D" or "B"; README.md explains them.',
    "message": 'Write the name of a template; `message = ""` for tasks, agenda items and register entries.',
    "message_class": 'Write one of "request", "reminder", "lateness".',
    "moment": "Write a whole number of working days from the due date, for example `moment = -3`.",
    "offset": "Write how many units after the anchor as a whole number, for example `offset = 10`.",
    "on": "Write a date without quotes, for example `on = 2026-12-24`.",
    "owner_role": 'Name the role that owes it, for example `owner_role = "agency_lead"`.',
    "release": 'Write "automatic", or "person" if somebody must look at it before it goes.',
    "roll": 'Write "forward" for a local date that moves off days off, or "keep" for a limit.',
    "source": "Write where the value comes from, in words that the office can check.",
    "title": "Write a title of at most 80 characters in words that may stand in a mail.",
    "to": 'List the roles that are told, for example `to = ["owner"]`.',
    "unit": 'Write one of "working-days", "days", "weeks", "months".',
}

_LOOK_IT_UP = "README.md says what it means."

_WANTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number without quotes",
    "bool_type": "true or false without quotes",
    "date_type": "a date without quotes, like 2026-12-24",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
}


def checked(model: type[M], value: object, layers: Layers, path: KeyPath, faults: list[Fault]) -> M | None:
    """The value in its shape, or None and a fault for everything that does not fit."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults.extend(_fault(model, details, layers, path) for details in error.errors(include_url=False))
        return None


def table_at(layers: Layers, path: KeyPath, faults: list[Fault]) -> Mapping[str, Any]:
    """The table at that path; empty where nothing stands, and with a fault where something else does."""
    value = layers.at(path)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    faults.append(layers.fault(path, f"`{path[-1]}` must be a table.", f"Write its entries under `[{_dotted(path)}]`."))
    return {}


def _fault(model: type[BaseModel], details: ErrorDetails, layers: Layers, path: KeyPath) -> Fault:
    inner = tuple(part for part in details["loc"] if part != "[key]")
    name = _name_of(inner)
    what, do = _sentences(details, name, _fields_around(model, inner))
    return layers.fault((*path, *inner), what, do)


def _sentences(details: ErrorDetails, name: str, known: list[str]) -> tuple[str, str]:
    kind = details["type"]
    do = _DO.get(name, f"Correct the value of `{name}`. {_LOOK_IT_UP}")
    if kind == "missing":
        return f"`{name}` is missing.", f"Add a line `{name} = ...`. {_DO.get(name, _LOOK_IT_UP)}"
    if kind == "extra_forbidden":
        return f"`{name}` is not a known key here.", _instead_of(name, known)
    if kind == "literal_error":
        return f"`{name}` cannot be {str(details['input'])[:60]!r}.", _one_of(details, do)
    return f"`{name}` {_unsuitable(details)}.", do


def _unsuitable(details: ErrorDetails) -> str:
    kind = details["type"]
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}"
    if kind in {"too_short", "string_too_short"}:
        return "is empty"
    if kind == "string_too_long":
        return f"is longer than {details['ctx']['max_length']} characters"
    return f"has an unsuitable value: {str(details['input'])[:60]!r}"


def _one_of(details: ErrorDetails, do: str) -> str:
    expected = str(details.get("ctx", {}).get("expected", ""))
    return do if do.startswith("Write") or not expected else f"Write one of {expected}."


def _instead_of(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    if close:
        return f"Write `{close[0]}` if that is meant, else take the line out."
    return f"Take the line out. Known here: {', '.join(known)}."


def _fields_around(model: type[BaseModel], inner: KeyPath) -> list[str]:
    for part in inner[:-1]:
        field = model.model_fields.get(str(part))
        model = (_model_within(field.annotation) if field else None) or model
    return list(model.model_fields)


def _model_within(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_within(part) for part in typing.get_args(annotation))
    return next((model for model in found if model is not None), None)


def _name_of(inner: KeyPath) -> str:
    return next((part for part in reversed(inner) if isinstance(part, str)), "this entry")


def _dotted(path: KeyPath) -> str:
    return ".".join(str(part) for part in path)
