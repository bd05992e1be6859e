"""Words that attack whoever shows, stores, sends or calculates with them, and how an answer is searched for their success."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from werkzeug.test import TestResponse

MARK = "zq7zq"
"""Stands in every word, so that it is found again."""
WORDS = {
    "markup": f"<script>{MARK}()</script>\"'><img src=x onerror={MARK}()><svg onload={MARK}()>]]></w:t><b>",
    "template": f'{MARK}{{{{913*887}}}}${{913*887}}#{{913*887}}<%=913*887%>{{%25 raw %25}}#eval("913*887")#read("/etc/passwd")',
    "header": f"{MARK}\r\nX-Injected: {MARK}\r\n\r\n<script>{MARK}()</script>",
    "log": f'{MARK}\n{{"event": "{MARK}", "route": "forged"}}\x1b[31m',
    "sql": f"{MARK}' OR '1'='1'; DROP TABLE account; -- \\",
    "formula": f'=HYPERLINK("http://{MARK}.example","{MARK}")+cmd|\'/c calc\'!A0',
    "path": f"../../../../etc/passwd\x00{MARK}/..\\..\\x.pdf",
    "letters": f"{MARK}\u202egnp.exe\u2066\u200b\ufeff\x07a\u0301",
}
_WORKED_OUT = "809831"
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ACTIVE = (b"/JavaScript", b"/Launch", b"/OpenAction << /S /URI")


@dataclass
class Form:
    """One form of a page: where it is sent, and its fields by name with their kinds and what stands in them."""

    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Page(HTMLParser):
    """A page as a browser reads it: its forms, and whatever in it would run."""

    html: str
    here: str = ""
    forms: list[Form] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    _writing: str = ""
    _choice: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._look(tag, found)
        if tag == "form" and found.get("method", "").lower() == "post":
            self.forms.append(Form(found.get("action") or self.here))
        if not self.forms or (not found.get("name") and tag != "option"):
            return
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "textarea" or (tag == "input" and kind not in {"radio", "checkbox", "submit", "file"}):
            self.forms[-1].fields.append((name, tag if tag == "textarea" else kind, found.get("value", "")))
            self._writing = name if tag == "textarea" else ""
        elif tag == "input" and (kind == "submit" or "checked" in found):
            self.forms[-1].fields.append((name, kind, found.get("value", "on")))
        elif tag == "button":
            self.forms[-1].fields.append((name, "submit", found.get("value", "")))
        elif tag == "select":
            self._choice = name
        elif tag == "option" and self._choice and found.get("value"):
            self.forms[-1].fields.append((self._choice, "select", found["value"]))
            self._choice = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._writing = ""

    def _look(self, tag: str, found: dict[str, str]) -> None:
        if MARK in tag or (tag == "script" and "src" not in found) or tag in {"object", "embed", "base"}:
            self.runs.append(tag)
        if tag == "iframe" and ("srcdoc" in found or not found.get("src", "").startswith("/")):
            self.runs.append(tag)
        for name, value in found.items():
            scheme = value.strip().lower().startswith(("javascript:", "data:text", "vbscript:"))
            if name.startswith("on") or MARK in name or (name in {"href", "src", "action", "formaction"} and scheme):
                self.runs.append(f"{tag} {name}={value[:60]}")


def harm(answer: TestResponse) -> list[str]:
    """What of the corpus had an effect in *answer*, whatever kind of content it is."""
    content, kind = answer.data, (answer.content_type or "").partition(";")[0]
    found = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
    found += [f"header {name}" for name, value in answer.headers if "injected" in name.lower() or re.search(r"[\r\n]", value)]
    if _WORKED_OUT.encode() in content or b"root:x:0" in content:
        found.append("something was worked out or read")
    return found + _by_kind(kind, content)


def _by_kind(kind: str, content: bytes) -> list[str]:
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if kind.endswith("json"):
        json.loads(content)
    search = _SEARCHES.get(kind)
    return search(content) if search else []


def _table(content: bytes) -> list[str]:
    text = content.decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    return [cell[:40] for row in rows for cell in row if cell[:1] in set("=+-@\t\r") and MARK in cell]


def _svg(content: bytes) -> list[str]:
    odd = []
    for each in ET.fromstring(content).iter():  # noqa: S314 - our own drawing
        tag = str(each.tag).rpartition("}")[2]
        odd += [tag] if tag in {"script", "foreignObject", "img"} else []
        odd += [name for name in each.attrib if name.startswith("on")]
    return odd


def _office(content: bytes) -> list[str]:
    odd = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith((".xml", ".rels")):
                ET.fromstring(part)  # noqa: S314 - our own file
            if re.search(rb"<f[ >]|instrText|altChunk|ddeLink|externalBook", part) and MARK.encode() in part:
                odd.append(f"{name} calculates")
            if name.endswith(".rels") and MARK.encode() in part:
                odd.append(f"{name} leads away")
            if ".." in name or name.startswith("/"):
                odd.append(name)
    return odd


def shown_backwards(text: str) -> bool:
    """Say whether *text* holds a word of ours with the characters that change the direction of what follows."""
    return any(MARK in line and _DIRECTION.search(line) for line in text.splitlines())


_SEARCHES: Final[dict[str, Callable[[bytes], list[str]]]] = {
    "text/html": lambda content: Page(content.decode()).runs,
    "image/svg+xml": _svg,
    "text/csv": _table,
    "application/pdf": lambda content: [word.decode() for word in _ACTIVE if word in content],
    "text/calendar": lambda content: [line for line in content.decode().splitlines() if re.match(r"X-Injected|<script", line)],
}
