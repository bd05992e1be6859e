"""Invented respondents: who they are and what they answer, drawn from a seeded generator. Nobody real stands behind them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaires.conditions import Answers
from questionnaires.survey_types import Item, Questionnaire

POPULATION: Final[Mapping[str, int]] = {"teacher": 40, "social": 15, "police": 10, "orphans_court": 8, "doctor": 12}
"""How many specialists of each role the demonstration municipality has."""


@dataclass(frozen=True, slots=True)
class Mood:
    """How a wave is answered: how many of each role, chance of a right answer, lean towards favourable answers (0 = even)."""

    answering: Mapping[str, int]
    knowing: float
    favouring: float


BEFORE: Final = Mood({"teacher": 28, "social": 12, "police": 7, "orphans_court": 6, "doctor": 7}, knowing=0.46, favouring=0.0)
_ANSWERED_BEFORE: Final = 0.55
"""How many of those who answer now surely answered the time before; of the others one in three says so."""
AFTER: Final = Mood({"teacher": 31, "social": 13, "police": 8, "orphans_court": 6, "doctor": 8}, knowing=0.62, favouring=0.45)


def everybody(questionnaire: Questionnaire, mood: Mood, seed: int) -> Iterator[Answers]:
    """Yield the answers of every invented respondent of a wave, in random order."""
    source = random.Random(seed)  # noqa: S311 - invented data must come out the same every time
    roles = [role for role, number in mood.answering.items() for _ in range(number)]
    source.shuffle(roles)
    for role in roles:
        yield _answers(questionnaire, mood, role, source)


def _answers(questionnaire: Questionnaire, mood: Mood, role: str, source: random.Random) -> Answers:
    answers: dict[str, tuple[str, ...]] = {questionnaire.stratum_item: (role,)} if questionnaire.stratum_item else {}
    ability = source.gauss(0, 0.12)
    for item in questionnaire.asked:
        if item.id not in answers and item in questionnaire.seen(answers):
            answers[item.id] = _answer(item, mood, ability, source)
    before = questionnaire.answered_before
    if before and random.Random(ability).random() < _ANSWERED_BEFORE:  # noqa: S311 - as above
        answers[before.item] = before.yes[:1]  # drawn apart, so that all other answers stay as they are without the question
    return answers


def _answer(item: Item, mood: Mood, ability: float, source: random.Random) -> tuple[str, ...]:
    match item.kind:
        case "knowledge":
            return (_knowledge(item, mood.knowing + ability, source),)
        case "likert":
            return (_likert(item, mood.favouring + 2 * ability, source),)
        case "multiple":
            return _multiple(item, source)
        case _:
            return (source.choice(item.choices).id,)


def _knowledge(item: Item, knowing: float, source: random.Random) -> str:
    # Each question has a difficulty of its own, the same in every wave.
    chance = min(0.95, max(0.05, knowing + random.Random(item.id).uniform(-0.25, 0.25)))  # noqa: S311 - as above
    if source.random() < chance and item.correct:
        return item.correct
    return source.choice([choice.id for choice in item.choices if choice.id != item.correct])


def _likert(item: Item, favouring: float, source: random.Random) -> str:
    inside = [choice.id for choice in item.choices if not choice.outside_base]
    outside = [choice.id for choice in item.choices if choice.outside_base]
    if outside and source.random() < 0.08:  # noqa: PLR2004 - about one in twelve finds it hard to say
        return source.choice(outside)
    ordered: Sequence[str] = inside[::-1] if item.reversed else inside
    middle = (len(ordered) - 1) / 2 + favouring + random.Random(item.id).uniform(-0.4, 0.8)  # noqa: S311 - as above
    place = round(source.gauss(middle, 1.0))
    return ordered[min(len(ordered) - 1, max(0, place))]


def _multiple(item: Item, source: random.Random) -> tuple[str, ...]:
    chosen = tuple(choice.id for choice in item.choices if not choice.exclusive and source.random() < 0.35)  # noqa: PLR2004 - a third
    if chosen:
        return chosen
    exclusive = [choice.id for choice in item.choices if choice.exclusive]
    return (source.choice(exclusive or [choice.id for choice in item.choices]),)
