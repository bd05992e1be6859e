"""The questionnaire on paper, read back as people and telephones read it."""

import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from flask import Flask

from questionnaires.grammar import parse_questionnaire
from questionnaires.library import ROOT, find_questionnaire
from questionnaires.survey_types import Item, Questionnaire
from questionnaires.texts import LANGUAGES, Language
from surveyapp.core.command import RefusedError
from surveyapp.survey import codes
from surveyapp.survey.rules import Mode, State
from surveyapp.survey.sheets import paper
from surveyapp.survey.wave_store import NewCode, WaveFacts
from tests.surveyapp.survey import small

BASE = "https://aptauja.example.org"
SMALL, RULED = (parse_questionnaire(text, "small.yaml") for text in (small.YAML, small.RULED))
SHIPPED = sorted(f"{file.parent.name}/{file.stem}" for file in (ROOT / "surveys").glob("*/*.yaml"))


def wave(asked: Questionnaire, mode: Mode = "code", *, free_text: bool = False) -> WaveFacts:
    """A wave that asks *asked*."""
    return WaveFacts(
        id=1,
        municipality_id=1,
        name="autumn",
        reference=f"{asked.id}/{asked.version}",
        questionnaire=asked,
        opens=date(2026, 11, 20),
        closes=date(2026, 11, 30),
        mode=mode,
        state=State.OPEN,
        public_key=None,
        boxes_set_aside=0,
        free_text=free_text,
        supplements=None,
    )


def some_codes(number: int) -> list[NewCode]:
    """Codes as they leave the house."""
    return [NewCode(codes.new_typed(), codes.new_link(), None) for _ in range(number)]


