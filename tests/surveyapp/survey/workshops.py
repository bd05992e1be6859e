"""A coordinator in the questionnaire workshop: what is sent to its pages, and what they show."""

import io
import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.core import municipalities
from surveyapp.survey import questionnaire_store
from surveyapp.survey.drafting import draft_store
from surveyapp.survey.drafting.draft_store import Draft
from tests.surveyapp.signing_in import csrf_token, sign_in

SECOND = (Path(__file__).parents[2] / "questionnaires" / "examples" / "questionnaire.yaml").read_text(encoding="utf-8")
DECISION = '        wording: {same_as: duty_old, decided_by: "Darba grupa", decided_on: 2026-08-20, reason: "Skaidrāk"}\n'
THIRD = SECOND.replace("version: 2", "version: 3").replace(DECISION, "")
"""The next version, with not a word changed."""
DUTY = '{lv: "Ziņot nav mans darbs", en: "Reporting is not my job", ru: "Сообщать – не моя работа"}'
OTHER_DUTY = '{lv: "Ziņot nav mans pienākums", en: "Reporting is not my duty", ru: "Сообщать – не моя обязанность"}'
REWORDED = THIRD.replace(DUTY, OTHER_DUTY)
REASONS = {"reason_lv": "Skaidrāk.", "reason_en": "Clearer.", "reason_ru": "Понятнее."}


class Coordinator:
    """A signed-in coordinator, reading in English, with the second version published."""

    def __init__(self, app: Flask, published: str = SECOND) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.email = sign_in(self.client, app, "coordinator")
        self.client.get("/?lang=en")
        with app.app_context():
            self.place = municipalities.find("cesis").id
            if published:
                questionnaire_store.publish(self.place, published, "helpers.yaml", "test")

    def shown(self, address: str) -> str:
        """A page as text without its marks."""
        return plain(self.client.get(address))

    def upload(self, text: str, how: str = "") -> TestResponse:
        """Paste a text as a new draft."""
        return self._send("/questionnaires/", {"text": text, "how": how})

    def upload_file(self, content: bytes, name: str) -> TestResponse:
        """Send a file as a new draft."""
        return self._send("/questionnaires/", {"file": (io.BytesIO(content), name), "text": ""})

    def drafted(self, text: str) -> str:
        """The address of a new draft with that text."""
        sent = self.upload(text)
        assert sent.status_code == 302, plain(sent)
        return str(sent.location)

    def post(self, draft: str, deed: str, **fields: object) -> TestResponse:
        """Send a form of a draft's page, with the text that the page showed."""
        mark = self.draft().mark if "seen" not in fields else fields.pop("seen")
        return self._send(f"{draft}/{deed}", {"seen": mark, **fields}, page=draft)

    def decide(self, draft: str, item: str, verdict: str, earlier: str, **more: str) -> TestResponse:
        """Decide about an item as its form does."""
        fields = {"verdict": verdict, "earlier": earlier, "decided_by": "cooperation group", "decided_on": "2026-11-20"}
        sent = {f"{item}-{name}": value for name, value in {**fields, **REASONS, "seen": self.draft().mark, **more}.items()}
        page = self.client.get(draft).get_data(as_text=True)
        token = re.search(rf'name="{item}-csrf_token"[^>]*value="([^"]+)"', page)
        assert token, "the page offers no decision"
        assert f'/decide/{item}#item-{item}"' in page, "what is wrong with a decision is shown where it is made"
        return self.client.post(f"{draft}/decide/{item}", data={**sent, f"{item}-csrf_token": token[1]})

    def start_next(self, published: str) -> str:
        """Start the next version of a published one; returns the draft's address."""
        sent = self._send(f"{published}/next", {}, page=published)
        assert sent.status_code == 302, plain(sent)
        return str(sent.location)

    def draft(self) -> Draft:
        """The only draft as it is stored."""
        with self.app.app_context():
            (found,) = draft_store.drafts(self.place)
            return found

    def published(self) -> list[str]:
        """The published versions."""
        with self.app.app_context():
            return [one.reference for one in questionnaire_store.versions(self.place)]

    def _send(self, address: str, fields: dict[str, object], page: str = "/questionnaires/") -> TestResponse:
        token = csrf_token(self.client.get(page))
        return self.client.post(address, data={"csrf_token": token, **fields}, content_type="multipart/form-data")


def plain(response: TestResponse) -> str:
    """What a page says, without its marks, in single spaces."""
    page = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", response.get_data(as_text=True), flags=re.DOTALL)
    for mark, letter in (("&#34;", '"'), ("&#39;", "'"), ("&gt;", ">"), ("&lt;", "<"), ("&amp;", "&")):
        page = page.replace(mark, letter)
    return " ".join(page.split())
