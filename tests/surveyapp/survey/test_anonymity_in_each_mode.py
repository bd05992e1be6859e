"""In every mode: what is on the disk while answers are taken, changed and taken back, and what is left after the opening."""

import itertools
import secrets
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from surveyapp.core.database import engine, reading
from surveyapp.survey import opening, store, wave_store
from surveyapp.survey.codes import shown
from surveyapp.survey.models import FreeText, Invitation, Response, SealedBox
from surveyapp.survey.rules import Mode
from tests.conftest import app_on
from tests.surveyapp.survey.rounds import WHO, Round
from tests.surveyapp.survey.small import running, sheet
from tests.surveyapp.survey.test_anonymity import everything_on_disk, found_in

MODES: tuple[Mode, ...] = ("code", "group", "open")
PEOPLE = 12


def everybody_answers(this: Round, mark: str = "") -> list[str]:
    """Twelve answer with a word of their own; two of them answer anew, one takes it all back and answers again.

    *mark* stands before each word, where other tests write into the same files.
    """
    receipts = [store.new_receipt() for _ in range(PEOPLE)]
    codes = [this.codes[number % len(this.codes)].link for number in range(PEOPLE)]
    for number, (code, receipt) in enumerate(zip(codes, receipts, strict=True)):
        done = store.submit(code, receipt, sheet(number), {"short_word": f"{mark}Zīlīte{number}"})
        assert isinstance(done, store.Submitted)
    for number in (0, 1):
        store.replace(codes[number], receipts[number], sheet(number + 1), {"short_word": f"{mark}Ķauķis{number}"})
    assert store.withdraw(codes[2], receipts[2]) == store.Withdrawn()
    store.submit(codes[2], store.new_receipt(), sheet(2), {"short_word": f"{mark}Žubīte"})
    return receipts


def secrets_of(this: Round, receipts: list[str]) -> set[bytes]:
    """Codes and receipts as people hold them."""
    forms = [form for code in this.codes for form in (code.typed, shown(code.typed), code.link)]
    return {form.encode() for form in (*forms, *receipts, *(receipt.replace("-", "") for receipt in receipts))}


def words(mark: str = "") -> set[bytes]:
    written = [f"Zīlīte{number}" for number in range(PEOPLE)]
    return {f"{mark}{word}".encode() for word in (*written, "Ķauķis0", "Ķauķis1", "Žubīte")}


def stored() -> set[bytes]:
    """Every box and hash there is now."""
    with reading() as session:
        boxes = session.execute(select(SealedBox.box_key, SealedBox.ciphertext)).all()
        codes = session.execute(select(Invitation.typed_hash, Invitation.link_hash)).all()
    return {bytes(part) for row in (*boxes, *codes) for part in row}


@pytest.mark.parametrize("mode", MODES)
def test_nothing_of_a_person_is_on_the_disk_in_any_mode(
    sqlite_app: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str], mode: Mode
) -> None:
    this = running(sqlite_app, mode, codes=PEOPLE if mode == "code" else 2, free_text=True)
    with sqlite_app.app_context():
        first = stored()
        receipts = everybody_answers(this)
        during = everything_on_disk(tmp_path, "during")
        traces = first | stored()
        assert found_in(secrets_of(this, receipts) | words(), during) == set()
        wave_store.close(this.facts(), WHO)
        assert opening.open_wave(this.facts(), this.private, WHO) == PEOPLE
        after = everything_on_disk(tmp_path, "after")
        assert found_in(secrets_of(this, receipts) | traces, after) == set()
        kept = found_in(words(), after)
        assert {"Ķauķis0".encode(), "Žubīte".encode()} <= kept, "own words are there once the wave is opened"
        assert "Zīlīte0".encode() not in kept, "what was replaced is nowhere"
        assert "Zīlīte2".encode() not in kept, "what was taken back is nowhere"
    said = "".join(capfd.readouterr()).encode()
    assert found_in(secrets_of(this, receipts) | words(), said) == set()


def postgresql_files(since: float) -> bytes:
    """Everything that the server has on its disk of this database, and what it wrote into its log of changes *since* then."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.scalar(text("SHOW data_directory")) or "")
        number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    changes = [path for path in (folder / "pg_wal").iterdir() if path.is_file() and path.stat().st_mtime >= since]
    assert changes
    return b"\n".join(path.read_bytes() for path in (*(folder / "base" / str(number)).iterdir(), *changes))


@pytest.mark.postgres
@pytest.mark.parametrize("mode", MODES)
def test_nothing_of_a_person_is_in_the_files_of_postgresql_in_any_mode(postgresql_url: str, tmp_path: Path, mode: Mode) -> None:
    began, mark = time.time() - 1, secrets.token_hex(4)
    app = app_on(postgresql_url, tmp_path)
    this = running(app, mode, codes=PEOPLE if mode == "code" else 2, free_text=True)
    with app.app_context():
        with reading() as session:
            hashes = {bytes(one) for one in session.scalars(select(Invitation.typed_hash))}
        receipts = everybody_answers(this, mark)
        during = postgresql_files(began)
        assert found_in(hashes, during) == hashes, "the search finds what is there"
        assert found_in(secrets_of(this, receipts) | words(mark), during) == set()
        wave_store.close(this.facts(), WHO)
        assert opening.open_wave(this.facts(), this.private, WHO) == PEOPLE
        after = postgresql_files(began)
        assert found_in(secrets_of(this, receipts), after) == set()
        kept = found_in(words(mark), after)
        assert f"{mark}Žubīte".encode() in kept, "own words are there once the wave is opened"
        assert not {f"{mark}Zīlīte{number}".encode() for number in (0, 2)} & kept, "what was replaced or taken back is nowhere"
    app.extensions["engine"].dispose()


@pytest.mark.parametrize("mode", MODES)
def test_boxes_of_short_and_long_answers_cannot_be_told_apart(app: Flask, mode: Mode) -> None:
    this = running(app, mode, codes=PEOPLE if mode == "code" else 2, free_text=True)
    with app.app_context():
        code = this.codes[0].link
        store.submit(code, store.new_receipt(), {**sheet(2)}, {"long_word": "ģ" * 300, "short_word": "ž" * 40})
        store.submit(this.codes[1 % len(this.codes)].link, store.new_receipt(), {"role": ("teacher",), **sheet(1)})
        with reading() as session:
            sizes = {len(box) for box in session.scalars(select(SealedBox.ciphertext))}
        assert len(sizes) == 1


def test_own_words_stand_beside_no_order_and_no_answer(app: Flask) -> None:
    this = running(app, codes=40, free_text=True)
    with app.app_context():
        for number, code in enumerate(this.codes):
            store.submit(code.link, store.new_receipt(), sheet(number), {"short_word": f"{number:02}"})
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        columns = {column.name for column in FreeText.__table__.columns} & {
            column.name for column in Response.__table__.columns
        }
        assert columns == {"wave_id", "key"}
        order = "ORDER BY ctid" if engine().dialect.name == "postgresql" else ""
        with engine().connect() as connection:
            stored_order = [int(row[0]) for row in connection.exec_driver_sql(f"SELECT text FROM free_text {order}")]  # noqa: S608 - a constant
        assert sorted(stored_order) == list(range(40))
        rising = sum(one < other for one, other in itertools.pairwise(stored_order))
        assert 5 < rising < 34, "chance alone goes beyond this once in a million runs"
