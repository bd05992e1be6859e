"""Putting together what the attacks learnt, and saying which count of few people it determines."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from questionnaires.survey_types import Questionnaire
from tests.attacker.answers import facts_of, guarded
from tests.attacker.attacks import ATTACKS
from tests.attacker.knowledge import ContradictionError, Facts, Name
from tests.attacker.lines import TOWN, Line
from tests.attacker.loot import Found, Loot, OwnPage
from tests.attacker.points import at, tell_runs, values_and_runs

SMALL = 2
"""Counts up to this number must look alike."""
Person = Iterable[Name]
"""Somebody's answers: each column in which they are counted, in their group and in the town."""
Truth = Mapping[Name, int]
"""Item, stratum and column to the people who truly stand there; the attacker never sees it, only who judges the attack."""
Attack = Callable[[Loot], Iterator[Found]]


def learnt(loot: Loot, attacks: Sequence[Attack] = ATTACKS) -> dict[str, list[Line]]:
    """Return the lines that the attacks together read, by wave."""
    return together(loot, (attack(loot) for attack in attacks))


def together(loot: Loot, read: Iterable[Iterable[Found]]) -> dict[str, list[Line]]:
    """Return what was *read* by any attack, by wave, each line once."""
    found: dict[str, dict[Line, None]] = {name: {} for name in loot.waves}
    for name, line in (each for part in read for each in part):
        found[name][line] = None
    return {name: list(lines) for name, lines in found.items()}


def picture(loot: Loot, name: str, lines: Sequence[Line]) -> Facts:
    """Return what *lines* together tell of one wave."""
    wave = loot.waves[name]
    facts = facts_of(wave.asked, lines, wave.people("respondents"), wave.people("population"))
    for score in wave.asked.scores:
        if _binned(lines, score.id):
            tell_runs(facts, score)
    return facts


def weak_points(
    loot: Loot,
    truths: Mapping[str, Truth],
    attacks: Sequence[Attack] = ATTACKS,
    read: Mapping[str, Sequence[Line]] | None = None,
) -> list[str]:
    """Return every count that cannot be 0, 1 and 2 any more although it is one of them, with its wave, and contradictions.

    *read* are the lines that were learnt, if somebody knows them already.
    """
    found: list[str] = []
    for name, lines in (learnt(loot, attacks) if read is None else read).items():
        try:
            told = _too_narrow(loot.waves[name].asked, picture(loot, name, lines), lines, truths[name])
            alone = (*_standing_alone(lines), *_without_a_score(loot.waves[name], lines))
            found += [f"{name}: {each}" for each in (*told, *alone)]
        except ContradictionError as error:
            found.append(f"{name}: {error}")
    return found


def known_counts(loot: Loot, name: str, truth: Truth, read: Sequence[Line]) -> dict[Name, set[int]]:
    """Return every small count that cannot be 0, 1 and 2 any more, and what it can be: `weak_points` takes longer."""
    facts = picture(loot, name, read)
    found = {
        cell: {value for value in range(SMALL + 1) if facts.can_be(cell, value)}
        for cell in _small(loot.waves[name].asked, facts, read, truth)
    }
    return {cell: left for cell, left in found.items() if len(left) <= SMALL}


def _too_narrow(asked: Questionnaire, facts: Facts, lines: Iterable[Line], truth: Truth) -> Iterator[str]:
    for name in _small(asked, facts, lines, truth):
        low, high = facts.range_of(name)
        if not low <= truth[name] <= high:
            yield f"{'/'.join(name)}: {truth[name]} is not within {low}-{high}, so something untrue is told"
        elif low > 0 or high < SMALL:
            yield f"{'/'.join(name)}: {truth[name]} is within {low}-{high}"


