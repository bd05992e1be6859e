"""``python -m analysis compare``: what it prints, and what it says about bad files."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from analysis.compare_files import main
from questionnaires.yaml_writer import to_yaml
from tests.analysis.invented import GOLDEN, QUESTIONNAIRE_FILE, questionnaire, rows, wider, write_csv, write_population

ASKED = questionnaire()
FIELDS = [
    *("item", "choice", "stratum", "measure", "n_before", "n_after", "population_before", "population_after"),
    *("before", "before_low", "before_high", "after", "after_low", "after_high", "change", "change_low", "change_high"),
    *("effect", "effect_name", "p", "p_adjusted", "p_below_05", "family", "method", "verdict"),
    *("smallest_visible_change", "hidden"),
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The options for a pair of small invented waves with their population."""
    before = write_csv(tmp_path / "before.csv", ASKED, rows(ASKED, 41, 56))
    after = write_csv(tmp_path / "after.csv", ASKED, rows(ASKED, 42, 61))
    population = write_population(tmp_path / "population.csv")
    options = ["--questionnaire", QUESTIONNAIRE_FILE, "--before", before, "--after", after, "--population", population]
    return [str(option) for option in options]


def printed(capfd: pytest.CaptureFixture[str], options: Sequence[str]) -> list[dict[str, Any]]:
    assert main(options) == 0
    found: list[dict[str, Any]] = json.loads(capfd.readouterr().out)
    return found


def refused(capfd: pytest.CaptureFixture[str], options: Sequence[str]) -> list[str]:
    assert main(options) == 2
    said = capfd.readouterr()
    assert said.out == ""
    return said.err.splitlines()


@pytest.mark.parametrize(("golden", "extra"), [("compare.json", []), ("compare_raw.json", ["--raw"])])
def test_the_output_is_the_one_agreed_on(
    capfd: pytest.CaptureFixture[str], files: list[str], golden: str, extra: list[str]
) -> None:
    found = printed(capfd, [*files, *extra])
    agreed = json.loads((GOLDEN / golden).read_text(encoding="utf-8"))
    assert len(found) == len(agreed)
    for row, expected in zip(found, agreed, strict=True):
        assert list(row) == list(expected)
        for name, value in expected.items():
            assert row[name] == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value), (row["item"], name)


def test_every_row_has_the_fields_of_the_interface_in_their_order(capfd: pytest.CaptureFixture[str], files: list[str]) -> None:
    for row in printed(capfd, files):
        assert list(row)[: len(FIELDS)] == FIELDS


def test_raw_numbers_come_with_a_warning_and_with_p(capfd: pytest.CaptureFixture[str], files: list[str]) -> None:
    assert main([*files, "--raw"]) == 0
    said = capfd.readouterr()
    assert "unprotected" in said.err
    assert any(row["p"] is not None for row in json.loads(said.out))


def test_protected_output_has_no_p_and_names_why_a_number_is_hidden(
    capfd: pytest.CaptureFixture[str], files: list[str]
) -> None:
    found = printed(capfd, files)
    assert {row["p"] for row in found} == {None}
    assert {"small_count", None} <= {row["hidden"] for row in found}


def test_a_population_may_differ_between_waves(capfd: pytest.CaptureFixture[str], files: list[str], tmp_path: Path) -> None:
    long = tmp_path / "long.csv"
    long.write_text("wave,stratum,population\nbefore,*,100\nafter,*,120\n")
    row = printed(capfd, [*files[:-1], str(long), "--raw"])[0]
    assert (row["population_before"], row["population_after"]) == (100, 120)


def test_two_versions_list_cut_items_as_not_comparable(
    capfd: pytest.CaptureFixture[str], files: list[str], tmp_path: Path
) -> None:
    earlier = tmp_path / "earlier.yaml"
    text = QUESTIONNAIRE_FILE.read_text(encoding="utf-8")
    earlier.write_text(text.replace('en: "Forward."', 'en: "Backward."'), encoding="utf-8")
    found = printed(capfd, [*files, "--raw", "--questionnaire-before", str(earlier)])
    verdicts = {row["verdict"] for row in found if row["item"] == "a_plain"}
    assert verdicts == {"not_comparable"}
    assert all(row["cut"] == "wording" and row["change"] is None for row in found if row["item"] == "a_plain")


def test_a_version_in_between_brings_its_decisions_along_if_it_is_named(
    capfd: pytest.CaptureFixture[str], files: list[str], tmp_path: Path
) -> None:
    text = QUESTIONNAIRE_FILE.read_text(encoding="utf-8")
    number = next(line for line in text.splitlines() if line.startswith("version:"))
    versions = {n: tmp_path / f"{n}.yaml" for n in (1, 2, 3)}
    for n, path in versions.items():
        words = "Backward." if n == 2 else "Forward."
        path.write_text(text.replace(number, f"version: {n}").replace('en: "Forward."', f'en: "{words}"'), encoding="utf-8")
    options = [*files, "--raw", "--questionnaire", str(versions[3]), "--questionnaire-before", str(versions[1])]

    def cuts(*more: str) -> set[str | None]:
        return {row.get("cut") for row in printed(capfd, [*options, *more]) if row["item"] == "a_plain"}

    assert cuts() == {None}, "the two are the same word for word"
    assert cuts("--questionnaire-between", str(versions[2])) == {"wording"}
    *_, said = refused(capfd, [*options, "--questionnaire-between", str(versions[3])])
    assert "3.yaml" in said
    assert "leave out --questionnaire-between" in said


