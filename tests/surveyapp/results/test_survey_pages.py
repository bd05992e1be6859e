"""What the group sees of two opened waves: findings in words, nothing about single people, and the same for good."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from analysis import disclosure
from analysis.suppression import DisclosureRefusedError
from surveyapp.core import municipalities
from surveyapp.core.database import reading, writing
from surveyapp.core.models import AuditEntry
from surveyapp.results import survey_results
from surveyapp.results.models import FrozenResult
from surveyapp.survey import questionnaire_store
from surveyapp.survey.models import Tally
from tests.conftest import app_on
from tests.databases import chosen, fresh
from tests.surveyapp.results.opened_waves import FIRST, SECOND, STEWARD, answers, opened_wave, two_waves
from tests.surveyapp.results.reading import table, text
from tests.surveyapp.signing_in import sign_in


@pytest.fixture(scope="module")
def two_opened(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with two opened waves, to copy from."""
    folder = tmp_path_factory.mktemp("waves")
    app = app_on(url := fresh(folder), folder)
    two_waves(app)
    app.extensions["engine"].dispose()
    return url


@pytest.fixture
def with_waves(two_opened: str, tmp_path: Path) -> Iterator[Flask]:
    """An app with two opened waves."""
    app = app_on(chosen().copy(two_opened, tmp_path), tmp_path)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def opened(with_waves: Flask) -> FlaskClient:
    """Somebody of the cooperation group, with two opened waves."""
    client = with_waves.test_client()
    sign_in(client, with_waves, "group")
    return client


def test_a_finding_is_told_in_people_percentages_points_and_an_interval(opened: FlaskClient) -> None:
    page = text(opened, "/results/survey?lang=en")
    found = re.search(
        r"30 of the 40 who answered chose the right answer \(75 %\)\. Last time 12 of 40 \(30 %\)\."
        r"( With each group .*?%\.)? 45 percentage points more, likely between (\d+) and (\d+)\.",
        page,
    )
    assert found
    assert int(found[2]) < 45 < int(found[3])
    assert "Clear rise: from 30 % to 75 %" in page
    latvian = text(opened, "/results/survey?lang=lv")
    assert "30 no 40 atbildējušajiem izvēlējās pareizo atbildi (75 %). Iepriekš 12 no 40 (30 %)." in latvian
    assert "Par 45 procentpunktiem vairāk" in latvian
    assert "На 45 процентных пунктов больше" in text(opened, "/results/survey?lang=ru")


def test_pages_name_the_answers_that_count_as_favourable_and_never_the_right_answer(opened: FlaskClient) -> None:
    for address, wording in (("/results/survey", "Reporting is up to me"), ("/results/survey/1", "Reporting is my job")):
        page = text(opened, f"{address}?lang=en")
        duty = page[page.index(wording, page.index("People who answered")) :]
        assert "Counted: “Agree”." in duty[:300]
        assert "Counted: right answers." in page
        assert "At once" not in page
        assert "Right answers out of 2 questions." in page[: page.index("Declared before") + 500]
    assert "Ko skaita: „Piekrītu”." in text(opened, "/results/survey?lang=lv")


def test_a_change_beside_a_headline_question_carries_its_unit(opened: FlaskClient) -> None:
    page = text(opened, "/results/survey?lang=en")
    headline = page[page.index("Declared before") : page.index("Who answered", page.index("Declared before"))]
    assert re.search(r"\+\d+ percentage points", headline)
    assert re.search(r"[+−]?[\d.]+ points?\b", headline)
    assert re.search(r"\+\d+ procentpunkt", text(opened, "/results/survey?lang=lv"))
    assert re.search(r"\d+ процентн", text(opened, "/results/survey?lang=ru"))


def test_without_a_clear_change_the_smallest_change_that_could_be_seen_is_told(opened: FlaskClient) -> None:
    page = text(opened, "/results/survey?lang=en")
    duty = page[page.index("Reporting is up to me", page.index("Knowledge score")) :]
    assert re.search(r"30 of the 40 gave a favourable answer \(75 %\).*?only a change of about \d+ percentage points", duty)


