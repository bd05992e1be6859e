"""The demonstration: every door can be tried at once, and it never stands beside real data."""

import re
from datetime import UTC

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from surveyapp import cli
from surveyapp.core import audit, municipalities, schema
from surveyapp.core.database import reading
from surveyapp.demo import happenings
from surveyapp.survey import opened_store
from tests.conftest import fixed_clock
from tests.surveyapp.results.reading import text
from tests.surveyapp.signing_in import csrf_token


def demo(app: Flask, *words: str) -> Result:
    """Run ``surveyapp demo``."""
    return CliRunner().invoke(cli.commands, ["demo", *words], obj=lambda: app)


@pytest.fixture
def empty_app(one_app: Flask) -> Flask:
    """An app whose database holds no municipality."""
    with one_app.app_context():
        schema.downgrade("base")
        schema.upgrade()
    return one_app


def test_the_first_run_loads_everything_and_says_how_to_get_in(empty_app: Flask) -> None:
    done = demo(empty_app, "--on-first-run")
    assert done.exit_code == 0, done.exception
    codes = re.findall(r"\b(?:[A-Z0-9]{4}-){3}[A-Z0-9]\b", done.output)
    assert len(codes) == 7  # five for the survey, one for an event, one for a class
    client = empty_app.test_client()
    for code in (codes[0], codes[5], codes[6]):
        assert client.post("/s/", data={"code": code}).status_code == 200
    for number in ("1", "2", "3"):
        verified = CliRunner().invoke(cli.commands, ["release", "verify", number], obj=lambda: empty_app)
        assert "byte for byte" in verified.output, verified.exception
    for role in ("organiser", "group", "coordinator", "steward", "auditor"):
        link = re.search(rf"{role} +http://127\.0\.0\.1:8000(/staff/link/\S+)", done.output)
        assert link, role
        browser = empty_app.test_client()
        form = csrf_token(browser.get(link[1]))
        assert browser.post(link[1], data={"csrf_token": form}).status_code == 302
        if role == "organiser":
            listed = browser.get("/registration/?lang=en").get_data(as_text=True)
            today = re.search(r'href="/registration/(\d+)"[^>]*>[^<]*Day of cooperation: an invented conference', listed)
            assert today, listed
            door = text(browser, f"/registration/{today[1]}/door")
            assert "Ilze Izdomāta" in door
            assert "Check in" in door
        if role == "group":
            check_releases(browser)
            drawn = " ".join(text(browser, "/results/figures/item/answers.svg?item=a_duty&lang=en").split())
            for told in ("aptauja-2024: answers of 60", "aptauja-2026: answers of 66"):
                assert drawn.count(told) == len(("picture", "alternative")), "all are in it: who finds it hard to say, too"
            joined = "aptauja-2024: Strongly disagree; aptauja-2026: Strongly disagree / Rather disagree"
            assert joined in drawn, "one filling stands for other answers in each survey"
    visitor = empty_app.test_client()
    listed = visitor.get("/open-data/?lang=en").get_data(as_text=True)
    assert "nvented" in listed
    published = re.search(r'href="(/open-data/[^"]*/3/)"', listed)
    assert published, listed
    assert visitor.get(published[1]).status_code == 200
    with empty_app.app_context():
        place = municipalities.find("cesis").id
        assert [wave.opens.year for wave in opened_store.opened_waves(place)] == [2024, 2026]


def check_releases(browser: FlaskClient) -> None:
    """A correction after the first release is a note beside it, and stands in the second's list of changes."""
    reason = "Dalībnieku saraksts pārbaudīts pēc laidiena (izdomāts)."
    first, second = (browser.get(f"/results/releases/{number}").get_data(as_text=True) for number in (1, 2))
    assert 'id="since"' in first
    assert reason in first
    assert reason in second


def test_the_invented_group_has_decided_and_measured_a_little(empty_app: Flask) -> None:
    morning = fixed_clock().replace(hour=6)
    empty_app.extensions["clock"] = lambda: morning
    link = re.search(r"group +http://127\.0\.0\.1:8000(/staff/link/\S+)", demo(empty_app, "--on-first-run").output)
    assert link
    group = empty_app.test_client()
    group.post(link[1], data={"csrf_token": csrf_token(group.get(link[1]))})
    assert "Decided (2)" in text(group, "/results/decisions?lang=en")
    assert "2026 6,820 5,000" in text(group, "/results/money?lang=en")
    assert "tagad atbildēja 66 cilvēki, iepriekš 60." in text(group, "/results/?lang=lv")
    assert "3. mērķis" in text(group, "/plans/cesis-2025-2027/1?lang=lv"), "a goal whose title is lost is more than a number"
    line = text(group, "/results/plan/1.p.4?plan=latvia-2022-2025&lang=en")
    assert "31 Dec 2021: 280. 31 Dec 2022: 290. 31 Dec 2023: 310. 31 Dec 2024: 352." in line
    concluded = text(group, "/results/conclusions?lang=lv&year=2026")
    assert concluded.count("Izdomāts secinājums.") == 4
    assert concluded.count("Izdomāts priekšlikums.") == 2
    report = text(group, "/results/report?lang=lv&year=2026&release=2")
    assert "Kopš pirmās aptaujas zināšanas ir skaidri pieaugušas." in report
    assert "Izdomāts priekšlikums. Mācībās katrs sagatavo ziņojumu" in report
    with empty_app.app_context(), reading() as session:  # nothing was done at an hour that is still to come
        trail = audit.entries(session, municipalities.find("cesis").id, 5000)
    assert max(entry.at for entry in trail).replace(tzinfo=UTC) <= morning


def test_a_later_run_keeps_what_was_tried_and_gives_fresh_links(empty_app: Flask) -> None:
    first = demo(empty_app, "--on-first-run").output
    second = demo(empty_app, "--on-first-run").output
    assert re.findall(r"/staff/link/(\S+)", first) != re.findall(r"/staff/link/(\S+)", second)
    assert "Loading" not in second


def test_every_page_says_that_the_data_are_invented(empty_app: Flask) -> None:
    client = empty_app.test_client()
    assert "invented" not in client.get("/?lang=en").get_data(as_text=True)
    demo(empty_app)
    for path in ("/?lang=en", "/s/?lang=en", "/staff/sign-in?lang=en", "/nothing?lang=en"):
        assert "are invented" in client.get(path).get_data(as_text=True), path


def test_demonstration_data_never_stand_beside_real_ones(one_app: Flask) -> None:
    refused = demo(one_app)
    assert refused.exit_code == 1
    assert "data folder of their own" in str(refused.exception)
    assert demo(one_app, "--on-first-run").exit_code == 0
    with one_app.app_context():
        assert not municipalities.any_demo()


def test_a_demonstration_that_breaks_off_leaves_nothing(empty_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(happenings, "build", break_off)
    demo(empty_app)
    with empty_app.app_context():
        assert not municipalities.any_demo()
