"""The good-behaviour game as decisions: where a player stands and what was right.

Nothing is remembered between two pages: the answers so far travel in the form. They are read as the longest run of possible
answers from the first question on, so that no page shows a question out of turn or the right answer to one that is not
answered yet. They are not signed: a player who changes them deceives nobody else, and no key rotation interrupts a game.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from questionnaires.conditions import holds
from questionnaires.survey_types import Choice, Item, Questionnaire
from surveyapp.survey.door.fields import in_order

Stage = Literal["intro", "question", "feedback", "end"]
"""Which page the player was on."""
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
ANSWERED: Final = "a-"
"""Before the item's id in the names of hidden fields with earlier answers."""


@dataclass(frozen=True, slots=True)
class Play:
    """What a player's page sent: the page's stage, the answers before it in order, and what is chosen on it."""

    code: str
    receipt: str
    stage: Stage
    answers: Mapping[str, str]
    chosen: str = ""

    def answering(self, item: Item) -> "Play":
        """Return the play with what is chosen as the answer to *item*."""
        return Play(self.code, self.receipt, "feedback", {**self.answers, item.id: self.chosen})


@dataclass(frozen=True, slots=True)
class Question:
    """A question on the page: what stands before it, its number, and the choices in the player's own order."""

    item: Item
    stories: tuple[Item, ...]
    number: int
    choices: tuple[Choice, ...]


def possible(questionnaire: Questionnaire, sent: Mapping[str, str]) -> dict[str, str]:
    """Return the answers in *sent* up to the first question without a possible one."""
    answers: dict[str, str] = {}
    for item in questionnaire.asked:
        if not holds(item.show_if, as_given(answers)):
            continue
        chosen = sent.get(ANSWERED + item.id, "")
        if not is_choice(item, chosen):
            break
        answers[item.id] = chosen
    return answers


def is_choice(item: Item, chosen: str) -> bool:
    """Say whether *chosen* is one of the item's choices."""
    return any(choice.id == chosen for choice in item.choices)


def as_given(answers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the answers as a box holds them."""
    return {item: (chosen,) for item, chosen in answers.items()}


def next_question(questionnaire: Questionnaire, play: Play) -> Question | None:
    """Return the first question that is not answered yet, with the information items right before it; None at the end."""
    given = as_given(play.answers)
    stories: list[Item] = []
    for item in questionnaire.items:
        if not holds(item.show_if, given):
            continue
        if item.kind == "information":
            stories.append(item)
        elif item.id in play.answers:
            stories.clear()
        else:
            return Question(item, tuple(stories), len(play.answers) + 1, in_order(item, play.receipt))
    return None


def last_answered(questionnaire: Questionnaire, play: Play) -> Item | None:
    """Return the question that was answered last, None before the first."""
    return questionnaire.item(list(play.answers)[-1]) if play.answers else None


def right(questionnaire: Questionnaire, play: Play) -> int:
    """Return how many questions were answered rightly."""
    return sum(questionnaire.item(item).correct == chosen for item, chosen in play.answers.items())
