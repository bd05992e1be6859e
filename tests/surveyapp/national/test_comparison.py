"""Municipalities beside each other: nothing but what each released, never of fewer than five, never what somebody hides."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import Cell, rows_of
from surveyapp.national import gathering, words
from surveyapp.releases import making
from surveyapp.survey import wave_store
from tests.databases import unguarded
from tests.surveyapp.national.towns import COORDINATOR, NEWER, STRANGE, TOWNS, UNSURE, build, hand_over, take_back
from tests.surveyapp.results.opened_waves import FIRST, answers, opened_wave
from tests.surveyapp.signing_in import sign_in

PAGE: Final = "/national/helpers/1"
BY_NAME: Final = ["Ābeļu novads", "Bērzu novads", "Egļu novads", "Liepu novads", "Ozolu novads", "Vītolu novads"]
HIDING: Final = ("abeles", "berzi")
"""Towns that hide how many learnt abroad."""
DEADLINE, ABROAD, DUTY, TALK = (
    "correct-deadline",
    "share-training-abroad",
    "favourable-duty",
    "favourable-cut",
)
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """Six towns that asked the same, one that is unsure, one with a later version, one with something else of the same name."""

    def fill(app: Flask) -> None:
        for slug, town in {**TOWNS, "kalni": NEWER, "salas": STRANGE, "abava": UNSURE}.items():
            build(app, slug, town)

    return fill


@pytest.fixture
def reader(one_app: Flask) -> FlaskClient:
    """A national coordinator, before anybody has handed anything over."""
    client = one_app.test_client()
    sign_in(client, one_app, "national")
    client.get("/?lang=en")
    return client


def page(reader: FlaskClient, address: str = PAGE) -> str:
    answer = reader.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def table(reader: FlaskClient, figure: str) -> Rows | None:
    """The rows of a figure's file, None if there is no such figure."""
    answer = reader.get(f"{PAGE}/figures/national/{figure}.csv")
    if answer.status_code == 404:
        return None
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def released(app: Flask, slug: str, item: str, choices: str, measure: str) -> dict[str, Cell]:
    """The row of a town's release about everybody's answers to a question."""
    with app.app_context():
        release = ledger.find(municipalities.find(slug).id, 1)
        assert release
        rows = rows_of(release.document, "survey_levels")
    wanted = (item, choices, "*", measure)
    return next(row for row in rows if (row["item"], row["choices"], row["stratum"], row["measure"]) == wanted)


def wave_number(app: Flask, slug: str, name: str) -> int:
    """The number of a town's survey."""
    with app.app_context():
        return wave_store.find(municipalities.find(slug).id, name).id


def alter(app: Flask, slug: str) -> None:
    """Change a release in the database, past the guard that refuses it."""
    with app.app_context(), writing() as session:
        unguarded(session, "release")
        place = municipalities.find(slug).id
        session.execute(sql("UPDATE release SET document = document || ' ' WHERE municipality_id = :id"), {"id": place})


def told(text: str) -> list[int]:
    """The numbers of percent in a text."""
    return [int(each) for each in re.findall(r"(\d+) %", text)]


def test_each_municipality_stands_with_its_released_number_in_the_order_of_names(one_app: Flask, reader: FlaskClient) -> None:
    hand_over(one_app, *TOWNS)
    rows = table(reader, DEADLINE)
    assert rows
    assert [row["Municipality"] for row in rows] == BY_NAME
    for slug, town in TOWNS.items():
        cell = released(one_app, slug, "deadline", "", "correct")
        row = next(row for row in rows if row["Municipality"] == town.name)
        assert told(row["Level"]) == [round(100 * float(cell["level"] or 0))]
        assert [int(end) for end in re.findall(r"\d+", row["Likely between"])] == [
            round(100 * float(cell[end] or 0)) for end in ("low", "high")
        ]
        assert row["People who answered, to the nearest 5"] == str(cell["n"]) == "40"
    levels = [told(row["Level"])[0] for row in rows]
    text = page(reader)
    between = f"6 municipalities: {round(median(levels))} % in the middle, from {min(levels)} % to {max(levels)} %"
    assert f"How soon must one report? – {between}" in text
    assert "6 municipalities: 75 % in each of them" in page(reader, f"{PAGE}/duty")
    assert "in the order of their names" in text
    assert "No difference is tested here" in text


def test_fewer_than_five_municipalities_are_not_compared_which_is_said_in_words(one_app: Flask, reader: FlaskClient) -> None:
    slugs = list(TOWNS)
    hand_over(one_app, *slugs[:4])
    overview, text = page(reader, "/national/"), page(reader)
    assert "4 municipalities. Nothing is shown of fewer than 5." in overview
    assert f'href="{PAGE}"' not in overview
    assert "Nothing is shown of fewer than 5." in text
    assert told(text) == []
    assert table(reader, DEADLINE) is None
    assert reader.get(f"{PAGE}/deadline").status_code == 404
    hand_over(one_app, slugs[4])
    assert f'href="{PAGE}"' in page(reader, "/national/")
    assert len(table(reader, DEADLINE) or ()) == 5
    take_back(one_app, slugs[0])
    assert told(page(reader)) == []
    assert table(reader, DEADLINE) is None


