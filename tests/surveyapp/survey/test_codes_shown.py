"""Making codes shows how far it is; the file waits sealed with what the browser alone holds, and is handed over once."""

import time
from base64 import b64encode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import parcels
from surveyapp.core.database import reading
from surveyapp.core.models import LongWork
from surveyapp.core.work import Desk as WorkDesk
from surveyapp.survey import response_store
from surveyapp.survey.desk import invite_views
from tests.surveyapp.signing_in import csrf_token
from tests.surveyapp.survey.test_wave_codes import proved
from tests.surveyapp.survey.wave_desk import Desk

TYPED = {"count": "12", "groups": "A\nB", "on": "csv", "language": "lv", "understood": "y"}


def ended(reader: FlaskClient, address: str) -> str:
    """Look at the page of some work until it is done; return its last look."""
    for _look in range(300):
        page = reader.get(f"{address}?look=1&lang=en").get_data(as_text=True)
        if "Save the file" in page:
            return page
        assert "data-outcome" not in page, "a look must not lead to the file"
        time.sleep(0.1)
    raise AssertionError(page)


def kept(app: Flask) -> list[str]:
    """Everything that the server keeps of long work."""
    folder = app.extensions["settings"].data_dir / "work"
    files = [path.read_text() for path in folder.iterdir()] if folder.is_dir() else []
    with app.app_context(), reading() as session:
        return files + [f"{row.state} {row.outcome or ''}" for row in session.query(LongWork)]


def begun(app: Flask, **draft: object) -> tuple[Desk, FlaskClient, str]:
    """A wave whose codes are being made: its desk, the coordinator's browser, and the address of the page of steps."""
    desk = proved(app, **draft)
    app.extensions["work"] = WorkDesk(patience=0)
    sent = desk.send("coordinator", desk.path("codes"), TYPED, 303)
    return desk, desk.browser("coordinator"), str(sent.headers["Location"])


@pytest.mark.parametrize("mode", ["code", "group"])
def test_codes_are_handed_over_once_and_lie_nowhere_that_the_server_could_read(one_app: Flask, mode: str) -> None:
    desk, browser, address = begun(one_app, mode=mode)
    page = ended(browser, address)
    assert "http-equiv" not in page, "the page waits for somebody to save the file"
    looked = browser.get(f"{address}/outcome")
    assert (looked.status_code, looked.headers["Location"]) == (303, address), "a look at the address takes nothing"
    account = int(kept(one_app)[0].partition('"account": ')[2].partition(",")[0])
    with one_app.app_context():
        for text in kept(one_app):
            for word in text.split():
                assert parcels.unseal(word, "outcome of long work", account) is None, "the server's own secret opens it"
    token = {"csrf_token": csrf_token(browser.get(address))}
    given = browser.post(f"{address}/outcome", data=token)
    rows = given.get_data(as_text=True).splitlines()[1:]
    assert len(rows) == (12 if mode == "code" else 2)
    code = rows[0].partition(",")[0]
    assert not any(code in text or b64encode(code.encode()).decode()[:-4] in text for text in kept(one_app))
    assert all("outcome" not in text and len(text) < 1000 for text in kept(one_app)), "what is sealed is gone too"
    again = browser.post(f"{address}/outcome", data=token, follow_redirects=True).get_data(as_text=True)
    assert code not in again
    with one_app.app_context():
        assert response_store.codes_out(desk.wave()) == len(rows)


def test_whoever_lacks_the_key_in_the_cookie_gets_nothing_and_the_file_waits_on(one_app: Flask) -> None:
    _desk, browser, address = begun(one_app)
    ended(browser, address)
    token = {"csrf_token": csrf_token(browser.get(address))}
    with browser.session_transaction() as cookie:
        key = cookie.pop("work_key")
    assert browser.post(f"{address}/outcome", data=token).status_code == 404
    with browser.session_transaction() as cookie:
        cookie["work_key"] = key
    assert browser.post(f"{address}/outcome", data=token).status_code == 200


def test_a_form_sent_twice_makes_codes_once(one_app: Flask) -> None:
    desk, browser, address = begun(one_app)
    sent = desk.send("coordinator", desk.path("codes"), TYPED, 303)  # the first may not be through yet
    ended(browser, address)
    second = str(sent.headers["Location"])
    for _look in range(300):
        page = browser.get(f"{second}?look=1&lang=en").get_data(as_text=True)
        if "data-outcome" in page or "Save the file" in page:
            break
        time.sleep(0.1)
    with one_app.app_context():
        out = response_store.codes_out(desk.wave())
    assert out in ((12,) if "data-outcome" in page else (24,)), "every code that exists waits in a file"


def test_a_file_that_cannot_be_made_leaves_no_codes_behind(one_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(invite_views, "csv_response", full_disk)
    desk = proved(one_app)
    desk.send("coordinator", desk.path("codes"), TYPED, 500)
    with one_app.app_context():
        assert response_store.codes_out(desk.wave()) == 0
