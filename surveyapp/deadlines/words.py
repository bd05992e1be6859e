"""What is due in words: what is missing and by when, and what a quarter is called, in the language of the reader."""

from flask_babel import gettext as _
from flask_babel import ngettext

from questionnaires.plan_types import Plan, Quarter
from surveyapp.core.i18n import here
from surveyapp.deadlines.rules import Due, Rows
from surveyapp.plans import amounts


def missing(line: Due) -> str:
    """Return what is missing and by which day, or what was missed."""
    if line.times > 1:
        end = amounts.short_day(line.by)
        told = ngettext(
            "not reached in %(num)s period; it ended on %(end)s",
            "not reached in %(num)s periods; the last one ended on %(end)s",
            line.times,
            end=end,
        )
    else:
        told = amounts.lacking(line.missing)
    return _read_as(line, str(told))


def amount(line: Due) -> str:
    """Return what is missing without its day, for places where the day stands beside it."""
    each = line.missing
    if line.times > 1 or each.number is None:
        told = _("not reached yet")
    elif each.result.kind == "provision":
        told = _("no activity with evidence yet")
    else:
        told = _("%(amount)s more", amount=amounts.amount(each.result.unit, each.number))
    return _read_as(line, str(told))


def notes(line: Due) -> list[str]:
    """Return what else is to be known about a line: late, waiting for data, asked for now, behind."""
    told = []
    if line.overdue:
        told.append(_("Overdue") if line.counted else _("Overdue, if it is read like this"))
    elif line.missing.over:
        told.append(_("Awaiting data"))
    if line.marked:
        told.append(_("Planned for this quarter"))
    if line.behind:
        told.append(_("Behind schedule"))
    return [str(each) for each in told]


def bound(line: Due) -> str:
    """Return that less may be missing, where what was reached lies between two bounds; empty where it is sure."""
    if not line.missing.perhaps_less or line.times > 1:
        return ""
    return str(_("counted by what is certain; perhaps less is missing"))


def quarter(each: Quarter) -> str:
    """Return what a quarter is called."""
    return str(_("Quarter %(quarter)s of %(year)s", quarter=each.quarter, year=each.year))


def institution(plan: Plan, each: str | None) -> str:
    """Return the name of an institution, or that the plan names nobody."""
    return amounts.institution(plan, each) if each is not None else str(_("The plan names nobody"))


def count(rows: Rows) -> str:
    """Return how many rows ask for attention, in a few words."""
    told = _("Rows overdue: %(late)s; asked for in this quarter: %(now)s", late=len(rows.overdue), now=len(rows.this_quarter))
    return str(told)


def _read_as(line: Due, told: str) -> str:
    if line.reading is None:
        return told
    return str(_("%(told)s (if read as “%(reading)s”)", told=told, reading=here(line.reading.label)))
