"""The differences between two versions as the workshop's page shows them: lines with words, values before and after, texts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from questionnaires.differences import ChangeCode, ItemDifference, PartDifference
from questionnaires.rewordings import Mark, Rewording, word_by_word
from questionnaires.survey_types import Choice, Item, Questionnaire
from questionnaires.texts import LANGUAGES, Language
from surveyapp.core.i18n import here
from surveyapp.survey.drafting import workshop_words
from surveyapp.survey.drafting.workshop import Assessment


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in one language: its runs of words that stayed, went and came; ``stale`` if it did not change with the others."""

    language: Language
    runs: tuple[tuple[Mark, str], ...]
    stale: bool


@dataclass(frozen=True, slots=True)
class TextLine:
    """A text that reads differently, language by language; ``key`` names it when a translation is confirmed."""

    key: str
    name: str
    readings: tuple[Reading, ...]

    @property
    def stale(self) -> tuple[Reading, ...]:
        """The languages in which it did not change."""
        return tuple(reading for reading in self.readings if reading.stale)


@dataclass(frozen=True, slots=True)
class Value:
    """One thing about an item that changed, with how it was and how it is; both empty where there is nothing to show."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item that differs, as the page shows it."""

    difference: ItemDifference
    label: str
    trend: str
    values: tuple[Value, ...]
    texts: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class PartLine:
    """A section, scale, score or group that differs, or the questionnaire as a whole."""

    name: str
    change: str
    texts: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class _Versions:
    """Both versions, to look things up in."""

    before: Questionnaire
    after: Questionnaire


def item_lines(assessment: Assessment) -> tuple[ItemLine, ...]:
    """Return every item that differs: those that wait for a decision first, then in the order asked, the gone ones last."""
    both = _both(assessment)
    if both is None:
        return ()
    lines = [_item_line(each, both) for each in assessment.differences.items]
    return tuple(sorted(lines, key=lambda line: not line.difference.undecided))


def part_lines(assessment: Assessment) -> tuple[PartLine, ...]:
    """Return every part that differs."""
    both = _both(assessment)
    return tuple(_part_line(each, both) for each in assessment.differences.parts) if both else ()


def stale_lines(assessment: Assessment) -> tuple[tuple[str, TextLine], ...]:
    """Return every text that changed in some languages only, with what it belongs to."""
    parts = [(line.name, text) for line in part_lines(assessment) for text in line.texts]
    items = [(line.label, text) for line in item_lines(assessment) for text in line.texts]
    return tuple((name, text) for name, text in (*parts, *items) if text.stale)


def _both(assessment: Assessment) -> _Versions | None:
    if assessment.before is None or assessment.questionnaire is None:
        return None
    return _Versions(assessment.before, assessment.questionnaire)


def _item_line(difference: ItemDifference, both: _Versions) -> ItemLine:
    labels = {f"choice {choice.id}": here(choice.label) for choice in difference.item.choices}
    texts = tuple(_text_line(each, labels) for each in difference.rewordings)
    return ItemLine(
        difference,
        here(difference.item.label),
        str(workshop_words.TRENDS[difference.cut]) if difference.result else "",
        _values(difference, both),
        texts,
    )


def _part_line(difference: PartDifference, both: _Versions) -> PartLine:
    labels = _scale_labels(difference, both)
    kind = str(workshop_words.PARTS[difference.part])
    change = difference.change or ""
    said = workshop_words.NEW_OR_GONE.get(change) or workshop_words.PART_CHANGES.get((difference.part, change), "")
    texts = tuple(_text_line(each, labels) for each in difference.rewordings)
    return PartLine(f"{kind} {_part_name(difference, both)}".strip(), str(said), texts)


