"""What is left on the disk, and in which order: searched in the files themselves."""

import math
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from surveyapp.core.backups import backup_files
from surveyapp.core.database import engine, is_sqlite, reading
from surveyapp.survey import opened_store, opening, packing, store, wave_store
from surveyapp.survey.codes import shown
from surveyapp.survey.models import Invitation, SealedBox
from tests.conftest import app_on
from tests.databases import surroundings
from tests.surveyapp.survey.rounds import WHO, Given, Round, answered, running, some_answers

NO_ORDER = 5.0
"""Standard deviations; chance alone goes beyond them less than once in a million runs."""


def everything_on_disk(folder: Path, name: str) -> bytes:
    """The database file, its write-ahead log, and a backup made now."""
    backup = folder / f"{name}.backup"
    backup_files.write(backup)
    files = [*folder.glob("surveyapp.sqlite3*"), backup]
    return b"\n".join(file.read_bytes() for file in files)


def clear_markers(this: Round, sheets: Sequence[Given]) -> set[bytes]:
    """What must never stand anywhere: codes as people hold them, and answers as bytes."""
    forms = [form for code in this.codes for form in (code.typed, shown(code.typed), code.link)]
    packed = [packing.pack(this.facts().questionnaire, sheet).rstrip(b"\0") for sheet in sheets]
    return {form.encode() for form in forms} | set(packed)


def stored_traces() -> set[bytes]:
    """What stands in the database until the opening: hashes of codes, keys of boxes, boxes."""
    with reading() as session:
        codes = session.execute(select(Invitation.typed_hash, Invitation.link_hash)).all()
        boxes = session.execute(select(SealedBox.box_key, SealedBox.ciphertext)).all()
    return {bytes(part) for row in (*codes, *boxes) for part in row}


def found_in(markers: set[bytes], where: bytes) -> set[bytes]:
    return {marker for marker in markers if marker in where}


