"""Nothing that is stored joins an address with a code, and a process that dies leaves no code behind and nobody without one."""

import math
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from surveyapp.core.database import engine, is_sqlite, reading
from surveyapp.survey import store
from surveyapp.survey.codes import Code
from surveyapp.survey.finding import hasher
from surveyapp.survey.letters import mail_store, mailing
from surveyapp.survey.models import Invitation, MailAddress, Wave
from tests.conftest import app_on, fixed_clock
from tests.mail_server import MailServer, Received, mail_server
from tests.surveyapp.survey.letters import invited, people, ready, standing, states, write_to
from tests.surveyapp.survey.rounds import WHO, some_answers
from tests.surveyapp.survey.test_anonymity import NO_ORDER, everything_on_disk, kendall_deviations

_SHAPES = (rb"/s/#", rb"[ABCDEFGHJKMNPQRTUVWXY346789]{4}(-[ABCDEFGHJKMNPQRTUVWXY346789]{4}){2}-")


@pytest.fixture(scope="module", autouse=True)
def stretching() -> None:
    """In full: another process reads what was made here."""


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with mail_server() as running:
        yield running


def code_forms(letters: Sequence[Received]) -> set[bytes]:
    """Every form of every code that was sent."""
    return {form.encode() for one in letters for form in (one.link, one.typed, one.typed.replace("-", ""), one.typed.lower())}


def hash_of(letter: Received, salt: bytes) -> bytes:
    """The hash under which the code in a letter is kept."""
    code = Code(letter.link, link=True)
    return hasher().hash(code, hasher().stretched(code), salt)


def test_no_order_joins_addresses_and_codes(app: Flask, server: MailServer) -> None:
    deviations: list[float] = []
    server.serve(app)
    for name in ("first", "second", "third"):
        server.received.clear()
        this = ready(app, name)
        write_to(app, this, people(40))
        with app.app_context():
            by_address = _rank_by_address(this.facts().id, server.received)
        in_table, in_time = list(by_address.values()), [by_address[to] for to in server.to()]
        alphabet = [people(40).index(to) for to in server.to()]
        deviations += [kendall_deviations(order) for order in (in_table, in_time, alphabet)]
    assert max(abs(one) for one in deviations) < NO_ORDER
    assert abs(sum(deviations)) / math.sqrt(len(deviations)) < NO_ORDER


def _rank_by_address(wave_id: int, letters: Sequence[Received]) -> dict[str, int]:
    """Address to the place of its code among the stored ones, in the order in which the database gives addresses back."""
    file_order = "" if is_sqlite() else " ORDER BY ctid"
    with reading() as session:
        salt = session.scalars(select(Wave.code_salt).where(Wave.id == wave_id)).one()
        codes = session.execute(text(f"SELECT wave_id, link_hash FROM invitation{file_order}")).all()  # noqa: S608 - our own words
        addresses = session.execute(text(f"SELECT wave_id, address FROM mail_address{file_order}")).all()  # noqa: S608 - the same
    stored = [bytes(hashed) for wave, hashed in codes if wave == wave_id]
    held = {letter.to: stored.index(hash_of(letter, salt)) for letter in letters}
    return {address: held[address] for wave, address in addresses if wave == wave_id}


def test_the_tables_of_addresses_and_of_codes_share_nothing_but_the_wave(app: Flask) -> None:
    with app.app_context():
        inspected = inspect(engine())
        columns = {
            table: {column["name"] for column in inspected.get_columns(table)}
            for table in ("mail_address", "mail_run", "invitation", "sealed_box")
        }
    for ours in ("mail_address", "mail_run"):
        for theirs in ("invitation", "sealed_box"):
            assert columns[ours] & columns[theirs] == {"wave_id"}


@pytest.mark.postgres
def test_postgresql_marks_addresses_and_codes_with_different_transactions(postgresql_url: str, tmp_path: Path) -> None:
    app = app_on(postgresql_url, tmp_path)
    with mail_server() as server:
        this = invited(app, server, 20)
    with app.app_context():
        with reading() as session:
            codes = session.scalars(text("SELECT xmin::text FROM invitation")).all()
            addresses = session.scalars(text("SELECT xmin::text FROM mail_address")).all()
        assert len(set(codes)) == 1
        assert len(set(addresses)) == 20, "each is noted in a transaction of its own"
        assert set(codes).isdisjoint(addresses)

        letter = server.received[0]
        store.submit(letter.link, store.new_receipt(), some_answers(this.facts().questionnaire, 1))
        with reading() as session:
            assert sorted(session.scalars(text("SELECT xmin::text FROM mail_address"))) == sorted(addresses)
            used = set(session.scalars(text("SELECT xmin::text FROM invitation"))) - set(codes)
        assert used.isdisjoint(addresses)
    app.extensions["engine"].dispose()


def test_a_series_of_backups_shows_no_change_of_codes_while_letters_go_out(one_app: Flask, server: MailServer) -> None:
    server.serve(one_app)
    this = ready(one_app)
    seen: list[tuple[tuple[bytes, ...], int]] = []

    def look(_: int) -> None:
        with reading() as session:
            codes = tuple(session.scalars(select(Invitation.typed_hash).order_by(Invitation.typed_hash)))
            sent = len(session.scalars(select(MailAddress.address).where(MailAddress.state == "sent")).all())
        seen.append((codes, sent))

    with one_app.app_context():
        mailing.take_list(this.facts(), people(), WHO)
        mine = mailing.claim(this.facts(), "invitation")
        assert mine is not None
        mailing.run(this.facts(), mine, WHO, progress=look)
    assert [sent for _, sent in seen] == list(range(1, 13))
    assert len({codes for codes, _ in seen}) == 1


