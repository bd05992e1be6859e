"""What the group sees of one opened wave by itself: levels and response, the same as in any later comparison."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from analysis import disclosure, estimates
from analysis.suppression import DisclosureRefusedError
from surveyapp.core import municipalities
from surveyapp.core.database import reading, writing
from surveyapp.results import findings, level_words, reliability_words, wave_results
from surveyapp.results.models import FrozenResult
from surveyapp.survey import opened_store, wave_store
from surveyapp.survey.models import Tally, Wave
from tests.surveyapp.results.opened_waves import FIRST, SECOND, answers, opened_wave
from tests.surveyapp.results.reading import table, text
from tests.surveyapp.signing_in import sign_in

Line = dict[str, str]


def group_of(app: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = app.test_client()
    sign_in(client, app, "group")
    return client


def baseline(app: Flask) -> int:
    """The first opened wave: 12 of 40 knew, one person learnt abroad."""
    return opened_wave(app, "pirmā", FIRST, answers(12, abroad=1), date(2026, 11, 1))


def line_of(lines: list[Line], item: str, stratum: str = "*", **wanted: str) -> Line:
    """The one line about an item in a stratum."""
    rows = [row for row in lines if (row["item"], row["stratum"]) == (item, stratum)]
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def test_the_first_opened_wave_is_shown_at_once_with_findings_ranges_and_response(one_app: Flask) -> None:
    number = baseline(one_app)
    group = group_of(one_app)
    page = text(group, "/results/survey?lang=en")
    assert page == text(group, f"/results/survey/{number}?lang=en")
    assert "30 % chose the right answer: 12 of 40" in page
    assert "All helpers 40 of 50 (80 %)" in page
    assert re.search(r"Of all 26 likely \d+–\d+ \(\d+–\d+ %\)\.", page)
    assert "Whatever the others would have answered: at least 12 and at most 22 of all 50." in page
    assert "Knowledge: 0.6 of 2 on average" in page
    assert "Most often, of what can be shown" not in page
    assert "“A course”: all, or all but 1–2" in page
    latvian = text(group, "/results/survey?lang=lv")
    assert "30 % izvēlējās pareizo atbildi: 12 no 40" in latvian
    assert "Правильный ответ выбрали 30 %: 12 из 40" in text(group, "/results/survey?lang=ru")
    assert "30 % 18–44 %" not in text(group, "/results/?lang=en")
    assert re.search(
        r"40 people answered\..*How soon must one report\? Counted: right answers\. 30 % \d+–\d+ % 12 of 40",
        text(group, "/results/?lang=en"),
    )


def test_how_well_the_questions_of_a_score_go_together_is_told_with_how_hard_each_is(one_app: Flask) -> None:
    number = baseline(one_app)
    group = group_of(one_app)
    alpha = line_of(table(group, f"/results/survey/{number}/levels.csv"), "knowledge", measure="reliability")
    assert (alpha["n"], alpha["method"], alpha["hidden"]) == ("40", "kuder-richardson with feldt", "")
    assert 0.5 < float(alpha["low"]) < float(alpha["level"]) <= float(alpha["high"]) <= 1
    for address in (f"/results/survey/{number}", "/results/survey/scores/knowledge"):
        page = text(group, f"{address}?lang=en")
        assert re.search(
            r"The questions of this score go together well\. Cronbach's alpha (1|0\.\d+), likely 0\.\d+–[01]", page
        )
        assert page.count("A low number is no fault of any question") == 1
    assert "How soon must one report? – 30 % chose the right answer: 12 of 40" in page
    assert "Šī rezultāta jautājumi savā starpā sader labi. Kronbaha alfa" in text(group, f"{address}?lang=lv")


def test_what_alpha_means_is_told_only_where_there_is_one(one_app: Flask) -> None:
    number = opened_wave(one_app, "pirmā", FIRST, answers(0, abroad=0), date(2026, 11, 1))
    group = group_of(one_app)
    for address in (f"/results/survey/{number}", "/results/survey/scores/knowledge"):
        page = text(group, f"{address}?lang=en")
        assert "Knowledge" in page
        assert "Alpha" not in page


@pytest.mark.parametrize(
    ("alpha", "word"), [(0.7, "well"), (0.69, "moderately"), (0.5, "moderately"), (0.49, "weakly"), (-0.1, "weakly")]
)
def test_how_well_questions_go_together_is_said_in_a_word_for_each_band(one_app: Flask, alpha: float, word: str) -> None:
    baseline(one_app)
    with one_app.test_request_context("/?lang=en"):
        found = wave_results.shown(wave_store.waves(municipalities.find("cesis").id)[0], "test")
        (line,) = (each for each in found.levels if each.measure == "reliability")
        told = replace(found, levels=(replace(line, level=alpha, low=alpha - 0.05, high=alpha + 0.05),))
        assert f"go together {word}." in reliability_words.sentence(told, "knowledge")


def test_the_file_of_a_wave_holds_exact_ranges_in_whole_people(one_app: Flask) -> None:
    number = baseline(one_app)
    group = group_of(one_app)
    lines = table(group, f"/results/survey/{number}/levels.csv?lang=en")
    police = line_of(lines, "deadline", "police")
    assert (police["count"], police["n"], police["population"], police["method"]) == ("6", "20", "24", "hypergeometric")
    assert int(police["people_low"]) <= 6 + 4 * 6 / 20 <= int(police["people_high"])
    assert float(police["low"]) == int(police["people_low"]) / 24
    answered = table(group, f"/results/survey/{number}/response.csv")
    assert [(row["stratum"], row["respondents"], row["population"]) for row in answered] == [
        ("*", "40", "50"), ("teacher", "20", "26"), ("police", "20", "24"),
    ]  # fmt: skip


def test_what_weights_cost_is_told_from_shown_group_sizes_alone(one_app: Flask) -> None:
    baseline(one_app)
    with one_app.test_request_context("/?lang=en"):
        (wave,) = opened_store.opened_waves(municipalities.find("cesis").id)
        found = wave_results.shown(wave, "test")
        town = next(line for line in found.levels if (line.item, line.stratum) == ("deadline", "*"))
        weighted = replace(town, method="post-stratified with mover", population=80)
        own = [line for line in found.levels if line.item == "deadline" and line is not town]
        groups = [replace(line, n=20, population=people) for line, people in zip(own, (60, 20), strict=True)]
        results = replace(found, levels=(weighted, *groups))
        worth = estimates.kish_effective_n([20, 20], [60, 20])
        assert worth is not None
        assert level_words.effective_answers(results, weighted) == round(worth) == 32
        assert "With these weights 40 answers tell as much as about 32 equal ones" in level_words.sentence(results, weighted)
        # Unweighted, or where the answers of a group are hidden, nothing of it is told.
        alone = replace(results, levels=(weighted, groups[0], replace(groups[1], n=None)))
        for told, line in ((alone, weighted), (results, replace(weighted, method="hypergeometric"))):
            assert level_words.effective_answers(told, line) is None
            assert "equal ones" not in level_words.sentence(told, line)


def test_no_count_of_one_or_two_people_stands_on_a_waves_page(one_app: Flask) -> None:
    number = baseline(one_app)
    group = group_of(one_app)
    for language in ("lv", "en", "ru"):
        for address in (f"/results/survey/{number}?lang={language}", f"/results/?lang={language}"):
            page = text(group, address)
            for word in ("of", "of the", "no", "из"):
                assert not re.search(rf"\b[012] {word} (40|20)\b", page), address
    lines = table(group, f"/results/survey/{number}/levels.csv")
    assert {line["count"] for line in lines} & {"0", "1", "2"} == set()
    abroad = line_of(lines, "training", choices="abroad")
    assert (abroad["hidden"], abroad["band"], abroad["level"], abroad["low"]) == ("small_count", "0-2", "", "")


def test_a_later_comparison_shows_the_very_counts_that_the_first_page_showed(app: Flask) -> None:
    number = baseline(app)
    group = group_of(app)
    alone = table(group, f"/results/survey/{number}/levels.csv")
    with app.app_context(), writing() as session:
        # What lies in the tally now would be protected differently; what was shown once is what counts.
        session.execute(update(Tally).where(Tally.item == "deadline", Tally.option == "now").values(n=Tally.n + 3))
    opened_wave(app, "otrā", SECOND, answers(30, abroad=2), date(2026, 11, 15))
    for row in table(group, "/results/survey.csv"):
        if row["measure"] in {"superiority", "score"}:
            continue
        mine = line_of(alone, row["item"], row["stratum"], choices=row["choice"], measure=row["measure"])
        assert (row["count_before"], row["band_before"], row["hidden_before"]) == (mine["count"], mine["band"], mine["hidden"])
    assert table(group, f"/results/survey/{number}/levels.csv") == alone
    page = text(group, "/results/survey?lang=en")
    assert "What changed between two surveys" in page
    assert "30 of the 40 who answered chose the right answer (75 %). Last time 12 of 40 (30 %)." in page
    assert "75 % chose the right answer: 30 of 40" in text(group, f"/results/survey/{number + 1}?lang=en")


def test_newer_rules_give_new_levels_of_the_same_protected_counts(one_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number = baseline(one_app)
    group = group_of(one_app)
    before = table(group, f"/results/survey/{number}/levels.csv")

    def twice(*_: object) -> None:
        raise AssertionError("a wave is protected once")

    monkeypatch.setattr(disclosure, "protect_wave", twice)
    monkeypatch.setattr(wave_results, "RULES_VERSION", wave_results.RULES_VERSION + 1)
    assert table(group, f"/results/survey/{number}/levels.csv") == before
    with one_app.app_context(), reading() as session:
        assert len(session.scalars(select(FrozenResult)).all()) == 2


def test_an_altered_or_refused_wave_is_not_shown(one_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        # No real wave gets here as long as the rules hold: this is the last gate, so the test closes it by hand.
        raise DisclosureRefusedError([(("deadline", "*", "now"), "exactly 2")])

    number = baseline(one_app)
    group = group_of(one_app)
    with monkeypatch.context() as closed:
        closed.setattr(disclosure, "protect_wave", refuse)
        for address in ("/results/survey", f"/results/survey/{number}", f"/results/survey/{number}/levels.csv"):
            assert "without giving away single people" in group.get(f"{address}?lang=en").get_data(as_text=True)
    assert "12 of 40" in text(group, "/results/survey?lang=en")
    with one_app.app_context(), writing() as session:
        frozen = session.scalars(select(FrozenResult)).one()
        frozen.document = frozen.document.replace('"count": 12', '"count": 13')
    for address in ("/results/survey", f"/results/survey/{number}", f"/results/survey/{number}/response.csv"):
        page = group.get(f"{address}?lang=en")
        assert page.status_code == 409
        assert "no longer fits its check sum" in page.get_data(as_text=True)
    assert "no longer fits its check sum" in text(group, "/results/?lang=en")


def test_a_supplement_that_stands_alone_has_its_own_page_and_is_no_second_survey(one_app: Flask) -> None:
    main = baseline(one_app)
    group = group_of(one_app)
    before = table(group, f"/results/survey/{main}/levels.csv?lang=en")
    late = opened_wave(one_app, "vēlie", FIRST, answers(6, abroad=0, people=12), date(2026, 11, 20), supplements=main)
    page = text(group, "/results/survey?lang=en")
    assert "Survey results: pirmā" in page
    assert "30 % chose the right answer: 12 of 40" in page
    assert "What changed between two surveys" not in page
    assert table(group, f"/results/survey/{main}/levels.csv?lang=en") == before
    alone = text(group, f"/results/survey/{late}?lang=en")
    assert "Those who came late for “pirmā” answered here." in alone
    assert "50 % chose the right answer: 6 of 12" in alone


def test_an_open_address_promises_nothing_about_everybody(one_app: Flask) -> None:
    number = opened_wave(one_app, "atklātā", FIRST, answers(12, abroad=1), date(2026, 11, 1), mode="open")
    group = group_of(one_app)
    page = text(group, "/results/survey?lang=en")
    assert "30 % chose the right answer: 12 of 40" in page
    assert "these numbers tell what those who came think" in page
    assert "of 50" not in page
    assert "Of all" not in page
    lines = table(group, f"/results/survey/{number}/levels.csv")
    assert {line["method"] for line in lines if line["measure"] == "correct"} == {"wilson"}
    assert [row["stratum"] for row in table(group, f"/results/survey/{number}/response.csv")] == ["*"]
    opened_wave(one_app, "otrā", SECOND, answers(30, abroad=2), date(2026, 11, 15))
    assert "Teacher not told by group: anyone could answer 20 of 26 (77 %)" in text(group, "/results/survey?lang=en")


def test_a_groups_code_is_told_to_prove_little(one_app: Flask) -> None:
    opened_wave(one_app, "grupas", FIRST, answers(12, abroad=1), date(2026, 11, 1), mode="group")
    page = text(group_of(one_app), "/results/survey?lang=en")
    assert "Nobody can prove that each person answered once" in page
    assert "40 of 50 (80 %)" in page
    assert "Whatever the others would have answered" not in page


def test_only_opened_waves_of_ones_own_municipality_have_a_page(one_app: Flask) -> None:
    number = baseline(one_app)
    group = group_of(one_app)
    assert group.get(f"/results/survey/{number + 1}").status_code == 404
    with one_app.app_context():
        other = municipalities.create("madona", "Madonas novads")
        assert wave_store.by_id(other, number) is None
    stranger = one_app.test_client()
    sign_in(stranger, one_app, "steward")
    for part in ("", "/levels.csv", "/response.csv"):
        assert stranger.get(f"/results/survey/{number}{part}").status_code == 403


def test_boxes_that_were_set_aside_are_told_beside_the_results(one_app: Flask) -> None:
    number = baseline(one_app)
    group = group_of(one_app)
    assert "set aside" not in text(group, f"/results/survey/{number}?lang=en")
    with one_app.app_context(), writing() as session:
        session.execute(update(Wave).where(Wave.id == number).values(boxes_set_aside=2))
    told = "pirmā: 2 boxes could not be read at the opening and were set aside."
    assert told in text(group, f"/results/survey/{number}?lang=en")
    opened_wave(one_app, "otrā", SECOND, answers(30, abroad=2), date(2026, 11, 15))
    assert told in text(group, "/results/survey?lang=en")


def test_a_question_that_all_had_right_or_nobody_is_named_as_left_out_of_alpha(one_app: Flask) -> None:
    baseline(one_app)
    with one_app.test_request_context("/?lang=en"):
        found = wave_results.shown(wave_store.waves(municipalities.find("cesis").id)[0], "test")
        assert "Left out" not in reliability_words.sentence(found, "knowledge")
        (line,) = (each for each in found.levels if each.measure == "reliability")
        for count in (0, line.n):
            levels = tuple(
                replace(each, count=count) if (each.item, each.stratum, each.measure) == ("deadline", "*", "correct") else each
                for each in found.levels
            )
            other = replace(found, levels=levels)
            told = reliability_words.sentence(other, "knowledge")
            assert told.endswith("Left out of it, as all had it right or nobody: “How soon must one report?”.")
            assert "Left out" not in reliability_words.sentence(other, "knowledge", rounded=True), "48 of 50 round to all"


def test_a_table_says_once_that_its_shares_are_weighted_where_that_changes_a_number(one_app: Flask) -> None:
    with one_app.test_request_context("/?lang=en"):
        assert findings.weighting([(26, 57, 0.45)]) == (
            "Shares are weighted by the size of groups, so they can differ from people divided by people."
        )
        assert findings.weighting([(26, 57, 26 / 57), (None, 57, None), (0, 0, None)]) == ""
