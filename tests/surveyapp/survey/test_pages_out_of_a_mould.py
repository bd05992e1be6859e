"""What respondents get out of a mould is to the letter what would be drawn for them, whoever was there before them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask

from surveyapp.core import municipalities
from surveyapp.core.clock import Clock
from surveyapp.survey import wave_store
from surveyapp.survey.wave_store import NewCode, NewWave
from tests.surveyapp.survey.pages import RECEIPT
from tests.surveyapp.survey.rounds import CLOSES, OPENS, REFERENCE, WHO, publish, running

DAYS = [datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 27, 10, tzinfo=UTC), datetime(2026, 11, 30, 19, tzinfo=UTC)]
MARKUP = '"><b>here</b>#'
"""What may stand before a code, as the address of the page does when a whole link is pasted."""


@pytest.fixture
def days() -> list[datetime]:
    """When it all happens; tests move it."""
    return DAYS[:1]


@pytest.fixture
def now(days: list[datetime]) -> Clock:
    """A clock that tests move."""
    return lambda: days[0]


def groups(app: Flask, names: Sequence[str]) -> list[NewCode]:
    """The codes of groups in a wave of their own."""
    with app.app_context():
        people = {"teacher": 30, "care": 15, "response": 15}
        keys: list[X25519PrivateKey] = []
        made: list[NewCode] = []
        new = NewWave("groups", REFERENCE, OPENS, CLOSES, people, "group")
        wave = wave_store.create(publish(), new, WHO, hand_over=keys.append)
        wave_store.trial(wave, keys[0], WHO)
        for name in names:
            wave_store.invite(wave_store.find(wave.municipality_id, wave.name), 1, WHO, group=name, hand_over=made.extend)
    return made


def page(app: Flask, code: str, language: str, cookie: str = "") -> str:
    """The questionnaire that a code opens, whose receipt is another one each time."""
    browser = app.test_client(use_cookies=False)
    answer = browser.post(f"/s/?lang={language}", data={"code": code}, headers={"Cookie": cookie})
    assert answer.status_code == 200
    return RECEIPT.sub("RECEIPT", answer.get_data(as_text=True))


def test_nobody_gets_the_code_wave_group_language_or_moment_of_another(one_app: Flask, days: list[datetime]) -> None:
    both = [running(one_app), running(one_app, name="other")]
    codes = [code.link for code in (*both[0].codes[:2], both[1].codes[0], *groups(one_app, ["north", "south"]))]
    for day in (*DAYS, None):
        if day is None:  # demonstration data are loaded, which every page says
            with one_app.app_context():
                municipalities.create("invented", "Invented", demo=True)
        else:
            days[0] = day
        for code in codes:
            for language in ("lv", "en", "ru"):
                got = page(one_app, code, language)
                assert got == page(one_app, code, language, "session=x")  # whoever has a session has every page drawn
                assert re.findall(r'name="code" value="(.*?)"', got) == [code]
    assert len(one_app.extensions["moulds"]) == 4 * 4 * 3  # the two personal codes of one wave share theirs


def test_markup_before_a_code_is_told_as_it_was_typed(one_app: Flask) -> None:
    code = running(one_app).codes[0].link
    got = page(one_app, MARKUP + code, "en")
    assert "<b>here</b>" not in got
    assert got == page(one_app, MARKUP + code, "en", "session=x")
