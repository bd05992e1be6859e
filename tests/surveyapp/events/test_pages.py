"""The organiser's pages: what is asked, what is refused and why, and who sees which number."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.core import municipalities
from surveyapp.events import store
from surveyapp.events.records import event_records
from tests.conftest import MakeApp
from tests.surveyapp.events.plans import SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.signing_in import sign_in


def text(response: TestResponse) -> str:
    """The page's text, characters as people see them."""
    return unescape(response.get_data(as_text=True))


def field(page: TestResponse, name: str) -> str:
    """The value of the field *name* in a page."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page.get_data(as_text=True))
    assert tag, f"no field {name}"
    value = re.search(r'value="([^"]*)"', tag[0])
    return unescape(value[1]) if value else ""


def fill(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Open the form at *path*, type and send it."""
    page = client.get(path)
    hidden = {name: field(page, name) for name in ("csrf_token", "mark", "seen") if f'name="{name}"' in text(page)}
    kept = {name: field(page, name) for name in ("held_on", "title") if f'name="{name}"' in text(page)}
    return client.post(path, data={**hidden, **kept, **typed})


@pytest.fixture
def organiser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of an organiser of the social service, in English."""
    load_plan(app)
    sign_in(client, app, "organiser", "social_service")
    client.get("/events/?lang=en")
    return client


def browser(app: Flask, role: str, institution: str | None = None) -> FlaskClient:
    """A signed-in browser in English."""
    client = app.test_client()
    sign_in(client, app, role, institution, email=f"{role}.{institution or 'any'}.browser@example.org".replace("_", "-"))
    client.get("/?lang=en")
    return client


def log(app: Flask, people: int | None = 25, *, sensitive: bool = False) -> int:
    """An event that an organiser of the social service has logged."""
    with app.app_context():
        person = somebody("organiser", "social_service", email="logged@example.org")
        return store.log(person, SUPPORT if sensitive else TRAINING, held(people=people, visits=60))


@pytest.mark.parametrize("path", ["/events/2147483648", f"/events/{'9' * 40}", f"/events/{'9' * 40}/correct"])
def test_a_number_that_no_event_can_have_is_answered_like_one_that_none_has(app: Flask, path: str) -> None:
    assert browser(app, "coordinator").get(path).status_code == 404


def test_a_mark_that_no_database_holds_is_replaced(organiser: FlaskClient) -> None:
    assert fill(organiser, f"/events/log?row={TRAINING.indicator}", mark="\0").status_code == 302


def test_a_list_may_be_asked_for_up_to_the_last_day_of_the_calendar(app: Flask) -> None:
    load_plan(app)
    log(app)
    page = browser(app, "group").get("/events/all?from=0001-01-01&to=9999-12-31&known=9999-12-31")
    assert page.status_code == 200
    assert "25 people" in text(page)


def test_without_a_plan_the_page_says_whom_to_ask(app: Flask, client: FlaskClient) -> None:
    sign_in(client, app, "organiser")
    assert "Ask the coordinator to load the plan" in text(client.get("/events/log?lang=en"))


def test_the_rows_of_the_own_institution_come_first(organiser: FlaskClient) -> None:
    page = text(organiser.get("/events/log"))
    own, _, others = page.partition("Other rows of the plan")
    assert "Training of specialists" in own
    assert "Support group" in own
    assert "Kindergarten programme" in others


def test_rows_are_found_without_diacritics_also_without_javascript(organiser: FlaskClient) -> None:
    page = text(organiser.get("/events/log?lang=lv&q=BERNUDARZU"))
    assert "Bērnudārzu programma" in page
    assert "Speciālistu apmācība" not in page


def test_a_row_that_does_not_exist_is_said_and_the_list_shown(organiser: FlaskClient) -> None:
    page = organiser.get("/events/log?row=9.9.z")
    assert page.status_code == 404
    assert "The plan has no row “9.9.z”" in text(page)
    assert "Training of specialists" in text(page)


def test_only_the_fields_that_the_row_can_use_are_asked(organiser: FlaskClient) -> None:
    asked = {row: set(re.findall(r' name="(\w+)"', text(organiser.get(f"/events/log?row={row}")))) for row in
             ("1.1.a", "1.1.b", "1.1.c")}  # fmt: skip
    assert {"unique_persons", "attendances"} <= asked["1.1.a"]
    assert "member_id" in asked["1.1.b"]
    assert "step" in asked["1.1.c"]
    assert not {"step", "member_id", "member", "families", "requested", "amount"} & asked["1.1.a"]


def test_an_event_is_logged_with_today_and_the_rows_name_filled_in(app: Flask, organiser: FlaskClient) -> None:
    done = fill(organiser, "/events/log?row=1.1.a", unique_persons="1 445", attendances="2\u00a0000", hours="1,5")
    assert done.status_code == 302
    with app.app_context():
        (record,) = event_records(municipalities.find("cesis").id)
    assert (record.title, record.held_on.isoformat()) == ("Training of specialists", "2026-11-21")
    assert (record.unique_persons, record.attendances, record.hours) == (1445, 2000, 1.5)
    assert record.institution == "social_service"


def test_an_empty_number_is_not_known_and_zero_is_a_stated_zero(app: Flask, organiser: FlaskClient) -> None:
    fill(organiser, "/events/log?row=1.1.a", unique_persons="0")
    (record,) = _records(app)
    assert (record.unique_persons, record.attendances) == (0, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"unique_persons": "-3"}, "“-3” is below zero"),
        ({"unique_persons": "100001"}, "“100001” is too large"),
        ({"unique_persons": "daudz"}, "“daudz” is not a number"),
        ({"unique_persons": "2,5"}, "“2,5” is not a whole number"),
        ({"unique_persons": "30", "attendances": "20"}, "More different people than attendances"),
        ({"held_on": "2026-12-01"}, "This day has not come yet"),
        ({"held_on": "2024-12-31"}, "The plan holds from 1 January 2025 to 31 December 2027"),
        ({"held_on": "2026-02-30"}, "“2026-02-30” is not a day of the calendar"),
        ({"held_on": ""}, "Say on which day it was held"),
        ({"title": " \u202e "}, "Give the event a title"),
        ({"title": "a" * 205}, "5 characters too long"),
        ({"audience": "martians"}, "This choice does not exist"),
        ({"hours": "abc"}, "“abc” is not a number"),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_typed_is_lost(
    app: Flask, organiser: FlaskClient, typed: dict[str, str], said: str
) -> None:
    answer = fill(organiser, "/events/log?row=1.1.a", **{"place": "Cēsu bibliotēka", **typed})
    assert answer.status_code == 422
    assert said in text(answer)
    assert field(answer, "place") == "Cēsu bibliotēka"
    for name, value in typed.items():
        if name in {"unique_persons", "attendances", "held_on", "hours"}:
            assert field(answer, name) == value
    assert _records(app) == ()


def test_everything_that_is_wrong_is_said_at_once(organiser: FlaskClient) -> None:
    answer = text(fill(organiser, "/events/log?row=1.1.a", unique_persons="x", held_on="2026-12-01", title=""))
    assert "“x” is not a number" in answer
    assert "This day has not come yet" in answer
    assert "Give the event a title" in answer


def test_a_kindergarten_must_be_in_the_list_on_that_day(app: Flask) -> None:
    load_plan(app)
    client = browser(app, "organiser", "education_board")
    late = fill(client, "/events/log?row=1.1.b", member_id="sun", held_on="2026-10-01")
    assert "does not name this institution on that day" in text(late)
    assert fill(client, "/events/log?row=1.1.b", member_id="sun", held_on="2026-05-01").status_code == 302
    assert _records(app)[0].member == "sun"


def test_a_row_of_steps_asks_for_the_step(app: Flask, organiser: FlaskClient) -> None:
    assert "Choose the step that was done" in text(fill(organiser, "/events/log?row=1.1.c"))
    assert fill(organiser, "/events/log?row=1.1.c", step="asked", evidence="Protokols").status_code == 302
    assert _records(app)[0].step == "asked"


def test_the_same_people_can_be_named_but_not_also_called_new(app: Flask, organiser: FlaskClient) -> None:
    fill(organiser, "/events/log?row=1.1.a", held_on="2026-10-01", unique_persons="12")
    first = _records(app)[0].reference
    both = fill(organiser, "/events/log?row=1.1.a", same_group_as=first, different_people="y")
    assert "cannot be both new people and the same" in text(both)
    earlier = fill(organiser, "/events/log?row=1.1.a", held_on="2026-09-01", same_group_as=first)
    assert "That event was held later" in text(earlier)
    assert fill(organiser, "/events/log?row=1.1.a", same_group_as=first).status_code == 302
    assert _records(app)[1].same_group_as == first


def test_a_form_sent_twice_makes_one_event(app: Flask, organiser: FlaskClient) -> None:
    page = organiser.get("/events/log?row=1.1.a")
    data = {name: field(page, name) for name in ("csrf_token", "mark", "held_on", "title")}
    places = {organiser.post("/events/log?row=1.1.a", data=data).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert len(_records(app)) == 1


def test_a_form_without_its_token_is_shown_again_filled(app: Flask, organiser: FlaskClient) -> None:
    answer = organiser.post("/events/log?row=1.1.a", data={"held_on": "2026-10-01", "title": "Apmācība", "place": "Skola"})
    assert answer.status_code == 422
    assert field(answer, "place") == "Skola"
    assert _records(app) == ()


def test_a_correction_keeps_the_old_count_visible_with_reason_and_name(app: Flask, organiser: FlaskClient) -> None:
    event_id = log(app)
    done = fill(organiser, f"/events/{event_id}/correct", unique_persons="24", attendances="60", reason="Viens divreiz")
    assert done.status_code == 302
    page = text(organiser.get(f"/events/{event_id}"))
    assert "<s>25</s>" in page
    assert "Viens divreiz" in page
    assert "organiser.social-service@example.org" in page
    assert "corrected" in text(organiser.get("/events/"))
    assert _records(app)[0].unique_persons == 24


def test_the_correction_form_is_filled_with_what_is_in_force(app: Flask, organiser: FlaskClient) -> None:
    page = organiser.get(f"/events/{log(app)}/correct")
    assert (field(page, "unique_persons"), field(page, "held_on")) == ("25", "2026-10-01")


def test_a_number_with_a_fraction_comes_back_with_the_comma_of_the_language(organiser: FlaskClient) -> None:
    logged = fill(organiser, "/events/log?row=1.1.a", unique_persons="3", hours="1,25").location
    assert field(organiser.get(f"{logged}/correct?lang=lv"), "hours") == "1,25"
    assert field(organiser.get(f"{logged}/correct?lang=en"), "hours") == "1.25"


def test_a_correction_needs_a_reason(app: Flask, organiser: FlaskClient) -> None:
    answer = fill(organiser, f"/events/{log(app)}/correct", unique_persons="24", attendances="60")
    assert answer.status_code == 422
    assert "Write in a few words why" in text(answer)
    assert field(answer, "unique_persons") == "24"


def test_two_people_correcting_at_once_see_each_other_and_lose_nothing(app: Flask, organiser: FlaskClient) -> None:
    event_id = log(app)
    page = organiser.get(f"/events/{event_id}/correct")
    mine = {name: field(page, name) for name in ("csrf_token", "mark", "seen", "held_on", "title")}
    mine |= {"unique_persons": "23", "attendances": "60", "reason": "Mans iemesls"}
    fill(
        browser(app, "coordinator"), f"/events/{event_id}/correct", unique_persons="24", attendances="60", reason="Viņu iemesls"
    )
    conflict = organiser.post(f"/events/{event_id}/correct", data=mine)
    assert conflict.status_code == 409
    assert "Somebody corrected this event while you were writing" in text(conflict)
    assert "Viņu iemesls" in text(conflict)
    assert field(conflict, "unique_persons") == "23"
    again = {**mine, "seen": field(conflict, "seen"), "mark": field(conflict, "mark")}
    assert organiser.post(f"/events/{event_id}/correct", data=again).status_code == 302
    history = text(organiser.get(f"/events/{event_id}"))
    assert all(reason in history for reason in ("Viņu iemesls", "Mans iemesls"))
    assert "<s>24</s>" in history


def test_a_withdrawn_event_stays_visible_counts_no_more_and_can_be_put_back(app: Flask, organiser: FlaskClient) -> None:
    event_id = log(app)
    assert fill(organiser, f"/events/{event_id}/withdraw", reason="Divreiz").status_code == 302
    assert _records(app) == ()
    assert "withdrawn" in text(organiser.get("/events/"))
    assert "Divreiz" in text(organiser.get(f"/events/{event_id}"))
    assert organiser.get(f"/events/{event_id}/withdraw").status_code == 409
    fill(organiser, f"/events/{event_id}/correct", unique_persons="25", attendances="60", reason="Tomēr bija")
    assert len(_records(app)) == 1


def test_another_institutions_event_looks_like_none(app: Flask, organiser: FlaskClient) -> None:
    event_id = log(app)
    stranger = browser(app, "organiser", "education_board")
    for path in ("", "/correct", "/withdraw"):
        assert stranger.get(f"/events/{event_id}{path}").data == stranger.get(f"/events/999999{path}").data
        assert stranger.get(f"/events/{event_id}{path}").status_code == 404
    assert text(stranger.get("/events/")).count("Apmācība") == 0
    assert organiser.get(f"/events/{event_id}").status_code == 200


def test_a_coordinator_logs_for_any_institution_and_an_organiser_for_their_own(app: Flask, organiser: FlaskClient) -> None:
    fill(organiser, "/events/log?row=1.1.a", institution="education_board")
    fill(browser(app, "coordinator"), "/events/log?row=1.1.a", institution="education_board")
    assert [record.institution for record in _records(app)] == ["social_service", "education_board"]


def test_the_group_reads_and_changes_nothing(app: Flask) -> None:
    load_plan(app)
    event_id = log(app)
    group = browser(app, "group")
    page = text(group.get(f"/events/{event_id}"))
    assert "25 people" in page
    assert "/correct" not in page
    assert group.get(f"/events/{event_id}/correct").status_code == 403


@pytest.mark.parametrize("role", ["group", "auditor", "coordinator"])
def test_small_counts_of_people_at_risk_are_for_the_own_institution_only(app: Flask, organiser: FlaskClient, role: str) -> None:
    event_id = log(app, people=3, sensitive=True)
    fill(organiser, f"/events/{event_id}/correct", unique_persons="4", attendances="60", reason="Pārskaitīts")
    assert "<s>3</s>" in text(organiser.get(f"/events/{event_id}"))
    reader = browser(app, role)
    for path in (f"/events/{event_id}", "/events/all", "/events/all?known=2026-11-21"):
        page = text(reader.get(path))
        assert "fewer than 5" in page
        assert not re.search(r"<(s|dd)>\s*(<s>)?[34]\b|\b[34] people", page)
    rows = reader.get("/events/all.csv").get_data(as_text=True).splitlines()
    assert ",<5,60," in rows[1]
    assert reader.get(f"/events/{event_id}/correct").status_code in {403, 409}


def test_the_list_narrows_to_the_events_that_a_number_was_counted_from(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")
        first = store.log(person, TRAINING, held("2025-03-01", title="Pirmā"))
        store.log(person, TRAINING, held("2026-03-01", title="Otrā"))
        store.log(person, SUPPORT, held("2026-03-01", title="Trešā"))
    group = browser(app, "group")

    def titles(query: str) -> set[str]:
        return set(re.findall("Pirmā|Otrā|Trešā", text(group.get(f"/events/all?{query}"))))

    assert titles("") == {"Pirmā", "Otrā", "Trešā"}
    assert titles("row=1.1.a") == {"Pirmā", "Otrā"}
    assert titles("row=1.1.a&from=2026-01-01&to=2026-12-31") == {"Otrā"}
    assert titles(f"event={first}") == {"Pirmā"}
    assert titles("known=2026-11-20") == set()
    assert titles("institution=education_board") == set()


def test_a_day_in_the_address_that_does_not_exist_is_said(app: Flask) -> None:
    load_plan(app)
    answer = browser(app, "group").get("/events/all?from=2026-02-30")
    assert answer.status_code == 400
    assert "“2026-02-30” is not a day of the calendar" in text(answer)


def test_events_are_listed_newest_first(make_app: MakeApp) -> None:
    app = make_app()
    load_plan(app)
    client = browser(app, "organiser", "social_service")
    with app.app_context():
        person = somebody("organiser", "social_service", email="another@example.org")
        for day, title in (("2026-03-01", "Marts"), ("2026-09-01", "Septembris"), ("2026-06-01", "Jūnijs")):
            store.log(person, TRAINING, held(day, title=title))
    shown = re.findall("(Marts|Jūnijs|Septembris)</a></h2>", text(client.get("/events/")))
    assert shown == ["Septembris", "Jūnijs", "Marts"]


def test_a_long_list_folds_the_quarters_before_the_newest_and_loses_no_event(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")
        for number in range(16):
            store.log(person, TRAINING, held("2025-12-31" if number < 8 else "2026-10-01", title=f"Nr. {number}"))
    page = text(browser(app, "coordinator").get("/events/all?lang=lv")).replace("\xa0", " ")
    assert re.findall(r"(<details[^>]*>)\s*<summary><h2>(.+?)</h2> <span[^>]*>(.+?)<", page) == [
        ('<details class="fold" open>', "2026. gada 4. ceturksnis", "8 pasākumi"),
        ('<details class="fold">', "2025. gada 4. ceturksnis", "8 pasākumi"),
    ]
    assert len(set(re.findall(r"Nr\. \d+</a></h3>", page))) == 16


def _records(app: Flask) -> tuple:  # type: ignore[type-arg]  # records of any length
    with app.app_context():
        return event_records(municipalities.find("cesis").id)