def test_a_count_of_one_or_two_people_stands_nowhere(opened: FlaskClient) -> None:
    for language in ("lv", "en", "ru"):
        for address in (f"/results/survey?lang={language}", f"/results/?lang={language}"):
            page = text(opened, address)
            for word in ("of", "of the", "no", "из"):
                assert not re.search(rf"\b[012] {word} (40|20)\b", page), address
    for line in table(opened, "/results/survey.csv"):
        assert line["count_before"] not in {"0", "1", "2"}, line
        assert line["count_after"] not in {"0", "1", "2"}, line
    abroad = next(line for line in table(opened, "/results/survey.csv") if (line["choice"], line["stratum"]) == ("abroad", "*"))
    derived = ("before", "after", "change", "change_low", "change_high", "effect", "p_below_05", "smallest_visible_change")
    assert [abroad[name] for name in derived] == [""] * len(derived)
    assert abroad["hidden"] == "small_count"


def test_how_large_a_change_is_stands_where_it_is_told_in_detail_and_nowhere_else(opened: FlaskClient) -> None:
    page = text(opened, "/results/survey?lang=en")
    at = page.index("Knowledge score", page.index("Who answered", page.index("Headline questions")))
    assert "Size of the change without its unit" not in page[:at]
    assert "Size of the change without its unit: large (Cohen's h +0.94)." in page[at:]
    assert "(Hedges' g +" in page[at:]
    assert "Izmaiņu lielums bez mērvienības: liels (Koena h +0,94)." in text(opened, "/results/survey?lang=lv")


def test_the_files_hold_what_the_page_shows(opened: FlaskClient) -> None:
    line = next(row for row in table(opened, "/results/survey.csv") if (row["item"], row["stratum"]) == ("deadline", "*"))
    assert (line["count_before"], line["n_before"], line["count_after"], line["n_after"]) == ("12", "40", "30", "40")
    assert "p" not in line
    town = next(row for row in table(opened, "/results/response.csv") if row["stratum"] == "*")
    assert (town["respondents_after"], town["population_after"]) == ("40", "50")
    assert "40 of 50 (80 %)" in text(opened, "/results/survey?lang=en")


def test_a_reworded_question_is_compared_only_by_a_recorded_decision(opened: FlaskClient) -> None:
    page = text(opened, "/results/survey?lang=en")
    missing = page[page.index("What is not compared", page.index("Knowledge score")) :]
    assert "I can listen – The wording changed, and nobody has decided whether it still asks the same." in missing
    assert "last time: “Reporting is my job”. Decided on 20 Aug 2026 by: Darba grupa. Clearer." in missing
    assert "nobody has decided whether it still asks the same. Last time it read: “I can talk”." in missing
    assert "Two different questions stand here" in page


def test_a_question_is_followed_through_the_versions_between_two_waves(app: Flask) -> None:
    third = SECOND.replace("version: 2", "version: 3").replace("id: duty\n", "id: my_duty\n")
    assert "wording: {same_as: duty" in third
    fourth = re.sub(r"\n +wording: .*", "", third.replace("version: 3", "version: 4"))
    opened_wave(app, "pirmā", FIRST, answers(12, abroad=1), date(2026, 11, 1))
    with app.app_context():
        place = municipalities.find("cesis").id
        questionnaire_store.publish(place, SECOND, "2.yaml", STEWARD)
        questionnaire_store.publish(place, third, "3.yaml", STEWARD)
    given = ({("my_duty" if item == "duty" else item): chosen for item, chosen in one.items()} for one in answers(30, abroad=2))
    opened_wave(app, "otrā", fourth, given, date(2026, 11, 15))
    group = app.test_client()
    sign_in(group, app, "group")
    page = text(group, "/results/survey?lang=en")
    missing = page[page.index("What is not compared", page.index("Knowledge score")) :]
    assert "last time: “Reporting is my job”. Decided on 20 Aug 2026 by: Darba grupa. Clearer." in missing
    line = next(row for row in table(group, "/results/survey.csv") if (row["item"], row["stratum"]) == ("my_duty", "*"))
    assert (line["count_before"], line["count_after"]) == ("30", "30")
    assert line["change"] != ""


