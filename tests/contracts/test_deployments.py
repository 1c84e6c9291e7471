"""prefect.yaml offers what there is, and there is what it offers."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import pytest
import yaml
from prefect import Flow

import flows
from config.settings import Settings
from flows.deployments import Offer, offers
from flows.engine import POOL

FILE = Settings.model_fields["deployments"].default
OFFERS = offers(FILE)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
def test_every_deployment_imports(offer: Offer) -> None:
    assert isinstance(offer.flow(), Flow)


def test_every_flow_has_a_deployment() -> None:
    found: set[str] = set()
    for module in walk_packages(flows.__path__, "flows."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Flow):
                found.add(f"{value.fn.__module__}.{value.fn.__name__}")

    assert found == {offer.entrypoint for offer in OFFERS}


def test_names_differ_in_their_first_fourteen_characters() -> None:
    starts = [offer.name[:14] for offer in OFFERS]

    assert len(set(starts)) == len(starts)


def test_no_name_is_longer_than_a_telephone_shows() -> None:
    assert [offer.name for offer in OFFERS if len(offer.name) > 40] == []


def test_every_deployment_says_what_it_is_for() -> None:
    assert [offer.name for offer in OFFERS if not 20 < len(offer.description) < 400] == []


def test_every_schedule_is_in_london_time_between_six_and_eight_in_the_evening() -> None:
    written = [schedule for offer in OFFERS for schedule in offer.schedules]

    assert {schedule["timezone"] for schedule in written} == {"Europe/London"}
    for schedule in written:
        first, _, last = schedule["cron"].split()[1].partition("-")
        assert 6 <= int(first) <= int(last or first) <= 20


def test_processes_and_the_standing_desk_are_marked_internal() -> None:
    internal = {offer.name for offer in OFFERS if "internal" in offer.tags}

    processes = {
        "Consideration of a case", "Practice learning review", "Serious case review", "Rapid review",
        "Case discussion", "Follow-up of a case", "Action plan",
    }  # fmt: skip
    assert internal == {"Desk", *processes}


def test_the_engine_itself_accepts_the_file() -> None:
    """A person may also use `prefect deploy --all`."""
    from prefect.cli.deploy._models import PrefectYamlModel

    read = PrefectYamlModel.model_validate(yaml.safe_load(FILE.read_text()))

    assert [entry.name for entry in read.deployments] == [offer.name for offer in OFFERS]
    assert {entry.work_pool.name for entry in read.deployments if entry.work_pool} == {POOL}
