"""Any valid questionnaire survives being written and read; any damage to one is refused with a line, and nothing crashes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.conditions import Chosen, Condition, Every, Some
from questionnaires.grammar import parse_questionnaire
from questionnaires.messages import MESSAGES
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Choice, Item, Questionnaire, Scale, Section, Stratum
from questionnaires.texts import Text
from tests.questionnaires.anything import anything

EXAMPLE = (Path(__file__).parent / "examples" / "questionnaire.yaml").read_text(encoding="utf-8")

# ---- the questionnaire as the data of its file ----


def text_data(text: Text | None) -> dict[str, str] | None:
    return {"lv": text.lv, "en": text.en, "ru": text.ru} if text else None


def present(**values: Any) -> dict[str, Any]:  # noqa: ANN401 (the values of a YAML file are of any kind)
    return {key: value for key, value in values.items() if value is not None}


def choice_data(choice: Choice) -> dict[str, Any]:
    outside, exclusive = choice.outside_base or None, choice.exclusive or None
    return present(id=choice.id, label=text_data(choice.label), outside_base=outside, exclusive=exclusive)


def condition_data(condition: Condition | None) -> dict[str, Any] | None:
    match condition:
        case None:
            return None
        case Chosen(item, chosen, negated):
            return {"item": item, "none_of" if negated else "any_of": list(chosen)}
        case Every(parts):
            return {"all": [condition_data(part) for part in parts]}
        case Some(parts):
            return {"any": [condition_data(part) for part in parts]}


def item_data(item: Item) -> dict[str, Any]:
    derived = item.scale or item.kind == "number"
    own = [choice_data(choice) for choice in item.choices] if item.choices and not derived else None
    wording = item.wording
    bridge = wording and {
        "same_as": wording.same_as,
        "decided_by": wording.decided_by,
        "decided_on": wording.decided_on.isoformat(),
        "reason": text_data(wording.reason),
    }
    return present(
        id=item.id,
        kind=item.kind,
        label=text_data(item.label),
        hint=text_data(item.hint),
        choices=own,
        scale=item.scale,
        reversed=item.reversed or None,
        favourable=list(item.favourable) or None if not item.scale else None,
        correct=item.correct,
        requirement=item.requirement if item.kind != "information" else None,
        show_if=condition_data(item.show_if),
        wording=bridge,
        replaces=item.replaces,
        source=item.source,
        shuffled=item.shuffled or None,
        explanation=text_data(item.explanation),
        minimum=item.minimum,
        maximum=item.maximum,
        bands=list(item.bands) or None,
        unit=text_data(item.unit),
        longest=item.longest or None,
        long=item.long or None,
        margin=item.margin,
    )


def part_data(part: Stratum) -> Any:  # noqa: ANN401 (a word for a leaf, a map for a group)
    if not part.parts:
        return part.id
    return {"id": part.id, "label": text_data(part.label), "parts": [part_data(each) for each in part.parts]}


def section_data(section: Section) -> dict[str, Any]:
    items = [item_data(item) for item in section.items]
    return present(id=section.id, title=text_data(section.title), intro=text_data(section.intro), items=items)


def scale_data(scale: Scale) -> dict[str, Any]:
    own = [choice_data(choice) for choice in scale.choices]
    return {"choices": own, "favourable": list(scale.favourable), "favourable_reversed": list(scale.favourable_reversed)}


def data_of(read: Questionnaire) -> dict[str, Any]:
    tree = [part_data(part) for part in read.strata.parts]
    scores = {
        score.id: present(label=text_data(score.label), items=list(score.items), margin=score.margin) for score in read.scores
    }
    before = read.answered_before
    survey = read.instrument == "survey"
    groups = present(item=read.stratum_item, band=read.band_item, label=text_data(read.strata.label), tree=tree)
    return present(
        id=read.id,
        version=read.version,
        title=text_data(read.title),
        intro=text_data(read.intro),
        minutes=read.minutes,
        instrument=None if survey else read.instrument,
        strata=groups if survey else None,
        scales={scale.id: scale_data(scale) for scale in read.scales} or None,
        scores=scores or None,
        headline=[item.id for item in read.items if item.headline] if survey else None,
        answered_before={"item": before.item, "yes": list(before.yes), "no": list(before.no)} if before else None,
        sections=[section_data(section) for section in read.sections],
    )


class WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return data is not self


def written(data: object) -> str:
    return yaml.dump(data, Dumper=WithoutAliases, allow_unicode=True, sort_keys=False)


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return the problems for which *text* is refused, none if it is read."""
    try:
        parse_questionnaire(text, "q.yaml")
    except FileRefusedError as refused:
        return refused.problems
    return ()


