"""The end of a year: four waves of one key are opened together or one by one, and the key is kept as long as one needs it."""

from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from sqlalchemy import select

from questionnaires.survey_types import Questionnaire
from surveyapp.core.command import RefusedError
from surveyapp.core.database import writing
from surveyapp.feedback.instruments import EVENT_FEEDBACK, GAMES, Instrument
from surveyapp.survey import key_end_store
from surveyapp.survey.models import SealedBox
from surveyapp.survey.rules import State
from tests.surveyapp.feedback.years import GAME, STEWARD, Year, feedback, played, proved
from tests.surveyapp.survey.wave_desk import Desk, Fields, words

ROW = "2.1.b"


@pytest.fixture
def year(one_app: Flask) -> Year:
    """A year in which twelve answered after an event and twelve played."""
    made = proved(one_app)
    made.answered(ROW, (feedback() for _ in range(12)))
    game = _asked(made, GAME)
    made.answered("7-10", (played(game, 2) for _ in range(12)), GAME)
    return made


@pytest.fixture
def desk(one_app: Flask) -> Desk:
    """The people who look after waves."""
    return Desk(one_app)


def path(year: Year, instrument: Instrument, deed: str = "") -> str:
    """The address of the page of an instrument's wave, or of a deed on it."""
    with year.app.app_context():
        return f"/waves/{year.wave(instrument).id}" + (f"/{deed}" if deed else "")


def at(desk: Desk, day: date) -> None:
    """Let it be the morning of *day*; everybody signs in anew."""
    desk.app.extensions["clock"] = lambda: datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    desk.people.clear()


