"""A questionnaire file is read whole, or refused with every problem, its line and how to mend it."""

from datetime import date
from pathlib import Path

import pytest

from questionnaires.conditions import Chosen, Every, Some
from questionnaires.grammar import parse_questionnaire, read_questionnaire
from questionnaires.messages import MESSAGES, QUESTIONNAIRE, VALUE
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import AnsweredBefore, Score, Wording
from questionnaires.texts import Text

EXAMPLE = (Path(__file__).parent / "examples" / "questionnaire.yaml").read_text(encoding="utf-8")


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return the problems for which *text* is refused, none if it is read."""
    try:
        parse_questionnaire(text, "q.yaml")
    except FileRefusedError as refused:
        return refused.problems
    return ()


def edited(old: str, new: str) -> str:
    assert EXAMPLE.count(old) >= 1, f"the example does not hold {old!r}"
    return EXAMPLE.replace(old, new, 1)


def test_the_example_is_read_with_all_that_it_says() -> None:
    read = parse_questionnaire(EXAMPLE, "q.yaml")
    assert (read.id, read.version, read.minutes, read.stratum_item, read.band_item) == ("helpers", 2, 10, "role", "experience")
    assert [item.id for item in read.items] == ["role", "experience", "note", "deadline", "duty", "training"]
    assert [item.id for item in read.items if item.headline] == ["deadline", "duty"]
    assert read.strata.leaves() == ("teacher", "coach", "police")
    assert [group.id for group in read.reporting_groups] == ["education", "police"]
    assert read.strata.parts[1].label == read.item("role").choice("police").label
    duty = read.item("duty")
    assert [choice.id for choice in duty.choices] == ["1", "2", "hard_to_say"]
    assert duty.favourable == ("1",), "agreeing with a reversed item is not favourable"
    assert duty.wording == Wording("duty_old", "Darba grupa", date(2026, 8, 20), Text("Skaidrāk", "Skaidrāk", "Skaidrāk"))
    assert duty.show_if == Every(
        (Chosen("role", ("teacher", "coach")), Some((Chosen("experience", ("short",), negated=True),)))
    )
    assert read.item("deadline").correct == "now"
    assert read.item("training").choice("none").exclusive
    assert read.scores == (Score("knowledge", Text("Zināšanas", "Knowledge", "Знания"), ("deadline",)),)


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "2.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    assert read_questionnaire(path) == parse_questionnaire(EXAMPLE, "q.yaml")


TEXT = '{lv: "a", en: "b", ru: "c"}'
LAST = "        favourable: [course]\n"
NUMBER = f"""{LAST}      - id: years
        kind: number
        label: {TEXT}
        minimum: 0
        maximum: 60
        bands: [0, 5, 15]
        unit: {{lv: "gadi", en: "years", ru: "лет"}}
"""
WORDS = f"""{LAST}      - id: own_words
        kind: text
        label: {TEXT}
        longest: 300
        long: true
"""
BEFORE = f"""{LAST}      - id: took_part
        kind: single
        label: {TEXT}
        choices:
          - {{id: "yes", label: {TEXT}}}
          - {{id: "no", label: {TEXT}}}
          - {{id: unsure, label: {TEXT}}}
"""
GAME = f"""id: safe-game
version: 1
instrument: game
title: {TEXT}
intro: {TEXT}
minutes: 5
sections:
  - id: play
    title: {TEXT}
    items:
      - id: hello
        kind: information
        label: {TEXT}
      - id: whom
        kind: knowledge
        label: {TEXT}
        choices:
          - {{id: adult, label: {TEXT}}}
          - {{id: nobody, label: {TEXT}}}
          - {{id: dont_know, label: {TEXT}}}
        correct: adult
        shuffled: true
        explanation: {{lv: "Jo", en: "Because", ru: "Потому что"}}
        source: "116111.lv"