def test_a_question_that_too_many_hide_shows_nobody_s_number_and_does_not_say_who_hides_it(
    one_app: Flask, reader: FlaskClient
) -> None:
    hand_over(one_app, *TOWNS)
    for slug in TOWNS:
        assert (released(one_app, slug, "training", "abroad", "share")["level"] is None) is (slug in HIDING)
    text = page(reader, f"{PAGE}/training")
    course, abroad = text.split("A course</h2>")[0], text.split("Abroad</h2>")[1]
    assert "Fewer than 5 municipalities have a number that may be shown, so none is." in abroad
    assert told(abroad) == []
    assert not any(name in abroad for name in BY_NAME)
    assert course
    assert table(reader, ABROAD) is None


def test_whoever_compares_days_finds_no_number_that_a_municipality_hides(one_app: Flask, reader: FlaskClient) -> None:
    """With and without the town that hides: what all have between them is the same, so nothing can be subtracted."""
    hand_over(one_app, *TOWNS)
    hand_over(one_app, "kalni")  # a fifth town that shows how many learnt abroad, so that the question is compared
    with_all, text = table(reader, ABROAD), page(reader, f"{PAGE}/training")
    assert with_all
    hidden = [row for row in with_all if row["Municipality"] in {TOWNS[slug].name for slug in HIDING}]
    assert [(row["Likely between"], row["People who answered, to the nearest 5"]) for row in hidden] == [("", "")] * 2
    assert {row["Level"] for row in hidden} == {"0–2 people"}
    finding = re.search(r"5 municipalities: [^<]+ in the middle[^<]+", text)
    assert finding
    for slug in HIDING:
        take_back(one_app, slug)
        without = page(reader, f"{PAGE}/training")
        assert finding[0] in without
        assert re.findall(r"lies within every range|No value lies", without) == re.findall(
            r"lies within every range|No value lies", text
        )
        hand_over(one_app, slug)


def test_all_that_is_said_between_municipalities_follows_from_the_rows_shown(one_app: Flask, reader: FlaskClient) -> None:
    """On every day, whoever is in: so the difference of two days tells no more than the rows of the two days."""
    hand_over(one_app, *TOWNS, "kalni")
    for away in (None, *TOWNS):
        if away:
            take_back(one_app, away)
        for figure in (DEADLINE, ABROAD, DUTY):
            rows = table(reader, figure)
            if rows is None:  # of those who learnt abroad only five towns show how many, so that each of them is needed
                assert figure == ABROAD
                assert away not in {None, *HIDING}
                continue
            levels = sorted(told(row["Level"])[0] for row in rows if told(row["Level"]))
            drawn = reader.get(f"{PAGE}/figures/national/{figure}.svg").get_data(as_text=True)
            words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", drawn))
            said = re.search(r"(\d) municipalities: (\d+) % (?:in each of them|in the middle, from (\d+) % to (\d+) %)", words)
            assert said, figure
            number, middle, least, most = (int(each or said[2]) for each in said.groups())
            assert abs(middle - median(levels)) <= 0.5
            assert (least, most, number) == (levels[0], levels[-1], len(levels))
        if away:
            hand_over(one_app, away)


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 1, "1 municipality: 60 %"),
        ("lv", 1, "1 pašvaldība: 60 %"),
        ("lv", 7, "7 pašvaldības: katrā 60 %"),
        ("lv", 21, "21 pašvaldība: 60 %"),
        ("ru", 1, "1 самоуправление: 60 %"),
        ("ru", 21, "21 самоуправление: 60 %"),
        ("ru", 22, "22 самоуправления: в каждом 60 %"),
        ("ru", 25, "25 самоуправлений: в каждом 60 %"),
    ],
)
def test_what_municipalities_have_between_them_is_said_in_the_right_form_of_any_number(
    one_app: Flask, language: str, number: int, said: str
) -> None:
    hand_over(one_app, *TOWNS)
    with one_app.test_request_context(f"/?lang={language}"):
        found = gathering.one("helpers", 1)
        assert found is not None
        (line,) = found.of_item("deadline")
        assert line.between is not None
        told = words.finding(line, replace(line.between, n=number, median=0.6, least=0.6, most=0.6))
        assert told.replace("\xa0", " ") == said


def test_what_was_asked_otherwise_does_not_stand_beside_it(one_app: Flask, reader: FlaskClient) -> None:
    hand_over(one_app, *TOWNS, "kalni", "salas")
    text = page(reader)
    assert "asked other questions under the same name: Salu novads." in text
    for figure in (DEADLINE, ABROAD, DUTY, TALK):
        rows = {row["Municipality"]: row["Level"] for row in table(reader, figure) or ()}
        assert "Salu novads" not in rows
        assert (rows["Kalnu novads"] == "asked in another way") is (figure == TALK)
    newer = released(one_app, "kalni", "duty", "", "favourable")
    duty = next(row for row in table(reader, DUTY) or () if row["Municipality"] == "Kalnu novads")
    assert told(duty["Level"]) == [round(100 * float(newer["level"] or 0))]


