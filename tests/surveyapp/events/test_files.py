"""Events as a file, and text and cells made safe."""

import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from analysis.event_file import parse_events
from surveyapp.core.csv_files import csv_text
from surveyapp.core.text import TooLongError, clean, folded
from surveyapp.events import store
from surveyapp.events.records import event_records
from tests.surveyapp.events.plans import TRAINING, held, load_plan, somebody
from tests.surveyapp.signing_in import sign_in


def test_the_analysis_reads_the_downloaded_file_as_the_app_reads_its_events(app: Flask) -> None:
    plan = load_plan(app)
    with app.app_context():
        person = somebody("organiser", "social_service")
        first = store.log(person, TRAINING, replace(held("2026-09-01", 25, title="Pirmā, „A”"), different_people=True))
        store.log(person, TRAINING, replace(held("2026-10-01", 20, 40), same_group_as=first, hours=1.5, audience="specialists"))
        withdrawn = store.log(person, TRAINING, held("2026-10-02"))
        store.withdraw(person, withdrawn, 1, "divreiz")
        known = event_records(person.municipality_id)
    client = app.test_client()
    sign_in(client, app, "group")
    answer = client.get("/events/all.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    read = parse_events(answer.data.decode("utf-8-sig"), "events.csv", plan, date(2026, 11, 21))
    names = {record.reference: record.title for record in (*read, *known)}
    assert len(read) == len(known) == 2

    def comparable(records: tuple) -> list:  # type: ignore[type-arg]  # records of any length
        plain = [replace(each, reference="", same_group_as=names.get(each.same_group_as or "")) for each in records]
        return sorted(plain, key=lambda each: each.held_on)

    assert comparable(read) == comparable(known)


@pytest.mark.parametrize("text", ["=1+1", "+371", "-1", "@SUM(A1)", "\tx", "\r=1"])
def test_text_that_a_sheet_would_run_is_kept_from_it(text: str) -> None:
    assert csv_text(["a"], [[text]]).splitlines()[1].lstrip('"').startswith("'")


@pytest.mark.parametrize("parted_by", [";", "\t", "\r\n", "\n", "; ", ';"', ';\n "'])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＠"])
def test_text_is_kept_from_sheets_that_part_cells_otherwise(parted_by: str, sign: str) -> None:
    written = csv_text(["a"], [[f"Seminar{parted_by}{sign}cmd|' /C calc'!A0"]])
    for cell in re.split(r"[;\t\r\n]", written):
        assert not cell.lstrip(' "').startswith(sign), written


@pytest.mark.parametrize("text", ["Skola - diena", "5 = 5", "a-b; c-d", "anna@example.org"])
def test_signs_inside_a_text_stay_as_they_are(text: str) -> None:
    assert csv_text(["a"], [[text]]) == f"a\r\n{text}\r\n"


def test_numbers_stay_numbers_also_below_zero() -> None:
    assert (
        csv_text(["a", "b", "c", "d", "e"], [[-1.5, 0, None, date(2026, 1, 2), True]])
        == "a,b,c,d,e\r\n-1.5,0,,2026-01-02,yes\r\n"
    )


@given(st.text(max_size=60) | st.text(alphabet="a\u0304 \u200b\u202e\n\r\x00\ufffe", max_size=12))
def test_cleaned_text_holds_nothing_that_hides_or_turns_and_is_stable(text: str) -> None:
    cleaned = clean(text, 1000, lines=True)
    assert clean(cleaned, 1000, lines=True) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [letter for letter in cleaned if unicodedata.category(letter) in {"Cc", "Cs"} and letter != "\n"]
    assert not set(cleaned) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f\ufeff\ufffe")
    assert "\n" not in clean(text, 1000)


def test_text_is_never_cut_silently() -> None:
    with pytest.raises(TooLongError) as refusal:
        clean("ā" * 11, 10)
    assert (refusal.value.length, refusal.value.longest) == (11, 10)
    assert clean("a\u0304" * 10, 10) == "ā" * 10


def test_searching_takes_no_notice_of_diacritics_and_case() -> None:
    assert folded("Bērnudārzu PROGRAMMA") == "bernudarzu programma"
