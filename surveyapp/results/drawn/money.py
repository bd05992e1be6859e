"""The figures of the plan's money: planned, granted and spent, by year and by goal."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import gettext as _

from surveyapp.results import words
from surveyapp.results.drawn import pictures, scale
from surveyapp.results.drawn.figure import Column, Figure, Figures, sentences
from surveyapp.results.drawn.pictures import Key
from surveyapp.results.drawn.scale import Line, Mark, Scale
from surveyapp.results.plan_money import Money, Sum
from surveyapp.results.plan_results import JudgedPlan

_LOOKS: Final = (("planned", "edge"), ("granted", "tone-3"), ("spent", "bar"))


def figures(judged: JudgedPlan, money: Money, where: Mapping[str, object], source: str) -> Figures:
    """Return money by year and by goal."""
    names = {goal.number: words.goal(judged.plan, goal) for goal in judged.plan.goals}
    goals = [(names.get(goal, goal), each) for goal, each in money.by_goal]
    of_goals = _figure("goals", _("Money by goal, all years, EUR."), _("Goal"), goals, source)
    return Figures.of("money", where, [by_year(money.by_year, source), of_goals])


def by_year(sums: Sequence[tuple[int, Sum]], source: str) -> Figure | None:
    """Return money by year; None if nothing is planned or stated."""
    return _figure("money", _("Money by year, EUR."), _("Year"), [(str(year), each) for year, each in sums], source)


def _figure(name: str, about: str, first: str, lines: Sequence[tuple[str, Sum]], source: str) -> Figure | None:
    amounts = [each for _label, total in lines for each in (total.planned, total.granted, total.spent) if each is not None]
    if not amounts and not any(total.refused for _label, total in lines):
        return None
    labels = {"planned": _("Planned, EUR"), "granted": _("Granted, EUR"), "spent": _("Spent, EUR")}
    return Figure(
        name=name,
        finding=_(
            "Planned in all: %(planned)s EUR; spent by now: %(spent)s", planned=_total(lines, "planned"), spent=_spent(lines)
        ),
        about=about,
        picture=scale.bars(
            [Line(label, _marks(each), _("nothing is stated")) for label, each in lines], _scale(max([1.0, *amounts]))
        ),
        alternative=sentences([f"{label}: {_told(each, labels)}" for label, each in lines]),
        columns=(Column(first), *(Column(each, "number") for each in labels.values()), Column(_("Refused, times"), "number")),
        rows=tuple((label, each.planned, each.granted, each.spent, each.refused) for label, each in lines),
        source=source,
        legend=tuple(Key((pictures.box(look, 1, 2, 22, 9),), labels[kind]) for kind, look in _LOOKS),
    )


def _marks(total: Sum) -> tuple[Mark, ...]:
    known = ((getattr(total, kind), look) for kind, look in _LOOKS)
    return tuple(Mark(amount, look=look, told=words.number(amount)) for amount, look in known if amount is not None)


def _scale(most: float) -> Scale:
    step = 10 ** (len(str(int(most))) - 1)
    reach = -(-most // step) * step
    return Scale(0, reach, (0, reach / 2, reach), room=60)


def _total(lines: Sequence[tuple[str, Sum]], kind: str) -> str:
    known = [amount for _label, each in lines if (amount := getattr(each, kind)) is not None]
    return words.number(sum(known)) if known else _("not known")


def _spent(lines: Sequence[tuple[str, Sum]]) -> str:
    if all(each.spent is None for _label, each in lines):
        return str(_("nothing is stated"))
    return str(_("%(amount)s EUR", amount=_total(lines, "spent")))


def _told(total: Sum, labels: dict[str, str]) -> str:
    known = [f"{name} {words.number(amount)}" for kind, name in labels.items() if (amount := getattr(total, kind)) is not None]
    return "; ".join(known) or _("nothing is stated")
