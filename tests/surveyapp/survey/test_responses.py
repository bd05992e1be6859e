"""How many answered, told by group: never so that a number below ten could be found by subtraction."""

import pytest
from flask import Flask

from questionnaires.survey_types import Questionnaire
from surveyapp.survey import response_store, wave_store
from surveyapp.survey.wave_store import NewCode
from tests.surveyapp.survey.rounds import WHO, Round, answered, drafted, running, some_answers, submit_each


@pytest.mark.parametrize(
    ("others", "school", "told"),
    [
        (3, 14, {}),  # 17 − 14 would tell that 3 of the others answered
        (0, 14, {}),  # 14 − 14: none of them
        (10, 14, {"school": 14}),
        (9, 4, {"school": None}),
    ],
)
def test_no_response_below_ten_is_found_by_subtracting_groups_from_the_whole(
    app: Flask, others: int, school: int, told: dict[str, int | None]
) -> None:
    this = running(app, 12)
    sheets = [some_answers(this_questionnaire(app, this), number) for number in range(others + school)]
    with app.app_context():
        in_school: list[NewCode] = []
        wave_store.invite(this.facts(), 14, WHO, group="school", hand_over=in_school.extend)
        submit_each([code.link for code in (*this.codes[:others], *in_school[:school])], sheets)
        found = response_store.response(this.facts())
    assert {group: figure.received for group, figure in found.groups.items()} == told


def test_where_all_codes_are_in_groups_that_are_told_nothing_is_kept_back(app: Flask) -> None:
    with app.app_context():
        wave, private = drafted()
        wave_store.trial(wave, private, WHO)
        this = Round(wave.name, private, [])
        wave_store.invite(this.facts(), 12, WHO, group="school", hand_over=this.codes.extend)
    answered(app, this, 11)
    with app.app_context():
        assert response_store.response(this.facts()).groups["school"].received == 11


def this_questionnaire(app: Flask, this: Round) -> Questionnaire:
    """The questionnaire of a wave."""
    with app.app_context():
        return this.facts().questionnaire
