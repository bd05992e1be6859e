"""The periods of a plan file: when a target holds, and the days of the plan within which everything must lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from questionnaires.fields import NO_DATE, Fields, as_date, as_flag, whole, word
from questionnaires.plan_types import Period, PeriodKind
from questionnaires.report import Place, Report
from questionnaires.yaml_file import MapNode, Node, ScalarNode

PERIODS: Final[tuple[PeriodKind, ...]] = get_args(PeriodKind)
_FORMS: Final[Mapping[str, str]] = {
    "named_year": "{kind: named_year, year: 2026}",
    "by": "{kind: by, day: 2027-12-31}",
    "from": "{kind: from, day: 2026-01-01}",
}
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {"named_year": ("year",), "by": ("day",), "from": ("day",)}
_MAY: Final[Mapping[str, tuple[str, ...]]] = {
    "by": ("after_plan",),
    "from": ("until",),
    **dict.fromkeys(("year", "half_year", "quarter", "month", "continuous", "on_request"), ("since", "until")),
}
_KEYS: Final = ("year", "day", "since", "until", "after_plan")


@dataclass(frozen=True, slots=True)
class Known:
    """What a target may refer to, and the days of the plan."""

    starts: date
    ends: date
    audiences: frozenset[str]
    reference_sets: frozenset[str]

    def refuse_outside(self, report: Report, place: Place, found: str, first: date, last: date) -> None:
        """Report what lies wholly outside the plan (nothing does while a date of the plan is wrong itself)."""
        if NO_DATE not in (self.starts, self.ends) and (last < self.starts or first > self.ends):
            report.add(place, "outside_plan", found=found, starts=str(self.starts), ends=str(self.ends))


def read_period(report: Report, node: Node, known: Known) -> Period | None:
    """Return the period of *node*: one word, or a map where the kind needs or allows more."""
    if isinstance(node, ScalarNode):
        kind = word(PERIODS)(report, node)
        if kind is not None and kind in _FORMS:
            report.add(node, "period_needs", found=kind, form=_FORMS[kind])
        return None if kind is None else Period(kind)
    value = node.get("kind") if isinstance(node, MapNode) else None
    kind = None if value is None else word(PERIODS)(report, value)
    if kind is None:
        Fields(report, node, ("kind",), _KEYS)
        return None
    needed = ("kind", *_NEEDS.get(kind, ()))
    fields = Fields(report, node, needed, _MAY.get(kind, ()), elsewhere=_KEYS, kind=f"the period {kind}")
    year = fields.get("year", whole(1900, 2200))
    if year is not None:
        known.refuse_outside(report, fields.place("year"), str(year), date(year, 1, 1), date(year, 12, 31))
    after_plan = fields.need("after_plan", as_flag, default=False)
    day, since, until = (_day(fields, key, known, anywhere=after_plan) for key in ("day", "since", "until"))
    if until and until < (since or day or until):
        report.add(fields.place("until"), "until_before_since", since=str(since or day), until=str(until))
    return Period(kind, year, day, since, until)


def _day(fields: Fields, key: str, known: Known, *, anywhere: bool) -> date | None:
    day = fields.get(key, as_date)
    if day is not None and not anywhere:
        known.refuse_outside(fields.report, fields.place(key), str(day), day, day)
    return day
