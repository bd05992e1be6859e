"""Statements about a plan are written as canonical JSON and read back strictly."""

import json
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import statement_json
from analysis.cases import Degree
from analysis.statement_json import UnreadableStatementError
from analysis.statements import KIND_NAMES, TYPES, Kind, Measurement, MemberList, MoneyOfYear, Statement, kind_of
from questionnaires.plan_types import Member

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
WORDS = st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip()) and text.isprintable())
st.register_type_strategy(date, DAYS)
st.register_type_strategy(str, WORDS)
st.register_type_strategy(float, st.floats(-1e9, 1e9))


def statements() -> st.SearchStrategy[Statement]:
    """Any statement of any kind."""
    return st.one_of([st.builds(TYPES[kind]) for kind in KIND_NAMES])


@given(statements())
def test_what_is_written_is_read_back_as_it_was(statement: Statement) -> None:
    text = statement_json.write(statement)
    again = statement_json.read(kind_of(statement), text)
    assert again == statement
    assert statement_json.write(again) == text


def test_the_same_statement_has_one_form_only() -> None:
    written = statement_json.write(MoneyOfYear(row="8.1.c", year=2026, planned=6820.0, source="plāns"))
    assert written == '{"planned":6820,"refused":false,"row":"8.1.c","source":"plāns","year":2026}'


def test_members_keep_their_days() -> None:
    members = (Member("sun", "Saulīte", until=date(2026, 8, 31)), Member("moon", "Mēnestiņš"))
    stated = MemberList(of_set="kindergartens", members=members, source="reģistrs")
    assert statement_json.read("members", statement_json.write(stated)) == stated


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"value": "5"}, "value"),
        ({"value": True}, "value"),
        ({"on": "2026-13-01"}, "on"),
        ({"on": "20260101"}, "on"),
        ({"source": " "}, "source"),
        ({"colour": "red"}, "colour"),
        ({"what": None}, "what"),
    ],
)
def test_what_does_not_fit_its_type_is_refused_by_name(change: dict[str, object], key: str) -> None:
    sound = {"what": "4.3.1", "value": 5, "on": "2026-01-01", "source": "pārskats"}
    assert isinstance(statement_json.made("measurement", sound), Measurement)
    with pytest.raises(UnreadableStatementError) as refusal:
        statement_json.made("measurement", {**sound, **change})
    assert refusal.value.key == key


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"what": "4.3.1"}', '{"value": NaN}'])
def test_a_document_that_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(UnreadableStatementError):
        statement_json.read("measurement", text)


@pytest.mark.parametrize("degree", [*get_args(Degree), "fine"])
def test_only_degrees_of_the_closed_list_are_set_by_hand(degree: str) -> None:
    document = {"about": "1.1.b", "degree": degree, "because": "x", "body": "g", "day": "2026-01-01", "minutes": "1"}
    kind: Kind = "override"
    if degree == "fine":
        with pytest.raises(UnreadableStatementError, match="degree"):
            statement_json.read(kind, json.dumps(document))
    else:
        assert statement_json.read(kind, json.dumps(document))
