"""Invented waves of an invented questionnaire, the same for the same seed."""

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.counts import count_answers, counts_under
from questionnaires.conditions import Answers
from questionnaires.grammar import read_questionnaire
from questionnaires.survey_types import AnsweredBefore, Item, Questionnaire
from questionnaires.texts import LANGUAGES, Text
from tests.attacker.lines import TOWN
from tests.attacker.points import at, runs

GOLDEN = Path(__file__).parent / "golden"
QUESTIONNAIRE_FILE = GOLDEN / "questionnaire.yaml"
POPULATION = {"teacher": 60, "preschool": 50, "police": 40, "court": 40, "social": 50}

Row = tuple[str, Answers]


def questionnaire() -> Questionnaire:
    return read_questionnaire(QUESTIONNAIRE_FILE)


def declared(margin: int, points: float = 1.0) -> Questionnaire:
    """Return it with a margin for everything (percentage points, points of the score); "trained" says who answered before."""
    plain = questionnaire()
    section = plain.sections[0]
    items = tuple(replace(item, margin=margin) if item.choices else item for item in section.items)
    scores = tuple(replace(score, margin=points) for score in plain.scores)
    sections = (replace(section, items=items), *plain.sections[1:])
    return replace(plain, sections=sections, scores=scores, answered_before=AnsweredBefore("trained", ("yes",), ("no",)))


def wider(asked: Questionnaire, more: int) -> Questionnaire:
    """Return it with *more* questions in its score, each asked as the first of them is."""
    first = asked.item(asked.scores[0].items[0])
    added = tuple(_again(first, number) for number in range(2, more + 2))
    sections = tuple(
        replace(section, items=(*section.items, *added)) if first in section.items else section for section in asked.sections
    )
    score = replace(asked.scores[0], items=(*asked.scores[0].items, *(item.id for item in added)))
    return replace(asked, sections=sections, scores=(score, *asked.scores[1:]))


def _again(item: Item, number: int) -> Item:
    label = Text(*(f"{getattr(item.label, language)} ({number})" for language in LANGUAGES))
    return replace(item, id=f"{item.id}_{number}", label=label, headline=False)


def rows(asked: Questionnaire, seed: int, people: int) -> list[Row]:
    """Return the stratum and the answers of so many people; how easy an item is and how groups differ is drawn, too."""
    chance = random.Random(seed)  # noqa: S311 - invented answers must be the same on every run
    share = chance.uniform(0.25, 0.75)
    ease = {(item.id, group): chance.betavariate(1.5, 0.8) for item in asked.asked for group in asked.strata.parts}
    found: list[Row] = []
    for _ in range(people):
        group = asked.strata.parts[0 if chance.random() < share else 1]
        leaf = chance.choice(group.leaves())
        answers: dict[str, Sequence[str]] = {str(asked.stratum_item): (leaf,)}
        for item in asked.asked:
            if item.id != asked.stratum_item and item in asked.seen(answers):
                answers[item.id] = _answer(chance, item, ease[item.id, group])
        found.append((leaf, answers))
    return found


def write_csv(path: Path, asked: Questionnaire, people: Sequence[Row]) -> Path:
    """Write answers as the command reads them."""
    columns = [item.id for item in asked.asked]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows([";".join(answers.get(column, ())) for column in columns] for _, answers in people)
    return path


def write_population(path: Path, population: Mapping[str, int] = POPULATION) -> Path:
    """Write a population file of both waves."""
    path.write_text("stratum,population\n" + "".join(f"{name},{people}\n" for name, people in population.items()))
    return path


def truth(asked: Questionnaire, people: Sequence[Row]) -> dict[tuple[str, ...], int]:
    """Return every count of a wave, as it truly is."""
    counts = count_answers(asked, people)
    found: dict[tuple[str, ...], int] = {}
    nodes = [asked.strata, *asked.reporting_groups]
    for item in asked.asked:
        for node in nodes:
            own = counts_under(counts, asked, node).items[item.id]
            numbers = _numbers(item, own.options, own.seen, own.answered)
            found |= {(item.id, "*" if node is asked.strata else node.id, column): n for column, n in numbers.items()}
    for score in asked.scores:
        for node in nodes:
            stratum = TOWN if node is asked.strata else node.id
            people_with = counts_under(counts, asked, node).score[score.id]
            found |= {at(score.id, stratum, value): n for value, n in people_with.items()}
        found |= {name: sum(found[at(score.id, TOWN, value)] for value in values) for name, values in runs(score)}
    return found


def _numbers(item: Item, options: Mapping[str, int], seen: int, answered: int) -> dict[str, int]:
    if item.kind == "knowledge":
        right = options[item.correct or ""]
        return {"right": right, "others": seen - right}
    numbers = {**options, "silent": seen - answered}
    if item.kind == "likert":
        inside = answered - sum(options[choice.id] for choice in item.choices if choice.outside_base)
        favourable = sum(options[choice] for choice in item.favourable)
        numbers |= {"favourable": favourable, "others": inside - favourable}
    if item.kind == "multiple":
        return {**options, **{f"not {choice}": seen - n for choice, n in options.items()}}
    return numbers | {f"={choice}": n for choice, n in options.items()}


def _answer(chance: random.Random, item: Item, ease: float) -> tuple[str, ...]:
    choices = [choice.id for choice in item.choices]
    if item.requirement == "optional" and chance.random() < 0.05:
        return ()
    if item.kind == "knowledge":
        return (item.correct or "",) if chance.random() < ease else (chance.choice(choices),)
    if item.kind == "multiple":
        chosen = tuple(c.id for c in item.choices if not c.exclusive and chance.random() < ease)
        return chosen or (choices[-1],)
    inside = [choice.id for choice in item.choices if not choice.outside_base]
    if len(inside) < len(choices) and chance.random() < 0.08:
        return (chance.choice(choices[len(inside) :]),)
    return (chance.choices(inside, [(ease + 0.1) ** place for place in range(len(inside))])[0],)