def test_a_share_of_other_people_does_not_stand_beside_the_others_and_is_not_said_to_be_of_another_question(
    one_app: Flask, reader: FlaskClient
) -> None:
    """Whether those who find it hard to say are in a share hangs on how many they are; the one town decides nothing."""
    hand_over(one_app, "abava", *TOWNS)
    bases = {slug: released(one_app, slug, "duty", "", "favourable")["base"] for slug in ("abava", *TOWNS)}
    assert [slug for slug, base in bases.items() if base == "answered"] == ["abava"]
    rows = {row["Municipality"]: row["Level"] for row in table(reader, DUTY) or ()}
    assert list(rows) == ["Abavas novads", *BY_NAME]
    assert rows.pop("Abavas novads") == "counted among other people"
    assert all(told(level) for level in rows.values())


def test_a_survey_that_nobody_handed_over_answers_like_one_that_does_not_exist(one_app: Flask, reader: FlaskClient) -> None:
    unknown = reader.get("/national/nothing/1")
    assert unknown.status_code == 404
    for address in (PAGE, f"{PAGE}/deadline", f"{PAGE}/figures/national/{DEADLINE}.csv"):
        assert reader.get(address).status_code == 404
        assert reader.get(address).data == unknown.data
    hand_over(one_app, *TOWNS)
    for address in ("/national/helpers/2", "/national/helpers/0", f"{PAGE}/nothing", f"{PAGE}/role"):
        assert reader.get(address).data == unknown.data, address


def test_first_surveys_stand_beside_first_ones_and_second_beside_second_ones(one_app: Flask, reader: FlaskClient) -> None:
    """And what anybody could answer, or was asked of latecomers alone, beside nothing."""
    first = wave_number(one_app, "liepas", "liepas-1")
    for name, day, more in (("again", 8, {}), ("late", 2, {"supplements": first}), ("anybody", 12, {"mode": "open"})):
        opened_wave(one_app, name, FIRST, answers(30, 14), date(2026, 11, day), municipality="liepas", **more)
    with one_app.app_context():
        number = making.make(municipalities.find("liepas").id, "public", COORDINATOR).number
    hand_over(one_app, "liepas", number=number)
    hand_over(one_app, "egles")
    listed = page(reader, "/national/").split("Who handed a release over")[0]
    assert re.findall(r"(first survey|second survey|survey no\. \d) – (\d) municipalit", listed) == [
        ("first survey", "2"),
        ("second survey", "1"),
    ]
    with one_app.app_context():
        every = gathering.every()
        assert [each.place for each in every] == [("helpers", 1), ("helpers", 2)]
        assert [gathering.one(*each.place) for each in every] == list(every)


def test_the_file_of_a_whole_comparison_holds_the_rows_of_its_figures_and_no_others(
    one_app: Flask, reader: FlaskClient
) -> None:
    hand_over(one_app, *list(TOWNS)[:4])
    assert reader.get(f"{PAGE}.csv").data == reader.get("/national/nothing/1.csv").data
    hand_over(one_app, *list(TOWNS)[4:])
    whole = list(csv.DictReader(io.StringIO(reader.get(f"{PAGE}.csv").get_data(as_text=True).removeprefix("\ufeff"))))
    asked = {row.pop("Question and answer") for row in whole}
    assert "Helpers' survey: first survey" in page(reader).replace("&#39;", "'")
    assert not any("learnt" in each for each in asked)  # four towns show how many: too few
    for figure in (DEADLINE, DUTY, TALK):
        for row in table(reader, figure) or pytest.fail(figure):
            assert row in whole
    assert len(whole) == len(asked) * len(TOWNS)


def test_a_release_that_somebody_altered_is_given_to_nobody(one_app: Flask, reader: FlaskClient) -> None:
    first, *others = TOWNS
    hand_over(one_app, first, *others[:4])
    assert table(reader, DEADLINE)
    alter(one_app, first)
    assert table(reader, DEADLINE) is None
    assert "4 municipalities" in page(reader, "/national/")
    coordinator = one_app.test_client()
    sign_in(coordinator, one_app, "coordinator", municipality=first)
    for place in ("national", "public"):
        answer = coordinator.get(f"/results/releases/1/{place}?lang=en")
        assert answer.status_code == 409
        assert "no longer fits its check sum" in answer.get_data(as_text=True)


def test_every_figure_is_there_as_csv_svg_and_png_in_the_reader_s_language(one_app: Flask, reader: FlaskClient) -> None:
    hand_over(one_app, *TOWNS)
    kinds = {kind: reader.get(f"{PAGE}/figures/national/score-knowledge.{kind}") for kind in ("csv", "svg", "png")}
    assert {kind: answer.mimetype for kind, answer in kinds.items()} == {
        "csv": "text/csv",
        "svg": "image/svg+xml",
        "png": "image/png",
    }
    assert kinds["png"].data.startswith(b"\x89PNG")
    assert "Ābeļu novads, release 1" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", kinds["svg"].get_data(as_text=True)))
    latvian = reader.get(f"{PAGE}/figures/national/score-knowledge.csv?lang=lv").get_data(as_text=True)
    assert "Pašvaldība" in latvian
