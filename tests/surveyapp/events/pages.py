"""A browser without JavaScript on the pages of events."""

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from analysis.head_counts import EventRecord
from surveyapp.core import municipalities
from surveyapp.events.records import event_records
from tests.surveyapp.signing_in import sign_in


def text(response: TestResponse) -> str:
    """The page's text, characters as people see them."""
    return unescape(response.get_data(as_text=True))


def field(page: TestResponse, name: str) -> str:
    """The value of the field *name* in a page."""
    tag = re.search(rf'<(?:input|button)[^>]*name="{name}"[^>]*>', page.get_data(as_text=True))
    assert tag, f"no field {name}"
    value = re.search(r'value="([^"]*)"', tag[0])
    return unescape(value[1]) if value else ""


def held(page: TestResponse) -> dict[str, str]:
    """What the form of a page holds and would send."""
    form = page.get_data(as_text=True).partition('<form method="post"')[2].partition("</main>")[0]
    tags = re.findall(r'<input(?![^>]*type="(?:checkbox|file)")[^>]*name="([\w-]+)"[^>]*>', form)
    written = re.findall(r'<textarea[^>]*name="([\w-]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL)
    chosen = re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL)
    values = {name: field(page, name) for name in tags}
    values.update({name: unescape(typed.strip()) for name, typed in written})
    for name, options in chosen:
        value = re.search(r'<option selected value="([^"]*)"', options)
        values[name] = value[1] if value else ""
    return values


def fill(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Open the form at *path*, type and send it."""
    return client.post(path, data={**held(client.get(path)), **typed})


def again(client: FlaskClient, path: str, page: TestResponse, **typed: str) -> TestResponse:
    """Send the form that came back in *page* once more."""
    return client.post(path, data={**held(page), **typed})


def browser(app: Flask, role: str, institution: str | None = None, municipality: str = "cesis") -> FlaskClient:
    """A signed-in browser in English."""
    client = app.test_client()
    email = f"{role}.{institution or 'any'}.{municipality}.browser@example.org".replace("_", "-")
    sign_in(client, app, role, institution, email=email, municipality=municipality)
    client.get("/?lang=en")
    return client


def records(app: Flask) -> tuple[EventRecord, ...]:
    """Every event that counts."""
    with app.app_context():
        return event_records(municipalities.find("cesis").id)
