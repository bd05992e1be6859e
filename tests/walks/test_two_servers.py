"""Two servers with data folders of their own share one PostgreSQL: what begins on one goes on on the other."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update

from surveyapp.core import purging
from surveyapp.core.database import reading, writing
from surveyapp.core.models import LongWork
from surveyapp.core.work import Desk
from surveyapp.survey import opening, scrubbing, store, wave_store, wrong_codes
from surveyapp.survey.models import SealedBox
from tests.conftest import Furnish, Hands, app_on
from tests.surveyapp.core.machines import Machine
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.releases.test_progress import MAKE, ended, make
from tests.surveyapp.results.opened_waves import two_waves
from tests.surveyapp.signing_in import csrf_token, sign_in
from tests.surveyapp.staff import test_second_factor as factors
from tests.surveyapp.survey import small
from tests.surveyapp.survey.rounds import WHO

YEARS = {"from_0": "2", "from_5": "7", "from_15": "20"}


@pytest.fixture(scope="module")
def furnish() -> Furnish:
    """A plan and two opened surveys."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        two_waves(app)

    return fill


@pytest.fixture
def hands() -> Hands:
    """The clock of both servers."""
    return Hands()


@pytest.fixture
def servers(postgresql_url: str, tmp_path: Path, hands: Hands) -> Iterator[tuple[Flask, Flask]]:
    """Two servers; their administrator has copied the secrets from the first to the second."""
    Machine(tmp_path, postgresql_url).run("init")
    first = app_on(postgresql_url, tmp_path, hands)
    shutil.copytree(tmp_path / "secrets", tmp_path / "second" / "secrets")
    second = app_on(postgresql_url, tmp_path / "second", hands)
    for app in (first, second):
        app.extensions["work"] = Desk(patience=0)
        app.config["TESTING"] = False
    yield first, second
    for app in (first, second):
        app.extensions["engine"].dispose()


def led_to(server: Flask, browser: FlaskClient) -> FlaskClient:
    """The same browser, whose next request the balancer sends to *server*."""
    moved = server.test_client()
    cookie = browser.get_cookie("session")
    assert cookie
    moved.set_cookie("session", cookie.value)
    return moved


def filled(code: str, receipt: str) -> dict[str, object]:
    """A filled-in sheet as the browser sends it."""
    given = small.sheet(1)
    chosen = {f"q-{item}": list(values) for item, values in given.items() if item != "years"}
    return {"code": code, "receipt": receipt, "q-years": YEARS[given["years"][0]], **chosen, "send": "1"}


def boxes(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(SealedBox)) or 0


def test_a_release_that_is_begun_on_one_server_is_shown_by_the_other_and_read_there(servers: tuple[Flask, Flask]) -> None:
    first, second = servers
    begun = first.test_client()
    sign_in(begun, first, "group")
    address = make(begun)
    elsewhere = led_to(second, begun)
    ended(elsewhere, address)
    page = elsewhere.get(f"{address}?lang=en", follow_redirects=True)
    assert page.request.path == "/results/releases/1"
    assert "is made. It never changes" in page.get_data(as_text=True)
    assert "is made" not in begun.get("/results/releases/1?lang=en").get_data(as_text=True), "told once"
    stranger = second.test_client()
    sign_in(stranger, second, "coordinator")
    assert [stranger.get(each).status_code for each in (address, f"{address}/outcome")] == [404, 404]
    with first.app_context(), reading() as session:
        assert "/results/releases/1" not in (session.scalar(select(LongWork.outcome)) or "")
    drawn = csrf_token(begun.get(MAKE))
    assert led_to(second, begun).post("/staff/sign-out", data={"csrf_token": drawn}).status_code == 302, "a form of the other"
    assert begun.get("/results/").status_code == 302, "signed out on one is signed out on both"


def test_work_of_a_server_that_is_gone_is_told_by_the_other_and_after_an_hour_nothing_of_it_is_left(
    servers: tuple[Flask, Flask],
) -> None:
    first, second = servers
    begun = first.test_client()
    sign_in(begun, first, "group")
    address = make(begun)
    elsewhere = led_to(second, begun)
    ended(elsewhere, address)

    def last_heard(before: str, state: Callable[[str], str] = str) -> None:
        with first.app_context(), writing() as session:
            (row,) = session.scalars(select(LongWork))
            row.state = state(row.state)
            session.execute(update(LongWork).values(told_at=func.now() - text(f"interval '{before}'")))

    def unfinished(state: str) -> str:
        return state.replace('"finished": true', '"finished": false')

    last_heard("10 seconds", unfinished)
    assert "The server was stopped" not in elsewhere.get(f"{address}?lang=en").get_data(as_text=True)
    last_heard("2 minutes", unfinished)
    assert "The server was stopped while this was being done" in elsewhere.get(f"{address}?lang=en").get_data(as_text=True)
    last_heard("61 minutes")
    with second.app_context():
        purging.run()
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(LongWork)) == 0


