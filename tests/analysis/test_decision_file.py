"""Decisions from a file: they change the verdicts of the command, and every problem is named with its line."""

import json
from pathlib import Path

import pytest

from analysis.decision_file import read_decisions
from analysis.progress_files import main
from questionnaires.plan_grammar import read_plan
from questionnaires.problems import FileRefusedError
from tests.analysis.plans import day

PLAN_FILE = Path(__file__).parents[1] / "questionnaires" / "examples" / "plan.yaml"
EVENTS = (
    "indicator,held_on,title,audience,unique_persons,attendances,hours,institution,evidence,value\n1.1.b,2026-12-31,R,,,,,,,3\n"
)
DECISIONS = """\
decisions:
  - {kind: reading, target: 1.1.a/meetings, reading: in_all, body: group, day: 2026-03-01, minutes: "No 3"}
  - {kind: baseline, target: 1.1.b/growth, value: "5,0", on: 2024-12-31, source: "pārskats"}
  - kind: members
    of_set: schools
    source: reģistrs
    members: [{id: first, name: "Pirmā"}, {id: second, name: "Otrā", since: 2026-01-01}]
  - {kind: money, row: 1.1.a, year: 2026, granted: "1 000", refused: no, source: "budžets"}
"""


def test_the_command_judges_by_what_was_decided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events, decisions = tmp_path / "e.csv", tmp_path / "d.yaml"
    events.write_text(EVENTS, encoding="utf-8")
    decisions.write_text(DECISIONS, encoding="utf-8")
    asked = ["--plan", str(PLAN_FILE), "--events", str(events), "--as-of", "2028-03-01"]
    assert main(asked) == 0
    before = {each["target"]: each for each in json.loads(capsys.readouterr().out)["targets"]}
    assert before["1.1.b/growth"]["degree"] == "done"
    assert main([*asked, "--decisions", str(decisions)]) == 0
    after = json.loads(capsys.readouterr().out)["targets"]
    growth = next(each for each in after if each["target"] == "1.1.b/growth")
    assert (growth["degree"], growth["required"], growth["flags"]) == ("not_done", 5.8, ["moved_away"])
    assert {each["reading"] for each in after if each["target"] == "1.1.a/meetings"} == {"in_all"}


def test_every_problem_of_the_file_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events, decisions = tmp_path / "e.csv", tmp_path / "d.yaml"
    events.write_text(EVENTS, encoding="utf-8")
    decisions.write_text(
        """\
decisions:
  - {kind: reading, target: 1.1.a/meetings, reading: nobody, body: group, day: 2026-03-01, minutes: "No 3"}
  - {kind: wish, target: 1.1.a/meetings}
  - {kind: money, row: 1.1.a, year: soon, source: "budžets"}
  - just words
  - {kind: explanation, target: 1.1.b/all, window: 2026-01-01, text: x}
  - {kind: explanation, target: 1.1.b/all, window: 2026-01-01, text: y}
""",
        encoding="utf-8",
    )
    asked = ["--plan", str(PLAN_FILE), "--events", str(events), "--as-of", "2028-03-01", "--decisions", str(decisions)]
    assert main(asked) == 2
    told = [line.removeprefix(f"{decisions}:") for line in capsys.readouterr().err.splitlines()]
    assert [line.partition(":")[0] for line in told] == ["2", "3", "4", "5", "7"]
    assert "cannot be read in that way" in told[0]
    assert "write one of reading" in told[1]
    assert "'soon' is not a whole number" in told[2]
    assert "stated further up" in told[4]


@pytest.mark.parametrize("text", ["decisions: {}", "- {kind: money}", "decisions: []\nmore: []", "x"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "d.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefusedError):
        read_decisions(file, read_plan(PLAN_FILE), day("2026-01-01"))