def test_what_was_shown_once_never_changes(app: Flask) -> None:
    two_waves(app)
    group = app.test_client()
    sign_in(group, app, "group")
    assert "30 of the 40 who answered chose the right answer (75 %)." in text(group, "/results/survey?lang=en")
    before = group.get("/results/survey.csv").get_data()
    with app.app_context():
        with writing() as session:
            session.execute(update(Tally).where(Tally.item == "deadline").values(n=Tally.n + 7))
        assert group.get("/results/survey.csv").get_data() == before
        with reading() as session:
            entries = session.scalars(select(AuditEntry).where(AuditEntry.what == "result.frozen")).all()
            kept = session.scalars(select(FrozenResult)).all()
            # Each wave by itself, and their comparison, which was made of nothing else.
            assert len(kept) == len(entries) == 3
            assert all(any(one.hash in entry.after for entry in entries) for one in kept)
            assert {("+" in entry.about, entry.about.split()[0]) for entry in entries} == {(False, "wave"), (True, "waves")}


def test_an_altered_result_is_refused_with_a_clear_page_and_no_number(with_waves: Flask, opened: FlaskClient) -> None:
    opened.get("/results/survey")
    with with_waves.app_context(), writing() as session:
        frozen = session.scalars(select(FrozenResult).where(FrozenResult.made_from.contains("+"))).one()
        frozen.document = frozen.document.replace('"count_after": 30', '"count_after": 39')
    for address in ("/results/survey", "/results/survey.csv", "/results/response.csv"):
        page = opened.get(f"{address}?lang=en")
        assert page.status_code == 409
        assert "no longer fits its check sum" in page.get_data(as_text=True)
        assert "of 40" not in page.get_data(as_text=True)
    assert "no longer fits its check sum" in text(opened, "/results/?lang=en")


def test_where_nothing_safe_could_be_made_a_clear_page_stands_and_nothing_is_frozen(
    with_waves: Flask, opened: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        # No real wave gets here as long as the rules hold: this is the last gate, so the test closes it by hand.
        raise DisclosureRefusedError([(("deadline", "*", "now"), "exactly 2")])

    monkeypatch.setattr(disclosure, "protect_wave", refuse)
    for address in ("/results/survey?lang=en", "/results/survey.csv?lang=en"):
        page = opened.get(address)
        assert page.status_code == 409
        assert "without giving away single people" in page.get_data(as_text=True)
        assert "exactly 2" not in page.get_data(as_text=True)
    assert "without giving away single people" in text(opened, "/results/?lang=en")
    with with_waves.app_context(), reading() as session:
        assert session.scalars(select(FrozenResult)).all() == []


def test_the_waves_to_compare_can_be_chosen_and_the_two_newest_stand_otherwise(with_waves: Flask, opened: FlaskClient) -> None:
    opened_wave(with_waves, "vecā", FIRST, answers(20, abroad=0), date(2026, 10, 1))
    assert "pirmā (1 Nov 2026) → otrā (15 Nov 2026)" in text(opened, "/results/survey?lang=en")
    page = opened.get("/results/survey?lang=en").get_data(as_text=True)
    numbers = dict(re.findall(r'<option value="(\d+)"[^>]*>(\w+)<', page))
    by_name = {name: number for number, name in numbers.items()}
    chosen = f"before={by_name['otrā']}&after={by_name['vecā']}"
    assert "vecā (1 Oct 2026) → otrā (15 Nov 2026)" in text(opened, f"/results/survey?lang=en&{chosen}")
    assert "pirmā (1 Nov 2026) → otrā" in text(opened, "/results/survey?lang=en&before=999999&after=0")


def test_before_a_wave_is_opened_the_page_says_what_will_come(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "auditor")
    none = text(client, "/results/survey?lang=en")
    assert "So far none is opened." in none
    assert "The first one that is opened is shown here by itself" in none
    assert client.get("/results/survey.csv").status_code == 404


@pytest.mark.parametrize("role", ["organiser", "steward"])
def test_results_are_not_for_organisers_and_stewards(one_app: Flask, role: str) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, role)
    for address in ("/results/", "/results/plan", "/results/survey", "/results/survey.csv", "/results/targets.csv"):
        assert client.get(address).status_code == 403


def test_another_municipality_sees_nothing_of_these_waves(with_waves: Flask) -> None:
    with with_waves.app_context():
        other = municipalities.create("madona", "Madonas novads")
        assert survey_results.opened(other) == []
