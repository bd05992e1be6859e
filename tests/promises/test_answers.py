"""What is true of every answer of the app, whatever is asked, by whom and how: its headers, and what it does not tell."""

import html
import re
from collections.abc import Iterator
from http import HTTPMethod
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.app import create_app
from surveyapp.core.access import Permission, declared, requires
from surveyapp.settings import load
from tests.promises.test_routes import address, rules
from tests.surveyapp.signing_in import csrf_token, sign_in

METHODS = [method for method in HTTPMethod if method not in {HTTPMethod.CONNECT, HTTPMethod.TRACE}]
POLICY = {
    *("default-src 'none'", "style-src 'self'", "script-src 'self'", "form-action 'self'", "base-uri 'none'"),
    "frame-ancestors 'none'",
}
NAMED = {policy.partition(" ")[0] for policy in POLICY} | {"img-src", "connect-src", "worker-src"}
UNUSED = {
    *("accelerometer", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
    *("magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
INTERNAL = re.compile(r"Traceback|sqlalchemy|werkzeug|\.py\b|site-packages|SELECT |, line [0-9]|secret-detail", re.IGNORECASE)


def check_headers(answer: TestResponse, where: str) -> None:
    """Fail unless *answer* carries what every answer carries."""
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy, where
    assert "unsafe-eval" not in policy, where
    assert not re.search(r"\*|https?:", policy), where
    missing = POLICY - set(policy.split("; "))
    assert not missing, f"{where}: {missing}"
    assert {part.partition(" ")[0] for part in policy.split("; ")} >= NAMED, where
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, where
    assert set(answer.headers["Permissions-Policy"].split(", ")) >= {f"{name}=()" for name in UNUSED}, where
    assert answer.headers["Cross-Origin-Resource-Policy"] in {"same-origin", "cross-origin"}, where
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains", where
    assert answer.headers["Cache-Control"], where
    assert not {"Server", "X-Powered-By"} & set(answer.headers.keys()), where


@pytest.fixture
def over_https(one_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app as it runs behind a proxy that speaks https for it."""
    environ = {"SURVEYAPP_DATA_DIR": str(tmp_path), "SURVEYAPP_DATABASE_URL": one_url}
    app = create_app(load({**environ, "SURVEYAPP_BASE_URL": "https://survey.example.lv", "SURVEYAPP_PROXIES": "1"}))
    yield app
    app.extensions["engine"].dispose()


def browser_of(app: Flask, role: str | None) -> FlaskClient:
    """A browser of somebody with that role."""
    client = app.test_client()
    client.environ_base |= {"wsgi.url_scheme": "https", "HTTP_HOST": "survey.example.lv", "HTTP_X_FORWARDED_PROTO": "https"}
    if role:
        sign_in(client, app, role)
    return client


@pytest.mark.parametrize("role", [None, "coordinator", "steward", "organiser"])
def test_every_answer_to_every_method_carries_every_security_header(over_https: Flask, role: str | None) -> None:
    client = browser_of(over_https, role)
    seen: set[int] = set()
    for rule in [*rules(over_https), None]:
        path = address(rule) if rule else "/nothing"
        for method in METHODS if role is None else ("GET", "POST"):
            if rule and rule.endpoint == "staff.sign_out":
                continue
            answer = client.open(path, method=method)
            check_headers(answer, f"{method} {path} as {role}: {answer.status_code}")
            seen.add(answer.status_code)
    assert {200, 302, 404, 405} <= seen if role is None else {200, 404} <= seen, seen


def test_a_fault_on_any_page_tells_nothing_of_the_inside(one_app: Flask) -> None:
    def broken(**_: object) -> str:
        raise LookupError("secret-detail")

    one_app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    client = one_app.test_client()
    for rule in rules(one_app):
        one_app.view_functions[rule.endpoint] = requires(Permission.PUBLIC)(broken)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(address(rule), method=method)
            assert answer.status_code == 500, rule.rule
            assert not INTERNAL.search(answer.get_data(as_text=True)), rule.rule


def test_no_page_that_refuses_tells_anything_of_the_inside(app: Flask) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    for role in (None, "coordinator"):
        client = app.test_client()
        if role:
            sign_in(client, app, role)
        for rule in rules(app):
            for method in ("GET", "POST", "PUT"):
                answer = client.open(address(rule), method=method, data={"x": "\x00'\"<{{7*7}}"})
                if answer.status_code >= 400:
                    assert not INTERNAL.search(answer.get_data(as_text=True)), f"{method} {rule.rule}: {answer.status_code}"


@pytest.mark.parametrize("headers", [{}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}])
def test_behind_https_a_form_is_taken_also_if_the_browser_tells_no_referrer(over_https: Flask, headers: dict[str, str]) -> None:
    client = browser_of(over_https, "coordinator")
    page = client.get("/staff/account")
    form = {"csrf_token": csrf_token(page), "reminders": "y", "language": "ru"}
    assert client.post("/staff/account/letters", data=form, headers=headers).status_code == 302
    assert client.post("/staff/account/letters", data={**form, "csrf_token": "x"}, headers=headers).status_code == 422


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_route_takes_any_other_change_from_another_site(one_app: Flask, method: str) -> None:
    client = one_app.test_client()
    for rule in rules(one_app):
        status = client.open(address(rule), method=method, headers={"Origin": "https://evil.example"}).status_code
        assert status in {403, 405}, f"{method} {rule.rule}: {status}"


AWAY = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("away", AWAY)
def test_no_route_leads_to_another_site_whatever_its_address_asks(one_app: Flask, away: str) -> None:
    names = ("next", "url", "return", "back", "to", "redirect", "lang")
    for role in (None, "coordinator"):
        client = one_app.test_client()
        if role:
            sign_in(client, one_app, role, email=f"{role}@example.org")
        for rule in rules(one_app):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open(address(rule), method=method, query_string=dict.fromkeys(names, away))
                target = answer.headers.get("Location", "/")
                assert target.startswith("/"), f"{method} {rule.rule}: {target}"
                assert not target.startswith(("//", "/\\")), f"{method} {rule.rule}: {target}"


def test_no_route_answers_to_a_name_that_is_not_ours(one_app: Flask) -> None:
    client = one_app.test_client()
    for rule in rules(one_app):
        for name in ("evil.example", "localhost.evil.example", "evil.example:8000"):
            answer = client.get(address(rule), headers={"Host": name})
            assert answer.status_code == 400, rule.rule
            assert name not in answer.get_data(as_text=True)
            assert not answer.headers.getlist("Set-Cookie"), rule.rule


def test_links_to_other_languages_keep_no_secret_and_on_pages_for_everybody_next_to_nothing(one_app: Flask) -> None:
    planted = {"code": "SECRET", "receipt": "SECRET", "token": "SECRET", "key": "SECRET", "page": "1", "past": "2026-01-05/1"}
    for role in (None, "coordinator"):
        client = browser_of(one_app, role)
        for rule in rules(one_app):
            page = client.get(address(rule), query_string=planted)
            links = [html.unescape(link) for link in re.findall(r'href="(\?lang=[^"]*)"', page.data.decode(errors="replace"))]
            assert not any("SECRET" in link for link in links), rule.rule
            everybodys = declared(one_app, rule.endpoint) is Permission.PUBLIC
            allowed = (
                {""} if rule.rule.startswith("/s/") else {"", "&page=1"} if everybodys else {"&page=1&past=2026-01-05%2F1"}
            )
            if page.status_code == 200:
                assert {link[len("?lang=xx") :] for link in links} <= allowed, rule.rule
