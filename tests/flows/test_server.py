"""The server answers everyone at once, and nobody from outside."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Browser
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import FlowFilter, FlowFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import CronSchedule
from prefect.server.database.configurations import AioSqliteConfiguration, AsyncPostgresConfiguration

from config.settings import settings
from flows import server

NOTE_WHAT_THE_POLICY_STOPS = """document.addEventListener(
    "securitypolicyviolation", event => note(event.violatedDirective + " " + event.blockedURI))"""

pytestmark = pytest.mark.engine


@pytest.mark.timeout(120)
def test_six_hundred_requests_of_which_twenty_five_at_once_are_all_answered(prefect_server: str) -> None:
    with httpx.Client(base_url=prefect_server, trust_env=False, timeout=60) as client:
        headers = permission(client)
        flow = client.post("/flows/", json={"name": "crowded"}, headers=headers).json()["id"]

        def start_and_look(number: int) -> list[int]:
            run = client.post("/flow_runs/", json=a_run_of(flow), headers=headers)
            state = client.post(
                f"/flow_runs/{run.json()['id']}/set_state",
                json={"state": {"type": "SCHEDULED", "name": "Look again"}, "force": True},
                headers=headers,
            )
            look = client.post("/flow_runs/filter", json={"limit": 5}, headers=headers)
            return [run.status_code, state.status_code, look.status_code]

        with ThreadPoolExecutor(25) as crowd:
            answers = [code for codes in crowd.map(start_and_look, range(200)) for code in codes]

    assert len(answers) == 600
    assert [code for code in answers if code >= 500] == []


def a_run_of(flow: str) -> dict[str, object]:
    return {"flow_id": flow, "state": {"type": "SCHEDULED"}}


def permission(client: httpx.Client) -> dict[str, str]:
    token = client.get("/csrf-token", params={"client": "test"}).json()["token"]
    return {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "test"}


def test_the_background_services_work(prefect_server: str) -> None:
    """The scheduler is one of them: a deployment with a schedule gets its next run."""
    weekly = DeploymentScheduleCreate(schedule=CronSchedule(cron="0 7 * * 1-5", timezone="Europe/London"))
    with get_client(sync_client=True) as client:
        flow = client.create_flow_from_name("planned")

        client.create_deployment(flow, "planned", schedules=[weekly])

        end = time.monotonic() + 30
        while not runs_of(client, flow):
            assert time.monotonic() < end
            time.sleep(0.2)


def test_a_page_of_another_origin_may_not_read_or_write(prefect_server: str) -> None:
    foreign = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    with httpx.Client(base_url=prefect_server, trust_env=False) as client:
        asked = client.options("/flow_runs/filter", headers=foreign)
        read = client.get("/health", headers=foreign)
        written = client.post("/flows/", json={"name": "from elsewhere"}, headers=foreign)

    assert asked.status_code == 400
    assert "access-control-allow-origin" not in read.headers
    assert written.status_code == 403


def test_a_foreign_host_name_is_refused(prefect_server: str) -> None:
    address = urlsplit(prefect_server)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    connection.request("GET", "/api/health", headers={"Host": "rebound.example"})
    status = connection.getresponse().status
    connection.close()

    assert status == 400


def test_pages_load_and_send_nothing_outside_their_own_origin(prefect_server: str) -> None:
    with httpx.Client(trust_env=False) as client:
        page = client.get(prefect_server.removesuffix("/api") + "/dashboard")

    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "https:" not in policy
    assert "*" not in policy


def test_only_the_older_ui_is_offered(prefect_server: str) -> None:
    with httpx.Client(trust_env=False) as client:
        offered = client.get(prefect_server.removesuffix("/api") + "/ui-settings").json()

    assert offered["default_ui"] == "v1"
    assert offered["available_uis"] == ["v1"]
    assert offered["csrf_enabled"] is True


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_a_person_starts_a_run_in_the_ui_and_the_page_asks_no_foreign_host(
    prefect_server: str, chromium: Browser
) -> None:
    """The form, the protection against forged requests and the policy of the page work together."""
    ui = prefect_server.removesuffix("/api")
    with get_client(sync_client=True) as client:
        flow = client.create_flow_from_name("by hand")
        schema = {
            "type": "object",
            "properties": {"board": {"type": "string", "title": "Board", "position": 0}},
        }
        deployment = client.create_deployment(flow, "By hand", parameter_openapi_schema=schema)
        page = chromium.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.expose_function("note", lambda what: complaints.append(what))  # noqa: PLW0108 - Playwright sets an attribute
        page.add_init_script(NOTE_WHAT_THE_POLICY_STOPS)
        page.on("pageerror", lambda fault: complaints.append(fault.message))

        page.goto(f"{ui}/deployments/deployment/{deployment}/run")
        page.locator("textarea").fill("a board")
        with page.expect_response("**/create_flow_run"):
            page.get_by_role("button", name="Submit").click()
        page.goto(f"{ui}/dashboard")
        page.wait_for_timeout(1500)
        page.close()

        assert [run.parameters for run in runs_of(client, flow)] == [{"board": "a board"}]
    own = {f"127.0.0.1:{settings().port}", f"localhost:{settings().port}", ""}
    assert {urlsplit(address).netloc for address in asked} <= own
    assert complaints == []


def test_prefect_still_opens_its_transactions_as_it_did_when_ours_was_written() -> None:
    """When this fails: read Prefect's new method, then decide whether ours is still needed and right."""
    method = server.shape_of_the_replaced_method()

    assert 'SQLITE_BEGIN_MODE.set("IMMEDIATE" if with_for_update else "DEFERRED")' in method
    assert "self, session: AsyncSession, with_for_update: bool = False" in method
    assert "async with session.begin() as transaction:" in method
    assert "SQLITE_BEGIN_MODE.reset(token)" in method


def test_postgresql_keeps_prefects_own_transactions() -> None:
    before = AsyncPostgresConfiguration.begin_transaction
    kept = AioSqliteConfiguration.begin_transaction

    server.make_sqlite_transactions_queue()

    try:
        assert AsyncPostgresConfiguration.begin_transaction is before
        assert AioSqliteConfiguration.begin_transaction is not kept
    finally:
        AioSqliteConfiguration.begin_transaction = kept  # type: ignore[method-assign]


def runs_of(client: SyncPrefectClient, flow: UUID) -> list[FlowRun]:
    return client.read_flow_runs(flow_filter=FlowFilter(id=FlowFilterId(any_=[flow])))
