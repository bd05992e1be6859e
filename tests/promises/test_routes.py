"""What is true of every route: it declares who may use it, and the declaration holds."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from surveyapp.app import create_app
from surveyapp.core import menu, municipalities
from surveyapp.core.access import ROWS, Permission, declared
from surveyapp.permissions_page import page
from surveyapp.settings import load
from surveyapp.staff import factor_store, one_time, session_store
from surveyapp.staff import store as accounts
from surveyapp.staff.roles import ROLES
from tests.conftest import fixed_clock
from tests.surveyapp.signing_in import sign_in


def rules(app: Flask) -> Iterator[Rule]:
    """Every route, static files of the framework left out."""
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def address(rule: Rule) -> str:
    """An address that fits *rule*, with an id that does not exist."""
    parts = ["999999" if converter in {"int", "number"} else "nothing" for converter in rule.arguments]
    values = dict(zip(rule.arguments, parts, strict=True))
    for name in rule.arguments:
        values[name] = "999999" if isinstance(rule._converters[name], IntegerConverter) else values[name]
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return str(built[1])


def test_every_route_declares_a_permission(app: Flask) -> None:
    undeclared = [rule.endpoint for rule in rules(app) if declared(app, rule.endpoint) is None]
    assert undeclared == []


def test_every_page_that_needs_no_number_has_a_menu_place_or_a_door(app: Flask) -> None:
    in_menu = {entry.endpoint for entry in menu.every(app)}
    lonely = [
        rule.endpoint
        for rule in rules(app)
        if "GET" in (rule.methods or ()) and not rule.arguments and declared(app, rule.endpoint) is not Permission.PUBLIC
        if rule.endpoint not in in_menu and not rule.endpoint.endswith(LINKED_FROM_A_PAGE)
    ]
    assert lonely == []


LINKED_FROM_A_PAGE = (
    ".import_wave",
    ".new_wave",
    "_csv",
    ".log_event",
    "deadlines.feeds",
    "deadlines.reminders",
    "events.upload",
    "events.empty_sheet",
    "plans.upload",
    "plans.empty_workbook",
    ".new_conference",
    ".print_summary",
    "staff.first_password",
    "staff.second_factor",
    "staff.second_step",
    "staff.set_up_codes",
    "releases.make",
    "results.lists",
    "results.contradictions",
    "results.methods",
    "results.trend",
    "results.groups",
    "results.overview",
    "results.years",
)


EVERYBODYS = {Permission.SIGNED_IN, Permission.SECOND_STEP, Permission.SET_UP}
"""What everybody with an account may, whatever the role."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ASKED = {
    Permission.PUBLIC: "accessibility api.changes api.description api.index api.release api.releases api.table "
    "asset health privacy start static staff.link staff.sign_in staff.sign_out "
    "clerk.begin clerk.enter clerk.no_sheet clerk.sheet game.no_game game.play "
    "change.answer change.choose change.enter change.no_answer change.no_withdrawal change.withdraw "
    "deadlines.ics registering.calendar registering.cancel registering.own registering.page registering.helper_door "
    "registering.ticket registering.own_certificate registering.verify registering.worker registering.offline_ticket "
    "open_data.every open_data.file open_data.methods open_data.of_place open_data.one open_data.table "
    "open_data.origin "
    "survey.answer survey.begin survey.enter survey.no_answer survey.received",
    Permission.SIGNED_IN: "events.event events.evidence_file staff.account staff.end_session staff.recovery_codes "
    "staff.remove_codes staff.remove_passkey work.outcome work.page",
    Permission.SECOND_STEP: "staff.second_step",
    Permission.SET_UP: "staff.add_passkey staff.again staff.begin_codes staff.first_password staff.second_factor "
    "staff.set_up_codes",
    Permission.LOG_EVENTS: "events.add_evidence events.correct events.discard_draft events.empty_sheet events.log_event "
    "events.own events.remove_evidence events.upload events.upload_agree events.withdraw feedback.event feedback.game "
    "feedback.poster feedback.poster_pdf staff.letters",
    Permission.MANAGE_REGISTRATION: "registration.call_off registration.cancel_for registration.change registration.close "
    "registration.conference registration.conferences registration.discard registration.new_conference registration.people "
    "registration.people_csv registration.people_print registration.people_xlsx registration.publish registration.write "
    "registration.door registration.door_link registration.door_print registration.door_ticked "
    "registration.certificate_page registration.certificates_pdf registration.head_count",
    Permission.SEE_REMINDERS: "deadlines.reminders",
    Permission.SEE_DUE: "deadlines.due deadlines.feeds",
    Permission.SEE_ALL_EVENTS: "events.all events.all_csv",
    Permission.LOAD_PLANS: "plans.empty_workbook plans.load plans.put_in_force plans.upload",
    Permission.SEE_RESULTS: "plans.as_workbook plans.as_yaml plans.every plans.version "
    "codebook.data_json codebook.page codebook.table_csv "
    "results.answered_csv results.conclusions results.contradictions results.decisions "
    "results.levels_csv results.lists results.methods results.money results.money_csv results.stated "
    "results.figure results.goal results.groups results.item results.overview results.years "
    "results.game results.game_csv results.history results.history_figures results.history_figures_csv "
    "results.history_tasks_csv results.plan results.plan_csv results.response_csv results.row results.summary "
    "results.score results.survey results.survey_csv results.targets_csv results.trend results.wave report.file report.page "
    "releases.every releases.figure releases.file releases.one releases.origin releases.row releases.survey releases.surveys "
    "releases.table "
    "waves.texts",
    Permission.RELEASE: "releases.make",
    Permission.PUBLISH: "open_data.publication",
    Permission.HAND_OVER: "national.handing",
    Permission.SEE_NATIONAL: "national.comparison national.comparison_csv national.figure national.overview national.question",
    Permission.DECIDE: "results.state results.withdraw",
    Permission.SEE_WAVES: "waves.wave waves.waves",
    Permission.KEEP_KEY: "feedback.make_key feedback.open_year feedback.try_key feedback.years "
    "waves.ask waves.attest waves.clean waves.make_key waves.open_wave waves.read_texts waves.try_key",
    Permission.AGREE_OPENING: "waves.decide",
    Permission.PLAN_WAVES: "mail.check mail.delete mail.go_on mail.letters mail.remind mail.send mail.undelivered_csv "
    "imports.import_wave imports.mapping imports.save imports.step "
    "waves.change waves.close waves.discard waves.invite waves.new_wave waves.stop_code waves.supplement "
    "workshop.as_workbook workshop.begin_next workshop.blank workshop.decide workshop.draft workshop.preview workshop.publish "
    "workshop.published workshop.questionnaires workshop.remove workshop.save workshop.undo workshop.upload",
    Permission.READ_AUDIT: "staff.audit",
    Permission.MANAGE_ACCOUNTS: "staff.people staff.one_person staff.give_link staff.reset_factor staff.disable staff.enable",
}
"""Said a second time on purpose: a permission that slips in a view is noticed here."""


