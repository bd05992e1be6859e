"""The frozen types of a questionnaire: sections, items, choices, scales, scores and the merge tree of strata."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

from questionnaires.conditions import Answers, Condition, holds
from questionnaires.texts import LANGUAGES, Text

ItemKind = Literal["single", "multiple", "likert", "knowledge", "number", "text", "information"]
Requirement = Literal["required", "soft", "optional"]
Instrument = Literal["survey", "feedback", "game"]
"""What a questionnaire is for: a survey of specialists, feedback after an event, or a game for school classes."""
DONT_KNOW: Final = "dont_know"
"""The id of the choice that says so, where knowledge is asked."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen.

    ``outside_base`` marks "hard to say" and "does not concern me": not in the base of a share, reported on its own.
    ``exclusive`` marks "none of these": it cannot stand with another choice of a multiple item.
    """

    id: str
    label: Text
    outside_base: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """A recorded decision that an item asks the same as an earlier one in other words.

    ``decided_by`` names a role or a body, never a person; results show the ``reason`` in the language of their page.
    """

    same_as: str
    decided_by: str
    decided_on: date
    reason: Text


@dataclass(frozen=True)
class Item:
    """One question.

    ``choices`` holds the choices of its scale for a likert item, in the order low to high agreement, those outside the base
    last. ``favourable`` names the choices that count as favourable (likert: derived from the scale and ``reversed``).
    ``correct`` is the right answer of a knowledge item; it never leaves the server.
    ``wording`` bridges the trend to an earlier item; ``replaces`` names an earlier item with which it must not be compared.
    ``shuffled`` shows the choices to each respondent in an order of their own; those outside the base or exclusive stay last.
    ``explanation`` tells a player of a game why the right answer is right.

    A number item is typed as a whole number from ``minimum`` to ``maximum``; only the band it falls into is kept, and
    ``choices`` are those bands. A text item takes at most ``longest`` characters, on several lines if ``long``.

    A change of a share of the item by less than ``margin`` percentage points counts as practically the same.
    """

    id: str
    kind: ItemKind
    label: Text
    choices: tuple[Choice, ...] = ()
    hint: Text | None = None
    scale: str | None = None
    reversed: bool = False
    favourable: tuple[str, ...] = ()
    correct: str | None = None
    requirement: Requirement = "required"
    show_if: Condition | None = None
    wording: Wording | None = None
    replaces: str | None = None
    source: str | None = None
    headline: bool = False
    shuffled: bool = False
    explanation: Text | None = None
    minimum: int | None = None
    maximum: int | None = None
    bands: tuple[int, ...] = ()
    unit: Text | None = None
    longest: int = 0
    long: bool = False
    margin: int | None = None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Each choice's place among ``choices``, from 0."""
        return {choice.id: place for place, choice in enumerate(self.choices)}

    def choice(self, choice_id: str) -> Choice:
        """Return the choice with that id; KeyError if there is none."""
        return self.choices[self.places[choice_id]]

    @property
    def counted_as(self) -> ItemKind:
        """The kind by which the item is counted: the bands of a number are single choices."""
        return "single" if self.kind == "number" else self.kind

    def band_of(self, number: int) -> str:
        """Return the id of the choice that stands for *number* in a number item.

        Raises ValueError below ``minimum`` or above ``maximum``.
        """
        if self.minimum is None or self.maximum is None or not self.minimum <= number <= self.maximum:
            raise ValueError(f"the item {self.id} takes no such number")
        return band_id(max(start for start in self.bands if start <= number))


def band_id(start: int) -> str:
    """Return the id of the band of a number item that begins at *start*."""
    return f"from_{start}"


def band_choices(bands: Sequence[int], maximum: int, unit: Text | None) -> tuple[Choice, ...]:
    """Return the bands that begin at *bands* (rising) and end at *maximum* as choices, such as "0–4 years"."""
    ends = (*(start - 1 for start in bands[1:]), maximum)
    return tuple(Choice(band_id(start), _span(start, end, unit)) for start, end in zip(bands, ends, strict=True))


def _span(start: int, end: int, unit: Text | None) -> Text:
    span = str(start) if start == end else f"{start}–{end}"
    lv, en, ru = (f"{span} {unit.get(language)}" if unit else span for language in LANGUAGES)
    return Text(lv, en, ru)


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading."""

    id: str
    title: Text
    items: tuple[Item, ...]
    intro: Text | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Ordered choices shared by likert items, low to high, those outside the base last; ``favourable`` for a forward item."""

    id: str
    choices: tuple[Choice, ...]
    favourable: tuple[str, ...]
    favourable_reversed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The number of right answers over the named knowledge items; ``margin`` points less or more are practically the same."""

    id: str
    label: Text
    items: tuple[str, ...]
    margin: float | None = None

    @property
    def margin_text(self) -> str:
        """The margin as files write it, such as "1.5"; empty without one."""
        return "" if self.margin is None else str(self.margin).removesuffix(".0")


@dataclass(frozen=True, slots=True)
class AnsweredBefore:
    """The item that asks whether somebody answered the time before: its choices that say yes, and those that say no.

    Whoever chose another one, or skipped it, may have answered then or not. It is counted and never joins two answers.
    """

    item: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """A node of the declared merge tree.

    The root has the id ``*``; its children are the reporting groups; the leaves are choice ids of the stratum item.
    """

    id: str
    label: Text
    parts: tuple["Stratum", ...] = ()

    def leaves(self) -> tuple[str, ...]:
        """Return the ids of the leaves below this node (its own id if it is a leaf), in order."""
        return tuple(leaf for part in self.parts for leaf in part.leaves()) if self.parts else (self.id,)

    def walk(self) -> Iterator["Stratum"]:
        """Yield this node and all below it, parents first."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Questionnaire:
    """One version of a questionnaire; immutable once published.

    ``stratum_item`` is the item whose choices are the strata, ``band_item`` the one banded attribute beside it. Feedback and
    games ask nobody for a role: they have neither, and a merge tree of the root alone.
    ``answered_before`` names the item by which people who answered in the wave before are counted.
    """

    id: str
    version: int
    title: Text
    intro: Text
    minutes: int
    sections: tuple[Section, ...]
    scales: tuple[Scale, ...]
    scores: tuple[Score, ...]
    strata: Stratum
    stratum_item: str | None = None
    band_item: str | None = None
    instrument: Instrument = "survey"
    answered_before: AnsweredBefore | None = None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item in the order asked."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def asked(self) -> tuple[Item, ...]:
        """Every item that is answered by one of its choices and counted (all but information and text)."""
        return tuple(item for item in self.items if item.kind not in ("information", "text"))

    @cached_property
    def written(self) -> tuple[Item, ...]:
        """Every item that is answered in the respondent's own words; shown only in a wave that allows it, never counted."""
        return tuple(item for item in self.items if item.kind == "text")

    @property
    def reporting_groups(self) -> tuple[Stratum, ...]:
        """The groups by which results may be shown."""
        return self.strata.parts

    def item(self, item_id: str) -> Item:
        """Return the item with that id; KeyError if there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def seen(self, answers: Answers) -> tuple[Item, ...]:
        """Return the counted items whose show-if rule is met by *answers*, in order."""
        return tuple(item for item in self.asked if holds(item.show_if, answers))

    def reporting_group(self, stratum: str) -> str:
        """Return the id of the reporting group above the node or leaf *stratum*; KeyError if unknown."""
        for group in self.reporting_groups:
            if any(node.id == stratum for node in group.walk()):
                return group.id
        raise KeyError(stratum)
