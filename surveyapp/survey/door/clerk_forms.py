"""The form for typing in a sheet of paper: what was sent, its lines as the template draws them, and what to mend in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from questionnaires.survey_types import Item, band_id
from surveyapp.core.i18n import here, language
from surveyapp.core.text import clean
from surveyapp.survey.door import clerk, fields
from surveyapp.survey.door.clerk import Entry, Problem, ProblemCode, Reading
from surveyapp.survey.door.fields import PREFIX, Remark
from surveyapp.survey.door.forms import read_code, short
from surveyapp.survey.store import Door

_LONGEST: Final = 500_000
"""More than a request may have: nothing that was typed is ever cut."""
_MOST_SHEETS: Final = 99_999


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the clerk sees it; ``means`` says what the typed numbers stand for.

    ``numbered`` are its choices by number: id, label, exclusive; ``bands`` are those of a number item: id, beginning.
    """

    item: Item
    name: str
    mark: str
    label: str
    numbered: tuple[tuple[str, str, bool], ...]
    bands: tuple[tuple[str, int], ...]
    value: str
    means: str
    remark: Remark | None
    show_if: str
    only_if: str
    unit: str

    @property
    def described_by(self) -> str:
        """The ids of the texts that are read out with the field."""
        parts = (("remark", self.remark), ("only", self.only_if), ("numbers", self.numbered or self.bands))
        return " ".join(f"{self.name}-{part}" for part, there in parts if there)


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the sheet."""

    title: str
    lines: tuple[Line, ...]


def read(form: MultiDict[str, str]) -> Entry:
    """Return what stands in *form*."""
    typed = {name.removeprefix(PREFIX): clean(form[name], _LONGEST, lines=True) for name in form if name.startswith(PREFIX)}
    empty = frozenset(short(value) for value in form.getlist("empty"))
    return Entry(read_code(form), clean(form.get("receipt", ""), _LONGEST), typed, empty, read_done(form))


def read_done(form: MultiDict[str, str]) -> int:
    """Return how many sheets were sent before in this sitting, as the form says."""
    done = form.get("done", "0")
    return min(int(done), _MOST_SHEETS) if done.isascii() and done.isdigit() and len(done) <= len(str(_MOST_SHEETS)) else 0


def remarks(door: Door, entry: Entry, reading: Reading) -> list[Remark]:
    """Return what to mend; if nothing is wrong, the required items that are empty and not yet said to be so on the paper."""
    labels = {item.id: item for item in door.questionnaire.items}
    wrong = [_remark(labels[problem.item], problem) for problem in reading.problems]
    open_questions = [
        Remark(item, here(labels[item].label), _("Empty. Is it empty on the sheet too?"), soft=True)
        for item in reading.empty
        if item not in entry.empty
    ]
    return wrong or open_questions


def parts(door: Door, entry: Entry, reading: Reading, found: list[Remark]) -> list[Part]:
    """Return the sections with their lines, own words only where the wave asks them."""
    asked = door.questionnaire
    by_item = {remark.item: remark for remark in found}
    drawn = {field.name: field for part in fields.parts(asked, language(), {}, {}) for field in part.fields}
    marks = clerk.marks(asked)
    return [
        Part(
            here(section.title),
            tuple(
                _line(item, drawn.get(PREFIX + item.id), marks.get(item.id, ""), entry, reading, by_item.get(item.id))
                for item in section.items
                if item.kind != "information" and (item.kind != "text" or door.free_text)
            ),
        )
        for section in asked.sections
    ]


def focus(drawn: list[Part], found: list[Remark]) -> str:
    """Return the name of the field to begin with: the first one to mend, or the one after the last that is filled."""
    wrong = [PREFIX + remark.item for remark in found if not remark.soft]
    if wrong or found:
        return wrong[0] if wrong else ""
    every = [line for part in drawn for line in part.lines]
    last = max((place for place, line in enumerate(every) if line.value), default=-1)
    return every[last + 1].name if last + 1 < len(every) else ""


def _line(item: Item, field: fields.Field | None, mark: str, entry: Entry, reading: Reading, remark: Remark | None) -> Line:
    chosen = reading.answers.get(item.id, ())
    return Line(
        item=item,
        name=PREFIX + item.id,
        mark=mark,
        label=here(item.label),
        numbered=() if item.kind == "number" else tuple((one.id, here(one.label), one.exclusive) for one in item.choices),
        bands=tuple((band_id(start), start) for start in item.bands),
        value=entry.typed.get(item.id, ""),
        means="" if item.kind == "number" else " · ".join(here(item.choice(choice).label) for choice in chosen),
        remark=remark,
        show_if=field.show_if if field else "",
        only_if=field.only_if if field else "",
        unit=here(item.unit),
    )


def _remark(item: Item, problem: Problem) -> Remark:
    return Remark(item.id, here(item.label), _WORDS[problem.code](item))


def _no_number(item: Item) -> str:
    if item.kind == "number":
        return str(_("Type a whole number."))
    return str(_("Type the number that stands beside the box, such as 2."))


def _no_such_choice(item: Item) -> str:
    return str(_("Only the numbers 1 to %(last)s stand beside boxes here.", last=len(item.choices)))


def _too_many(_item: Item) -> str:
    return str(_("Only one answer counts here. If the sheet has several, leave it empty."))


def _exclusive(item: Item) -> str:
    alone = " / ".join(here(choice.label) for choice in item.choices if choice.exclusive)
    return str(_("“%(choice)s” does not go together with other answers. If the sheet has both, leave it empty.", choice=alone))


def _out_of_range(item: Item) -> str:
    numbers = {"minimum": item.minimum, "maximum": item.maximum}
    return str(_("Only %(minimum)s to %(maximum)s are possible. If the sheet says something else, leave it empty.", **numbers))


def _too_long(item: Item) -> str:
    return str(_("There is room for %(longest)s characters, and this is longer. Leave out the end.", longest=item.longest))


def _cannot_be_empty(_item: Item) -> str:
    return str(_("Without this answer the sheet cannot be counted. If it is empty on the sheet too, put the sheet aside."))


_WORDS: Final[Mapping[ProblemCode, Callable[[Item], str]]] = {
    "no_number": _no_number,
    "no_such_choice": _no_such_choice,
    "too_many": _too_many,
    "exclusive": _exclusive,
    "out_of_range": _out_of_range,
    "too_long": _too_long,
    "cannot_be_empty": _cannot_be_empty,
}