def test_every_route_asks_what_was_decided(app: Flask) -> None:
    decided = {endpoint: permission for permission, endpoints in ASKED.items() for endpoint in endpoints.split()}
    assert {endpoint: declared(app, endpoint) for endpoint in app.view_functions} == decided


def test_the_page_about_permissions_is_the_matrix() -> None:
    written = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m surveyapp.permissions_page > docs/permissions.md"
    assert {row.permission for row in ROWS} == set(Permission)
    assert len(ROWS) == len(Permission)


@pytest.mark.parametrize("role", ["coordinator", "steward", "administrator", "national"])
def test_whoever_is_half_signed_in_reaches_the_missing_step_alone(one_app: Flask, role: str) -> None:
    """Somebody with a link who has no second factor yet, and then somebody who has one and did not show it."""
    client, email = one_app.test_client(), f"{role}@example.org"
    with one_app.app_context():
        account = accounts.add_account(municipalities.find(None).id, email, role, None, by="test")
    for step in (Permission.SET_UP, Permission.SECOND_STEP):
        with one_app.app_context(), client.session_transaction() as cookie:
            cookie["token"] = session_store.begin(account, "password", "")
        for rule in rules(one_app):
            needed = declared(one_app, rule.endpoint)
            if needed is Permission.PUBLIC:
                continue
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open(address(rule), method=method)
                where = f"{method} {rule.rule} as half a {role}: {answer.status_code}"
                turned_away = answer.headers.get("Location", "").startswith("/staff/sign-in")
                # Signing in anew ends the session; without the form's token it does nothing but lead there.
                assert turned_away is (needed is not step or rule.endpoint == "staff.again"), where
        with one_app.app_context():
            person = accounts.person(municipalities.find(None).id, email)
            factor_store.prepare(person)
            secret = factor_store.pending(person)
            assert secret
            assert factor_store.confirm(person, one_time.code(secret, fixed_clock()))


