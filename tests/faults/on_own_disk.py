"""A disk of one's own, really full, and really without power: needs root, so ``make faults`` alone plays it.

The disk is a file system in a file, and cutting its power is done by the file system: all that was not synced is lost.
"""

import logging
import os
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Final, TypeVar

import pytest
from sqlalchemy import func, select

from surveyapp.core.database import reading
from surveyapp.events.models import EvidenceFile
from tests.faults.killing import CODES_PER_ROUND, Harm
from tests.faults.load import LOG, People, Reply, answers, ask, event, field_of, send_file, thanked
from tests.faults.own_disk import OwnDisk
from tests.faults.postgres import Postgres
from tests.faults.scene import Served, install
from tests.faults.test_disk import FULL, hidden, stored

ROUNDS: Final = int(os.environ.get("ROUNDS", "3"))
SEED: Final = int(os.environ.get("SEED", "1"))
SILENT: Final = "Datubāze pašlaik neatbild."
BOTH: Final = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
Form = TypeVar("Form")
_TRIES: Final = 3000
_PDF: Final = b"%PDF-1.7\n1 0 obj <<>> endobj\n" + b"%" * 2**19 + b"\ntrailer <<>>\n%%EOF\n"
_log = logging.getLogger("faults")


@pytest.fixture
def disk(tmp_path: Path, kind: str) -> Iterator[OwnDisk]:
    """A small disk."""
    with OwnDisk(tmp_path / "disk.img", tmp_path / "disk", 24 if kind == "sqlite" else 160) as disk:
        yield disk


@pytest.fixture
def database(disk: OwnDisk, kind: str) -> Iterator[Postgres | None]:
    """The database on that disk; None for SQLite, which is in the data folder."""
    if kind == "sqlite":
        yield None
        return
    server = Postgres(disk.place)
    yield server
    server.stop()


@BOTH
def test_whatever_was_acknowledged_outlives_a_power_cut(disk: OwnDisk, database: Postgres | None) -> None:
    made = install(disk.place / "data", database.address if database else "", ROUNDS * CODES_PER_ROUND)
    with Served(made) as served:
        people = People(served, SEED)
        people.sign_in(made.sign_in_link())
        harm = Harm(made, served, people, SEED, database, disk)
        for number in range(ROUNDS):
            harm.round(number)
    _log.info("%s: %d answers, %d head counts", harm.done, harm.open(), len(people.events.acknowledged))
    assert len(harm.done) == ROUNDS


@BOTH
def test_a_full_disk_loses_nothing_and_with_room_again_work_goes_on_without_a_start(
    disk: OwnDisk, database: Postgres | None
) -> None:
    made = install(disk.place / "data", database.address if database else "", 3000)
    with Served(made) as served:
        people = People(served, SEED, codes=[code.link for code in made.codes])
        people.sign_in(made.sign_in_link())
        page = ask(served.port, LOG, cookies=people.cookies).text
        first = ask(served.port, LOG, event(page, "Mācības 0", 100), people.cookies).headers["Location"]
        disk.fill()
        answered, answer = _until_refused(lambda turn: answers(people.codes.pop(), turn)[1], lambda form: _answer(people, form))
        logged, count = _until_refused(lambda turn: _event(page, turn + 1), lambda form: _log_event(people, form))
        kept = _add_file(people, first)
        assert kept.status == 503
        assert not list((made.folder / "evidence").glob("*")), "a piece of a file is left"
        for reply in (answer[1], count[1], kept):
            assert 'role="alert"' in reply.text
        for reply in (count[1], kept):
            assert any(said in unescape(reply.text) for said in (FULL, SILENT)), reply.text
        disk.make_room()
        if database is not None:
            database.start()  # where even its log had no room it has ended itself, and whoever supervises it starts it
        assert stored(people)[0] == answered, "no less and no more than was acknowledged"
        assert stored(people)[1].total() == logged + 1
        assert thanked(ask(served.port, "/s/answer?lang=lv", hidden(answer[1])))
        assert ask(served.port, LOG, hidden(count[1]), people.cookies).status == 302
        assert _add_file(people, first).status == 302
        assert stored(people) == (answered + 1, stored(people)[1])
        assert stored(people)[1].total() == logged + 2
        app = made.app()
        with app.app_context(), reading() as session:
            assert session.scalar(select(func.count()).select_from(EvidenceFile)) == 1
        app.extensions["engine"].dispose()


def _until_refused(make: Callable[[int], Form], send: Callable[[Form], Reply]) -> tuple[int, tuple[Form, Reply]]:
    """Send one form after the other until one is refused; returns how many were taken, that form, and what came back."""
    for turn in range(_TRIES):
        form = make(turn)
        reply = send(form)
        if not thanked(reply) and reply.status != 302:
            assert reply.status == 503, (reply.status, reply.text[:2000])
            return turn, (form, reply)
    raise AssertionError("the disk does not get full")


def _answer(people: People, form: list[tuple[str, str]]) -> Reply:
    return ask(people.served.port, "/s/answer?lang=lv", form)


def _log_event(people: People, form: dict[str, str]) -> Reply:
    return ask(people.served.port, f"{LOG}&lang=lv", form, people.cookies)


def _event(page: str, turn: int) -> dict[str, str]:
    return {**event(page, f"Mācības {turn}", 100 + turn), "mark": f"a form of its own, {turn}"}


def _add_file(people: People, address: str) -> Reply:
    page = f"/events/{address.partition('/events/')[2].partition('?')[0].partition('#')[0]}/evidence?lang=lv"
    shown = ask(people.served.port, page, cookies=people.cookies)
    return send_file(people.served.port, page, _PDF, {"csrf_token": field_of(shown.text, "csrf_token")}, people.cookies)
