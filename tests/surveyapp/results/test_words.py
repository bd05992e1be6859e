"""Every reason, degree, unit and flag of the target engine has its words, in three languages."""

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Any, get_args

import pytest
from flask import Flask
from flask_babel import force_locale

from analysis.cases import FLAGS, Certainty, Degree, Timing
from analysis.compare_rows import Family, Measure
from analysis.contradictions import MESSAGES
from analysis.matching import Cut
from analysis.reasons import CODES, reason
from analysis.statement_checks import MESSAGES as FAULTS
from analysis.tables import Band
from analysis.tables import Reason as HiddenReason
from analysis.verdicts import Verdict
from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_plan, find_questionnaire
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Counted, PeriodKind, Plan, Unit
from surveyapp.results import fault_words, finding_words, findings, words
from surveyapp.results.change import Change
from surveyapp.results.reason_words import SENTENCES, because


@pytest.fixture
def latvian(one_app: Flask) -> Iterator[None]:
    """A request in Latvian."""
    with one_app.test_request_context("/?lang=lv"):
        yield


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The municipality's plan."""
    return read_plan(find_plan("cesis-2025-2027"))


def facts_of(sentence: str) -> set[str]:
    """The facts that a sentence of the engine names."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_reason_has_a_sentence_with_the_same_facts() -> None:
    assert {code: set(re.findall(r"%\((\w+)\)s", str(text._args[0]))) for code, text in SENTENCES.items()} == {
        code: facts_of(sentence) for code, sentence in CODES.items()
    }


def test_every_word_of_a_closed_list_is_named() -> None:
    for names, keys in (
        (words.DEGREES, get_args(Degree)),
        (words.TIMINGS, get_args(Timing)),
        (words.CERTAINTIES, get_args(Certainty)),
        (words.FLAGS, FLAGS),
        (words.UNITS, get_args(Unit)),
        (words.COUNTED, get_args(Counted)),
        (findings.VERDICTS, get_args(Verdict)),
        (findings.CUTS, get_args(Cut)),
        (findings.HIDDEN, get_args(HiddenReason)),
        (findings.BANDS, get_args(Band)),
        (findings.FAMILIES, get_args(Family)),
        (findings.MEASURES, get_args(Measure)),
    ):
        assert set(names) == set(keys)


@pytest.mark.usefixtures("latvian")
def test_the_degrees_are_called_as_the_municipality_reports_them() -> None:
    latvian = ["Izpildīts", "Daļēji izpildīts", "Nav izpildīts", "Nav datu", "Nav iestājies termiņš", "Netiek vērtēts"]
    assert [str(name) for name in words.DEGREES.values()] == latvian
    assert str(words.TIMINGS["overdue"]) == "Kavējas"
    with force_locale("en"):
        english = ["Done", "Partly done", "Not done", "No data", "Not due", "Not assessed"]
        assert [str(name) for name in words.DEGREES.values()] == english
        assert str(words.TIMINGS["overdue"]) == "Overdue"
    with force_locale("ru"):
        russian = ["Выполнено", "Выполнено частично", "Не выполнено", "Нет данных", "Срок не наступил", "Не оценивается"]
        assert [str(name) for name in words.DEGREES.values()] == russian
        assert str(words.TIMINGS["overdue"]) == "Просрочено"


@pytest.mark.usefixtures("latvian")
def test_amounts_and_days_stand_in_the_right_case() -> None:
    assert [words.amount("meetings", number) for number in (1, 2, 21, 0, 11)] == [
        "1 sanāksme", "2 sanāksmes", "21 sanāksme", "0 sanāksmju", "11 sanāksmes",
    ]  # fmt: skip
    assert words.amount("hours", 2.5) == "2,5 stundas"
    assert words.by_day(date(2026, 12, 31)) == "līdz 2026. gada 31. decembrim"
    with force_locale("ru"):
        assert [words.amount("meetings", number) for number in (1, 2, 5, 21)] == [
            "1 совещание", "2 совещания", "5 совещаний", "21 совещание",
        ]  # fmt: skip
        assert words.by_day(date(2026, 12, 31)) == "до 31 декабря 2026 г."


@pytest.mark.usefixtures("latvian")
def test_words_inside_reasons_are_translated_too(plan: Plan) -> None:
    told = because(plan, reason("partly", achieved=1, required=2, unit="meetings", end=date(2025, 12, 31)))
    assert told == "Tikai 1 no 2 (sanāksmes) līdz 31.12.2025."
    assert because(plan, reason("steps_missing", steps="Survey done, Conclusions drawn")).endswith(
        ": Aptauja veikta, Secinājumi izdarīti."
    )
    assert "Daļēji izpildīts; Nav datu" in because(plan, reason("readings_differ", number=2, verdicts="partial, no_data"))
    assert "„Pirmsskolas izglītības iestādes”" in because(plan, reason("reference_set_unknown", set="kindergartens"))
    due = because(plan, reason("row_degrees", due=3, counts="done 1, partial 2"))
    assert due == "Mērķi un laikposmi, kuriem iestājies termiņš: 3 (Izpildīts: 1, Daļēji izpildīts: 2)."
    named = because(plan, reason("prerequisite_missing", target="1.1.a/meetings"))
    assert "„1.1.a Vismaz divas sanāksmes gadā”" in named
    assert because(plan, reason("approximate")) == "Prasīts aptuvens skaits: izpildīts no 90\u00a0%."


@pytest.mark.usefixtures("latvian")
def test_an_unknown_name_in_a_reason_is_shown_as_it_stands(plan: Plan) -> None:
    assert "Ēnas" in because(plan, reason("not_in_set", members="Ēnas"))
    assert "9.9.z/gone" in because(plan, reason("row_not_assessed", targets="9.9.z/gone"))


def test_every_contradiction_and_every_fault_has_a_sentence_with_the_same_facts() -> None:
    assert set(finding_words.TITLES) == set(MESSAGES)
    for code, sentences in MESSAGES.items():
        translated = finding_words.SENTENCES[code]
        for english, text in zip(sentences, translated, strict=True):
            assert set(re.findall(r"%\((\w+)\)s", str(text._args[0]))) == facts_of(english)
    assert set(finding_words.PERIODS) == set(get_args(PeriodKind))
    assert set(fault_words.FAULTS) == set(FAULTS)


@pytest.mark.usefixtures("latvian")
def test_of_a_statement_that_speaks_against_helping_those_who_disagree_are_counted() -> None:
    asked = read_questionnaire(find_questionnaire("specialists/2"))
    against = next(item.id for item in asked.items if item.reversed)
    empty: dict[str, Any] = dict.fromkeys(Change.__slots__)
    assert (
        findings.counted(asked, Change(**{**empty, "item": against, "measure": "favourable"}))
        == "Ko skaita: „Pilnīgi nepiekrītu”, „Drīzāk nepiekrītu”."
    )


@pytest.mark.usefixtures("latvian")
def test_a_share_and_the_rest_add_up_to_a_hundred_percent_also_at_halves() -> None:
    """57.5 % came out as 57 and 42.5 % as 42, because 23 / 40 times 100 is a hair below 57.5."""
    shares = {(x, n): words.whole_percent(x / n) for n in (8, 24, 40, 56, 60, 85, 200) for x in range(n + 1)}
    assert all(told + shares[n - x, n] == 100 for (x, n), told in shares.items())
    assert all(abs(told - 100 * x / n) <= 0.5 + 1e-9 for (x, n), told in shares.items())
    assert (findings.percent(23 / 40), findings.percent(17 / 40)) == ("58", "42")
    assert [findings.share_points(moved) for moved in (-0.045, 0.0, -0.004, 0.285)] == ["−4", "0", "0", "+28"]
