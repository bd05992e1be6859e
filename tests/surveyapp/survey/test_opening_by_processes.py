"""Opening with several processes: the same answers, in an order that is chance, all of it or nothing wherever it is killed."""

import os
import secrets
import signal
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from sqlalchemy import func, select

from surveyapp.core.command import RefusedError
from surveyapp.core.database import Base, reading
from surveyapp.survey import keyed, opened_store, opening, sealing, shuffling, wave_store
from surveyapp.survey.key_files import public_bytes
from surveyapp.survey.models import FreeText, Invitation, Response, SealedBox, Tally
from surveyapp.survey.rules import State
from surveyapp.survey.shuffling import KEY_BYTES, Shuffled
from surveyapp.survey.unsealing import Box, BrokenOffError, Keys, unsealed
from tests.surveyapp.survey.rounds import WHO, Beginning, Round, answered, running
from tests.surveyapp.survey.test_anonymity import NO_ORDER, kendall_deviations
from tests.waiting import until

KEYS = Keys(X25519PrivateKey.generate(), 7, secrets.token_bytes(32))


def closed(app: Flask) -> Round:
    this = running(app, 12)
    answered(app, this)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
    return this


BEGINNING = Beginning(closed)


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with a closed wave of twelve boxes."""
    return BEGINNING


# --- the processes ---


def boxes(number: int) -> list[Box]:
    """Boxes of which each seventh was damaged and each fifth does not bear our mark."""
    made: list[Box] = []
    key = sealing.WaveKey(KEYS.wave_id, public_bytes(KEYS.private))
    for place in range(number):
        box_key = secrets.token_bytes(32)
        sealed = sealing.seal(key, box_key, f"answers {place}".encode().ljust(64, b"\0"))
        mark = keyed.box_mark(KEYS.mark_key, KEYS.wave_id, box_key, sealed)
        changed = sealed[:-1] if place % 7 == 0 else sealed
        made.append((box_key, changed, [None, secrets.token_bytes(32)][place % 2] if place % 5 == 0 else mark))
    return made


def in_pages(whole: list[Box], size: int) -> Iterator[list[Box]]:
    yield from (whole[start : start + size] for start in range(0, len(whole), size))


def test_several_processes_find_what_one_finds() -> None:
    made = boxes(300)
    one, three = (list(unsealed(in_pages(made, 11), KEYS, processes)) for processes in (1, 3))
    assert sum(plain.boxes for plain in three) == 300
    for kind in ("marked", "unmarked"):
        found = [Counter(content for plain in each for content in getattr(plain, kind)) for each in (one, three)]
        assert found[0] == found[1]
        assert found[0].total() == {"marked": 206, "unmarked": 51}[kind]


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "surveyapp.survey.unsealing_child:main" in each.cmdline()]


def test_the_key_is_on_no_command_line_and_in_no_surroundings_of_a_process_and_all_end_with_the_work() -> None:
    private = KEYS.private.private_bytes_raw()
    with closing(unsealed(in_pages(boxes(60), 5), KEYS, 2)) as finding:
        next(finding)
        assert len(children()) == 2
        for each in children():
            told = " ".join([*each.cmdline(), *each.environ().values()])
            assert private.hex() not in told
            assert not {"SURVEYAPP_DATA_DIR", "SURVEYAPP_DATABASE_URL"} & each.environ().keys()
    assert children() == []


def test_a_process_that_is_killed_stops_the_unsealing_and_leaves_no_other_behind() -> None:
    finding = unsealed(in_pages(boxes(200), 2), KEYS, 2)
    next(finding)
    children()[0].kill()
    with pytest.raises(BrokenOffError, match="nothing was changed"):
        list(finding)
    assert children() == []


# --- the order ---


def test_records_that_do_not_fit_the_memory_come_back_in_an_order_that_is_chance(tmp_path: Path) -> None:
    number = 3 * shuffling._TOGETHER
    with Shuffled(tmp_path, number) as shuffled:
        for start in range(0, number, 100):
            shuffled.add([str(each).encode() for each in range(start, min(start + 100, number))])
        parts = list(shuffled.in_order())
    records = [record for part in parts for record in part]
    assert records == sorted(records), "in the order of their keys"
    assert len({record[:KEY_BYTES] for record in records}) == number
    order = [int(record[KEY_BYTES:]) for record in records]
    assert sorted(order) == list(range(number))
    assert len(parts) > 3
    assert max(abs(kendall_deviations(order[start : start + 1000])) for start in range(0, 10_000, 1000)) < NO_ORDER
    assert abs(kendall_deviations(order[::50])) < NO_ORDER


def without_name_in(folder: Path, descriptor: Path) -> bool:
    with suppress(OSError):  # the one that listed them is gone
        return str(folder) in str(descriptor.readlink())
    return False


def test_what_does_not_fit_the_memory_is_sealed_in_a_file_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shuffling, "_IN_MEMORY", 1000)
    records = [f"a very frank answer, number {number}".encode() for number in range(5000)]
    with Shuffled(tmp_path, 5000) as shuffled:
        shuffled.add(records)
        assert list(tmp_path.iterdir()) == []
        content = b"".join(each.read_bytes() for each in Path("/proc/self/fd").iterdir() if without_name_in(tmp_path, each))
        assert len(content) > len(b"".join(records[:4000]))
        assert b"frank" not in content
        found = [record[KEY_BYTES:] for part in shuffled.in_order() for record in part]
    assert sorted(found) == sorted(records)


def test_the_memory_that_shuffling_takes_does_not_grow_with_what_is_shuffled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shuffling, "_IN_MEMORY", 1000)
    monkeypatch.setattr(shuffling, "_TOGETHER", 1024)
    monkeypatch.setattr(shuffling, "_WAITING", 8)

    def most(number: int) -> int:
        tracemalloc.start()
        with Shuffled(tmp_path, number) as shuffled:
            for _ in range(number // 100):
                shuffled.add([secrets.token_bytes(64) for _ in range(100)])
            for part in shuffled.in_order():
                assert part
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(4000)
    assert most(64_000) < 3 * most(4000), "sixteen times as much is shuffled"


# --- the end of the process in the middle ---

_OPEN = """
import os, psutil, signal, sys
from datetime import UTC, datetime
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from analysis import steps
from surveyapp.app import create_app
from surveyapp.core import municipalities
from surveyapp.settings import load
from surveyapp.survey import opening, opening_store, unsealing, wave_store
from tests.surveyapp.survey.rounds import WHO

