"""The targets of a plan file: what each kind of target needs, and how it may be judged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, get_args

from questionnaires.fields import (
    ITEM_ID,
    NO_DATE,
    NO_TEXT,
    Fields,
    Unique,
    as_date,
    as_string,
    as_text,
    identifier,
    listing,
    number,
    reference,
    whole,
    word,
)
from questionnaires.plan_periods import Known, read_period
from questionnaires.plan_types import (
    Baseline,
    Counted,
    Mark,
    Period,
    Reading,
    Sign,
    Step,
    Target,
    TargetKind,
    Unit,
    Written,
)
from questionnaires.report import Report
from questionnaires.yaml_file import MapNode, Node

COMPARATORS: Final[Mapping[TargetKind, tuple[str, ...]]] = {
    "count_min": ("ge",),
    "count_max": ("le",),
    "count_bare": ("bare",),
    "set_n": ("ge", "bare"),
    "set_all": ("all",),
    "frequency": ("ge", "bare", "between", "approx"),
    "deliverable": ("exists", "all"),
    "provision": ("exists",),
    "on_demand": ("all", "exists"),
    "delta_up": ("delta_up",),
    "delta_down": ("delta_down",),
    "trend_up": ("trend_up",),
    "trend_down": ("trend_down",),
    "series": ("ge", "bare", "between", "approx"),
    "range": ("between",),
    "approximate": ("approx",),
    "measure_only": ("none",),
    "text_only": ("none", "exists"),
    "funding": ("ge", "le", "bare", "between", "approx"),
}
"""The comparators with which a target of each kind can be judged."""

ALL_COMPARATORS: Final = tuple(dict.fromkeys(name for names in COMPARATORS.values() for name in names))
KINDS: Final[tuple[TargetKind, ...]] = get_args(TargetKind)
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
COUNTED: Final[tuple[Counted, ...]] = get_args(Counted)
SIGNS: Final[tuple[Sign, ...]] = get_args(Sign)
MARKS: Final[tuple[Mark, ...]] = get_args(Mark)
WITHOUT_VALUE: Final = frozenset(
    {"set_all", "deliverable", "provision", "on_demand", "trend_up", "trend_down", "measure_only", "text_only"}
)
CHANGES: Final = frozenset({"delta_up", "delta_down", "trend_up", "trend_down"})
SETS: Final = frozenset({"set_n", "set_all"})
STEPPED: Final = frozenset({"deliverable", "provision", "on_demand", "text_only"})

_ALWAYS: Final = ("id", "kind", "comparator", "unit", "counted", "period", "label")
_OFTEN: Final = ("audience", "ages", "per_event_hours", "per_event_sessions", "prerequisite", "readings")
_SOMETIMES: Final = ("value", "upper", "of_set", "baseline", "steps", "written")
OLDEST: Final = 120
READ_OTHERWISE: Final = ("period", "value", "counted", "comparator", "unit")
"""What another reading of a target may change."""


@dataclass(frozen=True, slots=True)
class ReadTarget:
    """A target as read, with its place in the file."""

    target: Target
    fields: Fields


def read_target(report: Report, node: Node, row: str, known: Known, seen: Unique) -> ReadTarget:
    """Return the target of *node* in the row with the id *row*; its prerequisite is checked when all are read."""
    kind = _kind(report, node)
    fields = _fields(report, node, kind)
    short = fields.need("id", identifier(), "")
    if short:
        seen.add(fields.place("id"), short)
    allowed = COMPARATORS[kind] if kind else ALL_COMPARATORS
    target = Target(
        id=f"{row}/{short}",
        kind=kind or "text_only",
        comparator=_comparator(fields, kind, allowed),
        unit=fields.need("unit", word(UNITS), "items"),
        counted=fields.need("counted", word(COUNTED), "not_stated"),
        period=fields.need("period", lambda _, value: read_period(report, value, known), Period("not_stated")),
        label=fields.need("label", as_text, NO_TEXT),
        value=fields.get("value", number()),
        upper=fields.get("upper", number()),
        audience=fields.get("audience", reference("audience", known.audiences)),
        ages=fields.get("ages", _ages),
        per_event_hours=fields.get("per_event_hours", number(0.25, 1000)),
        per_event_sessions=fields.get("per_event_sessions", whole(1, 1000)),
        of_set=fields.get("of_set", reference("reference set", known.reference_sets)),
        baseline=fields.get("baseline", _baseline),
        steps=_steps(fields),
        prerequisite=fields.get("prerequisite", as_string),
        written=fields.get("written", _written),
    )
    _check_upper(fields, target)
    return ReadTarget(replace(target, readings=_readings(fields, target, known)), fields)


def _kind(report: Report, node: Node) -> TargetKind | None:
    """Return the kind of the target, which decides its keys; a missing kind is reported with the other keys."""
    value = node.get("kind") if isinstance(node, MapNode) else None
    return None if value is None else word(KINDS)(report, value)


def _fields(report: Report, node: Node, kind: TargetKind | None) -> Fields:
    if kind is None:
        return Fields(report, node, _ALWAYS, (*_SOMETIMES, *_OFTEN))
    required = list(_ALWAYS)
    optional = list(_OFTEN)
    if kind not in WITHOUT_VALUE:
        required.append("value")
        optional += ["upper"] if "between" in COMPARATORS[kind] else []
    if kind in SETS:
        required.append("of_set")
    if kind in CHANGES:
        optional += ["baseline", "written"]
    if kind in STEPPED:
        (required if kind == "deliverable" else optional).append("steps")
    return Fields(report, node, required, optional, elsewhere=_SOMETIMES, kind=f"the kind {kind}")


def _comparator(fields: Fields, kind: TargetKind | None, allowed: tuple[str, ...]) -> str:
    comparator = fields.need("comparator", word(ALL_COMPARATORS), "")
    if comparator and comparator not in allowed:
        place = fields.place("comparator")
        fields.report.add(place, "comparator_not_for_kind", found=comparator, kind=str(kind), allowed=", ".join(allowed))
    return comparator


def _ages(report: Report, node: Node) -> tuple[int, int] | None:
    found = listing(whole(0, OLDEST))(report, node)
    if found is None:
        return None
    ages = [age for _, age in found]
    if len(ages) == 2 and ages[0] <= ages[1]:  # noqa: PLR2004 (from and to are two)
        return ages[0], ages[1]
    report.add(node, "ages_wrong")
    return None


def _baseline(report: Report, node: Node) -> Baseline:
    """Return the baseline; its value may be below zero, as a rate of growth is."""
    fields = Fields(report, node, ("value", "on", "source"))
    return Baseline(
        fields.need("value", number(-1e12), 0.0), fields.need("on", as_date, NO_DATE), fields.need("source", as_string, "")
    )


def _written(report: Report, node: Node) -> Written:
    """Return what the source writes beside a change; its own signs are quoted in the file."""
    fields = Fields(report, node, (), ("sign", "mark", "decided"))
    return Written(fields.get("sign", word(SIGNS)), fields.get("mark", word(MARKS)), fields.get("decided", as_string))


def _steps(fields: Fields) -> tuple[Step, ...]:
    seen = Unique(fields.report, "step")

    def read(report: Report, node: Node) -> Step:
        entry = Fields(report, node, ("id", "label"))
        step = Step(entry.need("id", identifier(ITEM_ID), ""), entry.need("label", as_text, NO_TEXT))
        if step.id:
            seen.add(entry.place("id"), step.id)
        return step

    return tuple(fields.each("steps", read))


def _check_upper(fields: Fields, target: Target) -> None:
    report = fields.report
    if target.comparator == "between" and "upper" not in fields:
        report.add(fields.place("comparator"), "upper_missing")
    if "upper" in fields and target.comparator not in ("between", ""):
        report.add(fields.place("upper"), "upper_not_between")
    if target.value is not None and target.upper is not None and target.upper < target.value:
        report.add(fields.place("upper"), "upper_below_value", upper=f"{target.upper:g}", value=f"{target.value:g}")


def _readings(fields: Fields, target: Target, known: Known) -> tuple[Reading, ...]:
    """Return every way to read the target: the first as written in it, each other one different from it."""
    seen = Unique(fields.report, "reading")
    found: list[Reading] = []

    def read(report: Report, node: Node) -> None:
        entry = Fields(report, node, ("id", "label"), READ_OTHERWISE)
        reading = Reading(
            id=entry.need("id", identifier(), ""),
            label=entry.need("label", as_text, NO_TEXT),
            period=entry.get("period", lambda _, value: read_period(report, value, known)),
            value=entry.get("value", number()),
            counted=entry.get("counted", word(COUNTED)),
            comparator=entry.get("comparator", word(ALL_COMPARATORS)),
            unit=entry.get("unit", word(UNITS)),
        )
        if reading.id:
            seen.add(entry.place("id"), reading.id)
        differences = _differences(reading, target)
        if not found and differences:
            report.add(entry.place(differences[0]), "reading_first", found=differences[0])
        if found and not differences and not _any_bad(entry, reading):
            report.add(node, "reading_same")
        if reading.comparator == "between" and target.upper is None:
            report.add(entry.place("comparator"), "upper_missing")
        found.append(reading)

    fields.each("readings", read)
    if len(found) == 1:
        fields.report.add(fields.place("readings"), "reading_only_one")
    return tuple(found)


def _differences(reading: Reading, target: Target) -> list[str]:
    """Return the names of the fields in which the reading says something else than the target."""
    return [key for key in READ_OTHERWISE if getattr(reading, key) not in (None, getattr(target, key))]


def _any_bad(entry: Fields, reading: Reading) -> bool:
    """Say whether a field stands in the file but could not be read (and was reported)."""
    return any(key in entry and getattr(reading, key) is None for key in READ_OTHERWISE)