def test_a_stratum_column_places_respondents_without_the_stratum_item(
    capfd: pytest.CaptureFixture[str], files: list[str], tmp_path: Path
) -> None:
    small = tmp_path / "small.csv"
    small.write_text("\ufeffstratum,k_one\r\n" + "education,a\r\nprotection,b\r\n" * 20, encoding="utf-8")
    found = printed(capfd, [*files[:2], "--before", str(small), "--after", str(small), "--raw"])
    levels = {row["stratum"]: (row["after"], row["n_after"]) for row in found if row["item"] == "k_one"}
    assert levels == {"*": (0.5, 40), "education": (1.0, 20), "protection": (0.0, 20)}
    assert {row["n_after"] for row in found if row["item"] == "k_two"} == {0}


def test_semicolons_may_part_the_columns(capfd: pytest.CaptureFixture[str], files: list[str], tmp_path: Path) -> None:
    commas, semicolons = tmp_path / "commas.csv", tmp_path / "semicolons.csv"
    commas.write_text("stratum,topics,k_one\n" + "education,signs;web,a\n" * 20)
    semicolons.write_text("stratum;topics;k_one\n" + 'education;"signs;web";a\n' * 20)
    assert printed(capfd, [*files[:2], "--before", str(commas), "--after", str(commas)]) == printed(
        capfd, [*files[:2], "--before", str(semicolons), "--after", str(semicolons)]
    )


def test_every_wrong_cell_is_named_with_its_row_and_column(
    capfd: pytest.CaptureFixture[str], files: list[str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("stratum,k_one,topics\nmayor,a,signs\nteacher,z,none;web\nteacher,a\nteacher,a;b,web;web\n")
    worse = tmp_path / "worse.csv"
    worse.write_text("k_one,shoe_size,k_one\na,43,a\n")
    said = refused(capfd, [*files[:2], "--before", str(bad), "--after", str(worse)])
    places = [line.removeprefix(f"{tmp_path}/").split(": ")[:2] for line in said]
    assert places == [
        ["bad.csv:2", "stratum"],
        ["bad.csv:3", "k_one"],
        ["bad.csv:3", "topics"],
        ["bad.csv:4", said[3].split(": ")[1]],
        ["bad.csv:5", "k_one"],
        ["bad.csv:5", "topics"],
        ["worse.csv:1", "shoe_size"],
        ["worse.csv:1", "k_one"],
    ]
    assert "2 cells" in said[3]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        ("stratum,k_one\nteacher,ā\n".encode("utf-16"), "not UTF-8"),
        (b'stratum,k_one\nteacher,"a\n', "not CSV"),
        (b"stratum\tk_one\nteacher\ta\n", "no item of that name"),
        (b"stratum,role\nprotection,teacher\n", "does not hold"),
    ],
)
def test_a_file_that_is_no_answer_file_is_refused(
    capfd: pytest.CaptureFixture[str], files: list[str], tmp_path: Path, content: bytes, complaint: str
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    said = refused(capfd, [*files[:2], "--before", str(bad), *files[4:]])
    assert len(said) == 1
    assert complaint in said[0]


def test_a_missing_file_is_said_to_be_missing(capfd: pytest.CaptureFixture[str], files: list[str]) -> None:
    assert "cannot be read" in refused(capfd, [*files[:2], "--before", "no-such-file.csv", *files[4:]])[0]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("stratum,people\nteacher,4\n", "columns must be"),
        ("stratum,population\nmayor,4\n", "no stratum 'mayor'"),
        ("stratum,population\nteacher,-4\n", "not a whole number"),
        ("stratum,population\nteacher," + "9" * 5000, "not a whole number"),
        ("stratum,population\nteacher,90\nteacher,90\n", "stands twice"),
        ("wave,stratum,population\nlast,teacher,90\n", "before or after"),
        ("stratum,population\nteacher\n", "1 cells"),
        ("stratum,population\nteacher,3\n", "more than the population"),
    ],
)
def test_a_wrong_population_file_is_refused(
    capfd: pytest.CaptureFixture[str], files: list[str], tmp_path: Path, content: str, complaint: str
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(content)
    assert complaint in refused(capfd, [*files[:-1], str(bad)])[0]


def test_the_module_runs_its_commands_and_names_them(files: list[str]) -> None:
    run = subprocess.run([sys.executable, "-m", "analysis", "compare", *files], capture_output=True, text=True, check=True)
    assert len(json.loads(run.stdout)) > 50
    unknown = subprocess.run([sys.executable, "-m", "analysis", "guess"], capture_output=True, text=True, check=False)
    assert unknown.returncode == 2
    assert "compare,progress" in unknown.stderr


def test_nothing_that_the_solver_prints_gets_between_the_numbers(files: list[str], tmp_path: Path) -> None:
    """On this wave HiGHS 1.12 prints a line of its own, whatever it is told, which stood before the first bracket."""
    wide = wider(ASKED, 5)
    asked = tmp_path / "wide.yaml"
    asked.write_text(to_yaml(wide), encoding="utf-8")
    given = dict(zip(files[::2], files[1::2], strict=True)) | {
        "--questionnaire": str(asked),
        "--before": str(write_csv(tmp_path / "printing.csv", wide, rows(wide, 20, 60))),
        "--after": str(write_csv(tmp_path / "silent.csv", wide, rows(wide, 21, 60))),
    }
    command = [sys.executable, "-m", "analysis", "compare", *(word for pair in given.items() for word in pair)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(done.stdout)


def test_only_what_a_program_writes_itself_stands_on_its_standard_output() -> None:
    """A library in C writes past Python's streams, at once or when the process ends."""
    code = (
        "import ctypes, os; from analysis import own_output; own_output.keep(); print('ā', end='');"
        "ctypes.CDLL(None).printf(b'late '); os.write(1, b'now ')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode() == "ā"
    assert sorted(done.stderr.decode().split()) == ["late", "now"]
