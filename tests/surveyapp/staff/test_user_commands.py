"""The command `surveyapp user`: accounts for real people, each with a link for one use."""

import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from questionnaires.library import find_plan
from surveyapp import cli
from surveyapp.core import municipalities
from surveyapp.plans import store as plan_store
from tests.surveyapp.signing_in import csrf_token, sign_in


def user(app: Flask, *words: str) -> Result:
    """Run ``surveyapp user``."""
    return CliRunner().invoke(cli.commands, ["user", *words], obj=lambda: app)


def test_a_new_account_gets_a_link_that_signs_in(app: Flask) -> None:
    done = user(app, "add", "Anna@example.org", "--role", "group")
    assert done.exit_code == 0
    path = done.stdout.strip().removeprefix("http://127.0.0.1:8000")
    client = app.test_client()
    assert client.post(path, data={"csrf_token": csrf_token(client.get(path))}).status_code == 302
    assert "anna@example.org" in client.get("/staff/account").get_data(as_text=True)


def test_a_new_link_ends_the_one_before(app: Flask) -> None:
    first = user(app, "add", "anna@example.org", "--role", "group").stdout.strip()
    second = user(app, "link", "anna@example.org").stdout.strip()
    client = app.test_client()
    assert client.get(first.removeprefix("http://127.0.0.1:8000")).status_code == 410
    assert client.get(second.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_disabled_account_is_out_at_once_and_stays_out(app: Flask) -> None:
    client = app.test_client()
    email = sign_in(client, app, "group")
    assert user(app, "disable", email).exit_code == 0
    assert client.get("/staff/account").status_code == 302
    assert user(app, "link", email).exit_code == 1
    assert "no account that could be disabled" in str(user(app, "disable", email).exception)
    assert "user enable" in str(user(app, "link", email).exception)


def test_a_disabled_account_is_let_in_again_by_a_link(app: Flask) -> None:
    client = app.test_client()
    email = sign_in(client, app, "group")
    assert "no account that is disabled" in str(user(app, "enable", email).exception)
    user(app, "disable", email)
    assert f"{email}  group, disabled, no second factor" in user(app, "list").stdout
    path = user(app, "enable", email).stdout.strip().removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    told = json.loads(user(app, "list", "--format", "json").stdout)
    assert {"email": email, "role": "group", "institution": None, "disabled": False, "second": False} in told


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("add", "anna@example.org", "--role", "organiser"), "add --institution"),
        (("add", "anna", "--role", "group"), "not an e-mail address"),
        (("add", "taken@example.org", "--role", "group"), "surveyapp user link taken@example.org"),
        (("add", "anna@example.org", "--role", "organiser", "--institution", "socal"), "social_service"),
        (("add", "anna@example.org", "--role", "group", "--municipality", "riga"), "known: cesis"),
        (("link", "nobody@example.org"), "surveyapp user add"),
    ],
)
def test_what_cannot_be_done_is_refused_with_advice(app: Flask, words: tuple[str, ...], advice: str) -> None:
    with app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    user(app, "add", "taken@example.org", "--role", "group")
    refused = user(app, *words)
    assert refused.exit_code == 1
    assert advice in str(refused.exception)


def test_a_role_that_does_not_exist_is_answered_with_those_that_do(app: Flask) -> None:
    refused = user(app, "add", "anna@example.org", "--role", "boss")
    assert refused.exit_code == 2
    assert "coordinator" in refused.output
