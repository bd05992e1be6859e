"""Signing a browser in without its pages: a session made in the database, as it is after both factors were shown."""

from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page

from surveyapp.app import create_app
from surveyapp.core import municipalities
from surveyapp.settings import load
from surveyapp.staff import session_store, store
from tests.browser.conftest import environment


def enter(page: Page, where: Flask | Path, email: str, first: str = "/staff/sign-in") -> None:
    """Sign *page*'s browser in as somebody on an app or a data folder, and open the page on which they begin."""
    app = where if isinstance(where, Flask) else create_app(load(environment(where, 8000)))
    with app.app_context():
        person = store.person(municipalities.find(None).id, email)
        token = session_store.begin(person.account_id, "password", "Chrome, Linux", proved=True)
    if where is not app:
        app.extensions["engine"].dispose()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    page.context.add_cookies([{"name": "session", "value": signer.dumps({"token": token}), "domain": "127.0.0.1", "path": "/"}])
    page.goto(first)
