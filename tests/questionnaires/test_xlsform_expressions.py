"""Rules are written as XLSForm says them and read back the same; what cannot be said is refused with the reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.conditions import Chosen, Condition, Every, Some
from questionnaires.xlsform_expressions import (
    ExpressionError,
    Subject,
    read_condition,
    read_limits,
    read_longest,
    write_condition,
)

SUBJECTS = {
    "role": Subject(("teacher", "coach", "police")),
    "topics": Subject(("signs", "online", "none"), multiple=True),
    "years": Subject(("from_0", "from_5", "from_15"), spans={"from_0": (0, 4), "from_5": (5, 14), "from_15": (15, 60)}),
    "note": Subject(()),
}
TEACHER, COACH = Chosen("role", ("teacher",)), Chosen("role", ("coach",))
ONLINE = Chosen("topics", ("online",))


@st.composite
def looks(draw: st.DrawFn) -> Condition:
    item = draw(st.sampled_from(["role", "topics", "years"]))
    choices = draw(st.lists(st.sampled_from(SUBJECTS[item].choices), min_size=1, unique=True))
    return Chosen(item, tuple(choices), draw(st.booleans()))


def joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return parts.map(Every) | parts.map(Some)


@given(st.recursive(looks(), joined, max_leaves=8))
@settings(deadline=None, max_examples=300)
def test_any_rule_comes_back_as_it_was(condition: Condition) -> None:
    assert read_condition(write_condition(condition, SUBJECTS), SUBJECTS) == condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("${role} = 'teacher'", TEACHER),
        ('${role}="teacher"', TEACHER),
        ("selected(${role}, 'teacher')", TEACHER),
        ("${role} != 'teacher'", Chosen("role", ("teacher",), negated=True)),
        ("not(${role} != 'teacher')", TEACHER),
        ("${role} = 'teacher' or ${role} = 'coach'", Chosen("role", ("teacher", "coach"))),
        ("(${role} = 'teacher') or ${role} = 'coach'", Some((TEACHER, COACH))),
        ("${role} = 'teacher' and selected( ${topics} , 'online' )", Every((TEACHER, ONLINE))),
        ("${role} = 'teacher' or ${role} = 'coach' and selected(${topics}, 'online')", Some((TEACHER, Every((COACH, ONLINE))))),
        ("not(${role} = 'teacher' and selected(${topics}, 'online'))", Some((TEACHER, ONLINE))),
        ("${topics} != ''", Chosen("topics", ("signs", "online", "none"))),
        ("${topics} = ''", Chosen("topics", ("signs", "online", "none"), negated=True)),
        ("${years} >= 5", Chosen("years", ("from_5", "from_15"))),
        ("${years} < 5", Chosen("years", ("from_0",))),
        ("${years} > 4 and ${years} <= 14", Chosen("years", ("from_5",))),
        ("not(${years} >= 5 and ${years} < 15)", Chosen("years", ("from_5",), negated=True)),
        ("true()", None),
        ("${role} = 'teacher' and true()", Every((TEACHER,))),
        ("${role} = 'teacher' or false()", Some((TEACHER,))),
    ],
)
def test_the_forms_that_people_write_are_understood(text: str, condition: Condition | None) -> None:
    if text.startswith("not(${role} = 'teacher' and"):
        condition = Some((Chosen("role", ("teacher",), negated=True), Chosen("topics", ("online",), negated=True)))
    assert read_condition(text, SUBJECTS) == condition


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("${role} = 'teacher", "expression_broken", "'teacher"),
        ("${role} = 'teacher' and", "expression_ends", None),
        ("(${role} = 'teacher'", "expression_ends", None),
        ("${role} = 'teacher')", "expression_broken", ")"),
        ("${role} == 'teacher'", "expression_broken", "= 'teacher'"),
        ("${role} > 'teacher'", "expression_broken", "> 'teacher'"),
        ("${role} = ${topics}", "expression_broken", "${topics}"),
        ("'teacher' = ${role}", "expression_broken", "'teacher' = ${role}"),
        ("${years} = 'many'", "expression_broken", "'many'"),
        ("count-selected(${topics}) > 1", "expression_function", "count-selected"),
        ("today() > '2026-01-01'", "expression_function", "today"),
        ("${topics} = 'online'", "expression_multiple", "topics"),
        ("${years} >= 7", "expression_bands", "years"),
        ("${years} = 5", "expression_bands", "years"),
        ("false()", "expression_never", None),
        ("${role} = 'teacher' and false()", "expression_never", None),
        ("${role} = 'teacher' or true()", "expression_never", None),
        ("(" * 60 + "${role} = 'teacher'" + ")" * 60, "expression_long", None),
        ("${role} = 'teacher' or " * 400 + "${role} = 'coach'", "expression_long", None),
    ],
)
def test_what_cannot_be_said_here_is_refused_with_the_reason(text: str, code: str, found: str | None) -> None:
    with pytest.raises(ExpressionError) as refused:
        read_condition(text, SUBJECTS)
    assert (refused.value.code, refused.value.facts.get("found")) == (code, found)


def test_a_question_that_does_not_exist_is_named() -> None:
    with pytest.raises(ExpressionError) as refused:
        read_condition("selected(${rolle}, 'x')", SUBJECTS)
    assert refused.value.unknown == "rolle"


@given(st.text("${}role'\"=!<>()andor nts,.1x_", max_size=40))
@settings(deadline=None, max_examples=300)
def test_any_other_text_is_refused_and_never_crashes(text: str) -> None:
    try:
        read_condition(text, SUBJECTS)
    except ExpressionError as refused:
        assert refused.code or refused.unknown  # noqa: PT017 - both outcomes are right, one of them with a reason


def test_constraints_are_limits_of_numbers_and_of_lengths() -> None:
    assert read_limits(". >= 0 and . <= 60") == (0, 60)
    assert read_limits(". < 61 and .>-1") == (0, 60)
    assert read_limits("(. >= 2)") == (2, None)
    assert read_longest("string-length(.) <= 200") == 200
    assert read_longest("string-length( . ) < 201") == 200


@pytest.mark.parametrize("text", [". != 5", ". >= 0 or . <= 60", ". >= ${years}", "regex(., '[0-9]')", ""])
def test_other_constraints_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="constraint_form"):
        read_limits(text)
    with pytest.raises(ExpressionError, match="constraint_form"):
        read_longest(text)
