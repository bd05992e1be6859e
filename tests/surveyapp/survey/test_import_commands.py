"""A wave that was collected elsewhere, on the command line: from an export of each tool to counts that can be compared."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from analysis.counts import WaveCounts, count_answers
from surveyapp.core import municipalities
from surveyapp.core.backups import backup_files
from surveyapp.core.database import reading
from surveyapp.results import survey_results
from surveyapp.survey import opened_store, opening, wave_store
from surveyapp.survey.importing.import_store import NewImport, import_wave
from surveyapp.survey.packing import unpack
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts
from tests.surveyapp.survey import small
from tests.surveyapp.survey.export_styles import MARKER, SMALL, STYLES
from tests.surveyapp.survey.rounds import WHO, Given, submit_each
from tests.surveyapp.survey.tables import as_csv, as_xlsx
from tests.surveyapp.survey.test_anonymity import NO_ORDER, is_sqlite_app, kendall_deviations
from tests.surveyapp.survey.test_wave_commands import Desk

EXPORTS = Path(__file__).parent / "exports"
PEOPLE = [small.sheet(number) for number in range(24)]
"""What stands in every sample file of ``exports``."""


class ImportDesk(Desk):
    """The command line with the short questionnaire published."""

    def __init__(self, app: Flask, folder: Path) -> None:
        super().__init__(app, folder)
        (folder / "people.csv").write_text("stratum,population\nschools,20\nclinics,20\n", encoding="utf-8")
        with app.app_context():
            small.publish()

    def matched(self, file: Path) -> str:
        """Make the first mapping of *file*; returns what the command says."""
        return self.done(
            "wave", "import-mapping", str(file), "--questionnaire", small.REFERENCE, "--out", self.file("map.yaml")
        )

    def words(self, file: Path, *more: str) -> list[str]:
        """The words of an import of *file*."""
        asked = (
            "--questionnaire",
            small.REFERENCE,
            "--mapping",
            self.file("map.yaml"),
            "--population",
            self.file("people.csv"),
        )
        return ["wave", "import", str(file), *asked, "--collected", "2026-04-01", *more]

    def wave(self, name: str = "small-2026-04-01") -> WaveFacts:
        """The wave as stored."""
        return wave_store.find(municipalities.find("cesis").id, name)


def expected(sheets: list[Given]) -> WaveCounts:
    by_group = [(SMALL.reporting_group(one["role"][0]), one) for one in sheets]
    return count_answers(SMALL, by_group, {"schools": 20, "clinics": 20})


@pytest.mark.postgres
@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_of_each_tool_becomes_an_opened_wave(app: Flask, tmp_path: Path, style: str, kind: str) -> None:
    desk = ImportDesk(app, tmp_path)
    sample = EXPORTS / f"{style}.csv"
    file = sample if kind == "csv" else as_xlsx(sample, tmp_path / f"{style}.xlsx")
    assert "0 texts are still open" in desk.matched(file)
    told = json.loads(desk.done(*desk.words(file, "--format", "json")))
    assert told == {"wave": "small-2026-04-01", "responses": 24, "groups": {"schools": 12, "clinics": 12}}
    with app.app_context():
        wave = desk.wave()
        assert (wave.mode, wave.state, wave.public_key) == ("import", State.SCRUBBED, None)
        assert wave.opens == wave.closes == date(2026, 4, 1)
        assert opened_store.counts(wave) == expected(PEOPLE)
        assert Counter(one.stratum for one in opened_store.responses(wave)) == {"schools": 12, "clinics": 12}


@pytest.mark.parametrize("style", sorted(STYLES))
def test_the_samples_hold_what_the_styles_write(style: str) -> None:
    assert (EXPORTS / f"{style}.csv").read_text(encoding="utf-8") == as_csv(STYLES[style](SMALL, PEOPLE))


@pytest.mark.parametrize("style", sorted(STYLES))
def test_nothing_of_a_dropped_column_is_anywhere_afterwards(
    sqlite_app: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str], style: str
) -> None:
    desk = ImportDesk(sqlite_app, tmp_path)
    said = desk.matched(EXPORTS / f"{style}.csv") + desk.done(*desk.words(EXPORTS / f"{style}.csv"))
    with sqlite_app.app_context():
        backup_files.write(tmp_path / "backup")
    left = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    printed = said + "".join(capfd.readouterr())
    for trace in (MARKER, "2026/03/1", "3/14/26", "2026-03-1", "/03/2026", "192.0.2.", "0f8fad5b"):
        assert trace.encode() not in left, trace
        assert trace not in printed, trace
    assert b"wave.imported" in left, "the search finds what is there"


def everybody() -> list[Given]:
    """Sixty people, no two of whom answer alike."""
    topics = (("signs",), ("talk",), ("online",), ("signs", "talk"), ("none",))
    answers = product(("from_0", "from_5", "from_15"), ("1", "2", "3", "hard_to_say"), topics)
    return [{"role": ("teacher",), "years": (band,), "ready": (level,), "topics": topic} for band, level, topic in answers]


def test_people_whose_answers_are_in_already_are_not_imported_again(one_app: Flask, tmp_path: Path) -> None:
    """One page with a person more than the other would give away that person by subtraction, whatever each one hides."""
    desk, people = ImportDesk(one_app, tmp_path), everybody()
    (tmp_path / "people.csv").write_text("stratum,population\nschools,90\nclinics,20\n", encoding="utf-8")

    def written(given: Sequence[Given], name: str) -> list[str]:
        file = tmp_path / f"{name}.csv"
        file.write_text(as_csv(STYLES["google"](SMALL, given)), encoding="utf-8")
        (tmp_path / "map.yaml").unlink(missing_ok=True)
        desk.matched(file)
        return desk.words(file, "--name", name)

    desk.done(*written(people[:30], "first"))
    alike = [people[:30], people[:31], people[1:30], people[:12], people, [*people[:29], *people[40:50]]]
    for number, given in enumerate(alike):
        said = desk.refused(*written(given, f"again {number}"))
        assert "Many of these people are in the wave “first” already" in said
    desk.done(*written(people[30:42], "those who came late"))
    desk.done(*written(people[:1] * 30, "a year later, all alike"))
    desk.done(*written(people[:1] * 31, "two years later, all alike"))
    assert len(json.loads(desk.done("wave", "list", "--format", "json"))) == 4


def test_a_file_tells_nobody_whether_somebody_answered_here_just_so(one_app: Flask, tmp_path: Path) -> None:
    """Were a file refused for answers that were given here, guesses could be tried out with one file after the other."""
    desk, people = ImportDesk(one_app, tmp_path), everybody()[:20]
    native = small.running(one_app, codes=20, name="asked here")
    with one_app.app_context():
        submit_each((code.link for code in native.codes), people)
        wave_store.close(native.facts(), WHO)
        opening.open_wave(native.facts(), native.private, WHO)
    file = tmp_path / "guesses.csv"
    file.write_text(as_csv(STYLES["google"](SMALL, people)), encoding="utf-8")
    desk.matched(file)
    desk.done(*desk.words(file))


@pytest.mark.postgres
def test_the_order_of_the_file_is_gone(app: Flask) -> None:
    every = [{item: chosen for item, chosen in one.items() if item != "role"} for one in everybody()]
    on_sqlite = is_sqlite_app(app)
    as_stored = "SELECT wave_id, packed FROM response" if on_sqlite else "SELECT wave_id, packed FROM response ORDER BY ctid"
    with app.app_context():
        place = small.publish()
        for first, name in enumerate(("one", "two", "three")):
            given = every[first::3]  # the same people twice would be refused
            new = NewImport(name, small.REFERENCE, date(2026, 4, 1), {"schools": 80, "clinics": 20})
            wave = import_wave(place, new, [{"role": ("teacher",), **one} for one in given], WHO)
            with reading() as session:
                rows = [bytes(packed) for wave_id, packed in session.execute(text(as_stored)) if wave_id == wave.id]
            order = [given.index(unpack(SMALL, packed)) for packed in rows]
            assert len(order) == len(given)
            assert abs(kendall_deviations(order)) < NO_ORDER


@pytest.mark.postgres
def test_an_imported_wave_is_compared_with_one_that_was_asked_here(app: Flask, tmp_path: Path) -> None:
    desk = ImportDesk(app, tmp_path)
    desk.matched(EXPORTS / "google.csv")
    desk.done(*desk.words(EXPORTS / "google.csv", "--name", "earlier"))
    native = small.running(app, codes=24, name="later")
    with app.app_context():
        submit_each((code.link for code in native.codes), PEOPLE)
        wave_store.close(native.facts(), WHO)
        opening.open_wave(native.facts(), native.private, WHO)
        before, after = opened_store.opened_waves(municipalities.find("cesis").id)
        assert (before.name, after.name) == ("earlier", "later")
        assert opened_store.counts(before) == opened_store.counts(after)
        found = survey_results.compared(before.municipality_id, before, after, by=WHO)
    whole = [line for line in found.changes if line.stratum == "*" and line.now is not None]
    assert whole
    assert all(line.then == line.now for line in whole)


def test_what_is_wrong_is_listed_whole_and_nothing_is_stored(one_app: Flask, tmp_path: Path) -> None:
    desk = ImportDesk(one_app, tmp_path)
    rows = STYLES["google"](SMALL, PEOPLE)
    rows[2][2], rows[5][3], rows[9][2] = "", "99", "Birojā"
    file = tmp_path / "bad.csv"
    file.write_text(as_csv(rows), encoding="utf-8")
    desk.matched(file)
    said = desk.refused(*desk.words(file))
    assert [line.partition(": ")[0] for line in said.splitlines()] == [
        "column C (Kur Jūs strādājat?), row 3",
        "column D (Cik gadu Jūs tur strādājat?), row 6",
        "column C (Kur Jūs strādājat?), row 10",
    ]
    assert MARKER not in said
    assert json.loads(desk.done("wave", "list", "--format", "json")) == []


@pytest.mark.parametrize(
    ("people", "more", "reason"),
    [
        (9, (), "fewer than 10 people"),
        (24, ("--collected", "2026-12-24"), "the day on which it ended"),
        (24, ("--name", "x" * 101), "1 to 100 characters"),
        (24, ("--name", "game-7-10-2026"), "kept for the waves of the yearly key"),
    ],
)
def test_what_cannot_be_a_wave_is_refused(
    one_app: Flask, tmp_path: Path, people: int, more: tuple[str, ...], reason: str
) -> None:
    desk = ImportDesk(one_app, tmp_path)
    file = tmp_path / "answers.csv"
    file.write_text(as_csv(STYLES["google"](SMALL, PEOPLE[:people])), encoding="utf-8")
    desk.matched(file)
    assert reason in desk.refused(*desk.words(file, *more))


def test_a_file_is_not_imported_twice_under_one_name(one_app: Flask, tmp_path: Path) -> None:
    desk = ImportDesk(one_app, tmp_path)
    desk.matched(EXPORTS / "google.csv")
    desk.done(*desk.words(EXPORTS / "google.csv"))
    assert "a wave with this name already" in desk.refused(*desk.words(EXPORTS / "google.csv"))


def test_more_people_than_there_are_is_refused(one_app: Flask, tmp_path: Path) -> None:
    desk = ImportDesk(one_app, tmp_path)
    (tmp_path / "people.csv").write_text("stratum,population\nschools,10\nclinics,10\n", encoding="utf-8")
    desk.matched(EXPORTS / "google.csv")
    assert "check the numbers of people" in desk.refused(*desk.words(EXPORTS / "google.csv"))