@given(anything)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_valid_questionnaire_is_read_as_it_was_written(read: Questionnaire) -> None:
    assert parse_questionnaire(written(data_of(read)), "q.yaml") == read


# ---- damage ----

NEEDED = {"id", "version", "title", "minutes", "strata", "sections", "headline", "lv", "en", "ru", "label", "kind"} | {
    "items", "choices", "scale", "correct", "same_as", "decided_by", "decided_on", "reason", "tree", "parts"
} | {"favourable_reversed"}  # fmt: skip


def example() -> dict[str, Any]:
    return dict(yaml.load(EXAMPLE, Loader=yaml.BaseLoader))  # noqa: S506 (the base loader makes text, lists and maps only)


def nodes(data: Any) -> Iterator[Any]:  # noqa: ANN401 (any value of a YAML file)
    yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from nodes(part)


def maps(data: object) -> list[dict[str, Any]]:
    return [node for node in nodes(data) if isinstance(node, dict)]


def refused_with_lines(data: object) -> bool:
    found = problems_of(written(data))
    return bool(found) and all(problem.line and problem.code in MESSAGES for problem in found)


@given(st.data())
@settings(deadline=None)
def test_dropping_a_needed_key_is_refused_with_a_line(data: st.DataObject) -> None:
    damaged = example()
    places = [(node, key) for node in maps(damaged) for key in node if key in NEEDED]
    node, key = data.draw(st.sampled_from(places))
    del node[key]
    assert refused_with_lines(damaged)


@given(st.data())
@settings(deadline=None)
def test_repeating_anything_with_an_id_is_refused_with_a_line(data: st.DataObject) -> None:
    damaged = example()
    lists = [node for node in nodes(damaged) if isinstance(node, list) and any(isinstance(each, dict) for each in node)]
    chosen = data.draw(
        st.sampled_from([node for node in lists if any("id" in each for each in node if isinstance(each, dict))])
    )
    twice = data.draw(st.sampled_from([each for each in chosen if isinstance(each, dict)]))
    chosen.insert(data.draw(st.integers(0, len(chosen))), twice)
    assert refused_with_lines(damaged)


@given(st.data(), st.text(min_size=1, max_size=8))
@settings(deadline=None)
def test_an_unknown_key_anywhere_is_refused_with_a_line(data: st.DataObject, name: str) -> None:
    damaged = example()
    data.draw(st.sampled_from(maps(damaged)))[f"x{name}"] = "1"
    assert refused_with_lines(damaged)


junk = st.recursive(
    st.sampled_from(["", "true", "role", "1", "-1", "nan", "2025-02-30", "knowledge", "a" * 100, "stratum", "*"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "lv", "item", "all", "kind"]), inner),
    max_leaves=8,
)


@given(st.data(), junk)
@settings(deadline=None, max_examples=150)
def test_any_value_in_place_of_any_other_never_crashes(data: st.DataObject, value: object) -> None:
    damaged = example()
    places: list[tuple[Any, Any]] = [(node, key) for node in maps(damaged) for key in node]
    places += [(node, at) for node in nodes(damaged) if isinstance(node, list) for at in range(len(node))]
    node, key = data.draw(st.sampled_from(places))
    node[key] = value
    assert all(problem.line and problem.message for problem in problems_of(written(damaged)))


@given(st.integers(0, len(EXAMPLE)), st.integers(0, 30), st.text(max_size=10))
@settings(deadline=None, max_examples=150)
def test_any_cut_in_the_text_never_crashes(start: int, length: int, put: str) -> None:
    assert all(problem.code in MESSAGES for problem in problems_of(EXAMPLE[:start] + put + EXAMPLE[start + length :]))


@given(junk | st.text().map(written))
@settings(deadline=None)
def test_a_file_of_anything_else_is_refused(value: object) -> None:
    assert problems_of(written(value))
