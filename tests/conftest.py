"""What every test may ask for: a home, a record on each database, a real server, a browser."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import psycopg
import pytest
from sqlalchemy.engine import make_url

from config.settings import settings
from flows.engine import api_url, set_environment
from flows.plain_client import PlainClient
from flows.start_run import OBJECTS_BEFORE_A_LOOK
from flows.supervise import child_environment
from models.migrations.schema import upgrade
from models.records.database import engine_for
from tests.databases import POSTGRES, a_postgres_url, begin_with, empty, remove
from tests.installation import CODE, Installation, free_port, pause_schedules, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.flows.engine_driver import Engine

INSIST = os.environ.get("SIGHTLINE_INSIST") == "1"
CHROMIUM = "/usr/bin/chromium"
PLAIN_DRAWING = ("--disable-gpu", "--disable-software-rasterizer")  # an imitated graphics card costs a core

# Before any test can import Prefect: whatever it does reaches this home and port alone.
SESSION_HOME = Path(tempfile.mkdtemp(prefix="sightline-tests-"))
for _name in [name for name in os.environ if name.startswith("SIGHTLINE_")]:
    del os.environ[_name]
os.environ |= {"SIGHTLINE_HOME": str(SESSION_HOME), "SIGHTLINE_PORT": str(free_port())}
set_environment()

# Half of `make test` runs in the background, where a shell has Ctrl-C ignored; what tests start is to obey it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What is loaded by now stays for the whole session: nobody need look for garbage in it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_A_LOOK, 20, 20)


def pytest_sessionfinish() -> None:
    shutil.rmtree(SESSION_HOME, ignore_errors=True)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with nothing in it, for this test alone; the settings point to it.

    It lies where that of the test before lay: its database has the same address, so that the engine stays and knows
    its statements.
    """
    folder = SESSION_HOME / "of-a-test" / "home"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    monkeypatch.setenv("SIGHTLINE_HOME", str(folder))
    settings.cache_clear()
    yield folder
    engine_for(settings().record_url).dispose()
    settings.cache_clear()


@pytest.fixture(scope="session")
def on_postgres() -> Iterator[str]:
    """The address of the one database that tests use on PostgreSQL; without a server they are skipped."""
    url = a_postgres_url()
    try:
        empty(url)
    except psycopg.OperationalError:
        missing(f"No PostgreSQL answers at {make_url(POSTGRES)!r}.")
    yield url
    remove(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database without tables, named in the settings: SQLite, then PostgreSQL."""
    if request.param == "postgresql":
        request.getfixturevalue("on_postgres")
        monkeypatch.setenv("SIGHTLINE_DATABASE_URL", a_postgres_url())
        settings.cache_clear()
    url = settings().record_url
    empty(url)
    yield url
    remove(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path) -> str:
    """The URL of a record with all tables and nothing in them, on SQLite, then on PostgreSQL."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql"))
    begin_with("tables", upgrade)
    return settings().record_url


@pytest.fixture
def postgresql(home: Path, on_postgres: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a record with all tables and nothing in them on PostgreSQL, where several write at once."""
    monkeypatch.setenv("SIGHTLINE_DATABASE_URL", on_postgres)
    settings.cache_clear()
    begin_with("tables", upgrade)
    return on_postgres


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """The address of the API of a real server of ours, the same for the whole test run.

    The Prefect client of this process speaks to it without further ado.
    """
    chosen = settings()
    address, log = api_url(chosen), SESSION_HOME / "server.log"
    environment = {**child_environment(SESSION_HOME), "SIGHTLINE_HOME": str(SESSION_HOME)}
    with log.open("wb") as words:
        process = subprocess.Popen([sys.executable, "-m", "flows.server"], env=environment, stdout=words, stderr=words)
    try:
        until(lambda: PlainClient(chosen).healthy() or process.poll() is not None, 90)
        assert process.poll() is None, log.read_text()
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A Sightline that is not started yet, with two tiny flows in place of ours; cleared away afterwards."""
    one = Installation(tmp_path / "home")
    yield one
    one.clear()


@contextmanager
def _running(home: Path) -> Iterator[Installation]:
    """The real thing, with all our flows, running.  Nothing in it starts by the clock."""
    one = Installation(home, deployments=CODE / "prefect.yaml")
    try:
        one.start(within_seconds=180)  # how long a start may take is for test_up to say
        pause_schedules(one)
        yield one
    finally:
        one.clear()


@pytest.fixture(scope="session")
def whole_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running installation, one for the whole session."""
    with _running(tmp_path_factory.mktemp("whole") / "home") as one:
        yield one


@pytest.fixture
def engine(whole_installation: Installation) -> Iterator[Engine]:
    """That installation as the office uses it; this process reads its record."""
    from tests.flows.engine_driver import Engine, the_record_of

    with the_record_of(whole_installation):
        yield Engine(whole_installation)


@pytest.fixture
def engine_of_its_own(tmp_path: Path) -> Iterator[Engine]:
    """The same for a test that changes so much that no other could share its record."""
    from tests.flows.engine_driver import Engine, the_record_of

    with _running(tmp_path / "home") as one, the_record_of(one):
        yield Engine(one)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's browser, without a window."""
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        missing(f"There is no browser at {CHROMIUM}.")
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage", *PLAIN_DRAWING]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


def missing(sentence: str) -> NoReturn:
    """Skips the test with the sentence; fails it where the machine was to have everything."""
    if INSIST:
        pytest.fail(f"{sentence} This run insists on it.")
    pytest.skip(f"{sentence} The test needs it.")
