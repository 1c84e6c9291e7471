"""Teams, against a real HTTPS server on loopback."""

from __future__ import annotations

import json
import logging
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config import settings as settings_module
from notifications.channels import teams_channel
from notifications.channels.mail import SendFailed
from notifications.channels.teams import TeamsChannel
from tests.mail_server import free_port, make_certificate

SIGNATURE = "very-secret-signature"


@dataclass
class Workflow:
    """A workflow that keeps its cards and answers as told."""

    port: int = 0
    answer: int = 202
    cards: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def channel(self) -> TeamsChannel:
        return TeamsChannel(f"workflows://127.0.0.1:{self.port}/a-workflow/{SIGNATURE}", timeout_seconds=2.0)

    def text_of_last_card(self) -> str:
        body = self.cards[-1]["attachments"][0]["content"]["body"]
        return "\n".join(block["text"] for block in body)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def workflow(certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> Iterator[Workflow]:
    trusted, context = certificate
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    kept = Workflow()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.paths.append(self.path)
            kept.cards.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(kept.answer)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()


def failure_of(channel: TeamsChannel) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        channel.send("Ref CR-7Q4M", "1 thing due")
    return caught.value


def test_a_card_arrives_with_title_and_text(workflow: Workflow) -> None:
    answer = workflow.channel.send("Ref CR-7Q4M", "2 things due, the first by Friday; see your mail")

    assert answer.reply == "accepted by the Teams workflow"
    assert workflow.text_of_last_card() == "Ref CR-7Q4M\n2 things due, the first by Friday; see your mail"
    assert workflow.paths[0].startswith("/workflows/a-workflow/")
    assert "Image" not in json.dumps(workflow.cards[0])


def test_two_cards_go_without_waiting(workflow: Workflow) -> None:
    started = time.monotonic()

    for _ in range(3):
        workflow.channel.send("Ref CR-7Q4M", "1 thing due")

    assert time.monotonic() - started < 3
    assert len(workflow.cards) == 3


def test_a_text_that_is_too_long_is_cut(workflow: Workflow) -> None:
    workflow.channel.send("", "x" * 5_000)

    assert len(workflow.text_of_last_card()) == 1_000
    assert workflow.text_of_last_card().endswith("…")


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [(400, True), (401, True), (404, True), (408, False), (429, False), (500, False), (503, False)],
)
def test_a_refusal_is_judged_by_its_code(workflow: Workflow, answer: int, permanent: bool) -> None:
    workflow.answer = answer

    failure = failure_of(workflow.channel)

    assert failure.permanent is permanent
    assert failure.reply == f"the Teams workflow answered {answer}"


def test_a_workflow_that_is_away_is_tried_later() -> None:
    failure = failure_of(TeamsChannel(f"workflows://127.0.0.1:{free_port()}/a-workflow/{SIGNATURE}"))

    assert not failure.permanent
    assert failure.reply == "the Teams workflow could not be reached"


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    assert not failure_of(workflow.channel).permanent
    assert workflow.cards == []


def test_no_secret_and_no_text_reaches_a_log(workflow: Workflow, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    unreadable = TeamsChannel(f"workflos://host/{SIGNATURE}")

    workflow.channel.send("Ref CR-7Q4M", "1 thing due")
    workflow.answer = 500
    failures = [failure_of(workflow.channel), failure_of(unreadable)]

    assert failures[1].permanent
    for shown in [caplog.text, repr(unreadable), *(failure.reply for failure in failures)]:
        assert SIGNATURE not in shown
        assert "1 thing due" not in shown


def test_the_address_that_teams_itself_shows_is_understood() -> None:
    shown = "https://prod-1.example.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?api-version=2016-06-01&sig=x"

    plugin = TeamsChannel(shown)._plugin(logging.getLogger("unused"))  # type: ignore[arg-type]

    assert plugin.workflow == "abc"


def test_each_agency_has_its_own_channel_and_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings_module.Settings(
        teams={"elm/police": SecretStr("workflows://a/b/c"), "elm": SecretStr("workflows://d/e/f")}
    )
    monkeypatch.setattr("notifications.channels.settings", lambda: chosen)

    assert teams_channel("elm", "police") == TeamsChannel("workflows://a/b/c")
    assert teams_channel("elm", "health") is None
    assert teams_channel("elm") == TeamsChannel("workflows://d/e/f")
    assert teams_channel("oak") is None
