"""The page of three and more surveys: what it tells of a rise, and what it leaves out."""

from datetime import date
from itertools import pairwise

from flask import Flask

from surveyapp.results.drawn import scale
from tests.surveyapp.results.opened_waves import FIRST, SECOND, answers, opened_wave
from tests.surveyapp.results.reading import check_files, figures, text
from tests.surveyapp.signing_in import sign_in


def test_from_the_third_survey_on_the_group_sees_how_a_headline_question_moved_over_all_of_them(one_app: Flask) -> None:
    group = one_app.test_client()
    sign_in(group, one_app, "group")
    opened_wave(one_app, "pirmā", FIRST, answers(12, abroad=1), date(2024, 11, 1))
    opened_wave(one_app, "otrā", SECOND, answers(20, abroad=2), date(2025, 11, 1))
    assert group.get("/results/survey/trend").status_code == 404
    assert "/results/survey/trend" not in group.get("/results/survey").get_data(as_text=True)
    opened_wave(one_app, "trešā", SECOND, answers(30, abroad=2), date(2026, 11, 1))
    assert "/results/survey/trend" in group.get("/results/survey").get_data(as_text=True)
    page = text(group, "/results/survey/trend?lang=en")
    for words in ("12 of 40", "20 of 40", "30 of 40", "+45", "Clear rise"):
        assert words in page, page
    assert "Skaidrs pieaugums" in text(group, "/results/survey/trend?lang=lv")
    # The score, too: 12, 20 and 30 of 40 had both questions right, the others none.
    for words in ("0.6 (", "1 (", "1.5 (", "+0.9", "Knowledge: Clear rise: from 0.6 to 1.5"):
        assert words in page, page
    for address in ("/results/survey/trend", "/results/survey/scores/knowledge"):
        figure = next(each for each in figures(group, address) if each.get("id") == "figure-score-knowledge")
        check_files(group, figure)
        described = figure.xpath(".//*[local-name()='desc']")[0].text
        assert described.startswith("All helpers, pirmā, 1 Nov 2024: 0.6 (0.4–0.8). ")
        assert "people:" not in described, "a number that the table beside it does not tell"
    assert "/results/survey/scores/knowledge" in group.get("/results/survey").get_data(as_text=True)
    assert group.get("/results/survey/scores/nothing").status_code == 404


def test_surveys_with_another_wording_are_not_compared_and_a_hidden_number_hides_the_change(one_app: Flask) -> None:
    group = one_app.test_client()
    sign_in(group, one_app, "group")
    first = FIRST.replace("headline: [deadline]", "headline: [deadline, cut]")
    other = SECOND.replace("headline: [deadline]", "headline: [deadline, cut]")
    opened_wave(one_app, "pirmā", first, answers(1, abroad=1), date(2024, 11, 1))
    opened_wave(one_app, "otrā", other, answers(20, abroad=2), date(2025, 11, 1))
    opened_wave(one_app, "trešā", other, answers(30, abroad=2), date(2026, 11, 1))
    page = text(group, "/results/survey/trend?lang=en")
    assert "Not comparable" in page
    assert "not asked like this" in page
    assert "Too few answers to compare" in page
    assert "1 of 40" not in page
    assert "Clear rise" not in page


def test_the_scale_of_a_score_goes_in_a_few_equal_steps_to_its_very_end() -> None:
    """A score of 14 questions had 12 as its last number: nobody saw what the most was."""
    assert scale.points(14).steps == (0, 7, 14)
    for most in range(1, 61):
        steps = scale.points(most).steps
        assert (steps[0], steps[-1]) == (0, most)
        assert len({later - earlier for earlier, later in pairwise(steps)}) == 1
        assert len(steps) <= 6