@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_role_reaches_what_the_matrix_gives_and_nothing_else(one_app: Flask, role: str | None) -> None:
    client = one_app.test_client()
    if role:
        sign_in(client, one_app, role)
    given = ROLES[role] | EVERYBODYS if role else frozenset()
    taken = defaultdict[str, set[str]](set)
    for rule in rules(one_app):
        taken[address(rule)] |= rule.methods or set()
    for rule in rules(one_app):
        needed = declared(one_app, rule.endpoint)
        if needed is Permission.PUBLIC or rule.endpoint == "staff.sign_out":
            continue
        for method in METHODS:
            status = client.open(address(rule), method=method).status_code
            where = f"{method} {rule.rule} as {role}: {status}"
            if method not in taken[address(rule)]:
                assert status == 405, where
            elif method == "OPTIONS" or method not in (rule.methods or set()):  # another route's, which has its own turn
                continue
            elif role is None:
                assert status == 302, where
            elif needed in given:
                assert status not in {401, 403, 500}, where
            else:
                assert status == 403, where


def test_every_permission_is_used_by_a_route_and_held_by_a_role(app: Flask) -> None:
    asked = {declared(app, rule.endpoint) for rule in rules(app)}
    held = frozenset[Permission]().union(*ROLES.values())
    assert held <= asked
    assert asked - held <= {Permission.PUBLIC, *EVERYBODYS}


def test_every_status_carries_the_security_headers(app: Flask) -> None:
    app.config["TESTING"] = False
    client = app.test_client()
    for path in ("/", "/health", "/nothing", "/results/", "/assets/nothing.css"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},  # as a sandboxed frame sends it; without the other header nobody can say whose it is
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://["},
    ],
)
def test_no_route_takes_a_post_from_another_site(app: Flask, headers: dict[str, str]) -> None:
    client = app.test_client()
    for rule in rules(app):
        if "POST" in (rule.methods or ()):
            assert client.post(address(rule), headers=headers).status_code == 403, rule.rule


def test_a_page_of_ours_may_keep_its_origin_to_itself(app: Flask) -> None:
    """As a browser does under a strict referrer policy, when it says by the other header that the page is ours."""
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert app.test_client().post("/s/", data={"code": "x"}, headers=headers).status_code != 403


def test_a_name_that_is_not_ours_is_not_answered(app: Flask) -> None:
    assert app.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400


def test_over_https_cookies_and_browsers_stay_there(tmp_path: Path) -> None:
    environ = {"SURVEYAPP_DATA_DIR": str(tmp_path), "SURVEYAPP_BASE_URL": "https://survey.example.lv"}
    app = create_app(load(environ))
    answers = [
        app.test_client().get(path, base_url="http://survey.example.lv")  # as a proxy that speaks https for us asks
        for path in ("/staff/sign-in", "/s/?lang=en")
    ]
    app.extensions["engine"].dispose()
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-session", "lang"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")[1:])
        assert "Domain" not in cookie
    assert all("max-age=63072000" in answer.headers["Strict-Transport-Security"] for answer in answers)


@pytest.mark.postgres
@pytest.mark.parametrize("role", ["coordinator", "steward", "auditor"])
def test_a_number_that_no_database_holds_leads_to_no_page(app: Flask, role: str) -> None:
    client = app.test_client()
    sign_in(client, app, role)
    numbered = [rule for rule in rules(app) if any(isinstance(each, IntegerConverter) for each in rule._converters.values())]
    assert len(numbered) > 50
    for rule in numbered:
        for number in (2**31, 2**63, "9" * 5000):
            path = address(rule).replace("999999", str(number))
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                assert client.open(path, method=method).status_code in {404, 405}, f"{method} {path[:60]} as {role}"