def read(pdf: bytes) -> str:
    """All text of a PDF, without any space: lines break where the column ends."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", done.stdout.decode())


def facts_of(pdf: bytes, program: str = "pdfinfo") -> str:
    """What a PDF says about itself (pdfinfo) or its fonts (pdffonts)."""
    return subprocess.run([program, "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def picture(pdf: bytes, page: int, folder: Path) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """One page as a telephone sees it, in grey."""
    one = ["-f", str(page), "-l", str(page)]
    command = ["pdftoppm", "-gray", "-r", "120", *one, "-singlefile", "-", str(folder / "page")]
    subprocess.run(command, input=pdf, check=True)
    _kind, size, _depth, pixels = (folder / "page.pgm").read_bytes().split(b"\n", 3)
    width, height = (int(part) for part in size.split())
    return np.frombuffer(pixels, np.uint8).reshape(height, width)


def texts(item: Item, language: Language) -> Iterator[str]:
    """Every text of an item that somebody who answers must read."""
    yield item.label.get(language)
    if item.hint:
        yield item.hint.get(language)
    if item.kind != "number":
        for choice in item.choices:
            yield choice.label.get(language)


def missing(asked: Questionnaire, language: Language, text: str) -> list[str]:
    """The texts of the questionnaire that *text* does not hold."""
    wanted = [asked.title.get(language), asked.intro.get(language)]
    wanted += [section.title.get(language) for section in asked.sections]
    wanted += [part for item in asked.items for part in texts(item, language)]
    return [one for one in wanted if re.sub(r"\s", "", one) not in text]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reference", SHIPPED)
def test_a_shipped_questionnaire_stands_on_paper_with_every_word(one_app: Flask, reference: str, language: Language) -> None:
    asked = parse_questionnaire(find_questionnaire(reference).read_text(encoding="utf-8"), reference)
    with one_app.app_context():
        pdf = paper.blank(asked, language)
    assert missing(asked, language, read(pdf)) == []
    assert "Tagged:          yes" in facts_of(pdf)
    fonts = [line.split() for line in facts_of(pdf, "pdffonts").splitlines()[2:]]
    assert all(font[-5] == "yes" for font in fonts), "every font travels inside the file"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_square_on_each_copy_opens_its_code_and_every_page_names_it(
    one_app: Flask, language: Language, tmp_path: Path
) -> None:
    asked = parse_questionnaire(find_questionnaire("specialists/2").read_text(encoding="utf-8"), "specialists/2")
    made = some_codes(2)
    with one_app.app_context():
        pdf = paper.as_pdf(made, BASE, wave(asked), language)
    pages = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    written = pages.split("\f")[:-1]
    fronts = [place for place, page in enumerate(written) if asked.title.get(language).split()[0] in page.split("\n")[0]]
    assert len(fronts) == 2
    assert all(place % 2 == 0 for place in fronts), "a copy begins on a front side"
    for code, front in zip(made, fronts, strict=True):
        seen = zxingcpp.read_barcodes(picture(pdf, front + 1, tmp_path))
        assert [one.text for one in seen] == [f"{BASE}/s/#{code.link}"]
        assert codes.shown(code.typed) in written[front]
        assert codes.shown(code.typed) in written[front + 1]
    assert missing(asked, language, re.sub(r"\s", "", pages)) == []


def test_the_empty_back_side_between_two_copies_carries_nothing(one_app: Flask) -> None:
    asked = parse_questionnaire(find_questionnaire("specialists/2").read_text(encoding="utf-8"), "specialists/2")
    with one_app.app_context():
        pdf = paper.as_pdf(some_codes(2), BASE, wave(asked), "en")
    whole = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    numbered = [re.search(r"Page (\d+) / (\d+)", page) for page in whole.split("\f")[:-1]]
    told = [(int(found[1]), int(found[2])) if found else None for found in numbered]
    last = max(found[0] for found in told if found)
    copy = [(page, last) for page in range(1, last + 1)]
    assert told == [*copy, *([None] if last % 2 else []), *copy]


def test_each_kind_of_item_says_how_it_is_filled_in(one_app: Flask) -> None:
    with one_app.app_context():
        text = read(paper.as_pdf(some_codes(1), BASE, wave(RULED, free_text=True), "en"))
    assert missing(RULED, "en", text) == []
    for words in (
        "Answer only if the number that you gave in question 2 is one of these: 5–14 years, 15–60 years.",
        "years (0–60)",
        "You can tick several answers.",
        "without it the sheet cannot be counted",
        "No names and nothing by which a child or a colleague could be recognised.",
        "1Signs2Talking3Online4None",
    ):
        assert re.sub(r"\s", "", words) in text, words


def test_own_words_are_asked_on_paper_only_where_the_wave_asks_them(one_app: Flask) -> None:
    with one_app.app_context():
        text = read(paper.as_pdf(some_codes(1), BASE, wave(SMALL), "en"))
    assert missing(SMALL, "en", text) == ["In one word?", "Anything to add?"]


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("code", "The same code on paper and online counts once: what was received first."),
        ("group", "It says which group a sheet is from, and nothing else."),
    ],
)
def test_a_sheet_says_what_its_code_means(one_app: Flask, mode: Mode, words: str) -> None:
    with one_app.app_context():
        text = read(paper.as_pdf(some_codes(1), BASE, wave(SMALL, mode), "en"))
    assert re.sub(r"\s", "", words) in text
    for always in ("Last day for answering: 30 November 2026", "aptauja.example.org/s/", "110", "116111", "envelope"):
        assert re.sub(r"\s", "", always) in text


def test_a_copy_to_read_has_no_code_and_says_that_it_does_not_count(one_app: Flask, tmp_path: Path) -> None:
    with one_app.app_context():
        pdf = paper.blank(SMALL, "en")
    assert zxingcpp.read_barcodes(picture(pdf, 1, tmp_path)) == []
    assert "withoutacode,thiscopyisnotcounted" in read(pdf)


def test_a_wave_with_an_open_address_has_no_paper(one_app: Flask) -> None:
    with one_app.app_context(), pytest.raises(RefusedError, match="Only waves with codes"):
        paper.as_pdf(some_codes(1), BASE, wave(SMALL, "open"), "en")
