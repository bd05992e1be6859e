"""The figure of right answers to each question about knowledge, the same for one survey and for two beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from surveyapp.results.drawn import scale
from surveyapp.results.drawn.figure import Cell, Column, Figure, sentences
from surveyapp.results.drawn.pictures import Key
from surveyapp.results.drawn.scale import Line

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, the share that knew it (of 1; None is hidden or not known), how it is drawn, told and written."""

    question: str
    share: float | None
    line: Line
    told: str
    cells: tuple[Cell, ...]


def figure(
    answered: Sequence[Answered], columns: Sequence[Column], source: str, legend: tuple[Key, ...], note: str
) -> Figure | None:
    """Return the figure of right answers, its table with a *note*; None if nothing about knowledge was asked."""
    if not answered:
        return None
    known = [each.share for each in answered if each.share is not None]
    return Figure(
        name="knowledge",
        finding=_finding(known),
        about=_("Share of right answers to each question about knowledge, everybody."),
        picture=scale.marks([each.line for each in answered], scale.PERCENT),
        alternative=sentences([f"{each.question}: {each.told}" for each in answered]),
        columns=(Column(_("Question")), *columns),
        rows=tuple((each.question, *each.cells) for each in answered),
        source=source,
        legend=legend,
        note=note,
    )


def _finding(known: Sequence[float]) -> str:
    if not known:
        return str(_("No share of right answers can be shown"))
    return str(
        ngettext(
            "At least half knew the right answer to %(most)s of %(num)s question",
            "At least half knew the right answer to %(most)s of %(num)s questions",
            len(known),
            most=sum(share >= _HALF for share in known),
        )
    )
