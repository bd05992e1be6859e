"""Which released figures a statement about the plan would move, in words; money of a row and year is one of them."""

from collections.abc import Iterator, Sequence

from flask_babel import format_decimal
from flask_babel import gettext as _

from analysis.statements import Conclusion, MoneyOfYear, Proposal, Statement
from questionnaires.plan_types import Plan
from surveyapp.core.access import Actor
from surveyapp.core.i18n import here
from surveyapp.events import consequences
from surveyapp.events.consequences import Consequences
from surveyapp.events.words import releases_text
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import Cell, rows_of
from surveyapp.results.plan_money import amounts

_Amounts = tuple[Cell, Cell, Cell]


def foretold(person: Actor, plan: Plan, statement: Statement, *, withdrawn: bool = False) -> Consequences:
    """Return what would follow if *person* said *statement* about *plan*, as written, or took it back.

    Verdicts of today are not told: to change them is what a statement is made for.
    """
    if isinstance(statement, (Conclusion, Proposal)):
        return Consequences()  # words of their own year, from which nothing is counted
    found = consequences.of_statement(person.municipality_id, plan, statement, person.email, withdrawn=withdrawn)
    money = tuple(_money(person, plan, statement, withdrawn=withdrawn)) if isinstance(statement, MoneyOfYear) else ()
    return Consequences(released=(*found.released, *money))


def _money(person: Actor, plan: Plan, statement: MoneyOfYear, *, withdrawn: bool) -> Iterator[str]:
    row = plan.indicator(statement.row)
    planned, _in_plan, granted, spent = amounts(row, statement.year, None if withdrawn else statement)
    would, published = (planned, granted, spent), dict[_Amounts, list[int]]()
    for release in ledger.every(person.municipality_id, plan.id):
        for cells in rows_of(release.document, "money"):
            stood = (cells["planned"], cells["granted"], cells["spent"])
            changes = any(was not in {None, will} for was, will in zip(stood, would, strict=True))
            if (cells["indicator"], cells["year"]) == (row.id, statement.year) and changes:
                published.setdefault(stood, []).append(release.number)
    for stood, numbers in published.items():
        what = _("money of %(year)s", year=statement.year)
        yield f"{releases_text(sorted(numbers))}: {row.id} {here(row.name)}; {what}: {_told(stood)} → {_told(would)}"


def _told(found: Sequence[Cell]) -> str:
    names = (_("planned"), _("granted"), _("spent"))
    known = [f"{name} {format_decimal(amount)} EUR" for name, amount in zip(names, found, strict=True) if amount is not None]
    return ", ".join(known) or str(_("nothing stated"))
