"""Releases: numbered, never changed, made again byte for byte; corrections stand beside them as notes."""

import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from questionnaires.plan_grammar import parse_plan
from surveyapp.cli import commands
from surveyapp.core import clock, municipalities
from surveyapp.core.database import writing
from surveyapp.events import store
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import rows_of
from surveyapp.releases import column_words, files, making, public, tables
from tests.databases import unguarded
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.events.test_upload import choose
from tests.surveyapp.releases.cells import as_text
from tests.surveyapp.results.opened_waves import two_waves
from tests.surveyapp.results.reading import check_files, figures, text, words
from tests.surveyapp.results.test_plan_statements import send
from tests.surveyapp.signing_in import csrf_token, sign_in

HIDDEN = 3
"""People in the support group: too few to be told."""


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """The small plan with two events, one of them about people at risk, and two opened surveys."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        with app.app_context():
            coordinator = somebody("coordinator")
            store.log(coordinator, TRAINING, held("2026-03-01", 25, title="=Pirmā"))
            store.log(coordinator, SUPPORT, held("2026-04-01", HIDDEN, title="Atbalsts"))
        two_waves(app)

    return fill


def run(app: Flask, *arguments: str) -> str:
    """Run a command; its exit code and everything that it says."""
    done = CliRunner().invoke(commands, list(arguments), obj=lambda: app)
    return f"{done.exit_code} {done.output}{done.exception or ''}"


def made(app: Flask, level: ledger.Level = "group") -> ledger.Release:
    """Make a release."""
    with app.app_context():
        return making.make(municipalities.find("cesis").id, level, "test")


def correct(app: Flask, people: int, reason: str = "pārskaitīts") -> None:
    """Correct the training's head count."""
    with app.app_context():
        organiser = somebody("organiser", "social_service", email=f"organiser{people}@example.org")
        event = next(each for each in store.own_page(organiser).events if each.indicator == TRAINING.indicator)
        store.correct(organiser, event.id, event.newest.number, held("2026-03-01", people, title="=Pirmā"), reason)


def target(release: ledger.Release, row: str = "1.1.a") -> Mapping[str, Any]:
    """The first target of a row in a release."""
    return next(each for each in rows_of(release.document, "plan_targets") if each["indicator"] == row)


def test_a_release_is_numbered_and_stays_as_it_is_when_its_numbers_are_corrected(app: Flask) -> None:
    first = made(app)
    correct(app, 30)
    second = made(app)
    assert (first.number, second.number) == (1, 2)
    assert (target(first)["achieved_low"], target(second)["achieved_low"]) == (25, 30)
    with app.app_context():
        again = ledger.find(municipalities.find("cesis").id, 1)
    assert again == first
    for number in ("1", "2"):
        assert run(app, "release", "verify", number) == f"0 Release {number} comes out the same, byte for byte.\n"


def test_a_release_comes_out_the_same_after_the_settings_have_changed(one_app: Flask) -> None:
    made(one_app)
    one_app.extensions["settings"] = replace(one_app.extensions["settings"], grace_days=1)
    assert run(one_app, "release", "verify", "1") == "0 Release 1 comes out the same, byte for byte.\n"
    assert made(one_app).document["rules"]["grace_days"] == 1


def test_the_same_release_gives_the_same_bytes_in_every_kind_of_file(one_app: Flask) -> None:
    release = made(one_app)
    with one_app.test_request_context("/?lang=lv"):
        for kind, write in files.WRITERS.items():
            assert write(release) == write(release), kind
        book = load_workbook(io.BytesIO(files.workbook(release)["release-1.xlsx"]))
    assert book.properties.created == datetime(2026, 11, 21)  # noqa: DTZ001 - a workbook knows no zones


def test_the_database_refuses_to_change_or_delete_a_release(app: Flask) -> None:
    made(app)
    for statement in ("UPDATE release SET document = '{}'", "DELETE FROM release"):
        with app.app_context(), pytest.raises(DBAPIError, match="a release never changes"), writing() as session:
            session.execute(sql(statement))
    assert "1 group" in run(app, "release", "list")


