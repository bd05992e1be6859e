"""The codebook says of every item how it is asked, coded and scored, and how it read before."""

from dataclasses import replace

from questionnaires.codebook import COLUMNS, Codebook, Entry, codebook, document, rule, table
from questionnaires.conditions import Chosen, Every, Some
from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import AnsweredBefore
from tests.questionnaires.changes import ASKED, EDITS, OTHER, REASON, decision, with_item

FIRST, SECOND = (read_questionnaire(find_questionnaire(f"specialists/{version}")) for version in (1, 2))


def entry(book: Codebook, item: str) -> Entry:
    return next(each for each in book.entries if each.item.id == item)


def test_every_item_stands_in_it_once_and_every_choice_in_a_row() -> None:
    book = codebook(SECOND, [FIRST])
    assert [each.item for each in book.entries] == [*SECOND.items]
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in table(book)]
    assert len(rows) == sum(len(item.choices) or 1 for item in SECOND.items)
    right = {row["item"]: row["code"] for row in rows if row["right"]}
    assert right == {item.id: item.correct for item in SECOND.items if item.correct}
    assert {row["scores"] for row in rows if row["right"]} == {"knowledge"}


def test_an_item_in_other_words_shows_how_it_read_and_who_decided() -> None:
    (earlier,) = entry(codebook(SECOND, [FIRST]), "a_family").earlier
    assert (earlier.version, earlier.item, earlier.cut) == (1, FIRST.item("a_private"), None)
    assert earlier.decision == SECOND.item("a_family").wording


def test_an_item_that_replaces_another_shows_it_as_cut() -> None:
    (earlier,) = entry(codebook(SECOND, [FIRST]), "s_listen_explain").earlier
    assert (earlier.item, earlier.cut, earlier.decision) == (FIRST.item("s_listen"), "replaced", None)


def test_unchanged_and_new_items_have_no_earlier_wording() -> None:
    book = codebook(SECOND, [FIRST])
    assert entry(book, "a_duty").earlier == entry(book, "answered_before").earlier == ()


def test_wordings_are_followed_through_every_version_whatever_the_order_they_come_in() -> None:
    second = with_item("a_plain", lambda item: replace(item, id="a_other", label=OTHER, wording=decision("a_plain")))
    third = with_item("k_one", EDITS["right answer"], with_item("a_other", lambda item: replace(item, wording=None), second))
    fourth = with_item("a_other", lambda item: replace(item, label=REASON), third)
    book = codebook(fourth, [second, ASKED, third])
    told = [(each.version, each.item.id, each.cut, bool(each.decision)) for each in entry(book, "a_other").earlier]
    assert told == [(third.version, "a_other", "wording", False), (ASKED.version, "a_plain", None, True)]
    assert [(each.version, each.cut) for each in entry(book, "k_one").earlier] == [(second.version, "scoring")]
    assert [(each.version) for each in entry(codebook(second, [ASKED]), "k_one").earlier] == []


def test_a_codebook_without_keys_tells_no_right_answer_anywhere() -> None:
    closed, full = codebook(SECOND, [FIRST], keys=False), document(codebook(SECOND, [FIRST]))
    column = COLUMNS.index("right")
    assert not any(row[column] for row in table(closed))
    assert {item["right"] for item in full["items"] if "right" in item} == {
        item.correct for item in SECOND.items if item.correct
    }
    told = document(closed)["items"]
    assert [item["item"] for item in told if "right" in item or ("source" in item and item["scores"])] == []
    sources = {item.source for item in SECOND.items if item.correct}
    assert sources.isdisjoint(cell for row in table(closed) for cell in row)


def test_the_data_name_scales_scores_groups_and_decisions() -> None:
    told = document(codebook(SECOND, [FIRST]))
    assert (told["questionnaire"], told["version"], told["groups_by"], told["band"]) == ("specialists", 2, "role", "experience")
    assert told["scores"]["knowledge"]["items"] == list(SECOND.scores[0].items)
    assert told["groups"]["protection"]["holds"] == ["social", "orphans_court", "police", "doctor"]
    family = next(item for item in told["items"] if item["item"] == "a_family")
    assert family["earlier"][0]["decision"]["decided_by"] == "Sadarbības grupa"
    assert family["earlier"][0]["compared"] is True
    assert [choice["in_base"] for choice in family["choices"]] == [True] * 5 + [False]


def test_margins_and_the_question_who_answered_before_stand_in_it_and_a_new_margin_is_no_other_reading() -> None:
    score, named = ASKED.scores[0], AnsweredBefore("trained", ("yes",), ("no",))
    after = replace(with_item("k_one", EDITS["margin"]), scores=(replace(score, margin=0.5),), answered_before=named)
    book = codebook(after, [ASKED])
    told = document(book)
    assert told["answered_before"] == {"item": "trained", "yes": ["yes"], "no": ["no"]}
    assert told["scores"][score.id]["margin"] == 0.5
    assert [item["margin"] for item in told["items"] if item["item"] == "k_one"] == [10]
    assert {row[COLUMNS.index("margin")] for row in table(book) if row[0] == "k_one"} == {"10"}
    assert entry(book, "k_one").earlier == ()


def test_rules_are_written_as_formulas_of_ids() -> None:
    every = Every((Chosen("role", ("teacher", "police")), Some((Chosen("duty", ("1",), negated=True), Chosen("a", ("b",))))))
    assert rule(every) == "role in (teacher, police) and (not duty in (1) or a in (b))"
    assert rule(None) == ""
