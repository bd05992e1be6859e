"""Doubts about an event in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _

from surveyapp.events.doubts import Doubt
from surveyapp.events.rules import Facts
from surveyapp.events.words import LABELS


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """One doubt in words, and the event that it is about, if it is about another one."""

    text: str
    event_id: int | None


def doubt_lines(doubts: Iterable[Doubt], facts: Facts) -> list[DoubtLine]:
    """Return what may be wrong about *facts* in words."""
    return [DoubtLine(doubt_text(each, facts), each.event_id) for each in doubts]


def doubt_text(doubt: Doubt, facts: Facts) -> str:
    """Return one doubt in words."""
    if doubt.kind == "duplicate":
        return str(_("An event much like this one is logged for that row and day. If it is the same one, do not log it twice."))
    number = format_decimal(getattr(facts, doubt.field))
    if doubt.kind == "hours_over_day":
        return str(_("%(number)s hours are more than a day has; write how long the event was.", number=number))
    said = {"label": LABELS[doubt.field], "number": number, "usual": format_decimal(doubt.usual)}
    text = _("%(label)s: %(number)s is ten times the usual of this row or more; mostly it was %(usual)s. Check it.", **said)
    return str(text)