def test_no_answer_and_no_code_is_on_the_disk_during_or_after_a_wave(
    sqlite_app: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    this = running(sqlite_app, 30)
    sheets = answered(sqlite_app, this)
    with sqlite_app.app_context():
        never = clear_markers(this, sheets)
        during = everything_on_disk(tmp_path, "during")
        traces = stored_traces()
        assert found_in(never, during) == set()
        assert found_in(traces, during) == traces, "the search finds what is there"

        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        after = everything_on_disk(tmp_path, "after")
        assert found_in(never | traces, after) == set()
        rows = {packing.pack(this.facts().questionnaire, one.answers) for one in opened_store.responses(this.facts())}
        assert found_in(rows, after) == rows
    said = "".join(capfd.readouterr()).encode()
    assert found_in(never, said) == set()


def test_an_error_while_storing_names_neither_code_nor_answer(one_app: Flask) -> None:
    this = running(one_app)
    with one_app.app_context():
        with one_app.extensions["engine"].begin() as connection:
            connection.execute(text("DROP TABLE sealed_box"))
        sheet = some_answers(this.facts().questionnaire, 1)
        receipt = store.new_receipt()
        with pytest.raises(Exception, match=r"no such table|does not exist") as caught:
            store.submit(this.codes[0].link, receipt, sheet)
        said = f"{caught.value!r} {caught.value}"
        assert not any(secret in said for secret in (this.codes[0].link, this.codes[0].typed, receipt, sheet["role"][0]))
        assert isinstance(store.look_up(this.codes[0].link), store.Door), "the code was not spent without a box"


def test_the_order_of_opened_rows_tells_nothing_about_the_order_of_submission(app: Flask) -> None:
    deviations = [order_left(app, f"wave {number}") for number in range(3)]
    assert max(abs(one) for one in deviations) < NO_ORDER
    assert abs(sum(deviations)) / math.sqrt(len(deviations)) < NO_ORDER


def order_left(app: Flask, name: str, people: int = 40) -> float:
    """How far the stored order of the rows follows the order of submission, in standard deviations (Kendall's tau)."""
    this = running(app, people, name)
    sheets = answered(app, this)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        questionnaire, wave_id = this.facts().questionnaire, this.facts().id
        without = [{key: kept for key, kept in one.items() if key not in {"role", "experience"}} for one in sheets]
        submitted = [packing.pack(questionnaire, one) for one in without]
        assert len(set(submitted)) == people, "every sheet can be told from the others"
        as_stored = (
            "SELECT wave_id, packed FROM response" if is_sqlite() else "SELECT wave_id, packed FROM response ORDER BY ctid"
        )
        with reading() as session:
            order = [submitted.index(bytes(packed)) for wave, packed in session.execute(text(as_stored)) if wave == wave_id]
    return kendall_deviations(order)


def kendall_deviations(order: Sequence[int]) -> float:
    """Kendall's S over its standard deviation without ties (Kendall 1938)."""
    n = len(order)
    s = sum(1 if order[j] > order[i] else -1 for i in range(n) for j in range(i + 1, n))
    return s / math.sqrt(n * (n - 1) * (2 * n + 5) / 18)


def test_the_measure_of_order_would_notice_an_order_that_is_kept() -> None:
    assert kendall_deviations(range(40)) > NO_ORDER
    assert kendall_deviations(range(40)[::-1]) < -NO_ORDER


def test_sqlite_keeps_no_hidden_counter_beside_codes_boxes_and_answers(sqlite_app: Flask, tmp_path: Path) -> None:
    running(sqlite_app)
    with sqlite3.connect(tmp_path / "surveyapp.sqlite3") as connection:
        for table in ("invitation", "sealed_box", "response", "tally"):
            with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
                connection.execute(f"SELECT rowid FROM {table}")  # noqa: S608 - our own table names
    connection.close()


@pytest.mark.postgres
def test_postgresql_marks_all_rows_of_a_wave_with_one_transaction(app: Flask) -> None:
    if is_sqlite_app(app):
        return  # SQLite has no such mark; its counter is looked for above
    this = running(app)
    answered(app, this)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        with reading() as session:
            marks = set(session.scalars(text("SELECT xmin::text FROM response")))
            left = session.scalar(text("SELECT pg_relation_size('sealed_box') + pg_relation_size('invitation')"))
        assert len(marks) == 1
        assert left == 0, "the pages that held codes and boxes are gone"


def test_scrubbing_writes_the_file_anew_so_that_no_page_of_deleted_rows_stays(sqlite_app: Flask, tmp_path: Path) -> None:
    this = running(sqlite_app, 60)
    answered(sqlite_app, this)
    with sqlite_app.app_context():
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
    with sqlite3.connect(tmp_path / "surveyapp.sqlite3") as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    connection.close()


@pytest.mark.postgres
def test_postgresql_keeps_codes_in_the_order_of_their_hashes_whichever_call_made_them(
    postgresql_url: str, tmp_path: Path
) -> None:
    app = app_on(postgresql_url, tmp_path)
    this = running(app, 20)
    with app.app_context():
        wave_store.invite(this.facts(), 20, WHO, group="school", hand_over=this.codes.extend)
        with reading() as session:
            stored = session.execute(text("SELECT typed_hash, xmin::text FROM invitation ORDER BY ctid")).all()
    app.extensions["engine"].dispose()
    hashes = [bytes(hashed) for hashed, _ in stored]
    assert hashes == sorted(hashes)
    assert len({mark for _, mark in stored}) == 1


@pytest.mark.postgres
def test_postgresql_copies_no_box_and_no_code_into_its_statistics(postgresql_url: str, tmp_path: Path) -> None:
    app = app_on(postgresql_url, tmp_path)
    this = running(app, 40)
    answered(app, this)
    with app.app_context():
        traces = stored_traces()
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))  # as PostgreSQL does by itself while a wave is running
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        with reading() as session:
            kept = "".join(session.scalars(text("SELECT s::text FROM pg_stats s WHERE schemaname = 'public'")))
    app.extensions["engine"].dispose()
    assert kept, "there are statistics to search"
    assert {trace for trace in traces if trace.hex() in kept} == set()


def is_sqlite_app(app: Flask) -> bool:
    with app.app_context():
        return is_sqlite()


_SUBMIT = """
import sys
from datetime import UTC, datetime
from surveyapp.app import create_app
from surveyapp.settings import load
from surveyapp.survey import store
from tests.surveyapp.survey.rounds import some_answers

app = create_app(load(), now=lambda: datetime(2026, 11, 21, 10, tzinfo=UTC))
with app.app_context():
    for number, link in enumerate(sys.argv[1:]):
        door = store.look_up(link)
        print(store.submit(link, store.new_receipt(), some_answers(door.questionnaire, number)), flush=True)
sys.stdin.read()
"""


def test_a_box_that_was_acknowledged_survives_the_end_of_the_process(one_app: Flask, tmp_path: Path) -> None:
    this = running(one_app)
    environment = os.environ | {**surroundings(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    links = [code.link for code in this.codes[:3]]
    with subprocess.Popen(
        [sys.executable, "-c", _SUBMIT, *links], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        answers = [worker.stdout.readline() for _ in links]
        worker.send_signal(signal.SIGKILL)
    assert all(answer.startswith("Submitted") for answer in answers)
    with one_app.app_context(), reading() as session:
        assert len(session.scalars(select(SealedBox.box_key)).all()) == 3
        assert len(session.scalars(select(Invitation.boxes).where(Invitation.boxes > 0)).all()) == 3