def test_no_code_is_on_the_disk_or_in_the_log_after_letters_were_sent_refused_and_reminded(
    sqlite_app: Flask, server: MailServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.serve(sqlite_app)
    this = ready(sqlite_app)
    quoted: list[Received] = []

    def quote(letter: Received) -> str | None:
        if letter.to not in people()[:2]:
            return None
        quoted.append(letter)
        return f"550 5.1.1 unknown: {letter.link} {letter.typed}"

    server.answer_to_letters = quote
    write_to(sqlite_app, this, people())
    server.answer_to_letters = lambda _: None
    never = code_forms([*server.received, *quoted])
    write_to(sqlite_app, this, kind="reminder")
    assert len(quoted) == 2
    with sqlite_app.app_context():
        left = everything_on_disk(tmp_path, "sent") + "".join(capfd.readouterr()).encode()
    assert people()[0].encode() in left, "the search finds what is there"
    assert {form for form in never if form in left} == set()
    assert not any(re.search(shape, left) for shape in _SHAPES)


_SEND = """
import sys
from datetime import UTC, datetime
from surveyapp.app import create_app
from surveyapp.core import municipalities
from surveyapp.settings import load
from surveyapp.survey import wave_store
from surveyapp.survey.letters import mailing

app = create_app(load(), now=lambda: datetime(2026, 11, 21, 10, tzinfo=UTC))
with app.app_context():
    wave = wave_store.find(municipalities.find("cesis").id, "second")
    if sys.argv[1] == "invitation":
        mailing.take_list(wave, sys.argv[2:], "coordinator@example.org")
    mine = mailing.claim(wave, sys.argv[1])
    mailing.run(wave, mine, "coordinator@example.org")
"""


def killed_while_sending(folder: Path, url: str, server: MailServer, *words: str) -> bytes:
    """Run a sending in a process of its own and kill it while the sixth letter is with the server; returns what it said."""
    environment = os.environ | {"SURVEYAPP_DATA_DIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment |= {"SURVEYAPP_DATABASE_URL": url} | server.environment(SMTP_TIMEOUT="30")
    after_five = _hold_after(server, 5)
    server.answer_to_letters = after_five
    command = [sys.executable, "-c", _SEND, *words]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as worker:
        assert server.waiting.wait(60)
        worker.send_signal(signal.SIGKILL)
        said = worker.communicate()[0]
    server.answer_to_letters = lambda _: None
    server.hold.set()
    assert len(server.received) == 6
    return said


def _hold_after(server: MailServer, number: int) -> Callable[[Received], str | None]:
    def answer(_: Received) -> str | None:
        if len(server.received) == number:
            server.hold.clear()
        return None

    return answer


def test_a_process_killed_in_the_middle_leaves_nobody_without_a_code_and_no_code_in_clear(
    sqlite_app: Flask, sqlite_url: str, server: MailServer, tmp_path: Path
) -> None:
    this = ready(sqlite_app)
    said = killed_while_sending(tmp_path, sqlite_url, server, "invitation", *people())
    assert Counter(states(sqlite_app).values()) == {"sent": 5, "waiting": 7}, "the sixth is in doubt"
    assert standing(sqlite_app, this).under_way == "invitation", "it is believed to be alive for a while"

    later = app_on(sqlite_url, tmp_path, now=lambda: fixed_clock() + timedelta(minutes=5))
    server.serve(later)
    assert standing(later, this).problem == "interrupted"
    assert write_to(later, this).sent == 7
    assert set(states(later).values()) == {"sent"}

    times = Counter(server.to())
    assert set(times) == set(people())
    assert sorted(times.values()) == [1] * 11 + [2], "only the one in doubt has two"
    with later.app_context():
        for letter in server.received:
            assert isinstance(store.look_up(letter.link), store.Door)
        assert mail_store.codes_made(this.facts().id) == 12 + 7
        left = everything_on_disk(tmp_path, "resumed") + said
    later.extensions["engine"].dispose()
    left += b"".join(file.read_bytes() for file in (tmp_path / "secrets").iterdir())
    assert {form for form in code_forms(server.received) if form in left} == set()
    assert not any(re.search(shape, left) for shape in _SHAPES), "nor any code that never left"


def test_a_reminder_killed_in_the_middle_reaches_everybody_and_only_the_one_in_doubt_twice(
    one_app: Flask, one_url: str, server: MailServer, tmp_path: Path
) -> None:
    this = invited(one_app, server)
    server.received.clear()
    killed_while_sending(tmp_path, one_url, server, "reminder")
    later = app_on(one_url, tmp_path, now=lambda: fixed_clock() + timedelta(minutes=5))
    server.serve(later)
    assert standing(later, this).due == 7
    assert write_to(later, this, kind="reminder").sent == 7
    later.extensions["engine"].dispose()
    assert set(server.to()) == set(people())
    assert sorted(Counter(server.to()).values()) == [1] * 11 + [2]
