"""What the published specialist questionnaire promises to those who answer it and to those who compare its waves."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import questionnaires
from analysis.matching import match_items
from questionnaires.grammar import read_questionnaire
from questionnaires.survey_types import AnsweredBefore, Item, Questionnaire
from questionnaires.texts import LANGUAGES, Text

SURVEYS = Path(questionnaires.__file__).parent / "surveys"
VERSIONS = pytest.mark.parametrize("version", [1, 2, 3])
IN_EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)

# "vārdi" and "words" are about what to say, so only the singular that means a person's name is refused.
ASKS_WHO_THE_CHILD_IS = {
    "lv": r"\bvārd(s|u|ā)\b|uzvārd|personas kod|dzimšanas|dzīvesviet|adres|tālru",
    "en": r"\b(sur)?names?\b|personal code|identity|birth|address|phone",
    "ru": r"\bим(я|ени)\b|фамили|персональн\w* код|рождени|адрес|телефон",
}
PROMISES_ANONYMITY = r"anon[iī]m|anonym|анон[иі]м|konfidenc|confidential|конфиденц"


@cache
def specialists(version: int) -> Questionnaire:
    """The questionnaire as shipped."""
    return read_questionnaire(SURVEYS / "specialists" / f"{version}.yaml")


def of_kind(questionnaire: Questionnaire, kind: str, prefix: str = "") -> list[Item]:
    """Its items of that kind whose id begins with *prefix*."""
    return [item for item in questionnaire.items if item.kind == kind and item.id.startswith(prefix)]


def texts(questionnaire: Questionnaire) -> Iterator[Text]:
    """Every text that a respondent or a reader of results meets."""
    yield from (questionnaire.title, questionnaire.intro)
    for section in questionnaire.sections:
        yield section.title
        yield from [section.intro] if section.intro else []
    for item in questionnaire.items:
        yield item.label
        yield from [item.hint] if item.hint else []
        yield from (choice.label for choice in item.choices)
    yield from (node.label for node in questionnaire.strata.walk())
    yield from (score.label for score in questionnaire.scores)


def offered(item: Item, language: str) -> dict[str, int]:
    """The length of each answer of a knowledge item, "don't know" left out."""
    return {choice.id: len(choice.label.get(language)) for choice in item.choices if choice.id != "dont_know"}


@VERSIONS
def test_the_questionnaire_is_about_ten_minutes_long(version: int) -> None:
    questionnaire = specialists(version)
    assert 30 <= len(questionnaire.asked) <= 36
    assert questionnaire.minutes == 10
    assert all("10" in questionnaire.intro.get(language) for language in LANGUAGES)


@VERSIONS
def test_it_asks_enough_about_knowledge_attitudes_skills_and_cooperation(version: int) -> None:
    questionnaire = specialists(version)
    assert len(of_kind(questionnaire, "knowledge")) >= 12
    attitudes = of_kind(questionnaire, "likert", "a_")
    assert len(attitudes) >= 8
    assert {item.scale for item in attitudes} == {"agreement"}
    assert Counter(item.reversed for item in attitudes) == {True: 4, False: 4}
    skills = of_kind(questionnaire, "likert", "s_")
    assert len(skills) >= 6
    assert {item.scale for item in skills} == {"confidence"}
    assert 2 <= len(of_kind(questionnaire, "likert", "c_")) <= 3


@VERSIONS
def test_agreement_has_five_steps_and_hard_to_say_outside_the_base(version: int) -> None:
    scale = next(scale for scale in specialists(version).scales if scale.id == "agreement")
    assert [choice.id for choice in scale.choices if not choice.outside_base] == ["1", "2", "3", "4", "5"]
    assert [choice.id for choice in scale.choices if choice.outside_base] == ["hard_to_say"]


@VERSIONS
def test_the_strata_merge_into_exactly_two_reporting_groups(version: int) -> None:
    questionnaire = specialists(version)
    groups = {group.id: set(group.leaves()) for group in questionnaire.reporting_groups}
    assert groups == {"education": {"teacher"}, "protection": {"social", "police", "orphans_court", "doctor"}}
    assert questionnaire.stratum_item == "role"
    assert questionnaire.band_item == "experience"
    assert [choice.id for choice in questionnaire.item("experience").choices] == ["lt5", "y5_15", "gt15"]


@VERSIONS
def test_every_knowledge_item_names_its_source_and_allows_not_knowing(version: int) -> None:
    for item in of_kind(specialists(version), "knowledge"):
        assert item.source, item.id
        assert item.choices[-1].id == "dont_know", item.id
        assert item.show_if is None, f"{item.id}: the score counts everyone, so everyone must see it"


@VERSIONS
def test_every_source_is_listed_in_the_documents(version: int) -> None:
    listed = (SURVEYS.parents[1] / "docs" / "questionnaire-sources.md").read_text(encoding="utf-8")
    for item in of_kind(specialists(version), "knowledge"):
        assert f"`{item.id}`" in listed, item.id


@VERSIONS
def test_the_place_of_the_right_answer_varies(version: int) -> None:
    items = of_kind(specialists(version), "knowledge")
    places = Counter(item.correct for item in items)
    assert max(places.values()) <= len(items) / 2
    assert len(places) >= 3
    in_order = [item.correct for item in items]
    assert all(len(set(in_order[start : start + 3])) > 1 for start in range(len(in_order) - 2))


@VERSIONS
@IN_EVERY_LANGUAGE
def test_the_length_of_an_answer_does_not_give_it_away(version: int, language: str) -> None:
    items = of_kind(specialists(version), "knowledge")
    lengths = {item.id: (offered(item, language), str(item.correct)) for item in items}
    longest = [name for name, (each, right) in lengths.items() if each[right] == max(each.values())]
    shortest = [name for name, (each, right) in lengths.items() if each[right] == min(each.values())]
    assert len(longest) <= len(items) / 2
    assert len(shortest) <= len(items) / 2
    for name, (each, right) in lengths.items():
        others = [length for answer, length in each.items() if answer != right]
        assert each[right] <= 1.35 * max(others), name


@VERSIONS
def test_every_text_is_translated_and_none_is_a_copy(version: int) -> None:
    for text in texts(specialists(version)):
        assert len({text.lv, text.en, text.ru}) == 3, text
        assert re.search("[а-яё]", text.ru), text
        assert not re.search("[а-яё]", text.lv + text.en), text


@VERSIONS
@IN_EVERY_LANGUAGE
def test_no_two_answers_of_one_item_read_alike(version: int, language: str) -> None:
    for item in specialists(version).items:
        labels = [choice.label.get(language) for choice in item.choices]
        assert len(set(labels)) == len(labels), item.id


@VERSIONS
@IN_EVERY_LANGUAGE
def test_nothing_asks_who_a_child_is(version: int, language: str) -> None:
    for text in texts(specialists(version)):
        assert not re.search(ASKS_WHO_THE_CHILD_IS[language], text.get(language).lower()), text.get(language)


@VERSIONS
def test_the_questionnaire_leaves_the_promise_of_anonymity_to_the_wave(version: int) -> None:
    for text in texts(specialists(version)):
        assert not re.search(PROMISES_ANONYMITY, f"{text.lv} {text.en} {text.ru}".lower()), text.en


@VERSIONS
def test_usefulness_of_training_is_asked_only_of_those_who_had_any(version: int) -> None:
    questionnaire = specialists(version)
    topics = [choice.id for choice in questionnaire.item("t_received").choices if not choice.exclusive]
    for topic in topics:
        assert questionnaire.item("t_useful") in questionnaire.seen({"t_received": [topic]})
    assert questionnaire.item("t_useful") not in questionnaire.seen({"t_received": ["none"]})
    assert questionnaire.item("t_useful") not in questionnaire.seen({})


@VERSIONS
def test_training_had_and_training_wanted_offer_the_same_topics_and_none_of_them(version: int) -> None:
    questionnaire = specialists(version)
    assert questionnaire.item("t_received").choices == questionnaire.item("t_wanted").choices
    assert [choice.id for choice in questionnaire.item("t_wanted").choices if choice.exclusive] == ["none"]


@VERSIONS
def test_the_headline_can_be_compared_between_the_versions(version: int) -> None:
    headline = [item.id for item in specialists(version).items if item.headline]
    assert 1 <= len(headline) <= 6
    assert all(specialists(1).item(name) == replace(specialists(version).item(name), margin=None) for name in headline)


def test_the_score_counts_every_knowledge_item_and_means_the_same_in_both_versions() -> None:
    before, after = (specialists(version) for version in (1, 2))
    assert [score.id for score in before.scores] == ["knowledge"]
    assert before.scores == after.scores
    assert list(before.scores[0].items) == [item.id for item in of_kind(before, "knowledge")]
    assert of_kind(before, "knowledge") == of_kind(after, "knowledge")


def test_version_two_rewords_two_items_asks_who_answered_before_and_changes_nothing_else() -> None:
    before, after = (specialists(version) for version in (1, 2))
    old = {item.id: item for item in before.items}
    new = {item.id: item for item in after.items}
    assert set(old) - set(new) == {"a_private", "s_listen"}
    assert set(new) - set(old) == {"a_family", "s_listen_explain", "answered_before"}
    assert all(old[name] == new[name] for name in set(old) & set(new))
    same_frame = replace(after, version=1, sections=before.sections)
    assert same_frame == before
    renamed = {"a_private": "a_family", "s_listen": "s_listen_explain"}
    assert [renamed.get(name, name) for name in old] == [name for name in new if name != "answered_before"]


def test_one_reworded_item_is_bridged_by_a_recorded_decision_and_one_is_cut() -> None:
    after = specialists(2)
    bridged = [item for item in after.items if item.wording]
    cut = [item for item in after.items if item.replaces]
    assert [item.wording.same_as for item in bridged if item.wording] == ["a_private"]
    assert [item.replaces for item in cut] == ["s_listen"]
    decision = bridged[0].wording
    assert decision is not None
    assert decision.decided_by == "Sadarbības grupa"
    assert decision.decided_on.year == 2026
    assert decision.reason
    assert (bridged[0].scale, bridged[0].reversed) == (specialists(1).item("a_private").scale, True)
    scored = {name for score in after.scores for name in score.items}
    assert cut[0].id == "s_listen_explain"
    assert cut[0].id not in scored


def test_the_baseline_does_not_ask_about_an_earlier_time() -> None:
    assert "answered_before" not in {item.id for item in specialists(1).items}
    assert specialists(2).item("answered_before").requirement == "soft"


def test_version_three_is_word_for_word_version_two_and_declares_margins_and_who_answered_before() -> None:
    before, after = (specialists(version) for version in (2, 3))
    assert after.answered_before == AnsweredBefore("answered_before", ("yes",), ("no",))
    with_margin = {item.id: item.margin for item in after.items if item.margin}
    assert with_margin == {item.id: 15 for item in after.items if item.headline or item.id in ("k_signs", "a_talk")}
    assert [score.margin for score in after.scores] == [1.0]
    plain = tuple(
        replace(section, items=tuple(replace(item, margin=None) for item in section.items)) for section in after.sections
    )
    scores = tuple(replace(score, margin=None) for score in after.scores)
    assert replace(after, version=2, answered_before=None, sections=plain, scores=scores) == before


@pytest.mark.parametrize("between", [(), (2,)])
def test_the_trend_from_the_baseline_to_version_three_goes_on_as_to_version_two(between: tuple[int, ...]) -> None:
    known = [specialists(version) for version in between]
    two, three = (
        [(pair.before and pair.before.id, pair.item.id, pair.cut) for pair in match_items(specialists(1), after, known)]
        for after in (specialists(2), specialists(3))
    )
    assert two == three
    assert {pair.cut for pair in match_items(specialists(2), specialists(3))} == {None}
