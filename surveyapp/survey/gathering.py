"""What comes out of the boxes of a wave until it is stored: counted at once, parted, and put into a random order."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import reduce
from operator import add
from pathlib import Path
from typing import Final, Self

from analysis.counts import WaveCounts
from questionnaires.survey_types import Questionnaire
from surveyapp.survey import packing, rules
from surveyapp.survey.boxes import Layout
from surveyapp.survey.packed_counts import PackedCounts
from surveyapp.survey.rules import REST
from surveyapp.survey.shuffling import KEY_BYTES, Shuffled

_ITEM_BYTES: Final = 2
_TOGETHER: Final = 2048
"""Contents that are counted together; fewer at once cost more each."""
Row = tuple[bytes, str, str | None, bytes]
"""A random key, the stratum, the band, and the packed answers without the role."""
Words = tuple[bytes, str, str]
"""A random key, an item, and what somebody wrote there."""


class Gathered:
    """Answers, own words and counts of one wave. About *expected* people answered; *folder* takes the file."""

    def __init__(self, layout: Layout, folder: Path, expected: int) -> None:
        self._layout, self._questionnaire = layout, layout.questionnaire
        self._end = packing.size(layout.questionnaire)
        self._counts = PackedCounts(layout)
        self._answers = Shuffled(folder, expected)
        self._words = Shuffled(folder, expected * len(layout.written))
        self._waiting: list[bytes] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        for each in (self._answers, self._words):
            self._open.enter_context(each)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def number(self) -> int:
        """How many people's answers there are: contents that no form would have sent are none."""
        self._take()
        return self._answers.number

    def add(self, contents: Sequence[bytes]) -> None:
        """Take the contents of boxes."""
        self._waiting += contents
        if len(self._waiting) >= _TOGETHER:
            self._take()

    def _take(self) -> None:
        taken = self._counts.take(self._waiting)
        self._waiting = []
        if self._layout.size == self._end:
            self._answers.add(taken)
            return
        apart = [self._layout.apart(one) for one in taken]
        self._answers.add([one[: self._end] + (pool or "").encode() for one, (_, pool) in zip(taken, apart, strict=True)])
        numbers = {item.id: number.to_bytes(_ITEM_BYTES, "big") for number, item in enumerate(self._layout.written)}
        self._words.add([numbers[item] + text.encode() for texts, _ in apart for item, text in texts.items()])

    def counts(self) -> WaveCounts:
        """Return the counts by reporting group; those of feedback and games by pool, small ones together."""
        self._take()
        counts = self._counts.counts()
        if self._questionnaire.stratum_item:
            return counts
        told = self._told()
        parts = [WaveCounts({name if name in told else REST: part}) for name, part in counts.strata.items()]
        return reduce(add, parts, WaveCounts({}))

    def _told(self) -> frozenset[str]:
        return rules.pools_told({name: part.respondents for name, part in self._counts.counts().strata.items()})

    def rows(self) -> Iterator[list[Row]]:
        """Yield all answers as rows in the order of their random keys, a part after the other."""
        self._take()
        rows = _Rows(self._questionnaire, self._end, frozenset() if self._questionnaire.stratum_item else self._told())
        for part in self._answers.in_order():
            yield [rows.of(record) for record in part]

    def words(self) -> Iterator[list[Words]]:
        """Yield what people wrote in the order of other random keys: not even two texts of one person are joined."""
        self._take()
        names = [item.id for item in self._layout.written]
        for part in self._words.in_order():
            begins = KEY_BYTES + _ITEM_BYTES
            yield [
                (one[:KEY_BYTES], names[int.from_bytes(one[KEY_BYTES:begins], "big")], one[begins:].decode()) for one in part
            ]


class _Rows:
    """Makes rows of records: a key, packed answers with the role, and the pool of feedback and games."""

    def __init__(self, questionnaire: Questionnaire, end: int, told: frozenset[str]) -> None:
        self._end, self._told = KEY_BYTES + end, told
        places = packing.places(questionnaire)
        self._role, self._band = (places.get(name or "") for name in (questionnaire.stratum_item, questionnaire.band_item))
        self._bands = _choices(questionnaire, questionnaire.band_item, self._band)
        roles = _choices(questionnaire, questionnaire.stratum_item, self._role)
        self._strata = {number: questionnaire.reporting_group(role) for number, role in roles.items()}
        self._apart = [(place, bytes(place.stop - place.start)) for place in (self._role, self._band) if place]

    def of(self, record: bytes) -> Row:
        """Return the row, which holds the stratum and the band, and the other answers without the role."""
        packed = record[KEY_BYTES : self._end]
        if self._role:
            stratum = self._strata[packed[self._role]]
        else:
            pool = record[self._end :].decode()
            stratum = pool if pool in self._told else REST
        band = self._bands.get(packed[self._band]) if self._band else None
        for place, blank in self._apart:
            packed = packed[: place.start] + blank + packed[place.stop :]
        return record[:KEY_BYTES], stratum, band, packed


def _choices(questionnaire: Questionnaire, name: str | None, place: slice | None) -> dict[bytes, str]:
    """Return the choices of an item that takes one, by what stands for them in its place."""
    if name is None or place is None:
        return {}
    numbered = enumerate(questionnaire.item(name).choices, 1)
    return {number.to_bytes(place.stop - place.start, "big"): choice.id for number, choice in numbered}
