"""Loading plans: versions are kept, never changed, and the newest is in force."""

import json
from pathlib import Path

import click.testing
import pytest
from flask import Flask

from analysis import progress_files
from questionnaires.problems import FileRefusedError
from surveyapp.cli import commands
from surveyapp.core import audit, municipalities
from surveyapp.core.command import RefusedError
from surveyapp.events import store
from surveyapp.plans import store as plan_store
from tests.analysis.interface import assert_fixed_shape
from tests.conftest import MakeApp
from tests.surveyapp.events.plans import NEXT_VERSION, PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.signing_in import sign_in


def run(app: Flask, *arguments: str) -> click.testing.Result:
    """Run a command on *app*'s database."""
    return click.testing.CliRunner().invoke(commands, arguments, obj=lambda: app)


def test_no_plan_is_in_force_before_one_is_loaded(app: Flask) -> None:
    with app.app_context():
        assert plan_store.current(municipalities.find("cesis").id) is None


def test_the_newest_version_is_in_force_and_the_older_one_stays(app: Flask) -> None:
    load_plan(app)
    load_plan(app, NEXT_VERSION)
    with app.app_context():
        town = municipalities.find("cesis").id
        current, older = plan_store.current(town), plan_store.find(town, "small/1")
        assert current is not None
        assert older is not None
        assert (current.version, older.version) == (2, 1)
        assert [(each.version, each.in_force) for each in plan_store.every(town)] == [(1, False), (2, True)]


def test_the_same_text_again_changes_nothing(app: Flask) -> None:
    load_plan(app)
    load_plan(app, PLAN.replace("\n", "\r\n"))
    with app.app_context():
        assert len(plan_store.every(municipalities.find("cesis").id)) == 1


def test_a_loaded_version_cannot_be_changed(app: Flask) -> None:
    load_plan(app)
    with pytest.raises(RefusedError, match="raise the version"):
        load_plan(app, PLAN.replace("40 specialists", "50 specialists"))


def test_a_plan_with_problems_is_refused_with_all_of_them_and_nothing_is_loaded(app: Flask) -> None:
    broken = PLAN.replace('ru: "Опрос"}\n    source_line', 'de: "Umfrage"}\n    source_line').replace(
        "2027-12-31", "2024-12-31"
    )
    with pytest.raises(FileRefusedError) as refusal:
        load_plan(app, broken)
    assert len(refusal.value.problems) >= 2
    with app.app_context():
        assert plan_store.every(municipalities.find("cesis").id) == []


def test_a_plan_of_another_municipality_is_refused(app: Flask) -> None:
    with pytest.raises(RefusedError, match="madona"):
        load_plan(app, PLAN.replace("municipality: cesis", "municipality: madona"))


