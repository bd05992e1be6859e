"""What is true of every text a user reads: it stands in Latvian and Russian, placeholders and plural forms kept."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

APP = Path(__file__).parents[2] / "surveyapp"
CATALOGUES = sorted(APP.glob("*/translations/*/LC_MESSAGES/messages.po"))
SAYING = {"_", "_l", "gettext", "ngettext", "lazy_gettext"}
FEATURES = sorted({path.parents[3].name for path in CATALOGUES})


def identify(path: Path) -> str:
    """Feature and language of a catalogue."""
    return f"{path.parents[3].name}-{path.parents[1].name}"


def placeholders(text: str) -> set[str]:
    """The named placeholders of a text."""
    return set(re.findall(r"%\((\w+)\)", text))


@pytest.mark.parametrize("path", CATALOGUES, ids=identify)
def test_every_text_is_translated(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue if entry.fuzzy or not entry.translated()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=identify)
def test_texts_have_one_dash(path: Path) -> None:
    assert [entry.msgid for entry in polib.pofile(str(path)) if "—" in entry.msgstr] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=identify)
def test_every_translation_keeps_its_placeholders(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        for text in texts:
            assert placeholders(text) <= wanted, entry.msgid
            assert entry.msgid_plural or placeholders(text) == wanted, entry.msgid


@pytest.mark.parametrize("path", CATALOGUES, ids=identify)
def test_plurals_have_three_forms(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert "nplurals=3" in catalogue.metadata["Plural-Forms"]
    assert [entry.msgid for entry in catalogue if entry.msgid_plural and len(entry.msgstr_plural) != 3] == []


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_the_same_text_reads_the_same_in_every_catalogue(language: str) -> None:
    """The app merges all catalogues into one, so of two translations one would show on the other's pages."""
    readings: dict[tuple[str | None, str, str], dict[str, list[str]]] = {}
    for path in (path for path in CATALOGUES if path.parents[1].name == language):
        for entry in polib.pofile(str(path)).translated_entries():
            forms = [entry.msgstr_plural[place] for place in sorted(entry.msgstr_plural)] or [entry.msgstr]
            readings.setdefault((entry.msgctxt, entry.msgid, entry.msgid_plural), {})[path.parents[3].name] = forms
    differing = {text: by_feature for text, by_feature in readings.items() if len(set(map(tuple, by_feature.values()))) > 1}
    assert differing == {}


@pytest.mark.parametrize("feature", FEATURES)
def test_the_catalogues_hold_every_text_of_the_code(feature: str, tmp_path: Path) -> None:
    target = tmp_path / "messages.pot"
    folders = [str(APP / feature), *([str(APP / "templates")] if feature == "core" else [])]
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        "extract",
        "-F",
        str(APP.parent / "babel.cfg"),
        "-k",
        "_l",
    ]
    subprocess.run([*command, "-o", str(target), *folders], check=True)
    wanted = {entry.msgid for entry in polib.pofile(str(target))}
    for language in ("lv", "ru"):
        catalogue = polib.pofile(str(APP / feature / "translations" / language / "LC_MESSAGES" / "messages.po"))
        assert {entry.msgid for entry in catalogue} == wanted, f"run: make translations FEATURES={feature}"


def said(source: str) -> Iterator[str]:
    """The texts that a module hands to gettext, wherever they stand."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
            text = call.args[0]
            if call.func.id in SAYING and isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


@pytest.mark.parametrize("feature", FEATURES)
def test_no_text_is_said_where_its_extraction_does_not_see_it(feature: str) -> None:
    """Babel reads no calls between the braces of an f-string: such a text stayed English, also among open data."""
    known = {entry.msgid for entry in polib.pofile(str(APP / feature / "translations/lv/LC_MESSAGES/messages.po"))}
    texts = {(path.name, text) for path in sorted((APP / feature).rglob("*.py")) for text in said(path.read_text("utf-8"))}
    assert [each for each in sorted(texts) if each[1] not in known] == []
