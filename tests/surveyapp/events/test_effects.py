"""Before a correction is saved, the page says which verdicts it changes; nothing is told of rows about people at risk."""

from flask import Flask

from surveyapp.events import store
from tests.surveyapp.events.pages import again, browser, field, fill, records, text
from tests.surveyapp.events.plans import SUPPORT, TRAINING, held, load_plan, somebody


def log(app: Flask, people: int, *, sensitive: bool = False) -> int:
    """An event of the social service."""
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service", email="earlier@example.org")
        return store.log(person, SUPPORT if sensitive else TRAINING, held(people=people))


def test_a_correction_that_changes_a_verdict_is_saved_after_it_was_told(app: Flask) -> None:
    event = log(app, 45)
    organiser = browser(app, "organiser", "social_service")
    path = f"/events/{event}/correct"
    told = fill(organiser, path, unique_persons="25", reason="Pārskaitīts")
    assert told.status_code == 409
    assert "1.1.a Training of specialists; 40 specialists; 2025–2027: Done, in time → Not due" in text(told)
    assert "the plan as it was known on an earlier day is judged by the numbers of that day" in text(told)
    assert (field(told, "unique_persons"), records(app)[0].unique_persons) == ("25", 45)
    assert again(organiser, path, told, sure=field(told, "sure")).status_code == 302
    assert records(app)[0].unique_persons == 25


def test_a_correction_that_changes_no_verdict_is_saved_at_once(app: Flask) -> None:
    event = log(app, 45)
    path = f"/events/{event}/correct"
    done = fill(browser(app, "organiser", "social_service"), path, unique_persons="44", reason="Pārskaitīts")
    assert done.status_code == 302


def test_nobody_agrees_to_what_was_not_told(app: Flask) -> None:
    event = log(app, 45)
    guessed = {"unique_persons": "25", "reason": "Pārskaitīts", "sure": "0" * 32}
    assert fill(browser(app, "organiser", "social_service"), f"/events/{event}/correct", **guessed).status_code == 409
    assert records(app)[0].unique_persons == 45


def test_withdrawing_says_it_too_and_putting_back_as_well(app: Flask) -> None:
    event = log(app, 45)
    organiser = browser(app, "organiser", "social_service")
    page = organiser.get(f"/events/{event}/withdraw")
    assert "2025–2027: Done, in time → Not due" in text(page)
    assert fill(organiser, f"/events/{event}/withdraw", reason="Nebija").status_code == 302
    back = fill(organiser, f"/events/{event}/correct", reason="Tomēr bija")
    assert back.status_code == 409
    assert "2025–2027: Not due → Done, in time" in text(back)


def test_nobody_learns_small_numbers_of_people_at_risk_by_trying(app: Flask) -> None:
    event = log(app, 12, sensitive=True)
    organiser = browser(app, "organiser", "social_service")
    for people in ("11", "3"):
        path = f"/events/{event}/correct"
        assert "Whether its degree changes is not told here" in text(organiser.get(path))
        assert fill(organiser, path, unique_persons=people, reason="Pārskaitīts").status_code == 302
    assert "→" not in text(organiser.get(f"/events/{event}/withdraw"))