def _small(asked: Questionnaire, facts: Facts, lines: Iterable[Line], truth: Truth) -> Iterator[Name]:
    """Yield the small counts of whatever anything is told about."""
    told = {(line.item, line.stratum) for line in lines if line.count or line.n or line.band or line.level}
    for item in asked.asked:
        for column in guarded(item) if item.id != asked.stratum_item else ():
            for stratum in {stratum for where, stratum in told if where == item.id}:
                name = (item.id, stratum, column)
                if truth.get(name, SMALL + 1) <= SMALL and name in facts.limits:
                    yield name
        for choice in item.choices if item.kind == "likert" else ():
            for stratum in {stratum for where, stratum in told if where == item.id}:
                name = (item.id, stratum, f"={choice.id}")
                if truth.get(name, SMALL + 1) <= SMALL and name in facts.limits:
                    yield name

    of_points = [name for score in asked.scores if _binned(lines, score.id) for name in values_and_runs(score)]
    yield from (name for name in of_points if truth.get(name, SMALL + 1) <= SMALL and name in facts.limits)


def _binned(lines: Iterable[Line], score: str) -> bool:
    return any(line.measure == "points" and line.item == score and line.choices for line in lines)


def _standing_alone(lines: Iterable[Line]) -> Iterator[str]:
    """Yield figures that are told of a line whose count is hidden: from them it can be worked out, whatever else is hidden."""
    yield from (
        f"{'/'.join(map(str, line.key))}: {', '.join(line.fallen)} beside a hidden count" for line in lines if line.fallen
    )


def _without_a_score(wave: OwnPage, lines: Iterable[Line]) -> Iterator[str]:
    """Yield scores whose people are so many of those who answered that whoever left out one of their questions is counted."""
    people = wave.people("respondents")
    for line in lines:
        score = next((each for each in wave.asked.scores if each.id == line.item), None)
        if score is None or line.n is None or line.n[0] != line.n[1] or line.stratum not in people:
            continue
        scored = [wave.asked.item(item) for item in score.items]
        free = any(item.requirement != "required" or item.show_if is not None for item in scored)
        missing = people[line.stratum] - line.n[0]
        if missing <= SMALL and (missing or free):
            yield f"{line.item}/{line.stratum}: {missing:g} are without a score"


def told_to(loot: Loot, name: str, truth: Truth, known: Sequence[Person], lines: Sequence[Line] | None = None) -> list[str]:
    """Insider: return the small counts that somebody can tell who knows the answers of some people, their own first.

    Of a question on which they know two people in small counts nothing is asked: those may be all whom "0-2" stands for.
    """
    read = learnt(loot)[name] if lines is None else lines
    facts = picture(loot, name, read)
    least = Counter(name for person in known for name in person)
    found = []
    small = set(_small(loot.waves[name].asked, facts, read, truth))
    met = Counter(cell[0] for cell in small if cell[1] == TOWN and ".." not in cell[2] for _ in range(least[cell]))
    for cell in sorted(small):
        low, high = facts.range_of(cell, {key: count for key, count in least.items() if key in facts.limits})
        if low == high and met[cell[0]] < SMALL:
            found.append(f"{'/'.join(cell)}: is {low} for somebody who knows {len(known)} answers")
    return found


def more_told_of_groups(loot: Loot, name: str, truth: Truth, lines: Sequence[Line]) -> list[str]:
    """Return the small counts of a score's points in groups that people by points in the town tell more exactly than before."""
    asked, found = loot.waves[name].asked, []
    after, before = (picture(loot, name, each) for each in (lines, [line for line in lines if line.measure != "points"]))
    for score in asked.scores if any(line.measure == "points" for line in lines) else ():
        for group in asked.reporting_groups:
            for cell in (at(score.id, group.id, value) for value in range(len(score.items) + 1)):
                if cell in after.limits and truth.get(cell, SMALL + 1) <= SMALL:
                    (low, high), (least, most) = after.range_of(cell), before.range_of(cell)
                    if low > least or high < min(most, SMALL):
                        found.append(f"{'/'.join(cell)}: within {low}-{high}, before {least}-{most}")
    return found


def caught_by(loot: Loot, truths: Mapping[str, Truth]) -> dict[str, list[str]]:
    """Return which attack by itself gets through, and where: for whoever mends what was found."""
    alone = {attack.__name__: weak_points(loot, truths, (attack,)) for attack in ATTACKS}
    return {attack: found for attack, found in alone.items() if found}