def test_a_release_altered_behind_the_database_is_found_out_and_not_given_out(one_app: Flask) -> None:
    made(one_app)
    with one_app.app_context(), writing() as session:
        unguarded(session, "release")
        session.execute(sql("UPDATE release SET document = replace(document, 'small', 'large')"))
    assert "was changed after it was made" in run(one_app, "release", "show", "1")
    group = one_app.test_client()
    sign_in(group, one_app, "group")
    assert group.get("/results/releases/1").status_code == 409


def test_both_levels_hide_the_same_and_the_public_one_is_a_rounding_of_the_other(one_app: Flask) -> None:
    group, rounded = made(one_app), made(one_app, "public")
    for name in ("survey_levels", "survey_changes", "survey_waves"):
        exact, coarse = (rows_of(each.document, name) for each in (group, rounded))
        assert len(exact) == len(coarse) > 0
        for one, other in zip(exact, coarse, strict=True):
            of_means = {"effect", "effect_name"} if one.get("effect_name") == "hedges_g" else set()  # not told to everybody
            assert [one[key] is None for key in one if key not in of_means] == [
                other[key] is None for key in other if key not in of_means
            ]
            assert not any(other[key] for key in of_means)
            for column in ("n", "count", "n_before", "count_before", "respondents", "population"):
                if one.get(column) is not None:
                    assert int(other[column] or 0) % 5 == 0
                    assert abs(int(other[column] or 0) - int(one[column] or 0)) <= 2
    assert target(group)["achieved_low"] == target(rounded)["achieved_low"] == 25
    assert rows_of(rounded.document, "head_counts") == []
    assert "Pirmā" not in ledger.canonical(rounded.document)


def test_a_change_says_among_whom_it_is_counted_and_its_effect_follows_from_the_numbers_beside_it(one_app: Flask) -> None:
    for release in (made(one_app), made(one_app, "public")):
        rows = rows_of(release.document, "survey_changes")
        assert {"seen", "complete"} <= {row["base"] for row in rows} <= {"seen", "answered", "complete"}
        told = [row for row in rows if row["effect"] is not None]
        assert "cohens_h" in {row["effect_name"] for row in told}
        assert any(row["effect"] is None for row in rows)
        for row in rows:
            assert (row["effect"] is None) == (row["effect_name"] is None)
            if row["hidden"] or row["cut"] or row["change"] is None:
                assert row["effect"] is None, row
        for row in told:
            before, after = float(row["before"] or 0), float(row["after"] or 0)
            match row["effect_name"]:
                case "cohens_h":
                    angles = [math.asin(math.sqrt(share)) for share in (before, after)]
                    assert row["effect"] == pytest.approx(2 * (angles[1] - angles[0]), abs=0.0051), row
                case "cliffs_delta":
                    assert row["effect"] == pytest.approx(2 * after - 1, abs=0.0051), row
                case _:
                    assert release.asked.level == "group"


