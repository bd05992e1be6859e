"""Every process killed with SIGKILL under load; a few rounds here, as many as ROUNDS says with ``make faults``."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.killing import CODES_PER_ROUND, Harm
from tests.faults.load import People
from tests.faults.postgres import Postgres
from tests.faults.scene import Served, install

pytestmark = pytest.mark.patient
ROUNDS = int(os.environ.get("ROUNDS", "0"))
_log = logging.getLogger("faults")
SEED = int(os.environ.get("SEED", "1"))


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Postgres | None]:
    """The database server, None for SQLite."""
    if request.param == "sqlite":
        yield None
        return
    server = Postgres(tmp_path)
    yield server
    server.stop()


def rounds(kind: str) -> range:
    """Which rounds are played: of the everyday suite those that kill most."""
    return range(ROUNDS) if ROUNDS else range(2, 4) if kind == "sqlite" else range(5, 6)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_whatever_is_killed_each_acknowledged_answer_and_head_count_is_kept_once(
    database: Postgres | None, tmp_path: Path
) -> None:
    played = rounds("sqlite" if database is None else "postgresql")
    made = install(tmp_path / "data", database.address if database else "", len(played) * CODES_PER_ROUND)
    with Served(made) as served:
        people = People(served, SEED)
        people.sign_in(made.sign_in_link())
        harm = Harm(made, served, people, SEED, database)
        for number in played:
            harm.round(number)
    opened = harm.open()
    told = people.answers.statuses, people.events.statuses
    _log.info("%s: %d answers, %d head counts; replies %s", harm.done, opened, len(people.events.acknowledged), told)
    assert len(harm.done) == len(played)
