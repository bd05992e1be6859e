"""Whatever changed between two versions, a decision settles it, and taking it back leaves no trace."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.differences import ItemDifference, compare
from questionnaires.grammar import parse_questionnaire
from questionnaires.survey_types import AnsweredBefore, Questionnaire
from questionnaires.yaml_writer import to_yaml
from surveyapp.survey.drafting import workshop
from tests.questionnaires.changes import ASKED, EDITS, OTHER, decision, next_versions, with_item

TAKEN = frozenset(item.id for item in ASKED.items)


def told(after: Questionnaire, item: str) -> ItemDifference:
    found = compare(ASKED, after).of(item)
    assert found
    return found


@settings(deadline=None, max_examples=80)
@given(next_versions(ASKED), st.data())
def test_each_question_in_other_words_can_be_called_the_same_or_a_new_one(after: Questionnaire, data: st.DataObject) -> None:
    for difference in compare(ASKED, after).undecided:
        assert difference.before
        name, earlier = difference.item.id, difference.before.id
        if data.draw(st.booleans()):
            decided = workshop.same_question(after, [name], decision(earlier))
            assert told(decided, name).bridged
        else:
            decided = workshop.new_question(after, name, earlier, TAKEN)
            (new,) = [item for item in decided.items if item.replaces == earlier]
            assert told(decided, new.id).cut == "replaced"
            assert new.id not in TAKEN or new.id == name != earlier
        assert len(compare(ASKED, decided).undecided) == len(compare(ASKED, after).undecided) - 1


@pytest.mark.parametrize("item", ["k_one", "trained", "a_plain"])
def test_a_new_identifier_reaches_rules_and_scores_and_goes_with_the_decision(item: str) -> None:
    after = replace(with_item(item, EDITS["label"]), answered_before=AnsweredBefore("trained", ("yes",), ("no",)))
    decided = workshop.new_question(after, item, item, TAKEN)
    assert parse_questionnaire(to_yaml(decided), "decided") == decided, "nothing names the old identifier any more"
    assert workshop.undone(decided, f"{item}_2") == after
    assert workshop.undone(workshop.same_question(after, [item], decision(item)), item) == after


def test_an_identifier_that_any_published_version_used_is_not_given_again() -> None:
    after = with_item("a_plain", EDITS["label"])
    taken = {*TAKEN, "a_plain_2"}
    assert [item.id for item in workshop.new_question(after, "a_plain", "a_plain", taken).items if item.replaces] == [
        "a_plain_3"
    ]


def test_the_next_version_keeps_decisions_that_stay_true_and_drops_those_that_name_another_item() -> None:
    second = with_item("a_plain", lambda item: replace(item, id="a_other", wording=decision("a_plain")))
    second = with_item("useful", lambda item: replace(item, label=OTHER, wording=decision("useful")), second)
    third = workshop.next_version(second, 9)
    assert (third.version, third.item("a_other").wording) == (9, None)
    assert third.item("useful").wording == decision("useful")
    assert compare(second, third).items == ()


def test_a_new_item_is_offered_the_item_that_reads_most_like_it() -> None:
    section = ASKED.sections[0]
    kept = tuple(item for item in section.items if item.id not in ("a_plain", "a_turned"))
    new = replace(ASKED.item("a_plain"), id="a_again")
    after = replace(ASKED, version=2, sections=(replace(section, items=(*kept, new)),))
    offered = workshop.may_continue(compare(ASKED, after), new)
    assert [item.id for item in offered] == ["a_plain", "a_turned"]
    assert workshop.looks_continued(offered[0], new)
    assert not workshop.looks_continued(ASKED.item("k_one"), new)


def test_an_identity_is_read_from_a_text_that_cannot_be_parsed() -> None:
    text = to_yaml(ASKED) + "\n  broken: [\n"
    assert workshop.identity(text) == (ASKED.id, ASKED.version)
    assert workshop.identity(workshop.with_version(text, 41)) == (ASKED.id, 41)
    assert workshop.identity("id: " + "a" * 65 + "\nversion: 1\n") is None
    assert workshop.identity("title: none") is None


def test_comments_at_the_top_of_a_file_are_kept_when_it_is_rewritten() -> None:
    assert workshop.rewritten("# Where it comes from\n\nid: x\n# gone\n", ASKED) == f"# Where it comes from\n\n{to_yaml(ASKED)}"
