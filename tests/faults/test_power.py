"""Power loss, replayed from the system calls of a serving process: no acknowledged answer and no head count may be missing."""

import logging
import os
from pathlib import Path

import pytest
from sqlalchemy import select

from surveyapp.core.database import reading
from surveyapp.events.models import HeadCount
from surveyapp.survey import codes, finding
from tests.faults.load import People, answers, ask, event, thanked
from tests.faults.power import Disk, Replay
from tests.faults.recording import Recorded, operations
from tests.faults.scene import Installation, Served, install

pytestmark = pytest.mark.patient
ROUNDS = int(os.environ.get("ROUNDS", "0"))
SEED = int(os.environ.get("SEED", "1"))
_log = logging.getLogger("faults")


def used(recorded: Recorded, made: Installation, people: People, number: int) -> list[tuple[str, str]]:
    """Answer with *number* codes and log half as many events; returns the codes with the receipts that were shown."""
    shown = []
    for turn in range(number):
        code = made.codes.pop().link
        _, form = answers(code, turn)
        reply = ask(recorded.port, "/s/answer", form)
        assert thanked(reply), reply.status
        shown.append((code, dict(form)["receipt"]))
        if turn % 2:
            log = "/events/log?row=1.1.a"
            page = ask(recorded.port, log, cookies=people.cookies)
            title = f"Mācības {number} {turn}"
            assert ask(recorded.port, log, event(page.text, title, 100 + turn), people.cookies).status == 302
    return shown


def expected(made: Installation, shown: list[tuple[str, str]]) -> tuple[dict[bytes, bytes], dict[bytes, str]]:
    """What stands in acknowledgements, to what they acknowledge."""
    app = made.app()
    boxes = {}
    with app.app_context():
        for code, receipt in shown:
            found = finding.find_code(code)
            assert isinstance(found, finding.Found)
            letters = codes.read_receipt(receipt) or ""
            boxes[receipt.encode()] = finding.hasher().box_key(found.wave.id, found.typed_hash, letters)
        with reading() as session:
            rows = session.execute(select(HeadCount.event_id, HeadCount.title)).all()
    app.extensions["engine"].dispose()
    return boxes, {f"/events/{event_id}\r\n".encode(): title for event_id, title in rows}


def test_a_power_cut_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    turns = ROUNDS or 4
    made = install(tmp_path / "data", number=2 * turns + 10)
    link = made.sign_in_link()
    start = {path.name: path.read_bytes() for path in made.folder.glob("*.sqlite3*")}
    with Recorded(made, tmp_path / "record") as recorded:
        people = People(Served(made, recorded.port), SEED)
        people.sign_in(link)
        shown = used(recorded, made, people, turns)
        recorded.run_to_the_end("init")  # empties the log into the database while the server goes on
        shown += used(recorded, made, people, turns - 1)
    boxes, events = expected(made, shown)
    replay = Replay(Disk(start), tmp_path / "after", boxes, events)
    replay.run(list(operations(recorded.record, made.folder)), SEED, more=ROUNDS or 2)
    _log.info("%d cuts, %d states of the disk", replay.cuts, replay.looked_at)
    assert replay.cuts > 50