where = sys.argv[1]
unsealing._WORTH, opening_store._AT_ONCE = 4, 2
os.sched_getaffinity = lambda _: {0, 1, 2}

def end():
    print(*[each.pid for each in psutil.Process().children()], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

def heard(step, done, of):
    if (step, done) == {"unseal": ("unseal", 6), "count": ("count", 0), "clean": ("clean", 0)}.get(where):
        end()

forget = opening_store.forget
def forgetting(*given):
    if where == "before the end of the transaction":
        forget(*given)
        end()
    return forget(*given)
opening_store.forget = forgetting

app = create_app(load(), now=lambda: datetime(2026, 11, 21, 10, tzinfo=UTC))
key = X25519PrivateKey.from_private_bytes(sys.stdin.buffer.read())
with app.app_context(), steps.heard_by(heard):
    wave = wave_store.find(municipalities.find("cesis").id, "second")
    print(opening.open_wave(wave, key, WHO))
"""


def opened_elsewhere(app: Flask, this: Round, tmp_path: Path, where: str) -> tuple[int, str]:
    """Open the wave in a process of its own that kills itself at *where*; returns how it ended and what it said."""
    url = app.extensions["engine"].url.render_as_string(hide_password=False)
    settings = {"SURVEYAPP_DATA_DIR": str(tmp_path), "SURVEYAPP_DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, where],
        env=os.environ | settings,
        input=this.private.private_bytes_raw(),
        stdout=subprocess.PIPE,
        check=False,
    )
    return done.returncode, done.stdout.decode().strip()


def names_in(folder: Path) -> set[str]:
    """The files in a folder; those that SQLite keeps beside its own count as one with it."""
    return {path.name.partition("-")[0] for path in folder.iterdir()}


def gone(processes: str) -> bool:
    return not any(psutil.pid_exists(int(each)) for each in processes.split())


def rows() -> dict[str, int]:
    """How many rows there are in each table that an opening touches."""
    tables: list[type[Base]] = [SealedBox, Invitation, Response, FreeText, Tally]
    with reading() as session:
        return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_an_opening_that_is_killed_anywhere_leaves_all_sealed_or_all_opened_and_nothing_beside_it(
    app: Flask, tmp_path: Path
) -> None:
    this = BEGINNING.of(app)
    with app.app_context():
        before, files = rows(), names_in(tmp_path)
        for where in ("unseal", "count", "before the end of the transaction"):
            status, said = opened_elsewhere(app, this, tmp_path, where)
            assert status == -signal.SIGKILL
            assert (where == "unseal") == bool(said), "processes were at work"
            until(partial(gone, said), "a process outlived its parent")
            assert rows() == before
            assert this.facts().state is State.CLOSED
            assert names_in(tmp_path) == files
        assert opened_elsewhere(app, this, tmp_path, "clean")[0] == -signal.SIGKILL
        assert this.facts().state is State.OPENED
        assert opened_store.opened_waves(this.facts().municipality_id) == [], "nothing is shown before all is done"
        assert opened_elsewhere(app, this, tmp_path, "nowhere") == (0, "12")
        assert opened_store.counts(this.facts()).respondents == 12
        assert len(list(opened_store.responses(this.facts()))) == 12
        with pytest.raises(RefusedError, match="a wave is opened once"):
            opening.open_wave(this.facts(), this.private, WHO)
