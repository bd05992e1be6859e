"""Pages that belong to no door: languages, errors, health, assets."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core.access import Permission, requires
from tests.surveyapp.signing_in import sign_in


def test_latvian_comes_first(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert '<html lang="lv">' in page
    assert "Trīs durvis" in page


def test_a_language_is_remembered(client: FlaskClient) -> None:
    assert '<html lang="ru">' in client.get("/?lang=ru").get_data(as_text=True)
    assert '<html lang="ru">' in client.get("/privacy").get_data(as_text=True)


@pytest.mark.parametrize("asked", ["de", "", "<script>", "lv'"])
def test_a_language_that_is_not_offered_is_answered_in_latvian(client: FlaskClient, asked: str) -> None:
    page = client.get("/", query_string={"lang": asked}).get_data(as_text=True)
    assert '<html lang="lv">' in page
    assert "<script>" not in page


@pytest.mark.parametrize("path", ["/?q=%00", "/staff/link/%00", "/events/all?row=%00"])
def test_an_address_with_what_no_database_holds_is_refused_in_words(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert "neizdevās nolasīt" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/s/", "/s/answer", "/staff/sign-in"])
def test_a_form_that_is_too_large_is_refused_in_words(app: Flask, path: str) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    answer = app.test_client().post(path, data={"code": "A" * 300_000})
    assert answer.status_code == 413
    assert "pārāk liels" in answer.get_data(as_text=True)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/privacy", "/accessibility", "/s/", "/staff/sign-in", "/nothing"])
def test_every_page_says_where_to_report_a_child_in_danger(client: FlaskClient, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    assert "tel:110" in page
    assert "tel:116111" in page


def test_the_doors_lead_the_cooperation_group_to_pages_that_it_may_open(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    doors = re.findall(r'role="button" href="([^"]+)"', client.get("/").get_data(as_text=True))
    assert [client.get(door).status_code for door in doors] == [200, 200, 200]


def test_health_answers(client: FlaskClient) -> None:
    assert client.get("/health").get_json() == {"status": "ok"}


def test_the_style_sheet_is_one_packed_and_kept_for_good(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert len(sheets) == 1
    answer = client.get(sheets[0], headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) < 20_000


def test_a_fault_in_code_without_a_file_is_told_as_well(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    made_at_run_time: dict[str, Callable[[], str]] = {}
    exec(compile("def broken(): raise ValueError('typed')", "<made>", "exec"), made_at_run_time)  # noqa: S102 - our own text
    app.add_url_rule("/broken", "broken", requires(Permission.PUBLIC)(made_at_run_time["broken"]))
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    answer = app.test_client().get("/broken?lang=en")
    assert "Something went wrong on our side" in answer.get_data(as_text=True)
    assert json.loads(capsys.readouterr().err)["at"][-1] == "<made>:1"


def test_a_fault_is_answered_in_words_also_if_the_log_takes_no_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise ValueError("typed")

    app.add_url_rule("/broken", "broken", requires(Permission.PUBLIC)(broken))
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    client = app.test_client()
    with (
        suppress(OSError),
        Path("/dev/full").open("w", encoding="utf-8", buffering=1) as full,
        monkeypatch.context() as patched,
    ):
        patched.setattr("sys.stderr", full)
        answer = client.get("/broken?lang=en")
    assert "Something went wrong on our side" in answer.get_data(as_text=True)


def test_a_fault_tells_the_visitor_little_and_the_log_no_value(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    @requires(Permission.PUBLIC)
    def broken() -> str:
        raise ValueError("what somebody typed")

    app.add_url_rule("/broken", "broken", broken)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    answer = app.test_client().get("/broken?lang=en", environ_base={"REMOTE_ADDR": "192.0.2.9"})
    page, logged = answer.get_data(as_text=True), capsys.readouterr().err
    assert answer.status_code == 500
    assert "typed" not in page + logged
    assert "192.0.2.9" not in logged
    assert json.loads(logged)["kind"] == "ValueError"


def test_a_refused_page_is_a_line_with_its_role_and_a_stranger_leaves_none(
    app: Flask, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    app.test_client().get("/staff/audit", environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert capsys.readouterr().err == ""
    sign_in(client, app, "organiser")
    assert client.get("/staff/audit?q=typed", environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 403
    assert json.loads(capsys.readouterr().err) == {"event": "refused", "route": "staff.audit", "kind": "organiser"}
