"""A published questionnaire or plan never changes, and every shipped one is found by its name."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from questionnaires.grammar import read_questionnaire
from questionnaires.history_grammar import read_history
from questionnaires.history_types import History
from questionnaires.library import (
    ROOT,
    UnknownVersionError,
    check_lock,
    content_hash,
    find_history,
    find_plan,
    find_questionnaire,
    histories,
    main,
    read_lock,
)
from questionnaires.messages import LOCK
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError
from questionnaires.survey_types import Questionnaire

EXAMPLES = Path(__file__).parent / "examples"
SURVEY = "surveys/helpers/2.yaml"
PLAN = "plans/town-2025-2027/1.yaml"
HISTORY = "history/town-history-2013-2015/1.yaml"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of our two examples, not published yet."""
    for example, name in (("questionnaire.yaml", SURVEY), ("plan.yaml", PLAN)):
        place = tmp_path / name
        place.parent.mkdir(parents=True)
        shutil.copyfile(EXAMPLES / example, place)
    return tmp_path


@pytest.fixture
def published(library: Path) -> Path:
    assert main(["lock", "--root", str(library)]) == 0
    return library


def found(root: Path) -> list[tuple[str, str]]:
    return [(problem.file, problem.code) for problem in check_lock(root)]


# ---- the shipped files ----


def test_no_published_file_that_we_ship_was_edited_or_is_missing() -> None:
    problems = [problem for problem in check_lock(ROOT) if problem.code != "not_locked"]
    assert [str(problem) for problem in problems] == []


def test_every_file_that_we_ship_is_read_and_stands_where_its_id_and_version_say() -> None:
    readers: dict[str, Callable[[Path], Questionnaire | Plan | History]] = {
        "surveys": read_questionnaire,
        "plans": read_plan,
        "history": read_history,
    }
    for folder, reader in readers.items():
        paths = sorted(ROOT.glob(f"{folder}/*/*.yaml"))
        assert paths, folder
        for path in paths:
            read = reader(path)
            assert (read.id, f"{read.version}.yaml") == (path.parent.name, path.name)


# ---- the lock ----


def test_a_file_is_reported_until_it_is_published(library: Path) -> None:
    assert found(library) == [(PLAN, "not_locked"), (SURVEY, "not_locked")]
    assert main(["check", "--root", str(library)]) == 1
    assert main(["lock", "--root", str(library)]) == 0
    assert found(library) == []
    assert main(["check", "--root", str(library)]) == 0


def test_the_lock_holds_one_line_with_the_hash_of_each_file(published: Path) -> None:
    expected = [f"{content_hash((published / name).read_text(encoding='utf-8'))}  {name}" for name in (PLAN, SURVEY)]
    assert (published / "published.lock").read_text(encoding="utf-8").splitlines() == expected
    assert dict(read_lock(published / "published.lock")) == {line[66:]: line[:64] for line in expected}


def test_an_edited_published_file_is_refused_and_stays_refused(published: Path) -> None:
    path, lock = published / SURVEY, published / "published.lock"
    before = lock.read_bytes()
    path.write_text(path.read_text(encoding="utf-8").replace("minutes: 10", "minutes: 11"), encoding="utf-8")
    assert found(published) == [(SURVEY, "lock_file_changed")]
    assert main(["lock", "--root", str(published)]) == 1
    assert lock.read_bytes() == before


def test_a_published_file_that_is_gone_is_refused(published: Path) -> None:
    (published / PLAN).unlink()
    assert found(published) == [(PLAN, "lock_file_missing")]
    assert main(["lock", "--root", str(published)]) == 1


def test_a_new_version_is_added_and_the_lines_of_the_old_ones_stay(published: Path) -> None:
    before = dict(read_lock(published / "published.lock"))
    text = (published / SURVEY).read_text(encoding="utf-8").replace("version: 2", "version: 10")
    (published / "surveys/helpers/10.yaml").write_text(text, encoding="utf-8")
    assert main(["lock", "--root", str(published)]) == 0
    assert dict(read_lock(published / "published.lock")) == before | {"surveys/helpers/10.yaml": content_hash(text)}