def test_a_release_of_other_tables_is_checked_with_the_program_of_that_time(
    one_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(one_app)
    monkeypatch.setattr(making, "VERSION", making.VERSION + 1)
    said = run(one_app, "release", "verify", "1")
    assert f"has version {making.VERSION - 1} of the tables; this program makes version {making.VERSION}." in said


def test_answers_in_own_words_stay_with_the_group() -> None:
    said = [("1.1.a/who", "answer", "Annai tā šķiet"), ("1.1.a/when", "answer", "2"), ("1.1.a/people", "reading", "yearly")]
    rows = [{"about": about, "kind": kind, "said": words} for about, kind, words in said]
    document = {"tables": [tables.DECISIONS.made(rows)]}
    coarse = public.coarsened(document, parse_plan(PLAN, "small.yaml"))
    assert [row["said"] for row in rows_of(coarse, "decisions")] == [None, "2", "yearly"]


@pytest.mark.parametrize("level", ["group", "public"])
def test_a_release_is_the_same_whatever_a_hidden_number_is(one_app: Flask, level: ledger.Level) -> None:
    first = made(one_app, level)
    assert any(each["hidden"] for each in rows_of(first.document, "plan_targets") if each["indicator"] == "1.2.a")
    with one_app.app_context():
        organiser = somebody("organiser", "social_service")
        event = next(each for each in store.own_page(organiser).events if each.indicator == SUPPORT.indicator)
        store.correct(organiser, event.id, event.newest.number, held("2026-04-01", HIDDEN - 2, title="Atbalsts"), "pārskaitīts")
    assert made(one_app, level).document["tables"] == first.document["tables"]


def test_a_later_release_and_the_note_of_the_earlier_give_no_few_people_away_by_subtraction(
    one_app: Flask, group: FlaskClient
) -> None:
    with one_app.app_context():
        organiser = somebody("organiser", "social_service")
        small = next(each for each in store.own_page(organiser).events if each.indicator == SUPPORT.indicator)
        store.withdraw(organiser, small.id, small.newest.number, "nebija")
        store.log(organiser, SUPPORT, held("2026-05-01", 12, title="Lielāks"))
    first = made(one_app)
    shown = [each for each in rows_of(first.document, "plan_targets") if each["indicator"] == "1.2.a"]
    assert 12 in [each["achieved_low"] for each in shown]
    with one_app.app_context():
        event = next(each for each in store.own_page(organiser).events if each.newest.facts.title == "Lielāks")
        store.correct(organiser, event.id, event.newest.number, held("2026-05-01", 14, title="Lielāks"), "divi vairāk")
        number = str(event.id)
    note = text(group, "/results/releases/1?lang=en")
    assert "reached at least: 12 persons → –" in note
    assert "14" not in note.split("Check sum")[0], "14 beside 12 tells of two people"
    later = [each for each in rows_of(made(one_app).document, "plan_targets") if each["indicator"] == "1.2.a"]
    assert 14 not in [each["achieved_low"] for each in later], "14 beside 12 tells of two people"
    counts = [each for each in rows_of(made(one_app).document, "head_counts") if each["event"] == number]
    assert [(each["unique_persons"], each["title"]) for each in counts] == [(None, None)]


def test_every_kind_of_file_holds_the_same_cells_and_no_formula(one_app: Flask, tmp_path: Path) -> None:
    release = made(one_app)
    for kind in files.WRITERS:
        assert run(one_app, "export", "1", "--format", kind, "--out", str(tmp_path / kind)).startswith("0 ")
    document = json.loads((tmp_path / "json" / "release-1.json").read_text())
    assert document == release.document
    book = load_workbook(tmp_path / "xlsx" / "release-1.xlsx")
    assert book.sheetnames == ["notes", "columns", *(table["name"] for table in document["tables"])]
    for table in document["tables"]:
        content = (tmp_path / "csv" / f"{table['name']}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        sheet = [[cell.value for cell in row] for row in book[table["name"]].iter_rows()]
        assert lines[0] == table["columns"]
        told = [row for row in book["columns"].iter_rows(values_only=True) if row[0] == table["name"]]
        assert [(name, heading) for _, name, heading, *_ in told] == list(zip(lines[0], sheet[0], strict=True))
        assert len(lines) == len(sheet) == len(table["rows"]) + 1
        for line, row, cells in zip(lines[1:], sheet[1:], table["rows"], strict=True):
            assert row == cells
            assert [each.removeprefix("'") for each in line] == [as_text(cell) for cell in cells]
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    package = json.loads((tmp_path / "datapackage" / "datapackage.json").read_text())
    for resource in package["resources"]:
        header = (tmp_path / "datapackage" / resource["path"]).read_text().splitlines()[0].split(",")
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert set(resource["schema"].get("primaryKey", ())) <= set(header)


@pytest.fixture
def group(one_app: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    return client


def test_the_group_makes_a_release_on_its_page_and_follows_a_number_to_its_events(group: FlaskClient) -> None:
    page = group.get("/results/releases/make?lang=en")
    sent = group.post(
        "/results/releases/make?lang=en", data={"csrf_token": csrf_token(page), "level": "group", "as_of": "2026-11-21"}
    )
    assert sent.status_code == 302, sent.get_data(as_text=True)
    assert "Release 1, for the group" in text(group, "/results/releases/1?lang=en")
    row = text(group, "/results/releases/1/rows/1.1.a?lang=en")
    assert "Required: 40 persons. Reached: 25 persons." in row
    assert "=Pirmā 1 Mar 2026 25" in row
    assert "The number is hidden to protect people." in text(group, "/results/releases/1/rows/1.2.a?lang=en")
    packed = group.get("/results/releases/1.csv").get_data()
    assert "plan_targets.csv" in zipfile.ZipFile(io.BytesIO(packed)).namelist()
    for wrong in ("2027-01-01", "2024-01-01", "31.02.2026"):
        again = {"csrf_token": csrf_token(page), "level": "public", "as_of": wrong}
        assert group.post("/results/releases/make?lang=en", data=again).status_code == 422
    assert group.get("/results/releases/7").status_code == 404
    assert group.get("/results/releases/1/rows/9.9.z").status_code == 404


def test_a_correction_says_beforehand_which_released_figure_moves_and_the_release_carries_a_note(
    one_app: Flask, group: FlaskClient
) -> None:
    made(one_app)
    organiser = one_app.test_client()
    sign_in(organiser, one_app, "organiser", "social_service")
    page = organiser.get("/events/1/correct?lang=en")
    typed = {
        "csrf_token": csrf_token(page), "seen": "1", "held_on": "2026-03-01", "title": "=Pirmā", "unique_persons": "31",
        "reason": "Saraksts pārskaitīts",
    }  # fmt: skip
    told = organiser.post("/events/1/correct?lang=en", data=typed)
    assert told.status_code == 409
    figure = "Release 1: 1.1.a Training of specialists; 40 specialists; 2025–2027"
    assert figure in " ".join(told.get_data(as_text=True).split())
    sheet = "indicator,held_on,title,unique_persons\n1.1.a,2026-03-01,=Pirmā,28\n"
    told = choose(organiser, sheet.encode(), "events.csv")
    assert figure in told.get_data(as_text=True)
    coordinator = one_app.test_client()
    sign_in(coordinator, one_app, "coordinator")
    page = coordinator.get("/events/1/correct?lang=en")
    told = coordinator.post("/events/1/correct?lang=en", data={**typed, "csrf_token": csrf_token(page)})
    assert f"{figure}: 25 → 31" in " ".join(told.get_data(as_text=True).split())
    assert "Note: found out since" not in text(group, "/results/releases/1?lang=en")
    correct(one_app, 31, "Saraksts pārskaitīts")
    noted = text(group, "/results/releases/1?lang=en")
    assert "Note: found out since" in noted
    assert (
        "40 specialists (2025) – reached at least: 25 persons → 31 persons; reached at most: 25 persons → 31 persons" in noted
    )
    assert "Saraksts pārskaitīts" in noted
    assert run(one_app, "release", "verify", "1").startswith("0 ")


def test_a_later_release_lists_what_changed_and_why(one_app: Flask, group: FlaskClient) -> None:
    made(one_app)
    correct(one_app, 45, "Atrasts otrs saraksts")
    send(group, "conclusion", "goal-1@2026", text="Mācību pietiek.")
    send(group, "proposal", "1@2026", text="Mācīt trenerus.", state="open")
    written = made(one_app)
    page = text(group, "/results/releases/2?lang=en")
    assert "What changed since release 1" in page
    assert "reached at least: 25 persons → 45 persons" in page
    assert "Atrasts otrs saraksts" in page
    assert "Conclusions" in page
    assert "Mācību pietiek." in text(group, "/results/releases/2/tables/conclusions?lang=en")
    for name in ("conclusions", "proposals"):  # by whom and when, and nobody's address
        (row,) = rows_of(written.document, name)
        with one_app.app_context():
            assert (row["author"], row["written_on"]) == ("cooperation_group", clock.today().isoformat())
        assert "Cooperation group" in text(group, f"/results/releases/2/tables/{name}?lang=en")
    assert "@" not in ledger.canonical({"tables": [rows_of(written.document, name) for name in ("conclusions", "proposals")]})
    assert run(one_app, "release", "verify", "2").startswith("0 ")


def test_only_who_may_release_does(one_app: Flask) -> None:
    auditor, organiser = one_app.test_client(), one_app.test_client()
    sign_in(auditor, one_app, "auditor")
    sign_in(organiser, one_app, "organiser")
    assert "Make a release" not in text(auditor, "/results/releases?lang=en")
    assert auditor.get("/results/releases/make").status_code == 403
    assert run(one_app, "release", "list") == "0 "
    assert organiser.get("/results/releases").status_code == 403


def test_the_command_makes_lists_and_shows_releases(one_app: Flask) -> None:
    assert run(one_app, "release", "create", "--level", "public").startswith("0 Release 1 (public) is made; check sum ")
    assert "1 public  as of 2026-11-21" in run(one_app, "release", "list")
    assert "survey_changes" in run(one_app, "release", "show", "1")
    shown = json.loads(run(one_app, "release", "show", "1", "--format", "json").removeprefix("0 "))
    assert shown["document"]["level"] == "public"
    assert "There is no release 4 (releases: 1)" in run(one_app, "release", "show", "4")
    assert "name a day of the plan" in run(one_app, "release", "create", "--as-of", "2030-01-01")
    assert "No such plan is loaded" in run(one_app, "release", "create", "--plan", "other")


def test_a_results_page_read_from_a_release_stays_as_it_is_at_both_levels(one_app: Flask) -> None:
    release = made(one_app)
    made(one_app, "public")
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    pages = {address: client.get(f"{address}?lang=en").text for address in addresses(client)}
    assert len(pages) == 6
    line = rows_of(release.document, "survey_changes")[0]
    page = pages["/results/releases/1/surveys"]
    assert f"{line['count_after']} of {line['n_after']}" in page
    assert "Counts of people in surveys are rounded to 5" in pages["/results/releases/2/surveys"]
    for number, then in ((1, "from 0.6 to 1.5"), (2, "from 0.5 to 1.5")):
        figure = figures(client, f"/results/releases/{number}/surveys")[0]
        assert f"Knowledge: {then} on average" in words(figure)
        check_files(client, figure)
    with one_app.app_context(), writing() as session:  # what was frozen may go: the page is read from the release alone
        session.execute(sql("DELETE FROM frozen_result"))
    assert {address: client.get(address).text for address in pages} == pages
    assert client.get("/results/releases/1/surveys/nothing").status_code == 404


def addresses(client: FlaskClient) -> list[str]:
    """The pages of both releases that tell of surveys."""
    every = [f"/results/releases/{number}/surveys" for number in (1, 2)]
    return [*every, *(link for page in every for link in re.findall(rf'href="({page}/[^"]+)"', client.get(page).text))]


def test_every_column_has_a_name_that_people_read_in_their_language(one_app: Flask, group: FlaskClient) -> None:
    columns = {column for kind in tables.KINDS.values() for column in kind.columns} | {tables.INVENTED}
    assert columns == set(column_words.HEADINGS)
    made(one_app)
    page = " ".join(text(group, f"/results/releases/1/tables/{name}?lang=lv") for name in ("plan_rows", "plan_targets"))
    assert "vismaz" in page
    assert not re.search(r"\b(achieved_low|window_start|count_before|not_due)\b", page)
