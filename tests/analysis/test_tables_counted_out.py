"""All answers of small towns are put through the rule that hides counts of tables: what it shows or hides tells none."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

import pytest
from scipy.optimize import OptimizeResult

from analysis import disclosure, patterns
from analysis.counts import count_answers
from analysis.disclosure import _Audience, _release, protect_wave
from analysis.suppression import SMALL, DisclosureRefusedError, suppress
from analysis.tables import CORRECT, FAVOURABLE, TOWN, Figure, ItemTable, RawTable, StratumFigures
from analysis.thresholds import USUAL
from questionnaires.survey_types import Choice, Item, Questionnaire
from questionnaires.texts import Text
from tests.analysis.invented import questionnaire, wider

EVERY: Final = bool(os.environ.get("COUNT_EVERY_TOWN"))
"""Whether larger towns are counted out, too, which takes minutes."""
Answers = tuple[int, ...]
"""How many of a group gave each answer."""
_NAME: Final = Text("x", "x", "x")
_SILENT: Final = "silent"
RIGHT_OR_WRONG: Final = Item("asked", "knowledge", _NAME, (Choice("right", _NAME), Choice("wrong", _NAME)), correct="right")
AGREED: Final = Item("asked", "likert", _NAME, (Choice("no", _NAME), Choice("yes", _NAME)), favourable=("yes",))
OPINION: Final = Item(
    "asked",
    "likert",
    _NAME,
    (Choice("no", _NAME), Choice("yes", _NAME), Choice("hard", _NAME, outside_base=True)),
    favourable=("yes",),
)


def ways(people: int, answers: int) -> Iterator[Answers]:
    """Every way in which so many people can be dealt out to answers."""
    if answers == 1:
        yield (people,)
        return
    for count in range(people + 1):
        for rest in ways(people - count, answers - 1):
            yield (count, *rest)


def rows_of(groups: Sequence[Answers]) -> dict[str, Answers]:
    """The town and its groups."""
    return {TOWN: tuple(map(sum, zip(*groups, strict=True))), **{f"group {at}": own for at, own in enumerate(groups)}}


def figures(item: Item, own: Answers) -> StratumFigures:
    """What is known of a group before protection."""
    counts = {choice.id: Figure(count) for choice, count in zip(item.choices, own, strict=False)}
    if item is RIGHT_OR_WRONG:
        return StratumFigures(sum(own), sum(own), {CORRECT: counts["right"]})
    return StratumFigures(sum(own), own[0] + own[1], counts | {FAVOURABLE: counts["yes"]})


def published(item: Item, groups: Sequence[Answers]) -> str:
    """What is published of it."""
    table: ItemTable = RawTable(item, {name: figures(item, own) for name, own in rows_of(groups).items()})
    return repr(_release(RawTable(item, table.strata), _Audience(), USUAL).table.strata)


def small_counts(item: Item, groups: Sequence[Answers]) -> Mapping[tuple[str, str], int]:
    """Every count that must not be told from its like, if it is small."""
    answers = (*(choice.id for choice in item.choices), _SILENT)
    named = ((row, answer, n) for row, own in rows_of(groups).items() for answer, n in zip(answers, own, strict=False))
    return {(row, answer): count for row, answer, count in named}


_TOWNS: Final = [
    ("two groups", RIGHT_OR_WRONG, (10, 12)),
    ("two equal groups", RIGHT_OR_WRONG, (10, 10)),
    ("one group, and some who found it hard to say", OPINION, (14,)),
    ("a town that can show detail", OPINION, (33,)),
]
_LARGER: Final = [
    ("two larger groups", RIGHT_OR_WRONG, (12, 14)),
    ("unlike groups", RIGHT_OR_WRONG, (10, 25)),
    ("three groups", RIGHT_OR_WRONG, (10, 10, 10)),
    ("two groups, and some who found it hard to say", OPINION, (12, 12)),
    ("unlike groups, and some who found it hard to say", OPINION, (12, 15)),
]


@pytest.mark.parametrize(
    ("item", "people"), [pytest.param(*each[1:], id=each[0]) for each in (*_TOWNS, *(_LARGER if EVERY else ()))]
)
def test_whoever_knows_the_rule_cannot_tell_0_1_and_2_people_apart(item: Item, people: Sequence[int]) -> None:
    """Among all answers of which the same is published, a count that is small in one is 0, 1 and 2 in some of them.

    So it is for somebody outside. Who knows their own answer must be left with two numbers for each small count.
    """
    assert told_by(item, people) == []


def test_cells_that_are_hidden_by_what_is_true_tell_small_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule before this one, the cheapest cells: the same attacker gets through."""
    monkeypatch.setattr(disclosure, "hidden_of", lambda linked, _shape: suppress(linked))
    assert told_by(RIGHT_OR_WRONG, (10, 12))


