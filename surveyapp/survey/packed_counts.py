"""Checking and counting packed answers by columns, all that say the same about what is asked next together.

The same rules and the same counts as one by one (rules.check_box, analysis.counts.count_answers), at a small part of the work:
where one of many does not keep the rules, those with which it would be counted are looked at one by one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from analysis.counts import Running, WaveCounts
from questionnaires.conditions import items_of
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.survey import packing, rules
from surveyapp.survey.boxes import Content, Layout
from surveyapp.survey.packing import PackingError
from surveyapp.survey.rules import REST

_FEW: Final = 16
_OPEN: Final = 1000
"""More than any score: not every item of it was answered."""
Numbers = Mapping[int, int]
"""What stands in the place of an item, as a number, and how often."""


def read(layout: Layout, content: bytes) -> Content | None:
    """Return what a box holds; None if no form would have taken it."""
    try:
        found = layout.unpack(content)
    except PackingError:
        return None
    problems = rules.check_box(layout.questionnaire, found.answers) + rules.check_texts(layout.written, found.texts)
    return None if problems else found


@dataclass(frozen=True, slots=True)
class _Column:
    """An item, where its answer stands, and what each number there means: the chosen, or None if nobody can choose that."""

    item: Item
    place: slice
    meanings: dict[int, tuple[str, ...] | None] = field(default_factory=dict)

    def meaning(self, number: int) -> tuple[str, ...] | None:
        """Return what *number* means."""
        if number not in self.meanings:
            self.meanings[number] = self._meaning(number)
        return self.meanings[number]

    def _meaning(self, number: int) -> tuple[str, ...] | None:
        try:
            chosen = packing.choices(self.item, number)
        except PackingError:
            return None
        problems = rules.check_item(self.item, chosen, shown=True)
        return None if any(problem.code != "missing" for problem in problems) else chosen

    def values(self, joined: bytes, size: int) -> Sequence[int]:
        """Return what stands in the place of the item in each of the contents, each of *size* bytes, that are *joined*."""
        columns = [joined[byte::size] for byte in range(self.place.start, self.place.stop)]
        return columns[0] if len(columns) == 1 else [int.from_bytes(each, "big") for each in zip(*columns, strict=True)]

    def numbers(self, values: Sequence[int]) -> Numbers:
        """Return how often each value stands there."""
        if isinstance(values, bytes) and self.item.kind != "multiple" and len(self.item.choices) < _FEW:
            found = {value: number for value in range(len(self.item.choices) + 1) if (number := values.count(value))}
            if sum(found.values()) == len(values):
                return found
        return Counter(values)


@dataclass(frozen=True, slots=True)
class _Alike:
    """What is asked of those who answered alike what decides it: the columns of the items that they saw, and the others."""

    stratum: str | None
    seen: Sequence[_Column]
    hidden: Sequence[_Column]


class PackedCounts:
    """The counts of contents of boxes, by stratum or by pool, while they are coming."""

    def __init__(self, layout: Layout) -> None:
        self._layout, self._questionnaire = layout, layout.questionnaire
        self._size, self._end = layout.size, packing.size(layout.questionnaire)
        places = packing.places(self._questionnaire)
        self._columns = {item.id: _Column(item, places[item.id]) for item in self._questionnaire.asked}
        self._used = max((place.stop for place in places.values()), default=1)
        self._deciding = _deciding(self._questionnaire)
        self._key = _key([places[item] for item in self._deciding])
        self._alike: dict[Hashable, _Alike | None] = {}
        self._running: dict[str, Running] = defaultdict(Running)

    def take(self, contents: Sequence[bytes]) -> list[bytes]:
        """Count *contents* and return those that could be: others no form would have taken."""
        if not self._well_formed(contents):
            contents = [one for one in contents if read(self._layout, one)]
        groups: dict[tuple[str | None, Hashable], list[bytes]] = defaultdict(list)
        for one in contents:
            groups[self._pool(one), self._key(one)].append(one)
        taken: list[bytes] = []
        for (pool, key), group in groups.items():
            if key not in self._alike:
                self._alike[key] = self._asked_of(group[0])
            alike = self._alike[key]
            taken += group if alike and self._count(alike, pool, group) else self._one_by_one(group)
        return taken

    def counts(self) -> WaveCounts:
        """Return the counts of all that were taken."""
        return WaveCounts({name: part.frozen(self._questionnaire) for name, part in sorted(self._running.items())})

    def _well_formed(self, contents: Sequence[bytes]) -> bool:
        """Say whether all have their size, and hold nothing where nothing is written."""
        joined, number, size = b"".join(contents), len(contents), self._size
        if any(len(one) != size for one in contents) or joined[::size].count(packing.FORMAT) != number:
            return False
        if any(joined[byte::size].count(0) != number for byte in range(self._used, self._end)):
            return False
        try:
            for one in contents if size > self._end else ():
                self._layout.apart(one)
        except PackingError:
            return False
        return True

    def _pool(self, content: bytes) -> str | None:
        return None if self._questionnaire.stratum_item else self._layout.apart(content)[1] or REST

    def _asked_of(self, content: bytes) -> _Alike | None:
        """Return what is asked of whoever answered like *content*; None if nobody can answer so."""
        answers: dict[str, tuple[str, ...]] = {}
        for name in self._deciding:
            column = self._columns[name]
            chosen = column.meaning(int.from_bytes(content[column.place], "big"))
            if chosen is None or (not chosen and name == self._questionnaire.stratum_item):
                return None
            answers[name] = chosen
        role = self._questionnaire.stratum_item
        stratum = self._questionnaire.reporting_group(answers[role][0]) if role else None
        seen = {item.id for item in self._questionnaire.seen(answers)}
        columns = self._columns.items()
        return _Alike(
            stratum, [one for name, one in columns if name in seen], [one for name, one in columns if name not in seen]
        )

    def _count(self, alike: _Alike, pool: str | None, contents: Sequence[bytes]) -> bool:
        """Count contents that are alike, or nothing if one of them keeps to no rule."""
        if alike.stratum is None and any(not any(one[1 : self._end]) for one in contents):
            return False  # nothing at all was answered
        joined = b"".join(contents)
        if any(any(column.values(joined, self._size)) for column in alike.hidden):
            return False
        values = {column.item.id: column.values(joined, self._size) for column in alike.seen}
        numbers = {column.item.id: column.numbers(values[column.item.id]) for column in alike.seen}
        if any(column.meaning(each) is None for column in alike.seen for each in numbers[column.item.id]):
            return False
        running = self._running[alike.stratum or pool or REST]
        running.respondents += len(contents)
        for column in alike.seen:
            self._add(running, column, numbers[column.item.id], len(contents))
        self._add_scores(running, values)
        return True

    def _add(self, running: Running, column: _Column, numbers: Numbers, people: int) -> None:
        name = column.item.id
        running.seen[name] += people
        running.answered[name] += people - numbers.get(0, 0)
        for value, number in numbers.items():
            for choice in column.meaning(value) or ():
                running.options[name, choice] += number

    def _add_scores(self, running: Running, values: Mapping[str, Sequence[int]]) -> None:
        for score in self._questionnaire.scores:
            if not values.keys() >= set(score.items):
                continue
            points = [self._points(name, values[name]) for name in score.items]
            for right, people in Counter(map(sum, zip(*points, strict=True))).items():
                if right < _OPEN:
                    running.score[score.id, right] += people

    def _points(self, name: str, values: Sequence[int]) -> list[int]:
        column = self._columns[name]
        right = {value: int(column.meaning(value) == (column.item.correct,)) if value else _OPEN for value in set(values)}
        return [right[value] for value in values]

    def _one_by_one(self, contents: Sequence[bytes]) -> list[bytes]:
        taken = []
        for one in contents:
            found = read(self._layout, one)
            if found is not None:
                role = self._questionnaire.stratum_item
                stratum = self._questionnaire.reporting_group(found.answers[role][0]) if role else found.pool or REST
                self._running[stratum].add(self._questionnaire, self._questionnaire.asked, found.answers)
                taken.append(one)
        return taken


def _deciding(questionnaire: Questionnaire) -> list[str]:
    """Return the items that decide what is asked and where it is counted, in order."""
    looked_at = frozenset[str]().union(*(items_of(item.show_if) for item in questionnaire.asked))
    return [item.id for item in questionnaire.asked if item.id in looked_at | {questionnaire.stratum_item}]


def _key(places: Sequence[slice]) -> Callable[[bytes], Hashable]:
    """Return what takes the bytes in *places* out of a content."""
    numbers = [number for place in places for number in range(place.start, place.stop)]
    return itemgetter(*numbers) if numbers else lambda _: None
