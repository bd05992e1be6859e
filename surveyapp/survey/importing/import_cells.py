"""What a cell says: which choices its text means, in whichever language and with whichever separator."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from questionnaires.survey_types import Item
from questionnaires.texts import LANGUAGES, Text
from surveyapp.survey.importing.import_mapping import IGNORE, ImportMapping

SHORTNAME: Final = re.compile(r"\s*\((?=[^)]*[A-Za-z])(?=[^)]*\d)[A-Za-z0-9_.-]+\)$")
"""A short name with letters and digits behind a text, as EUSurvey writes it on request; never a word that changes the sense."""
MOST_PIECES: Final = 200
"""A cell with more parts holds people's own words."""
_LEADING: Final = re.compile(r"^\d+\s*[-–—.):=]\s*(?=\S)")
_PLAIN: Final = str.maketrans(dict.fromkeys("’‘ʼ´`", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐‑–—", "-"))


def folded(text: str) -> str:
    """Return *text* as it is compared: one letter form, no case, plain quotes and dashes, single spaces, no end mark."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    return " ".join(plain.split()).rstrip(" .:;!?*")


class Labels:
    """What each text means, in whichever language; a text that could mean two things means nothing."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        found: dict[str, set[str]] = {}
        for name, texts in named:
            for text in texts:
                found.setdefault(folded(text), set()).add(name)
        self._meaning = {text: next(iter(names)) for text, names in found.items() if len(names) == 1 and text}

    def get(self, text: str) -> str | None:
        """Return what *text* means, None if nothing."""
        return self._meaning.get(folded(text))


def every_text(text: Text) -> list[str]:
    """Return *text* in every language."""
    return [text.get(language) for language in LANGUAGES]


@lru_cache(maxsize=512)
def choice_labels(item: Item) -> Labels:
    """Return the choices of *item* by label and id."""
    return Labels((choice.id, [choice.id, *every_text(choice.label)]) for choice in item.choices)


def understood(item: Item, labels: Labels, text: str) -> str | None:
    """Return the choice that *text* surely means: its label or id, a number in its band, or either with a code beside it."""
    plain = text.strip()
    if item.kind == "number" and re.fullmatch(r"\d{1,9}(?:[.,]0+)?", plain):
        try:
            return item.band_of(int(re.split("[.,]", plain)[0]))
        except ValueError:
            return None
    forms = (plain, _LEADING.sub("", plain), SHORTNAME.sub("", plain))
    return next((found for form in forms if (found := labels.get(form))), None)


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands in a cell: choices, texts that are none, and whether it can be read in two ways."""

    choices: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    ambiguous: bool = False


class CellReader:
    """Reads the cells of one item; equal cells are read once. *separator* stands for the mapping's."""

    def __init__(self, mapping: ImportMapping, item: Item, separator: str | None = None) -> None:
        self._item = item
        self._own = {folded(text): choice for text, choice in mapping.texts.get(item.id, {}).items() if choice}
        self._labels = choice_labels(item)
        self._empty = {folded(text) for text in mapping.not_answered} | {""}
        self._mark = (mapping.separators.get(item.id) or ";") if separator is None else separator
        self._ticked, self._unticked = ({folded(text) for text in texts} for texts in (mapping.ticked, mapping.unticked))
        self._read: dict[str, Parts] = {}
        self._meanings: dict[str, str | None] = {}
        known = [*mapping.texts.get(item.id, {}), *mapping.not_answered]
        known += [label for choice in item.choices for label in every_text(choice.label)]
        self._longest_run = 1 + max(text.count(self._mark) for text in [*known, ""])

    def parts(self, cell: str) -> Parts:
        """Return what *cell* says about the item."""
        if cell not in self._read:
            self._read[cell] = self._parts(cell)
        return self._read[cell]

    def ticked(self, choice: str, cell: str) -> bool | None:
        """Return whether *cell* of a column of one *choice* says that it was chosen; None if it says neither."""
        text = folded(cell)
        if text in self._ticked or self._labels.get(cell) == choice:
            return True
        return False if text in self._unticked | self._empty else None

    def _parts(self, cell: str) -> Parts:
        if self._item.kind != "multiple":
            found = self._meaning(cell)
            return Parts(unknown=(cell,)) if found is None else Parts(_without_ignored([found]))
        pieces = cell.split(self._mark)
        if len(pieces) > MOST_PIECES:
            return Parts(unknown=(cell,))
        readings = self._readings(pieces)
        if len(readings) > 1:
            return Parts(unknown=(cell,), ambiguous=True)
        if readings:
            return Parts(tuple(choice.id for choice in self._item.choices if choice.id in readings[0]))
        return Parts(unknown=tuple(dict.fromkeys(self._unknown(pieces))))

    def _meaning(self, text: str) -> str | None:
        if text not in self._meanings:
            found = self._own.get(folded(text)) or understood(self._item, self._labels, text)
            self._meanings[text] = found or (IGNORE if folded(text) in self._empty else None)
        return self._meanings[text]

    def _readings(self, pieces: Sequence[str]) -> list[frozenset[str]]:
        """Return the sets of choices that *pieces* can be read as, two at most; a label may hold the separator itself."""
        from_here: list[list[frozenset[str]]] = [[] for _ in pieces] + [[frozenset()]]
        for start in reversed(range(len(pieces))):
            for end in self._ends(start, pieces):
                meaning = from_here[end] and self._meaning(self._mark.join(pieces[start:end]))
                if meaning:
                    more = [rest | set(_without_ignored([meaning])) for rest in from_here[end]]
                    from_here[start] = list(dict.fromkeys([*from_here[start], *more]))[:2]
        return from_here[0]

    def _ends(self, start: int, pieces: Sequence[str]) -> range:
        """Return where runs of pieces that begin at *start* may end: no text that is known holds more separators."""
        return range(start + 1, min(start + self._longest_run, len(pieces)) + 1)

    def _unknown(self, pieces: Sequence[str]) -> Iterable[str]:
        """Yield the pieces that mean nothing, where the longest runs that mean something are taken first."""
        start = 0
        while start < len(pieces):
            runs = ((end, self._meaning(self._mark.join(pieces[start:end]))) for end in reversed(self._ends(start, pieces)))
            known = next((end for end, meaning in runs if meaning), None)
            if known is None:
                yield pieces[start].strip()
            start = known or start + 1


def _without_ignored(choices: Iterable[str]) -> tuple[str, ...]:
    return tuple(choice for choice in choices if choice != IGNORE)
