"""Coordinator, steward and auditor at their pages, as browsers without JavaScript use them."""

import base64
import csv
import io
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.core import municipalities
from surveyapp.survey import questionnaire_store, store, wave_store
from surveyapp.survey.wave_store import WaveFacts
from tests.surveyapp.signing_in import csrf_token, sign_in
from tests.surveyapp.survey import small

PASSPHRASE: Final = "zirgs baterija skava ābols"  # noqa: S105 - it guards invented answers
DAYS: Final = {"opens": "2026-11-20", "closes": "2026-11-30"}
_NUMBERS = itertools.count()
Fields = Mapping[str, object]


@dataclass
class Desk:
    """The people who look after waves, each with a browser; pages in English."""

    app: Flask
    people: dict[str, FlaskClient] = field(default_factory=dict)
    pem: str = ""

    def __post_init__(self) -> None:
        with self.app.app_context():
            small.publish()

    def browser(self, role: str) -> FlaskClient:
        """The browser of somebody with *role*, signed in."""
        if role not in self.people:
            client = self.app.test_client()
            sign_in(client, self.app, role, email=f"{role}{next(_NUMBERS)}@example.org")
            client.get("/privacy?lang=en")
            self.people[role] = client
        return self.people[role]

    def get(self, role: str, path: str, status: int = 200) -> str:
        """Open a page and return its text without tags."""
        answer = self.browser(role).get(path)
        assert answer.status_code == status, (path, answer.status_code, words(answer))
        return words(answer)

    def send(self, role: str, path: str, fields: Fields | None = None, status: int = 302) -> TestResponse:
        """Open the form at *path* and send it with *fields*, as a multipart form as browsers do."""
        client = self.browser(role)
        page = client.get(path)
        assert page.status_code == 200, (path, page.status_code, words(page))
        hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.get_data(as_text=True)))
        hidden |= dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', page.get_data(as_text=True)))
        data = {**hidden, "csrf_token": csrf_token(page), **(fields or {})}
        answer = client.post(path, data=data, content_type="multipart/form-data")
        assert answer.status_code == status, (path, answer.status_code, words(answer))
        return answer

    def wave(self, name: str = "autumn") -> WaveFacts:
        """The wave as it stands now."""
        with self.app.app_context():
            return wave_store.find(municipalities.find("cesis").id, name)

    def path(self, deed: str = "", name: str = "autumn") -> str:
        """The address of the wave's page, or of a deed on it."""
        return f"/waves/{self.wave(name).id}" + (f"/{deed}" if deed else "")

    def draft(self, **more: object) -> None:
        """The coordinator drafts the wave ``autumn``."""
        typed = {"name": "autumn", **DAYS, "mode": "code", "people_1": "20", "people_3": "20", **more}
        self.send("coordinator", "/waves/new?questionnaire=small/1", typed)

    def make_key(self, name: str = "autumn") -> str:
        """The steward makes the key; returns the page that holds it."""
        typed: Fields = {"passphrase": PASSPHRASE, "again": PASSPHRASE, "sure": "y"}
        page = self.send("steward", self.path("key", name), typed, status=200).get_data(as_text=True)
        found = re.search(r"data:application/x-pem-file;base64,([^\"]+)", page)
        assert found
        self.pem = base64.b64decode(found[1]).decode()
        return page

    def key(self, **more: object) -> Fields:
        """The key as the steward hands it in as a file."""
        return {"key_file": (io.BytesIO(self.pem.encode()), "key.pem"), "passphrase": PASSPHRASE, **more}

    def codes(self, name: str = "autumn", **more: object) -> list[dict[str, str]]:
        """The coordinator makes codes; returns the rows of the file."""
        typed: Fields = {"count": "12", "on": "csv", "language": "lv", "understood": "y", **more}
        answer = self.send("coordinator", self.path("codes", name), typed, status=200)
        assert answer.mimetype == "text/csv", words(answer)
        return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))

    def ready(self, **draft: object) -> list[dict[str, str]]:
        """Everything up to the codes, which are returned."""
        self.draft(**draft)
        self.make_key()
        self.send("steward", self.path("trial"), self.key())
        return self.codes()

    def answer(self, rows: list[dict[str, str]], texts: dict[str, str] | None = None) -> None:
        """Somebody answers with each of the codes' links."""
        with self.app.app_context():
            for number, row in enumerate(rows):
                done = store.submit(row["link"], store.new_receipt(), small.sheet(number), texts or {})
                assert isinstance(done, store.Submitted), done

    def closed(self, texts: dict[str, str] | None = None, **draft: object) -> None:
        """A wave with twelve answers, closed."""
        self.answer(self.ready(**draft), texts)
        self.send("coordinator", self.path("close"), {"sure": "y"})

    def opened(self, texts: dict[str, str] | None = None, **draft: object) -> None:
        """A wave with twelve answers, opened."""
        self.closed(texts, **draft)
        self.send("steward", self.path("open"), self.key(sure="y"))


def words(answer: TestResponse) -> str:
    """The text of a page without tags, one space between words."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def publish_without_texts(app: Flask) -> None:
    """Publish a questionnaire ``plain/1`` that asks nothing in people's own words."""
    text = small.YAML.replace("id: small", "id: plain").partition("      - id: short_word")[0]
    with app.app_context():
        questionnaire_store.publish(municipalities.find("cesis").id, text, "plain.yaml", "test")
