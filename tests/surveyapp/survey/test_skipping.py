"""Nobody has to answer: a required question may be left unanswered by a decision, online as on paper."""

from flask import Flask

from surveyapp.survey import opened_store, opening, wave_store
from tests.surveyapp.survey.pages import Data, opened, read, send
from tests.surveyapp.survey.rounds import WHO
from tests.surveyapp.survey.small import running


def filled(hidden: Data) -> Data:
    """Everything but the question about readiness."""
    return {**hidden, "q-role": ["teacher"], "q-years": ["7"], "q-topics": ["signs"]}


def test_a_missing_answer_is_asked_for_once_and_may_then_stay_away(app: Flask) -> None:
    this = running(app)
    client = app.test_client()
    page = opened(client, this.codes[0].link)
    assert page.offered.get("skip") is None, "nobody is invited to skip before they were asked"
    asked = send(client, filled(page.hidden))
    assert asked.status_code == 422
    assert read(asked).offered["skip"] == ["ready"]
    assert send(client, {**filled(page.hidden), "skip": ["ready"]}).status_code == 200


def test_the_question_that_makes_the_groups_cannot_be_skipped(app: Flask) -> None:
    this = running(app)
    client = app.test_client()
    without = {**filled(opened(client, this.codes[0].link).hidden), "q-role": [], "q-ready": ["1"]}
    refused = send(client, {**without, "skip": ["role"]})
    assert refused.status_code == 422
    assert "skip" not in read(refused).offered


def test_skipping_everything_is_no_answer(app: Flask) -> None:
    this = running(app)
    client = app.test_client()
    hidden = opened(client, this.codes[0].link).hidden
    assert send(client, {**hidden, "skip": ["role", "years", "ready", "topics"]}).status_code == 422


def test_an_answer_counts_although_the_question_was_skipped_before(app: Flask) -> None:
    this = running(app)
    client = app.test_client()
    for code in this.codes:
        both = {**filled(opened(client, code.link).hidden), "skip": ["ready"], "q-ready": ["3"]}
        assert send(client, both).status_code == 200
    with app.app_context():
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        assert {tuple(one.answers["ready"]) for one in opened_store.responses(this.facts())} == {("3",)}