def key(desk: Desk, year: Year) -> Fields:
    """The key of the year as the steward hands it in."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    desk.pem = year.private.private_bytes(*form).decode()
    return desk.key(sure="y")


def opened(desk: Desk, year: Year, instrument: Instrument) -> str:
    """The steward opens the wave of an instrument; returns what is said then."""
    key(desk, year)
    desk.send("steward", path(year, instrument, "open"), desk.key(sure="y"))
    return desk.get("steward", path(year, instrument))


def test_after_the_first_opening_the_steward_is_told_to_keep_the_key(year: Year, desk: Desk) -> None:
    at(desk, date(2027, 1, 4))
    said = opened(desk, year, EVENT_FEEDBACK)
    assert "Keep the key: it also opens game-7-10-2026." in said
    assert "destroy every copy" not in said
    assert "Attest that the key is destroyed" not in said
    assert "The data steward keeps the key: it also opens game-7-10-2026." in desk.get("coordinator", "/waves/")
    assert "The same key opens other waves too" in desk.get("steward", path(year, EVENT_FEEDBACK, "destroyed"), 409)
    with year.app.app_context(), pytest.raises(RefusedError, match="opens game-7-10-2026"):
        key_end_store.attest_destroyed(year.wave(), STEWARD)
    assert "Now destroy every copy of the key." in opened(desk, year, GAME)
    assert "You attest it once for all waves of this key; it also opened game-7-10-2026." in desk.get(
        "steward", path(year, EVENT_FEEDBACK, "destroyed")
    )
    desk.send("steward", path(year, EVENT_FEEDBACK, "destroyed"), {"on": "2027-01-04", "sure": "y"})
    for instrument in (EVENT_FEEDBACK, GAME):
        assert "no copy of the key is left" in desk.get("steward", path(year, instrument))
    assert "attested already" in desk.get("steward", path(year, GAME, "destroyed"), 409)


def test_a_key_is_needed_as_long_as_codes_can_be_made_and_no_longer_for_what_is_never_opened(year: Year, desk: Desk) -> None:
    age = GAMES["15-18"]
    year.answered("15-18", [played(_asked(year, age), 1)], age)
    for instrument in (EVENT_FEEDBACK, GAME):
        desk.send("coordinator", path(year, instrument, "close"), {"sure": "y"})
        opened(desk, year, instrument)
    kept = desk.get("steward", path(year, GAME))
    assert "it also opens game-11-14-2026, game-15-18-2026." in kept, "no code yet, and one answer so far"
    at(desk, date(2027, 1, 4))
    assert "destroys every copy of the key" in desk.get("steward", path(year, GAME)), "one answer is never opened"


def test_the_page_of_keys_keeps_the_last_year_until_its_key_is_gone(year: Year, desk: Desk) -> None:
    page = desk.get("steward", "/feedback/years")
    assert "Organisers can make codes. Keep the key" in page
    at(desk, date(2027, 1, 4))
    page = desk.get("steward", "/feedback/years")
    assert "2026 Key proved No more codes are made." in page
    assert "Feedback on an event , 21 November 2026 – 31 December 2026 Closed" in page
    for instrument in (EVENT_FEEDBACK, GAME):
        opened(desk, year, instrument)
    page = desk.get("steward", "/feedback/years")
    assert "All waves that could be opened are opened. Destroy every copy of the key" in page
    desk.send("steward", path(year, GAME, "destroyed"), {"on": "2027-01-04", "sure": "y"})
    assert "No more codes are made" not in desk.get("steward", "/feedback/years")


OPEN_ALL = "/feedback/years/2026/open"


def test_one_page_takes_the_key_once_and_opens_all_waves_of_the_year_that_can_be_opened(year: Year, desk: Desk) -> None:
    age = GAMES["15-18"]
    year.answered("15-18", [played(_asked(year, age), 1)], age)
    assert "Open the waves of 2026" not in desk.get("steward", "/feedback/years"), "they take answers still"
    answer = desk.browser("steward").get(OPEN_ALL, follow_redirects=True)
    assert "No wave of 2026 can be opened now" in words(answer)
    at(desk, date(2027, 1, 4))
    assert "Open the waves of 2026" in desk.get("steward", "/feedback/years")
    page = desk.get("steward", OPEN_ALL)
    ready, waiting = page.split("These are not opened now:")
    assert "Feedback on an event" in ready
    assert waiting.count("fewer than ten boxes") == 1
    assert "There are no codes yet, so nobody could answer." in waiting
    desk.send("steward", OPEN_ALL, key(desk, year))
    said = desk.get("steward", "/feedback/years")
    assert said.count("is opened, and its traces are cleaned.") == 2
    assert "attest it once for all of them" in said
    for instrument in (EVENT_FEEDBACK, GAME):
        with year.app.app_context():
            assert year.wave(instrument).state is State.SCRUBBED
    desk.get("coordinator", OPEN_ALL, 403)


def test_a_wave_that_cannot_be_opened_keeps_no_other_one_of_the_year_sealed(year: Year, desk: Desk) -> None:
    with year.app.app_context(), writing() as session:
        chosen = select(SealedBox).where(SealedBox.wave_id == year.wave().id).limit(1)
        session.scalars(chosen).one().ciphertext = b"damaged"
    at(desk, date(2027, 1, 4))
    desk.send("steward", OPEN_ALL, key(desk, year))
    said = desk.get("steward", "/feedback/years")
    assert "“Feedback on an event” is not opened: boxes and answers do not match. Its page says more." in said
    assert said.count("is opened, and its traces are cleaned.") == 1
    assert "Keep the key until all waves" in said
    assert "Boxes that cannot be read 1" in desk.get("auditor", path(year, EVENT_FEEDBACK))


def test_another_key_and_a_missing_tick_open_nothing(year: Year, desk: Desk) -> None:
    at(desk, date(2027, 1, 4))
    fields = {**key(desk, year), "sure": ""}
    assert "Tick this to go on." in words(desk.send("steward", OPEN_ALL, fields, 422))
    right, year.private = year.private, X25519PrivateKey.generate()
    assert "not the key of this wave" in words(desk.send("steward", OPEN_ALL, key(desk, year), 422))
    year.private = right
    with year.app.app_context():
        assert year.wave().state is State.CLOSED
    assert desk.browser("steward").get("/feedback/years/2019/open").status_code == 404


def test_of_the_waves_of_a_year_nobody_says_what_is_true_of_surveys_only(year: Year, desk: Desk) -> None:
    unplayed = desk.get("coordinator", path(year, GAMES["15-18"]))
    assert "Organisers make the codes." in unplayed
    assert "The coordinator makes the codes" not in unplayed
    played_by_some = desk.get("coordinator", path(year, GAME))
    assert "organisers can make more codes until the last day" in played_by_some
    assert "remind everybody" not in played_by_some
    assert "Type in paper questionnaires" not in played_by_some
    at(desk, date(2027, 1, 4))
    listed = desk.get("coordinator", "/waves/")
    assert "nobody had made a code: there is nothing to open" in listed
    assert "Make another wave with later days" not in listed


def _asked(year: Year, instrument: Instrument) -> Questionnaire:
    with year.app.app_context():
        return year.wave(instrument).questionnaire