@pytest.mark.parametrize(
    ("item", "people"),
    [
        pytest.param(AGREED, (12,), id="a town"),
        pytest.param(OPINION, (13,), id="a town, and some who found it hard to say"),
        *([pytest.param(AGREED, (12, 12), id="two groups")] if EVERY else ()),
    ],
)
def test_a_required_question_does_not_tell_whether_anybody_left_it_empty(item: Item, people: Sequence[int]) -> None:
    assert told_by(item, people, silent=True) == []


def test_mean_scores_beside_hidden_counts_of_groups_tell_nothing() -> None:
    """Two groups of 30; 4 of the town have each of two questions right, and which group they are in is hidden.

    Overlaps of answers are not counted out: what is shown here are counts and means.
    """
    asked = wider(questionnaire(), 1)
    score = asked.scores[0]
    ways_to_be = defaultdict(list)
    for one, two in product(range(5), repeat=2):
        rights = ((one, two, 15, 15), (4 - one, 4 - two, 15, 15))
        wave = protect_wave(asked, count_answers(asked, two_groups(asked, rights)))
        means = [(name, part.moments and part.moments.mean) for name, part in wave.scores[score.id].items()]
        shown = repr(([wave.items[item].strata for item in score.items], means))
        ways_to_be[shown].append({(at, group): right[at] for group, right in enumerate(rights) for at in range(2)})
    told = [shown for shown, towns in ways_to_be.items() for key in towns[0] if small_among(towns, key) not in _NOTHING]
    assert told == []
    assert all(mean is not None for name, mean in means if name == TOWN)


def two_groups(asked: Questionnaire, rights: Sequence[Answers]) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """Thirty people of each reporting group, of whom so many have each question of the score right, and no other is asked."""
    for group, right in zip(asked.reporting_groups, rights, strict=True):
        leaf = group.leaves()[0]
        for person in range(30):
            answers = {str(asked.stratum_item): (leaf,)}
            for at, name in enumerate(asked.scores[0].items):
                item = asked.item(name)
                wrong = next(choice.id for choice in item.choices if choice.id != item.correct)
                answers[name] = (str(item.correct) if (person + 7 * at) % 30 < right[at] else wrong,)
            yield leaf, answers


_NOTHING: Final[tuple[set[int], ...]] = (set(), {0, 1, 2})


def small_among(towns: Sequence[Mapping[Any, int]], key: object) -> set[int]:
    """Which small numbers a count can be in *towns* of which the same is published."""
    return {town[key] for town in towns} & {0, 1, 2}


def told_by(item: Item, people: Sequence[int], *, silent: bool = False) -> list[tuple[object, ...]]:
    """What is told of small counts in towns with groups of so many *people*, put through the rule with all their answers."""
    alike = defaultdict(list)
    for groups in product(*(ways(size, len(item.choices) + silent) for size in people)):
        alike[published(item, groups)].append(small_counts(item, groups))
    told: list[tuple[object, ...]] = []
    for shown, towns in alike.items():
        can_be = {key: {town[key] for town in towns} for key in towns[0]}
        told += [(shown, key) for key, values in can_be.items() if 0 < len(values & {0, 1, 2}) <= SMALL]
        for own in towns[0]:
            inside = [town for town in towns if town[own]]
            small = {key for town in inside if town[own] <= SMALL for key, count in town.items() if count <= SMALL}
            told += [(shown, own, key) for key in small if len({town[key] for town in inside}) == 1]
    return told


def test_where_the_solver_gives_up_nothing_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns._open.cache_clear()
    gave_up = OptimizeResult()
    gave_up.update(status=4, x=None, message="no answer")
    monkeypatch.setattr(patterns, "milp", lambda *_, **__: gave_up)
    with pytest.raises(DisclosureRefusedError, match="gave up"):
        published(RIGHT_OR_WRONG, [(6, 4), (2, 10)])
