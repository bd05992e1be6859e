"""What facts about events are called, and how numbers are said, in the reader's language."""

from collections.abc import Sequence
from typing import Final

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analysis.head_counts import SMALLEST_HEAD_COUNT, is_small
from analysis.named_targets import short_name, to_be_named
from questionnaires.plan_types import Indicator, Plan
from surveyapp.core.i18n import day, here
from surveyapp.events import rules
from surveyapp.events.effects import Effect, Verdict
from surveyapp.events.released import Figure, Moved
from surveyapp.events.rules import Facts
from surveyapp.plans.amounts import short_day
from surveyapp.plans.words import DEGREES

LABELS: Final = {
    "indicator": _l("Row of the plan"),
    "held_on": _l("Date"),
    "title": _l("Title"),
    "institution": _l("Organising institution"),
    "step": _l("Step"),
    "member": _l("For which institution"),
    "unique_persons": _l("Different people"),
    "attendances": _l("Attendances"),
    "families": _l("Families"),
    "requested": _l("How many asked for it"),
    "hours": _l("Hours"),
    "amount": _l("Money, EUR"),
    "audience": _l("Audience"),
    "place": _l("Place"),
    "evidence": _l("Evidence note"),
    "same_group_as": _l("Same people as at an earlier event"),
    "different_people": _l("Nobody here took part in an earlier event of this row"),
}


def count_text(name: str, count: int, *, hidden: bool) -> str:
    """Return a count with what it counts, such as "25 people"; *hidden* ones as "fewer than 5 people", or as hidden."""
    if hidden and not is_small(count):
        return str(_("%(what)s: number hidden", what=LABELS[name]))
    if hidden:
        least = str(SMALLEST_HEAD_COUNT)
        texts = {
            "unique_persons": _("fewer than %(least)s people", least=least),
            "attendances": _("fewer than %(least)s attendances", least=least),
            "families": _("fewer than %(least)s families", least=least),
            "requested": _("fewer than %(least)s asked for it", least=least),
        }
        return str(texts[name])
    shown = format_decimal(count)
    counted = {
        "unique_persons": ngettext("%(shown)s person", "%(shown)s people", count, shown=shown),
        "attendances": ngettext("%(shown)s attendance", "%(shown)s attendances", count, shown=shown),
        "families": ngettext("%(shown)s family", "%(shown)s families", count, shown=shown),
        "requested": ngettext("%(shown)s asked for it", "%(shown)s asked for it", count, shown=shown),
    }
    return str(counted[name])


def counts_text(facts: Facts, hidden: frozenset[str]) -> list[str]:
    """Return every stated count of *facts* in words."""
    return [
        count_text(name, getattr(facts, name), hidden=name in hidden)
        for name in rules.COUNTS
        if getattr(facts, name) is not None
    ]


def label(indicator: Indicator | None, facts: Facts, name: str) -> str:
    """Return what a fact is called; a target that is named in the place of a step is no step."""
    targets = {short_name(target) for target in to_be_named(indicator)} if indicator else set()
    return str(_("Counts for the target") if name == "step" and facts.step in targets else LABELS[name])


def numbers_text(plan: Plan | None, indicator_id: str, facts: Facts, hidden: frozenset[str]) -> list[str]:
    """Return the counts of an event in words, or the step that it did; that none is known only where the row asks for one."""
    counts = counts_text(facts, hidden)
    if counts:
        return counts
    indicator = rules.find_row(plan, indicator_id) if plan else None
    if facts.step is not None and label(indicator, facts, "step") == LABELS["step"]:
        return [str(_("step done: %(step)s", step=named(plan, indicator_id, "step", facts.step)))]
    if plan and indicator and not set(rules.asked_of(indicator, plan).main) & set(rules.COUNTS):
        return []
    return [str(_("number not known"))]


def fact_text(plan: Plan | None, indicator_id: str, facts: Facts, name: str, *, hidden: bool) -> str:
    """Return one fact in words; empty if it was not stated."""
    value = getattr(facts, name)
    if value is None or value is False:
        return ""
    if name in rules.COUNTS:
        return _count(value, hidden=hidden)
    if name == "held_on":
        return day(value)
    said = {
        "hours": lambda: format_decimal(value),
        "amount": lambda: format_decimal(value),
        "different_people": lambda: _("yes"),
        "same_group_as": lambda: _("event %(number)s", number=value),
    }
    return str(said[name]()) if name in said else named(plan, indicator_id, name, str(value))


def _count(value: int, *, hidden: bool) -> str:
    """Return a count, or why it is not shown."""
    least = str(SMALLEST_HEAD_COUNT)
    if not hidden:
        return str(format_decimal(value))
    if is_small(value):
        return str(_("fewer than %(least)s", least=least))
    return str(_("number hidden: it was corrected by fewer than %(least)s", least=least))


def named(plan: Plan | None, indicator_id: str, name: str, value: str) -> str:
    """Return the name of an institution, audience, step or member that the plan knows by its id; others as they are."""
    if plan is None:
        return value
    indicator = rules.find_row(plan, indicator_id)
    reference_set = rules.reference_set_of(indicator, plan) if indicator else None
    names = {
        "institution": {each.id: here(each.name) for each in plan.institutions},
        "audience": {each: here(text) for each, text in plan.audiences},
        "step": {each.id: here(each.label) for each in rules.parts_of(indicator)} if indicator else {},
        "member": {each.id: each.name for each in (reference_set and reference_set.members) or ()},
    }
    return names.get(name, {}).get(value, value)


def effect_text(effect: Effect) -> str:
    """Return what would change of a target's verdict: "1.1.a Training, 40 people, 2026: done → partly done"."""
    return f"{_place(effect)}: {_verdict_text(effect.before)} → {_verdict_text(effect.after)}"


def moved_text(moved: Moved) -> str:
    """Return which released figure would move: "Release 2: 1.1.a Training; 40 people; 2026: 25 → 30"."""
    before, after = moved.before, moved.after
    told = _figure_verdict if before.reached is None or before.reached == after.reached else _bounds
    return f"{moved_place(moved)}: {told(before)} → {told(after)}"


def moved_place(moved: Moved) -> str:
    """Return where a released figure would move: "Release 2: 1.1.a Training; 40 people; 2026"."""
    return f"{releases_text(moved.releases)}: {_place(moved)}"


def releases_text(numbers: Sequence[int]) -> str:
    """Return releases by their numbers: "Releases 1, 2"."""
    listed = ", ".join(map(str, numbers))
    return str(ngettext("Release %(numbers)s", "Releases %(numbers)s", len(numbers), numbers=listed))


def _figure_verdict(figure: Figure) -> str:
    return _verdict_text(figure.verdict)


def _bounds(figure: Figure) -> str:
    low, high = figure.reached or (None, None)
    if low is None:
        return str(_("nothing reported"))
    if high is None or low == high:
        return str(format_decimal(low))
    return f"{format_decimal(low)}–{format_decimal(high)}"


def _place(effect: Effect | Moved) -> str:
    start, end = effect.window_start, effect.window_end
    years = str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    whole = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    window = years if whole else f"{short_day(start)}–{short_day(end)}"
    row = f"{effect.row.id} {here(effect.row.name)}"
    return f"{row}; {here(effect.target.label)}; {window}" if effect.target else row


def _verdict_text(verdict: Verdict) -> str:
    timings = {"on_time": _("in time"), "late": _("late"), "overdue": _("overdue")}
    parts = [str(DEGREES[verdict.degree]), *([str(timings[verdict.timing])] if verdict.timing else [])]
    return ", ".join(parts)
