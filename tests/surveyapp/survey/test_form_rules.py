"""What counts of a filled-in sheet, and in which order choices stand: rules that hold for every questionnaire."""

from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from questionnaires.conditions import holds
from questionnaires.survey_types import Choice, Item, Questionnaire
from questionnaires.texts import Text
from surveyapp.survey import rules
from surveyapp.survey.door import fields, forms
from tests.questionnaires.anything import CHOSEN, questionnaires

Answers = dict[str, list[str]]
often = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
receipts = st.from_regex("[A-Z]{4}(-[A-Z]{4}){3}", fullmatch=True)


@st.composite
def sent(draw: st.DrawFn, questionnaire: Questionnaire) -> Answers:
    """What anybody might send: mostly choices that exist, also none, several, and invented ones."""
    answers = {}
    for item in questionnaire.asked:
        known = st.sampled_from([choice.id for choice in item.choices])
        likely = known if draw(st.integers(0, 9)) else st.text("<>&\"'ab\x00", max_size=4)
        most = 3 if item.kind == "multiple" or not draw(st.integers(0, 9)) else 1
        answers[f"q-{item.id}"] = draw(st.lists(likely, max_size=most, unique=True))
    return {name: chosen for name, chosen in answers.items() if chosen}


@often
@given(data=st.data(), questionnaire=questionnaires(kinds=CHOSEN))
def test_only_answers_to_shown_questions_count_and_none_of_those_falls_away(
    data: st.DataObject, questionnaire: Questionnaire
) -> None:
    answers = data.draw(sent(questionnaire))
    found = forms.given(questionnaire, forms.read(MultiDict(answers)), free_text=True).answers
    assert all(problem.code != "not_shown" for problem in rules.check_answers(questionnaire, found))
    assert found == one_after_the_other(questionnaire, answers)


def one_after_the_other(questionnaire: Questionnaire, answers: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """The same by walking through the questionnaire as a person does, which is what the page's script does."""
    found: dict[str, tuple[str, ...]] = {}
    for item in questionnaire.asked:
        typed = [value.replace("\x00", "") for value in answers.get(f"q-{item.id}", ())]
        chosen = tuple(dict.fromkeys(value for value in typed if value))
        if chosen and holds(item.show_if, found):
            found[item.id] = chosen
    return found


def stays_last(item: Item) -> list[str]:
    return [one.id for one in item.choices if one.outside_base or one.exclusive or one.id == "dont_know"]


@often
@given(questionnaire=questionnaires(kinds=CHOSEN), receipt=receipts)
def test_shuffled_choices_are_all_there_those_outside_the_base_last_and_others_are_left_alone(
    questionnaire: Questionnaire, receipt: str
) -> None:
    for item in questionnaire.asked:
        ordered = [choice.id for choice in fields.in_order(item, receipt)]
        last = stays_last(item)
        assert sorted(ordered) == sorted(choice.id for choice in item.choices)
        if item.shuffled:
            assert ordered[len(ordered) - len(last) :] == last
        else:
            assert ordered == [choice.id for choice in item.choices]


def test_each_choice_stands_first_about_as_often_as_any_other() -> None:
    nothing = Text("–", "–", "–")
    item = Item("any", "multiple", nothing, tuple(Choice(name, nothing) for name in "abcd"), shuffled=True)
    first = [fields.in_order(item, f"receipt {number}")[0].id for number in range(400)]
    assert all(70 <= first.count(choice.id) <= 130 for choice in item.choices)