def _part_name(difference: PartDifference, both: _Versions) -> str:
    """Return the title of a section, the name of a score or group, a question; the id of a scale, which has no name."""
    for one in (both.after, both.before):
        labels = {
            "section": {section.id: section.title for section in one.sections},
            "score": {score.id: score.label for score in one.scores},
            "margin": {score.id: score.label for score in one.scores},
            "answered_before": {item.id: item.label for item in one.items},
            "group": {node.id: node.label for node in one.strata.walk()},
        }.get(difference.part, {})
        if difference.id in labels:
            return str(_("“%(name)s”", name=here(labels[difference.id])))
    return difference.id


def _scale_labels(difference: PartDifference, both: _Versions) -> dict[str, str]:
    if difference.part != "scale":
        return {}
    choices = next((scale.choices for scale in both.after.scales if scale.id == difference.id), ())
    return {f"choice {choice.id}": here(choice.label) for choice in choices}


def _text_line(rewording: Rewording, labels: Mapping[str, str]) -> TextLine:
    name = workshop_words.text_name(rewording.text, labels.get(rewording.text, ""))
    readings = tuple(
        Reading(
            language,
            tuple(
                word_by_word(
                    rewording.before.get(language) if rewording.before else "",
                    rewording.after.get(language) if rewording.after else "",
                )
            ),
            language in rewording.unchanged_in,
        )
        for language in LANGUAGES
    )
    return TextLine(rewording.key, name, readings)


def _values(difference: ItemDifference, both: _Versions) -> tuple[Value, ...]:
    if difference.before is None or difference.after is None:
        return ()
    old, new = difference.before, difference.after
    return tuple(
        Value(str(workshop_words.CHANGES[code]), *_before_and_after(code, old, new, both))
        for code in difference.changes
        if code not in _SHOWN_AS_TEXTS
    )


_SHOWN_AS_TEXTS: Final[frozenset[ChangeCode]] = frozenset({"label", "hint", "explanation"})


def _before_and_after(code: ChangeCode, old: Item, new: Item, both: _Versions) -> tuple[str, str]:
    if code == "choices_added":
        return "", _labels(choice for choice in new.choices if choice.id not in {one.id for one in old.choices})
    if code == "choices_removed":
        return _labels(choice for choice in old.choices if choice.id not in {one.id for one in new.choices}), ""
    if code == "asked_of_others":
        return workshop_words.rule(both.before, old.show_if), workshop_words.rule(both.after, new.show_if)
    if code == "moved":
        before, after = _section_of(both.before, old), _section_of(both.after, new)
        return (before, after) if before != after else ("", "")
    told = _TOLD.get(code)
    return (told(old), told(new)) if told else ("", "")


def _labels(choices: Iterable[Choice]) -> str:
    return "; ".join(here(choice.label) for choice in choices)


def _section_of(questionnaire: Questionnaire, item: Item) -> str:
    return next(here(section.title) for section in questionnaire.sections if item in section.items)


def _yes(flag: bool) -> str:  # noqa: FBT001 - one flag is all there is
    return str(_("yes") if flag else _("no"))


_TOLD: Final[Mapping[ChangeCode, Callable[[Item], str]]] = {
    "kind": lambda item: str(workshop_words.KINDS[item.kind]),
    "choices_reordered": lambda item: _labels(item.choices),
    "correct": lambda item: here(item.choice(item.correct).label) if item.correct else "–",
    "favourable": lambda item: _labels([choice for choice in item.choices if choice.id in item.favourable]) or "–",
    "reversed": lambda item: str(_("agreeing is unfavourable") if item.reversed else _("agreeing is favourable")),
    "choices_marked": lambda item: _labels([choice for choice in item.choices if not choice.outside_base]),
    "renamed": lambda item: item.id,
    "scale": lambda item: item.scale or "–",
    "requirement": lambda item: str(workshop_words.REQUIREMENTS[item.requirement]),
    "shuffled": lambda item: _yes(item.shuffled),
    "headline": lambda item: _yes(item.headline),
    "source": lambda item: item.source or "–",
    "margin": lambda item: workshop_words.margin(item.margin),
}