def test_a_code_that_was_used_on_one_server_is_used_on_the_other_and_the_same_sheet_counts_once(
    servers: tuple[Flask, Flask],
) -> None:
    first, second = (app.test_client() for app in servers)
    code, receipt = small.running(servers[0]).codes[0].link, store.new_receipt()
    assert 'data-page="thanks"' in first.post("/s/answer", data=filled(code, receipt)).get_data(as_text=True)
    assert 'data-page="thanks"' in second.post("/s/answer", data=filled(code, receipt)).get_data(as_text=True)
    another = second.post("/s/answer?lang=en", data=filled(code, store.new_receipt())).get_data(as_text=True)
    assert "already" in another
    assert 'data-page="thanks"' not in another
    assert boxes(servers[1]) == 1
    second.post("/s/change/withdraw", data={"code": code, "receipt": receipt, "confirmed": "1"})
    assert boxes(servers[0]) == 0
    assert 'data-page="thanks"' in first.post("/s/answer", data=filled(code, store.new_receipt())).get_data(as_text=True)


def test_guesses_at_codes_count_over_both_servers(servers: tuple[Flask, Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    small.running(servers[0])
    monkeypatch.setattr(wrong_codes, "MOST_IN_ALL", 6)
    browsers = [app.test_client() for app in servers]
    for _ in range(3):
        for browser in browsers:
            browser.post("/s/", data={"code": "A" * 24})
    assert [browser.post("/s/", data={"code": "A" * 24}).status_code for browser in browsers] == [429, 429]


def test_guesses_at_a_second_factor_count_over_both_servers(servers: tuple[Flask, Flask], hands: Hands) -> None:
    owner = servers[0].test_client()
    secret, _codes = factors.set_up(owner, servers[0])
    hands.moment += 4 * factors.PERIOD
    guessers = [factors.by_password(app) for app in servers]
    for guess in range(10):
        factors.press(guessers[guess % 2], "/staff/second-step", code=f"{guess:06}")
    right = pyotp.TOTP(secret).at(hands.moment)
    for guesser in guessers:
        told = factors.press(guesser, "/staff/second-step?lang=en", code=right)
        assert "Wait an hour" in told.get_data(as_text=True)


def test_whoever_finds_no_connection_free_is_told_so_and_the_code_stays_typed(servers: tuple[Flask, Flask]) -> None:
    server, _other = servers
    code = small.running(server).codes[0].link
    engine = server.extensions["engine"]
    engine.pool._timeout = 0.1
    with ExitStack() as held:
        for _ in range(server.extensions["settings"].database_connections):
            held.enter_context(engine.connect())
        refused = server.test_client().post("/s/?lang=en", data={"code": code})
        assert refused.status_code == 503
        assert code in refused.get_data(as_text=True)
        page = server.test_client().get("/open-data/?lang=en")
        assert page.status_code == 503
        assert "Too much is being saved at the same time" in page.get_data(as_text=True)
    assert server.test_client().post("/s/", data={"code": code}).status_code == 200


def test_a_backup_on_the_other_server_from_before_an_opening_ends_there_too(servers: tuple[Flask, Flask], hands: Hands) -> None:
    first, second = servers
    this = small.running(first)
    with first.app_context():
        for number, code in enumerate(this.codes):
            store.submit(code.link, store.new_receipt(), small.sheet(number))
        wave_store.close(this.facts(), WHO)
    folder = second.extensions["settings"].data_dir / "backups"
    folder.mkdir()
    older, newer = folder / "older.backup", folder / "newer.backup"
    for file, moment in ((older, hands.moment.timestamp() - 60), (newer, hands.moment.timestamp() + 60)):
        file.write_bytes(b"sealed boxes")
        os.utime(file, (moment, moment))
    with first.app_context():
        opening.open_wave(this.facts(), this.private, WHO)
        scrubbing.scrub_opened(WHO)
    hands.moment += timedelta(seconds=30)
    with second.app_context():
        purging.run()
    assert [path.name for path in folder.iterdir()] == [newer.name]


def test_a_server_with_other_secrets_is_refused_before_it_does_anything_and_the_doctor_names_them(
    postgresql_url: str, tmp_path: Path
) -> None:
    right, stranger = Machine(tmp_path, postgresql_url), Machine(tmp_path / "stranger", postgresql_url)
    right.run("init")
    told = stranger.run("init", code=1)
    assert "other secrets" in told
    assert "boxes-marked, pepper, registration, second-factor" in told
    assert sorted(path.name for path in (stranger.data / "secrets").iterdir()) == ["session"]
    looked = stranger.run("doctor", code=1)
    assert "secrets/boxes-marked, secrets/pepper" in looked
    shutil.rmtree(stranger.data / "secrets")
    shutil.copytree(right.data / "secrets", stranger.data / "secrets")
    stranger.run("init")
    (stranger.data / "secrets" / "session").unlink()
    assert "Copy it to every other server" in stranger.run("init")
    assert "secrets/session is not the one" in right.run("doctor", code=1)