def test_a_file_with_a_fault_or_in_the_wrong_place_is_not_published(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(published / SURVEY, published / "surveys/helpers/3.yaml")
    (published / "surveys/helpers/4.yaml").write_text("id: helpers\n", encoding="utf-8")
    assert main(["lock", "--root", str(published)]) == 1
    assert list(read_lock(published / "published.lock")) == [PLAN, SURVEY]
    told = capsys.readouterr().err
    assert "surveys/helpers/3.yaml: the file says helpers/2, but its place says helpers/3" in told
    assert "surveys/helpers/4.yaml:1: the key version is missing" in told


def test_a_damaged_line_of_the_lock_is_named(published: Path) -> None:
    lock = published / "published.lock"
    lock.write_text(lock.read_text(encoding="utf-8") + "0000  surveys/../secret.yaml\n", encoding="utf-8")
    with pytest.raises(FileRefusedError) as refused:
        read_lock(lock)
    assert [(problem.line, problem.code) for problem in refused.value.problems] == [(3, "lock_line")]
    assert main(["lock", "--root", str(published)]) == 1


def test_a_file_that_cannot_be_read_any_more_is_named(published: Path) -> None:
    (published / SURVEY).write_bytes(b"\xff")
    assert found(published) == [(SURVEY, "not_utf8")]


def test_the_messages_of_the_lock_are_all_shown_here() -> None:
    shown = {"not_locked", "lock_file_changed", "lock_file_missing", "not_its_path", "lock_line"}
    assert shown == set(LOCK)


def test_line_ends_and_composed_letters_do_not_change_the_hash_but_words_do() -> None:
    assert content_hash("\ufeffa: a\u0304\r\n") == content_hash("a: ā\n")
    assert content_hash("a: ā\n") != content_hash("a: a\n")
    assert content_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_command_runs_as_a_module(library: Path) -> None:
    command = [sys.executable, "-m", "questionnaires.library", "lock", "--root", str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"published {PLAN}", f"published {SURVEY}"]


# ---- names ----


def test_a_questionnaire_and_a_plan_are_found_by_name_and_version(library: Path) -> None:
    assert find_questionnaire("helpers/2", library) == library / SURVEY
    assert find_plan("town-2025-2027/1", library) == library / PLAN


def test_a_plan_without_version_is_its_newest(library: Path) -> None:
    for version in (2, 10):
        shutil.copyfile(library / PLAN, library / f"plans/town-2025-2027/{version}.yaml")
    assert find_plan("town-2025-2027", library).name == "10.yaml"


@pytest.mark.parametrize("name", ["helpers", "helpers/3", "other/1", "../plans/1", "helpers/../2", "", "helpers/2\n", "/etc/1"])
def test_an_unknown_name_is_refused_with_the_known_ones(library: Path, name: str) -> None:
    with pytest.raises(UnknownVersionError, match="known are helpers/2"):
        find_questionnaire(name, library)


@pytest.mark.parametrize("name", ["town-2025-2027/2", "other", "..", "../surveys", ""])
def test_an_unknown_plan_is_refused_with_the_known_ones(library: Path, name: str) -> None:
    with pytest.raises(UnknownVersionError, match="known are town-2025-2027/1"):
        find_plan(name, library)


def test_the_history_of_a_finished_plan_is_found_and_published_like_a_plan(library: Path) -> None:
    assert histories(library) == ()
    place = library / HISTORY
    place.parent.mkdir(parents=True)
    shutil.copyfile(EXAMPLES / "history.yaml", place)
    assert histories(library) == ("town-history-2013-2015",)
    assert find_history("town-history-2013-2015", library) == find_history("town-history-2013-2015/1", library) == place
    with pytest.raises(UnknownVersionError, match="known are town-history-2013-2015/1"):
        find_history("town-2025-2027", library)
    assert main(["lock", "--root", str(library)]) == 0
    place.write_text(place.read_text(encoding="utf-8").replace("value: 30", "value: 31"), encoding="utf-8")
    assert found(library) == [(HISTORY, "lock_file_changed")]
