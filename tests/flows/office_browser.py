"""The forms of a running Sightline as somebody fills them who has a browser, on a desk top or a telephone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.rules.page_addresses import start_path
from tests.flows.engine_driver import Asked, Engine

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PHONE = {"width": 390, "height": 844}
SECONDS = 30_000  # in the milliseconds of the browser's driver


@dataclass
class OfficeBrowser:
    """A page of the UI, and which forms were answered in it."""

    page: Page
    engine: Engine
    pictures: Path
    answered: set[str] = field(default_factory=set)

    @property
    def form(self) -> Locator:
        """The form as it lies over the page of the run."""
        return self.page.locator(".p-modal")

    def start(self, which: str) -> str:
        """As README says: its address under /start/, Submit; gives the run that now waits for its form."""
        flow = which.lower().replace(" ", "-")
        self.page.goto(f"{self.engine.installation.ui}{start_path(which)}")
        self.page.get_by_text(which, exact=True).first.wait_for(timeout=SECONDS)
        known = self.engine.runs_of(flow)
        self.page.get_by_role("button", name="Submit").click(timeout=SECONDS)
        started = self.engine.new_run_of(flow, known)
        self.engine.form(started)  # the list of runs is slow to show a new name; the page of the run is not
        self.page.goto(f"{self.engine.installation.ui}/runs/flow-run/{started}")
        return started

    def open(self, asked: Asked) -> None:
        """From the page of the run to its form, which begins as the run's own words do."""
        self.page.goto(f"{self.engine.installation.ui}/runs/flow-run/{asked.run}")
        self.resume()
        assert self.form.locator(".schema-form-property").count() == len(asked.fields)

    def resume(self) -> None:
        """The form is there, with its last field; on a telephone the way to it is in the menu of three dots."""
        if self.page.viewport_size == PHONE:
            self.page.locator(".p-icon-button-menu button").first.click(timeout=SECONDS)
            self.page.get_by_text("Resume", exact=True).click()
        else:
            self.page.get_by_role("button", name="Resume").click(timeout=SECONDS)
        self.form.locator(".schema-form-property").last.wait_for(timeout=SECONDS)

    def answer(self, asked: Asked, chosen: str, /, **values: Any) -> Asked | str:
        """The form is opened, filled and sent in the browser; gives back the next one, or how the run ended."""
        self.open(asked)
        self.fill(asked, chosen, **values)
        self.submit()
        self.answered.add(asked.key.rpartition("-")[0])
        return self.engine._wait(asked.run, asked.key)

    def next_form(self, asked: Asked, chosen: str, /, **values: Any) -> Asked:
        """As `answer`, where another form must follow."""
        found = self.answer(asked, chosen, **values)
        assert isinstance(found, Asked), found
        assert not found.intro.startswith("**NOT recorded"), found.intro[:300]
        return found

    def fill(self, asked: Asked, chosen: str, /, **values: Any) -> None:
        """Each field is filled as its kind wants it; what is not named stays as it is."""
        for name, given in ({"recorded_by": "The Office", **values, asked.answer_field: chosen}).items():
            where = self._field(str(asked.fields[name]["title"]))
            self._fill_one(where, asked.fields[name], asked.whole(name, given))
        self.page.screenshot(path=self.pictures / f"{asked.key}-filled.png")

    def submit(self) -> None:
        """The answer is sent and the form is gone; the page is left: it would draw and ask all the while."""
        with self.page.expect_response(re.compile(r"/resume$"), timeout=SECONDS):
            self.form.get_by_role("button", name="Submit").click()
        self.form.wait_for(state="detached", timeout=SECONDS)
        self.page.goto("about:blank")

    def _fill_one(self, where: Locator, described: Mapping[str, Any], given: Any) -> None:
        if where.locator(".p-select, select").count():
            self._choose(where, given if isinstance(given, list) else [given])
        elif described.get("format") == "date":
            self._choose_day(where, given)
        elif described.get("type") == "boolean":
            where.locator(".p-toggle__control, .p-checkbox__input").first.click()
        elif described.get("type") == "integer":
            where.locator("input").fill(str(given))
        else:
            where.locator("textarea, input").first.fill(given)

    def _choose(self, where: Locator, labels: list[str]) -> None:
        if where.locator("select").count():  # on a telephone, its own list
            where.locator("select").first.select_option(label=labels)
            return
        where.locator(".p-select-button").click()  # anywhere on it, as people do
        for each in labels:
            self.page.locator(".p-select-option").get_by_text(each, exact=True).click(timeout=SECONDS)
        self.form.locator(".p-modal__title").click()  # beside the list, which closes it

    def _choose_day(self, where: Locator, day: str) -> None:
        if not where.locator(".p-date-button__control").count():  # on a telephone, its own picker
            where.locator("input").first.fill(day)
            return
        where.locator(".p-date-button__control").click()
        self.page.locator(".p-date-picker input[type=date]").fill(day)
        self.page.locator(".p-date-picker").get_by_role("button", name="Apply").click()

    def _field(self, title: str) -> Locator:
        label = self.page.locator(".schema-form-property__label").filter(
            has_text=re.compile(rf"^\s*{re.escape(title)}( \(Optional\))?\s*$")
        )
        return self.form.locator(".schema-form-property").filter(has=label)
