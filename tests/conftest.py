"""What every test may ask for: a home, a record on each database, a real server, a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from config.settings import settings
from flows.engine import api_url, set_environment
from flows.plain_client import PlainClient
from flows.supervise import child_environment
from models.migrations.schema import upgrade
from models.records.database import engine_for
from tests.installation import CODE, Installation, free_port, pause_schedules, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.flows.engine_driver import Engine

POSTGRES = os.environ.get("SIGHTLINE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
INSIST = os.environ.get("SIGHTLINE_INSIST") == "1"
CHROMIUM = "/usr/bin/chromium"

# Before any test can import Prefect: whatever it does reaches this home and port alone.
SESSION_HOME = Path(tempfile.mkdtemp(prefix="sightline-tests-"))
for _name in [name for name in os.environ if name.startswith("SIGHTLINE_")]:
    del os.environ[_name]
os.environ |= {"SIGHTLINE_HOME": str(SESSION_HOME), "SIGHTLINE_PORT": str(free_port())}
set_environment()


def pytest_sessionfinish() -> None:
    shutil.rmtree(SESSION_HOME, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of this test alone; the settings point to it."""
    monkeypatch.setenv("SIGHTLINE_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    _forget_engine(settings().record_url)
    settings.cache_clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database without tables, named in the settings: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        yield settings().record_url
        return
    url = new_postgres()
    monkeypatch.setenv("SIGHTLINE_DATABASE_URL", url)
    settings.cache_clear()
    yield url
    _forget_engine(url)
    drop_postgres(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a record with all tables and nothing in them, on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), home / "sightline.db")
        yield settings().record_url
        return
    yield request.getfixturevalue("postgresql")


@pytest.fixture
def postgresql(home: Path, monkeypatch: pytest.MonkeyPatch, migrated_postgres: str) -> Iterator[str]:
    """The URL of a record with all tables and nothing in them on PostgreSQL, where several write at once."""
    url = new_postgres(template=migrated_postgres)
    monkeypatch.setenv("SIGHTLINE_DATABASE_URL", url)
    settings.cache_clear()
    yield url
    _forget_engine(url)
    drop_postgres(url)


@pytest.fixture(scope="session")
def migrated_sqlite() -> Path:
    """A file with all tables, to be copied."""
    file = SESSION_HOME / "migrated.db"
    made = engine_for(f"sqlite:///{file}")
    upgrade(made)
    _forget_engine(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """The name of a PostgreSQL database with all tables, to be copied."""
    url = new_postgres()
    upgrade(engine_for(url))
    _forget_engine(url)
    yield make_url(url).database or ""
    drop_postgres(url)


def new_postgres(template: str = "template1") -> str:
    """The URL of a new database on the test server; without a server the test is skipped."""
    name = f"sightline_{uuid4().hex[:12]}"
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as server:
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            server.execute(make.format(sql.Identifier(name), sql.Identifier(template)))
    except psycopg.OperationalError:
        missing(f"No PostgreSQL answers at {make_url(POSTGRES)!r}.")
    return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


def drop_postgres(url: str) -> None:
    """The database is gone."""
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        server.execute(drop.format(sql.Identifier(make_url(url).database or "")))


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
    one.start()
    pause_schedules(one)
    yield one
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
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


def missing(sentence: str) -> NoReturn:
    """Skips the test with the sentence; fails it where the machine was to have everything."""
    if INSIST:
        pytest.fail(f"{sentence} This run insists on it.")
    pytest.skip(f"{sentence} The test needs it.")


def _forget_engine(url: str) -> None:
    """No connection to this database is open any more."""
    engine_for(url).dispose()
    engine_for.cache_clear()