def test_a_version_without_a_row_that_holds_events_is_refused(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        store.log(somebody("organiser", "social_service"), TRAINING, held())
    with pytest.raises(RefusedError, match=r"1\.1\.a \(1\)"):
        load_plan(app, NEXT_VERSION.replace("id: 1.1.a", "id: 1.1.z"))


def test_the_commands_check_load_list_and_show(make_app: MakeApp, tmp_path_factory: pytest.TempPathFactory) -> None:
    app = make_app()
    file = tmp_path_factory.mktemp("plan") / "small.yaml"
    file.write_text(PLAN, encoding="utf-8")
    assert "4 rows with 4 targets" in run(app, "plan", "check", str(file)).output
    assert "small/1 is loaded for cesis" in run(app, "plan", "load", str(file)).output
    listed = json.loads(run(app, "plan", "list", "--format", "json").output)
    assert [(each["key"], each["version"], each["in_force"]) for each in listed] == [("small", 1, True)]
    with app.app_context():
        store.log(somebody("organiser", "social_service"), TRAINING, held(people=40))
    shown = json.loads(run(app, "plan", "show", "small", "--as-of", "2026-11-01", "--format", "json").output)
    degrees = {row["indicator"]: row["degree"] for row in shown["indicators"]}
    assert_fixed_shape(shown)
    assert degrees["1.1.a"] == "done"
    assert "1.1.a   done" in run(app, "plan", "show", "small/1").output


def test_show_prints_the_same_lists_as_the_analysis_does_from_the_saved_file_of_events(
    one_app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_plan(one_app)
    with one_app.app_context():
        organiser = somebody("organiser", "social_service")
        store.log(organiser, TRAINING, held(people=40))
        store.log(organiser, SUPPORT, held(people=12))
    client = one_app.test_client()
    sign_in(client, one_app, "coordinator")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "events.csv").write_bytes(client.get("/events/all.csv").data)
    asked = ["--plan", str(tmp_path / "plan.yaml"), "--events", str(tmp_path / "events.csv")]
    assert progress_files.main([*asked, "--as-of", "2026-11-20", "--format", "json"]) == 0
    judged = json.loads(capsys.readouterr().out)
    shown = run(one_app, "plan", "show", "small", "--as-of", "2026-11-20", "--format", "json", "--raw")
    assert json.loads(shown.output) == judged
    assert "done" in {row["degree"] for row in judged["indicators"]}


def test_show_hides_small_numbers_of_people_at_risk_unless_asked_for_them(make_app: MakeApp) -> None:
    app = make_app()
    load_plan(app)
    with app.app_context():
        store.log(somebody("organiser", "social_service"), SUPPORT, held(people=3))

    def achieved(*more: str) -> set[float | None]:
        shown = json.loads(run(app, "plan", "show", "small", "--format", "json", *more).output)
        return {each["achieved"] for each in shown["targets"] if each["indicator"] == "1.2.a"}

    assert achieved() == {None}
    assert 3 in achieved("--raw")


def test_what_was_logged_later_was_not_known_before(make_app: MakeApp) -> None:
    app = make_app()
    load_plan(app)
    with app.app_context():
        store.log(somebody("organiser", "social_service"), TRAINING, held(people=40))
    shown = run(app, "plan", "show", "small", "--known-on", "2026-11-20", "--format", "json")
    assert {row["degree"] for row in json.loads(shown.output)["indicators"]} <= {"not_due", "no_data"}


def test_an_unknown_plan_is_named_with_those_that_are_loaded(app: Flask) -> None:
    load_plan(app)
    refused = run(app, "plan", "show", "other")
    assert isinstance(refused.exception, RefusedError)
    assert "small/1" in str(refused.exception)


def test_the_shipped_plan_can_be_loaded_by_its_name(app: Flask) -> None:
    assert "cesis-2025-2027/1 is loaded for cesis: 52 rows" in run(app, "plan", "load", "cesis-2025-2027").output
    refused = run(app, "plan", "load", "nowhere")
    assert isinstance(refused.exception, RefusedError)
    assert "cesis-2025-2027/1" in str(refused.exception)


def test_a_plan_is_checked_for_contradictions_within_itself_and_against_another(app: Flask) -> None:
    assert "Contradictions" not in run(app, "plan", "check", "cesis-2025-2027").output
    told = run(app, "plan", "check", "cesis-2025-2027", "--contradictions").output
    assert "cesis-2025-2027 5.3.d/theme_day (line 30): It is promised for every year, but no quarter of 2027 is marked." in told
    both = run(app, "plan", "check", "cesis-2025-2027", "--against", "latvia-2022-2025", "--format", "json")
    found = json.loads(both.output)["contradictions"]
    assert {place["plan"] for each in found for place in each["places"]} == {"cesis-2025-2027", "latvia-2022-2025"}
    assert all(each["settled_by"] for each in found)


def test_a_plan_for_the_whole_country_may_stand_beside_a_town_s_own_which_stays_in_force(app: Flask) -> None:
    load_plan(app)
    assert "latvia-2022-2025/1 is loaded for cesis: 166 rows" in run(app, "plan", "load", "latvia-2022-2025").output
    with app.app_context():
        town = municipalities.find("cesis").id
        current = plan_store.current(town)
        assert current is not None
        assert current.id == "small"
        assert [plan.id for plan in plan_store.newest_of_each(town)] == ["small", "latvia-2022-2025"]
        assert [(each.key, each.in_force) for each in plan_store.every(town)] == [("small", True), ("latvia-2022-2025", False)]


def test_a_plan_for_the_whole_country_is_in_force_where_no_other_is_loaded(app: Flask) -> None:
    assert run(app, "plan", "load", "latvia-2022-2025").exit_code == 0
    with app.app_context():
        current = plan_store.current(municipalities.find("cesis").id)
        assert current is not None
        assert current.id == "latvia-2022-2025"


OTHER = PLAN.replace("id: small", "id: other")


def test_loading_another_plan_of_the_town_never_moves_what_is_logged_to_it(app: Flask) -> None:
    load_plan(app)
    load_plan(app, OTHER)
    load_plan(app, NEXT_VERSION)
    load_plan(app, OTHER.replace("version: 1", "version: 2"))
    with app.app_context():
        town = municipalities.find("cesis").id
        assert [(each.key, each.version) for each in plan_store.every(town) if each.in_force] == [("small", 2)]
        assert [plan.id for plan in plan_store.newest_of_each(town)] == ["small", "other"]


def test_the_plan_in_force_is_chosen_and_the_choice_is_audited(app: Flask) -> None:
    load_plan(app)
    load_plan(app, OTHER)
    assert "other/1 is in force for cesis" in run(app, "plan", "use", "other").output
    load_plan(app, NEXT_VERSION)
    with app.app_context():
        town = municipalities.find("cesis").id
        now = plan_store.current(town)
        assert now is not None
        assert now.id == "other"
        assert [plan.id for plan in plan_store.newest_of_each(town)] == ["other", "small"]
        assert audit.recorded("plan.put_in_force", "other", town)
    assert "small/2 is in force" in run(app, "plan", "use", "small").output
    refused = run(app, "plan", "use", "small/1")
    assert isinstance(refused.exception, RefusedError)


def test_the_text_of_any_loaded_version_is_kept_as_it_was(app: Flask) -> None:
    load_plan(app)
    load_plan(app, NEXT_VERSION)
    with app.app_context():
        town = municipalities.find("cesis").id
        assert plan_store.text_of(town, "small", 1) == PLAN
        assert plan_store.text_of(town, "small", 3) is None
