"""What changed between two versions of a plan is told part by part, with the value before and after."""

from pathlib import Path

import pytest

from questionnaires.library import ROOT
from questionnaires.plan_differences import Difference, compare, plain
from questionnaires.plan_grammar import parse_plan, read_plan
from questionnaires.texts import Text

EXAMPLE = (Path(__file__).parent / "examples" / "plan.yaml").read_text(encoding="utf-8")
PLAN = parse_plan(EXAMPLE, "p.yaml")


def changed(*edits: tuple[str, str]) -> list[tuple[str, str, str, str | None, object, object]]:
    """Return the differences that *edits* of the example make, as plain values."""
    text = EXAMPLE
    for old, new in edits:
        assert old in text, f"the example does not hold {old!r}"
        text = text.replace(old, new)
    found = compare(PLAN, parse_plan(text, "p.yaml"))
    return [(each.part, each.id, each.change, each.field, plain(each.before), plain(each.after)) for each in found]


@pytest.mark.parametrize("path", sorted((ROOT / "plans").glob("*/*.yaml")), ids=lambda path: path.parent.name)
def test_a_plan_does_not_differ_from_itself(path: Path) -> None:
    assert compare(read_plan(path), read_plan(path)) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("        value: 2\n", "        value: 1\n", ("target", "1.1.a/meetings", "changed", "value", 2, 1)),
        ("unit: meetings", "unit: events", ("target", "1.1.a/meetings", "changed", "unit", "meetings", "events")),
        ("counted: events", "counted: hours", ("target", "1.1.a/meetings", "changed", "counted", "events", "hours")),
        (
            "{kind: by, day: 2026-06-30}",
            "{kind: by, day: 2026-09-30}",
            (
                *("target", "1.1.a/survey", "changed", "period"),
                *({"kind": "by", "day": "2026-06-30"}, {"kind": "by", "day": "2026-09-30"}),
            ),
        ),
        (
            "    kind: set_all\n        comparator: all",
            "    kind: set_n\n        comparator: ge\n        value: 3",
            ("target", "1.1.b/all", "changed", "kind", "set_all", "set_n"),
        ),
        (
            "responsible: [school_board]",
            "responsible: [school_board, social_service]",
            ("row", "1.1.b", "changed", "responsible", ["school_board"], ["school_board", "social_service"]),
        ),
        ("2025: 6820", "2025: 7000", ("row", "1.1.a", "changed", "money 2025", 6820, 7000)),
        ("2026: 100.5, ", "", ("row", "1.1.a", "changed", "money 2026", 100.5, None)),
        (
            '["pašvaldības budžets"]',
            '["valsts budžets"]',
            ("row", "1.1.a", "changed", "money_sources", ["pašvaldības budžets"], ["valsts budžets"]),
        ),
        (
            "quarters: {2026: [1], 2025: [1, 3]}",
            "quarters: {2025: [1, 3]}",
            (
                *("row", "1.1.a", "changed", "quarters", ["2025 Q1", "2025 Q2 (unsure)", "2025 Q3", "2026 Q1"]),
                ["2025 Q1", "2025 Q2 (unsure)", "2025 Q3"],
            ),
        ),
        ("ends: 2027-12-31", "ends: 2028-12-31", ("plan", "town-2025-2027", "changed", "ends", "2027-12-31", "2028-12-31")),
        ("sensitive: true", "sensitive: false", ("row", "1.1.a", "changed", "sensitive", True, False)),
        ("until: 2026-08-31", "until: 2026-07-31", ("member", "sun", "changed", "until", "2026-08-31", "2026-07-31")),
        ('      - {id: moon, name: "Mēnestiņš"}\n', "", ("member", "moon", "gone", None, "Mēnestiņš", None)),
        (
            'en: "Yearly"',
            'en: "Every year"',
            (
                *("reading", "1.1.a/meetings/yearly", "changed", "label"),
                {"lv": "Gadā", "en": "Yearly", "ru": "Ежегодно"},
                {"lv": "Gadā", "en": "Every year", "ru": "Ежегодно"},
            ),
        ),
    ],
)
def test_one_change_is_told_with_the_value_before_and_after(
    old: str, new: str, said: tuple[str, str, str, str | None, object, object]
) -> None:
    assert said in changed((old, new))


def test_rows_that_are_new_gone_or_moved_are_told_apart() -> None:
    row = EXAMPLE[EXAMPLE.index("  - id: 1.1.b") :]
    gone = changed((row, ""))
    assert [each[:4] for each in gone] == [("row", "1.1.b", "gone", None)]
    again = row.replace("1.1.b", "1.1.c").replace("Bērnudārzi", "Cits").replace("value: 0.8", "value: 0.9")
    assert [each[:4] for each in changed((row, row + again))] == [("row", "1.1.c", "new", None)]
    moved = changed((row, row.replace("1.1.b", "1.1.z").replace("value: 0.8", "value: 0.9")))
    assert moved == [
        ("row", "1.1.z", "moved", None, "1.1.b", "1.1.z"),
        ("target", "1.1.z/growth", "changed", "value", 0.8, 0.9),
    ]


def test_what_was_answered_in_the_file_is_gone_from_its_questions_and_readings() -> None:
    question = EXAMPLE[EXAMPLE.index("    questions:\n") : EXAMPLE.index("    money:")]
    readings = EXAMPLE[EXAMPLE.index("        readings:\n") : EXAMPLE.index("      - id: survey")]
    told = changed((question, ""), (readings, ""))
    assert [each[:4] for each in told] == [
        ("question", "how_often", "gone", None),
        ("reading", "1.1.a/meetings/yearly", "gone", None),
        ("reading", "1.1.a/meetings/in_all", "gone", None),
    ]


def test_a_list_that_was_entered_tells_its_members_as_new() -> None:
    schools = '    name: {lv: "Skolas", en: "Schools", ru: "Школы"}\n'
    told = changed((schools, schools + '    members: [{id: first, name: "Pirmā"}]\n'))
    assert told == [("member", "first", "new", None, None, "Pirmā")]


def test_what_is_compared_backwards_is_told_backwards() -> None:
    later = parse_plan(EXAMPLE.replace("value: 0.8", "value: 0.9").replace("sensitive: true", "sensitive: false"), "p.yaml")
    back = {(each.id, each.field): (each.before, each.after) for each in compare(later, PLAN)}
    assert {(each.id, each.field): (each.after, each.before) for each in compare(PLAN, later)} == back


def test_a_difference_is_plain_json() -> None:
    name = Text("Viens", "One", "Один")
    assert Difference("row", "1.1.a", "new", None, None, name, "1.1.a").to_json() == {
        "part": "row",
        "id": "1.1.a",
        "row": "1.1.a",
        "change": "new",
        "field": None,
        "before": None,
        "after": {"lv": "Viens", "en": "One", "ru": "Один"},
    }
