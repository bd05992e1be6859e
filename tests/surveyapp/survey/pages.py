"""Reading a respondent's page as a browser without JavaScript does: its fields, what is ticked, what it says."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

RECEIPT = re.compile(r"\b(?:[A-Z3-9]{4}-){3}[A-Z3-9]{4}\b")
Data = dict[str, list[str]]


@dataclass
class Page(HTMLParser):
    """One page: hidden fields, offered and ticked choices and what is typed by field name, and all its text."""

    html: str
    hidden: Data = field(default_factory=dict)
    offered: Data = field(default_factory=dict)
    ticked: Data = field(default_factory=dict)
    typed: Data = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    text: str = ""
    _writing: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "fieldset":
            self.groups.append(found.get("id") or "")
        elif found.get("type") == "hidden":
            self.hidden.setdefault(name, []).append(value)
        elif found.get("type") in {"radio", "checkbox"}:
            self.offered.setdefault(name, []).append(value)
            if "checked" in found:
                self.ticked.setdefault(name, []).append(value)
        elif tag == "textarea" or found.get("type") == "text":
            self.typed[name] = [value]
            self._writing = name if tag == "textarea" else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._writing:
            # A browser drops the first line end, which templates write so that the text itself may begin with one.
            self.typed[self._writing] = [self.typed[self._writing][0].removeprefix("\n")]
            self._writing = ""

    def handle_data(self, data: str) -> None:
        if self._writing:
            self.typed[self._writing][0] += data
        self.text += data

    @property
    def kept(self) -> Data:
        """What is ticked or typed."""
        return self.ticked | {name: values for name, values in self.typed.items() if values != [""]}

    @property
    def receipt(self) -> str | None:
        """The receipt that the page shows, if it is a thank-you page."""
        found = RECEIPT.search(self.text)
        return found[0] if found else None

    def filled(self, **answers: str | list[str]) -> Data:
        """What the browser would send: hidden fields, what is ticked and typed, and *answers* by item id instead."""
        given = {f"q-{item}": [chosen] if isinstance(chosen, str) else chosen for item, chosen in answers.items()}
        return {**self.hidden, **self.ticked, **self.typed, **given}


def read(response: TestResponse) -> Page:
    """The page in *response*."""
    return Page(response.get_data(as_text=True))


def opened(client: FlaskClient, code: str, lang: str = "en") -> Page:
    """The questionnaire that *code* opens."""
    response = client.post(f"/s/?lang={lang}", data={"code": code})
    assert response.status_code == 200
    return read(response)


def send(client: FlaskClient, data: Data, lang: str = "en") -> TestResponse:
    """Press the button that sends the answers."""
    return client.post(f"/s/answer?lang={lang}", data={**data, "send": ["1"]})


def switch(client: FlaskClient, data: Data, lang: str) -> TestResponse:
    """Press a language button in the middle of answering."""
    return client.post(f"/s/answer?lang={lang}", data={**data, "lang": [lang]})


def everything(page: Page) -> Data:
    """The form with the first choice of every group chosen (for the last choice see the tests of exclusive ones)."""
    return {**page.hidden, **{name: [choices[0]] for name, choices in page.offered.items()}}