"""
RULED = BEFORE.replace("        kind: single", "        kind: single\n        show_if: {item: role, any_of: [coach]}")
RULED += 'answered_before: {item: took_part, yes: ["yes"], no: ["no"]}\n'


def declared(before: str) -> tuple[str, str]:
    """Where *before* stands in the example, and what stands there then."""
    return "headline: [deadline, duty]", f"answered_before: {before}\nheadline: [deadline, duty]"


SEVEN = "[deadline, duty, role, experience, training, deadline, duty]"
REFUSED = [
    # one value
    ("not_a_map", EXAMPLE, "- a list\n", ""),
    ("not_a_map", "title: {lv: ", "title: Palīgi #", "title"),
    ("not_a_list", "headline: [deadline, duty]", "headline: deadline", "headline"),
    ("not_a_word", "minutes: 10", "minutes: [10]", "minutes"),
    ("not_a_word", 'lv: "Visi"', "lv: [Visi]", "strata.label.lv"),
    ("empty_list", "headline: [deadline, duty]", "headline: []", "headline"),
    ("too_few", '          - {id: long, label: {lv: "Vairāk"', '          # - {lv: "Vairāk"', "experience].choices"),
    ("unknown_key", "minutes: 10", "minutes: 10\nzzz: 1", "zzz"),
    ("unknown_key_near", "minutes: 10", "minuts: 10", "minuts"),
    ("missing_key", "minutes: 10\n", "", ""),
    ("missing_key", "        source: ", "        # ", "sections[main].items[deadline]"),
    ("empty_value", "minutes: 10", "minutes:", "minutes"),
    ("key_not_for_kind", "        requirement: soft\n", "        correct: long\n", "items[experience].correct"),
    ("key_not_for_kind", "        reversed: true\n", f"        choices: [{{id: x, label: {TEXT}}}]\n", "items[duty].choices"),
    (
        "key_not_for_kind",
        "        kind: information\n",
        "        kind: information\n        requirement: soft\n",
        "requirement",
    ),
    ("translation_missing", ', ru: "Все"', "", "strata.label"),
    ("translation_empty", 'ru: "Все"', 'ru: "  "', "strata.label.ru"),
    ("placeholder", 'lv: "Jūsu loma"', 'lv: "Jūsu loma, {name}"', "items[role].label.lv"),
    ("bad_id", "- id: training", "- id: Training-2", "items[4].id"),
    ("bad_id", "{id: course", "{id: a;b", "choices[1].id"),
    ("bad_id", "knowledge: {label", "Knowledge: {label", "scores.Knowledge"),
    ("reserved_id", "- id: training", "- id: stratum", "items[4].id"),
    ("duplicate_id", "- id: training", "- id: duty", "items[4].id"),
    ("duplicate_id", "  - id: main", "  - id: about", "sections[2].id"),
    ("duplicate_id", "{id: week", "{id: now", "choices[2].id"),
    ("duplicate_value", "headline: [deadline, duty]", "headline: [duty, duty]", "headline[2]"),
    ("not_a_flag", "reversed: true", "reversed: yes", "items[duty].reversed"),
    ("not_whole", "version: 2", "version: 2.0", "version"),
    ("not_whole", "version: 2", "version: ٢", "version"),
    ("too_small", "version: 2", "version: 0", "version"),
    ("too_big", "minutes: 10", "minutes: 600", "minutes"),
    ("not_a_date", "2026-08-20", "20.08.2026", "wording.decided_on"),
    ("impossible_date", "2026-08-20", "2025-02-30", "wording.decided_on"),
    ("far_date", "2026-08-20", "9999-12-31", "wording.decided_on"),
    ("long_value", 'lv: "Jūsu loma"', f'lv: "{"x" * 5001}"', "items[role].label.lv"),
    ("unknown_word", "kind: information", "kind: xyz", "items[note].kind"),
    ("unknown_word_near", "kind: multiple", "kind: multipl", "items[training].kind"),
    ("unknown_reference", "headline: [deadline, duty]", "headline: [xyz]", "headline[1]"),
    ("unknown_reference_near", "scale: agreement", "scale: agrement", "items[duty].scale"),
    ("unknown_reference_near", "favourable: [course]", "favourable: [cours]", "items[training].favourable[1]"),
    ("unknown_reference_near", "correct: now", "correct: new", "items[deadline].correct"),
    # one item
    ("dont_know_missing", "{id: dont_know", "{id: other", "items[deadline].choices"),
    ("dont_know_correct", "correct: now", "correct: dont_know", "items[deadline].correct"),
    ("outside_base_knowledge", 'ru: "Не знаю"}}', 'ru: "Не знаю"}, outside_base: true}', "choices[dont_know].outside_base"),
    ("exclusive_not_multiple", 'ru: "Больше"}}', 'ru: "Больше"}, exclusive: true}', "choices[long].exclusive"),
    ("nothing_in_base", 'ru: "Согласен"}}', 'ru: "Согласен"}, outside_base: true}', "scales.agreement.choices"),
    ("outside_base_not_last", 'ru: "Не согласен"}}', 'ru: "Не согласен"}, outside_base: true}', "scales.agreement.choices"),
    ("favourable_outside_base", 'favourable: ["2"]', "favourable: [hard_to_say]", "scales.agreement.favourable[1]"),
    (
        "favourable_both_ways",
        'favourable_reversed: ["1"]',
        'favourable_reversed: ["2"]',
        "scales.agreement.favourable_reversed",
    ),
    ("bands_wrong", LAST, NUMBER.replace("[0, 5, 15]", "[1, 5]"), "items[years].bands"),
    ("bands_wrong", LAST, NUMBER.replace("[0, 5, 15]", "[0, 15, 5]"), "items[years].bands"),
    ("bands_wrong", LAST, NUMBER.replace("[0, 5, 15]", "[0, 61]"), "items[years].bands"),
    ("too_small", LAST, NUMBER.replace("maximum: 60", "maximum: 0"), "items[years].maximum"),
    ("too_few", LAST, NUMBER.replace("[0, 5, 15]", "[0]"), "items[years].bands"),
    ("key_not_for_kind", LAST, NUMBER.replace("minimum: 0", "minimum: 0\n        longest: 9"), "items[years].longest"),
    ("text_required", LAST, WORDS + "        requirement: required\n", "items[own_words].requirement"),
    ("too_big", LAST, WORDS.replace("longest: 300", "longest: 1001"), "items[own_words].longest"),
    ("explanation_not_game", "        correct: now\n", f"        correct: now\n        explanation: {TEXT}\n", "explanation"),
    # items together
    ("headline_too_many", "headline: [deadline, duty]", f"headline: {SEVEN}", "headline"),
    ("headline_information", "headline: [deadline, duty]", "headline: [note]", "headline[1]"),
    ("score_not_knowledge", "items: [deadline]", "items: [duty]", "scores.knowledge.items[1]"),
    ("score_is_item", "knowledge: {label", "duty: {label", "scores.duty"),
    ("too_big", "        correct: now\n", "        correct: now\n        margin: 31\n", "items[deadline].margin"),
    ("not_whole", "        correct: now\n", "        correct: now\n        margin: 2.5\n", "items[deadline].margin"),
    ("key_not_for_kind", "kind: information\n", "kind: information\n        margin: 5\n", "items[note].margin"),
    ("margin_too_wide", "items: [deadline]", "items: [deadline], margin: 1", "scores.knowledge.margin"),
    ("too_small", "items: [deadline]", "items: [deadline], margin: 0", "scores.knowledge.margin"),
    ("not_a_number", "items: [deadline]", "items: [deadline], margin: few", "scores.knowledge.margin"),
    ("before_not_single", *declared("{item: training, yes: [course], no: [none]}"), "answered_before.item"),
    ("before_is_group", *declared("{item: experience, yes: [long], no: [short]}"), "answered_before.item"),
    ("before_yes_and_no", *declared("{item: role, yes: [coach], no: [coach]}"), "answered_before.no[1]"),
    ("unknown_reference", *declared("{item: nowhere, yes: [a], no: [b]}"), "answered_before.item"),
    ("unknown_reference_near", *declared("{item: role, yes: [couch], no: [police]}"), "answered_before.yes[1]"),
    ("empty_list", *declared("{item: role, yes: [], no: [police]}"), "answered_before.yes"),
    ("missing_key", *declared("{item: role, yes: [coach]}"), "answered_before"),
    ("before_not_everybody", LAST, RULED, "answered_before.item"),
    ("show_if_form", "any_of: [teacher, coach]", "any_of: [teacher], none_of: [coach]", "items[duty].show_if.all[1]"),
    ("show_if_later", "{item: role, any_of", "{item: training, any_of", "items[duty].show_if.all[1].item"),
    ("show_if_circular", "{item: role, any_of", "{item: duty, any_of", "items[duty].show_if.all[1].item"),
    ("show_if_information", "{item: role, any_of", "{item: note, any_of", "items[duty].show_if.all[1].item"),
    (
        "show_if_text",
        LAST,
        f"{WORDS}      - {{id: after, kind: information, label: {TEXT}, show_if: {{item: own_words, any_of: [x]}}}}",
        "items[after].show_if.item",
    ),
    ("unknown_reference_near", "any_of: [teacher, coach]", "any_of: [teacher, couch]", "show_if.all[1].any_of[2]"),
    ("bridge_and_cut", "        reversed: true\n", "        replaces: duty_first\n", "items[duty].replaces"),
    ("bridged_twice", "replaces: deadline_days", "replaces: duty_old", "items[duty].wording"),
    ("bridge_still_asked", "replaces: deadline_days", "replaces: duty", "items[deadline].replaces"),
    # strata
    ("stratum_not_single", "  item: role", "  item: training", "strata.item"),
    ("stratum_not_single", "  band: experience", "  band: duty", "strata.band"),
    ("stratum_not_required", "  item: role", "  item: experience", "strata.item"),
    ("band_is_stratum", "  band: experience", "  band: role", "strata.band"),
    ("groups_too_few", "    - police\n", "", "strata.tree"),
    ("leaf_missing", "    - police\n", "", "strata.tree"),
    ("leaf_twice", "    - police", "    - teacher", "strata.tree[2]"),
    ("leaf_unknown", "    - police", "    - fire", "strata.tree[2]"),
    ("node_is_leaf", "    - id: education", "    - id: police", "strata.tree[1].id"),
]


@pytest.mark.parametrize(("code", "old", "new", "key"), REFUSED, ids=[f"{row[0]}-{n}" for n, row in enumerate(REFUSED)])
def test_each_fault_is_named_with_its_place(code: str, old: str, new: str, key: str) -> None:
    text = edited(old, new)
    found = [problem for problem in problems_of(text) if problem.code == code]
    assert len(found) == 1 or code == "missing_key"
    assert found[0].key.endswith(key)
    assert found[0].message == MESSAGES[code].format(**dict(found[0].facts))
    word = key.rpartition(".")[2].partition("[")[0]
    assert found[0].line is not None
    if code not in ("not_a_map", "missing_key", "translation_missing") and word:
        near = "\n".join(text.splitlines()[max(0, found[0].line - 3) : found[0].line])
        assert word in near or key.endswith("]"), f"line {found[0].line} is not where {word} stands"


IN_GAMES = [
    ("margin_not_survey", "        correct: adult\n", "        correct: adult\n        margin: 5\n", "items[whom].margin"),
    (
        "margin_not_survey",
        "minutes: 5\n",
        f"minutes: 5\nscores: {{known: {{label: {TEXT}, items: [whom], margin: 0.5}}}}\n",
        "scores.known.margin",
    ),
    ("key_not_for_kind", "minutes: 5\n", f"minutes: 5\nanswered_before: {TEXT}\n", "answered_before"),
    ("explanation_missing", '        explanation: {lv: "Jo", en: "Because", ru: "Потому что"}\n', "", "items[2].id"),
    ("game_kind", "kind: information", f"kind: text\n        longest: 9\n        hint: {TEXT}", "items[hello].kind"),
    ("key_not_for_kind", "minutes: 5\n", "minutes: 5\nheadline: [whom]\n", "headline"),
    ("key_not_for_kind", "minutes: 5\n", "minutes: 5\nscales: {}\n", "scales"),
    ("unknown_word_near", "instrument: game", "instrument: games", "instrument"),
]


@pytest.mark.parametrize(("code", "old", "new", "key"), IN_GAMES)
def test_each_fault_of_a_game_is_named_with_its_place(code: str, old: str, new: str, key: str) -> None:
    assert old in GAME
    found = [problem for problem in problems_of(GAME.replace(old, new, 1)) if problem.code == code]
    assert [problem.key[-len(key) :] for problem in found] == [key]


def test_margins_and_the_question_who_answered_before_are_read_as_declared() -> None:
    text = edited(LAST, BEFORE + 'answered_before: {item: took_part, yes: ["yes"], no: ["no"]}\n')
    text = text.replace("items: [deadline]", "items: [deadline], margin: 0.5").replace(
        "correct: now", "margin: 10\n        correct: now"
    )
    read = parse_questionnaire(text, "q.yaml")
    assert read.answered_before == AnsweredBefore("took_part", ("yes",), ("no",))
    assert (read.item("deadline").margin, read.item("duty").margin, read.scores[0].margin) == (10, None, 0.5)


def test_numbers_are_kept_as_bands_and_own_words_have_a_longest_length() -> None:
    years = parse_questionnaire(edited(LAST, NUMBER), "q.yaml").item("years")
    assert [choice.label.en for choice in years.choices] == ["0–4 years", "5–14 years", "15–60 years"]
    assert [years.band_of(number) for number in (0, 4, 5, 60)] == ["from_0", "from_0", "from_5", "from_15"]
    words = parse_questionnaire(edited(LAST, WORDS), "q.yaml").item("own_words")
    assert (words.requirement, words.longest, words.long, words.choices) == ("optional", 300, True, ())


def test_a_game_has_neither_strata_nor_headline_and_explains_its_answers() -> None:
    game = parse_questionnaire(GAME, "q.yaml")
    assert (game.instrument, game.stratum_item, game.reporting_groups) == ("game", None, ())
    assert game.item("whom").explanation == Text("Jo", "Because", "Потому что")
    assert game.item("whom").shuffled


def test_every_message_about_a_questionnaire_has_an_example_here() -> None:
    assert {row[0] for row in [*REFUSED, *IN_GAMES]} == set(QUESTIONNAIRE) | set(VALUE)


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    text = EXAMPLE.replace("minutes: 10", "minuts: 10").replace("2026-08-20", "2026-02-30").replace("soft", "softly")
    assert [(problem.line, problem.code) for problem in problems_of(text)] == [
        (1, "missing_key"),
        (5, "unknown_key_near"),
        (41, "unknown_word_near"),
        (68, "impossible_date"),
    ]


def test_a_message_says_what_is_wrong_where_and_how_to_mend_it() -> None:
    (problem,) = problems_of(edited(', ru: "Все"', ""))
    assert str(problem) == "q.yaml:9: strata.label: the Russian text is missing; add ru:"


def test_a_circle_of_rules_names_every_item_in_it() -> None:
    rule = "show_if: {item: duty, any_of: ['1']}"
    text = edited("        replaces: deadline_days", f"        {rule}").replace(
        "item: role, any_of: [teacher, coach]", "item: deadline, any_of: [now]"
    )
    assert [problem.message for problem in problems_of(text)] == [
        "the rule goes in a circle: deadline → duty → deadline; break it"
    ]


def test_a_very_long_word_is_cut_in_the_message() -> None:
    (first, *_) = problems_of(edited("minutes: 10", f"minutes: {'9' * 50_000}"))
    assert len(str(first)) < 200


def test_a_file_full_of_faults_is_refused_with_the_first_two_hundred() -> None:
    text = EXAMPLE + "".join(f"wrong_{n}: 1\n" for n in range(5000))
    found = problems_of(text)
    assert (len(found), found[-1].code) == (201, "more_problems")
