"""The yearly report made from a release: what was released, byte for byte, whatever is found out afterwards."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from analysis.statements import Conclusion, Proposal
from questionnaires.plan_types import Plan
from surveyapp.cli import commands
from surveyapp.core import municipalities
from surveyapp.core.clock import Clock
from surveyapp.events import store
from surveyapp.ledger import store as ledger
from surveyapp.plans import statement_store
from surveyapp.plans import store as plan_store
from surveyapp.plans.statement_store import Author, Manner
from surveyapp.releases import making
from tests.conftest import app_on, ticking
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.results.opened_waves import two_waves
from tests.surveyapp.signing_in import sign_in

HELPED = 20
"""People in the support group: enough to be told."""


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """A small plan with two events, two opened surveys, and what the group concludes and proposes."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        with app.app_context():
            coordinator = somebody("coordinator")
            store.log(coordinator, TRAINING, held("2026-03-01", 25, title="Pirmā"))
            store.log(coordinator, SUPPORT, held("2026-04-01", HELPED, title="Atbalsts"))
            said = (
                Conclusion(year=2026, section="summary", text="Secinājums, kas ir laidienā."),
                proposal("Priekšlikums laidienā."),
            )
            for each in said:
                statement_store.state(Author.of(coordinator), current(), each)
        two_waves(app)

    return fill


@pytest.fixture
def now() -> Clock:
    """A clock that goes."""
    return ticking()


@pytest.fixture
def app(one_app: Flask) -> Flask:
    """On SQLite alone: nothing here differs between databases."""
    return one_app


def current() -> Plan:
    """The plan in force."""
    plan = plan_store.current(municipalities.find("cesis").id)
    assert plan
    return plan


def proposal(said: str) -> Proposal:
    """A proposal for the year."""
    return Proposal(year=2026, number=1, text=said)


def released(app: Flask, **wanted: str) -> int:
    """Make a release; its number."""
    with app.app_context():
        return making.make(municipalities.find("cesis").id, wanted.get("level", "group"), "test").number  # type: ignore[arg-type]


def written(app: Flask, folder: Path, *options: str, kind: str = "html") -> bytes:
    """The report as a file of the command line."""
    out = folder / f"report.{kind}"
    done = CliRunner().invoke(
        commands, ["report", "2026", "--format", kind, "--lang", "lv", "--out", str(out), *options], obj=lambda: app
    )
    assert done.exit_code == 0, done.output
    return out.read_bytes()


def line_of_the_group(report: str) -> str:
    """What the report's chapter of goals says of the row about the support group."""
    told = re.sub(r"<[^>]*>", " ", report[report.index("<main>") :])
    return told[(start := told.index("10 vecāki")) : start + 60]


def refused(app: Flask, folder: Path, year: str, *options: str) -> str:
    """Why the command writes no report; it writes none."""
    out = folder / "none.html"
    done = CliRunner().invoke(commands, ["report", year, "--format", "html", "--out", str(out), *options], obj=lambda: app)
    assert done.exit_code != 0
    assert not out.exists()
    return f"{done.output}{done.exception}"


def test_the_report_of_a_release_stays_the_same_whatever_is_found_out_afterwards(app: Flask, tmp_path: Path) -> None:
    number = released(app)
    files = {kind: written(app, tmp_path, "--release", str(number), kind=kind) for kind in ("html", "pdf", "docx")}
    with app.app_context():
        coordinator = somebody("coordinator", "second")
        store.correct(coordinator, 1, 1, held("2026-03-01", 31, title="Pirmā"), "Saraksts saņemts vēlāk.")
        anew = Conclusion(year=2026, section="summary", text="Secinājums pēc laidiena.")
        statement_store.state(Author.of(coordinator), current(), anew, Manner(1, "Pārdomāts"))
    for kind, content in files.items():
        assert written(app, tmp_path, "--release", str(number), kind=kind) == content, kind
    told = files["html"].decode()
    assert "Secinājums, kas ir laidienā." in told
    assert "Priekšlikums laidienā." in told
    assert "Darba kopija" not in told
    working = written(app, tmp_path).decode()
    assert "Darba kopija" in working
    assert "Secinājums pēc laidiena." in working


def test_made_on_another_day_only_the_day_differs(app: Flask, one_url: str, tmp_path: Path) -> None:
    number = released(app)
    first = written(app, tmp_path, "--release", str(number)).decode().splitlines()
    later = app_on(one_url, tmp_path, ticking(days=500))
    second = written(later, tmp_path, "--release", str(number)).decode().splitlines()
    later.extensions["engine"].dispose()
    differing = [(one, other) for one, other in zip(first, second, strict=True) if one != other]
    assert len(differing) == 1
    assert "Sagatavots" in differing[0][0]


def test_the_title_page_names_the_release_and_its_check_sum_in_every_file(app: Flask, tmp_path: Path) -> None:
    number = released(app)
    with app.app_context():
        found = ledger.find(municipalities.find("cesis").id, number)
    assert found
    told = written(app, tmp_path, "--release", str(number)).decode()
    assert found.hash in told
    assert f"/results/releases/{number}" in told, "where each number leads to what it was counted from"
    with zipfile.ZipFile(BytesIO(written(app, tmp_path, "--release", str(number), kind="docx"))) as archive:
        assert found.hash in archive.read("word/document.xml").decode()
        assert f"/results/releases/{number}" in archive.read("word/document.xml").decode()
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_a_number_that_a_release_hides_beside_an_earlier_one_stands_in_no_report_of_it(app: Flask, tmp_path: Path) -> None:
    first = released(app)
    more = HELPED + 2
    with app.app_context():
        facts = held("2026-04-01", more, title="Atbalsts")
        store.correct(somebody("coordinator", "second"), 2, 1, facts, "Divi vairāk.")
    second = released(app)
    before, after, working = (
        line_of_the_group(written(app, tmp_path, *options).decode())
        for options in (("--release", str(first)), ("--release", str(second)), ())
    )
    assert re.search(rf"\b{HELPED}\b", before)
    for later in (after, working):  # whoever reads both would know of the two who were added
        assert not re.search(rf"\b({more}|{HELPED})\b", later)


def test_a_report_is_refused_from_a_release_that_does_not_fit_and_says_which_does(app: Flask, tmp_path: Path) -> None:
    group, public = released(app), released(app, level="public")
    assert "rounded" in refused(app, tmp_path, "2026", "--release", str(public))
    assert f"report of 2026: {group}." in refused(app, tmp_path, "2026", "--release", "77")
    assert "--as-of 2025-12-31" in refused(app, tmp_path, "2025", "--release", str(group))
    assert "of the plan" in refused(app, tmp_path, "2026", "--release", str(group), "--plan", "another")


def test_on_the_page_the_reader_picks_a_release_and_gets_its_files(app: Flask) -> None:
    number, public = released(app), released(app, level="public")
    client = app.test_client()
    sign_in(client, app, "coordinator")
    page = client.get("/results/report?year=2026&lang=lv").text
    assert "Darba kopija" in page
    assert f'<option value="{number}"' in page
    assert f'<option value="{public}"' not in page
    chosen = client.get(f"/results/report?year=2026&release={number}").text
    assert "Darba kopija" not in chosen
    assert f"report/2026.pdf?plan=small&amp;release={number}" in chosen
    given = client.get(f"/results/report/2026.html?release={number}&in=lv")
    assert f"release-{number}-lv.html" in given.headers["Content-Disposition"]
    for query in ("2026&release=99", f"2026&release={public}", f"2025&release={number}"):
        answer = client.get(f"/results/report?year={query}")
        assert answer.status_code == 409
        assert "/results/releases" in answer.text
