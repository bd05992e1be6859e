"""Decisions about events without input or output: what a row asks for, who sees what, what is right and what is not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from itertools import combinations, islice
from typing import Any, Final, Literal

from analysis.head_counts import differ_by_few, is_small
from analysis.named_targets import STEPPED, short_name, to_be_named
from questionnaires.plan_types import Indicator, Plan, ReferenceSet, Step, Target
from surveyapp.core.access import Actor, Permission

COUNTS: Final = ("unique_persons", "attendances", "families", "requested")
"""The fields that count people or families."""

LATEST: Final = 30
"""From so many of their last events somebody's usual rows are told."""
_USUAL: Final = 5
_HAPPENINGS: Final = frozenset({"meetings", "conferences", "campaigns", "events"})
_PEOPLE: Final = frozenset({"unique_persons", "attendances", "persons_at_one_event"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stated about an event; a number that is None is not known, 0 is a stated zero."""

    held_on: date
    title: str
    place: str | None = None
    hours: float | None = None
    audience: str | None = None
    member: str | None = None
    step: str | None = None
    evidence: str | None = None
    unique_persons: int | None = None
    attendances: int | None = None
    families: int | None = None
    requested: int | None = None
    amount: float | None = None
    same_group_as: int | None = None
    different_people: bool = False

    @property
    def mere_step(self) -> bool:
        """Whether a step of the plan was done to which, as far as is stated, nobody came."""
        return self.step is not None and not self.unique_persons and not self.attendances


FACTS: Final = tuple(each.name for each in fields(Facts))


@dataclass(frozen=True, slots=True)
class Stated:
    """Facts as somebody stated them at one moment; ``reason`` says why they replaced those before."""

    number: int
    facts: Facts
    withdrawn: bool
    reason: str | None
    account_id: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with everything ever stated about it, oldest first; the newest is in force."""

    id: int
    plan_key: str
    indicator: str
    institution: str
    history: tuple[Stated, ...]

    @property
    def newest(self) -> Stated:
        """What is in force."""
        return self.history[-1]

    @property
    def corrected(self) -> bool:
        """Whether anything was stated after the first time."""
        return len(self.history) > 1


@dataclass(frozen=True, slots=True)
class Row:
    """Where a new event belongs: plan, row and the institution that held it."""

    plan_key: str
    indicator: str
    institution: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of a row asks: ``main`` at once, ``more`` behind a fold, in the order shown.

    ``names_targets``: targets stand beside the steps, because they count the same.
    """

    main: tuple[str, ...]
    more: tuple[str, ...]
    needed: frozenset[str]
    names_targets: bool = False

    @property
    def everything(self) -> frozenset[str]:
        """Every field of the form."""
        return frozenset((*self.main, *self.more))


def asked_of(indicator: Indicator, plan: Plan) -> Asked:
    """Return the fields that the row can use; what its targets count stands first."""
    counted = {each for target in indicator.targets for each in _counted(target)}
    kinds = {target.kind for target in indicator.targets}
    wanted = {
        "step": bool(parts_of(indicator)),
        "member": bool(kinds & {"set_n", "set_all"}),
        "unique_persons": bool(counted & _PEOPLE),
        "attendances": bool(counted & _PEOPLE),
        "families": "families" in counted,
        "requested": "on_demand" in kinds,
        "hours": "hours" in counted or any(target.per_event_hours for target in indicator.targets),
        "amount": "funding" in kinds,
        "audience": len({target.audience for target in indicator.targets if target.audience}) > 1,
        "evidence": bool(kinds & (STEPPED | {"provision", "on_demand"})),
    }
    main = ("held_on", "title", *(name for name, is_wanted in wanted.items() if is_wanted))
    extra = ["place", "hours", "unique_persons", "evidence"]
    if plan.audiences:
        extra.insert(0, "audience")
    if wanted["unique_persons"] or wanted["families"]:
        extra += ["same_group_as", "different_people"]
    needed = {"step"} if wanted["step"] and kinds <= STEPPED else set[str]()
    more = tuple(name for name in extra if name not in main)
    return Asked(main, more, frozenset(needed), bool(to_be_named(indicator)))


def _counted(target: Target) -> set[str]:
    """Return what the target counts under any of its readings."""
    counted: set[str] = {target.counted, *(reading.counted for reading in target.readings if reading.counted)}
    by_unit = {"persons": "unique_persons", "families": "families", "hours": "hours"}
    return counted | ({by_unit[target.unit]} if target.unit in by_unit and "not_stated" in counted else set())


def steps_of(indicator: Indicator) -> tuple[Step, ...]:
    """Return the named steps of the row."""
    return tuple(step for target in indicator.targets if target.kind in STEPPED for step in target.steps)


def parts_of(indicator: Indicator) -> tuple[Step, ...]:
    """Return what an event of the row may say that it counts for: a named step, or one of the targets that count the same."""
    return (*steps_of(indicator), *(Step(short_name(target), target.label) for target in to_be_named(indicator)))


def reference_set_of(indicator: Indicator, plan: Plan) -> ReferenceSet | None:
    """Return the set whose members the row counts, None if it counts none."""
    wanted = {target.of_set for target in indicator.targets if target.of_set}
    return next((each for each in plan.reference_sets if each.id in wanted), None)


def usual_audience(indicator: Indicator) -> str | None:
    """Return the audience of the row's targets if they all name the same one."""
    named = {target.audience for target in indicator.targets if target.audience}
    return named.pop() if len(named) == 1 else None


def find_row(plan: Plan, indicator_id: str | None) -> Indicator | None:
    """Return the row with that id, None if the plan has none."""
    return next((each for each in plan.indicators if each.id == indicator_id), None)


def rows_of_institution(plan: Plan, institution: str | None) -> tuple[list[Indicator], list[Indicator]]:
    """Return the rows that *institution* answers for, and the others; without an institution all rows are in the first."""
    if institution is None:
        return list(plan.indicators), []
    own = [each for each in plan.indicators if institution in each.responsible]
    return own, [each for each in plan.indicators if institution not in each.responsible]


def usual_rows(events: Iterable[LoggedEvent], plan: Plan) -> list[Indicator]:
    """Return the rows of the latest events (given newest first), most used first; of equally used ones the one used last."""
    mine = (each for each in events if each.plan_key == plan.id and not each.newest.withdrawn)
    used = Counter(each.indicator for each in islice(mine, LATEST))
    found = (find_row(plan, indicator) for indicator, _times in used.most_common())
    return [each for each in found if each is not None][:_USUAL]


def to_copy(facts: Facts) -> Facts:
    """Return what a similar event most likely has in common: no number, no proof, nothing about its people."""
    return Facts(facts.held_on, facts.title, facts.place, audience=facts.audience, member=facts.member, step=facts.step)


def may_see(person: Actor, institution: str) -> bool:
    """Say whether *person* may see an event that *institution* held."""
    if person.may(Permission.SEE_ALL_EVENTS):
        return True
    return person.may(Permission.LOG_EVENTS) and person.institution == institution


def guarded_counts(indicator: Indicator | None) -> frozenset[str]:
    """Return the fields whose small counts are hidden: those that count people or families in a sensitive row.

    How many meetings were asked for says nothing about a person. A row that the plan does not know is taken to be sensitive.
    """
    if indicator is None:
        return frozenset(COUNTS)
    if not indicator.sensitive:
        return frozenset()
    asked_for = {target.unit for target in indicator.targets if target.kind == "on_demand"}
    return frozenset(COUNTS) - ({"requested"} if asked_for and asked_for <= _HAPPENINGS else set[str]())


def hidden_from(person: Actor, event: LoggedEvent, stated: Stated, guarded: frozenset[str]) -> frozenset[str]:
    """Return the fields that *person* may not see exactly, because neither their institution nor they stated them.

    Those are small counts, and counts that were ever corrected by fewer than 5: in whatever was stated, before and after.
    """
    if person.institution == event.institution or person.account_id == stated.account_id:
        return frozenset()
    small = {name for name in guarded if is_small(getattr(stated.facts, name))}
    return frozenset(small | (guarded & corrected_by_few(event)))


def corrected_by_few(event: LoggedEvent) -> frozenset[str]:
    """Return the counts of which any two statements about an event lie fewer than 5 apart.

    Whoever reads both, on one page or on the pages of two days, would learn of so few people.
    """
    return near([each.facts for each in event.history])


def near(statements: Iterable[Facts]) -> frozenset[str]:
    """Return the counts of which any two of these statements lie fewer than 5 apart."""
    pairs = list(combinations(statements, 2))
    return frozenset(
        name for name in COUNTS if any(differ_by_few(getattr(one, name), getattr(other, name)) for one, other in pairs)
    )


def may_open(person: Actor, event: LoggedEvent, added_by: int, *, sensitive: bool) -> bool:
    """Say whether *person*, who may see the event, may open a file of it: in a sensitive row it may show who came."""
    return not sensitive or person.institution == event.institution or person.account_id == added_by


def without(facts: Facts, hidden: frozenset[str]) -> Facts:
    """Return *facts* with the counts that are hidden as if they were not known."""
    known: dict[str, Any] = {name: None if name in hidden else value for name, value in asdict(facts).items()}
    return Facts(**known)


def may_correct(person: Actor, event: LoggedEvent, guarded: frozenset[str]) -> bool:
    """Say whether *person* may correct the event; nobody corrects numbers that are hidden from them."""
    if not person.may(Permission.LOG_EVENTS) or not may_see(person, event.institution):
        return False
    return not hidden_from(person, event, event.newest, guarded)


Fault = Literal["in_the_future", "outside_plan", "more_than_attendances", "not_a_member", "new_and_same", "later_group"]


def faults(facts: Facts, plan: Plan, today: date, members: ReferenceSet | None, group_day: date | None) -> dict[str, Fault]:
    """Return what cannot be right, by field: each fact by itself may be fine.

    *members* is the set that the row counts, *group_day* the day of the event named in ``same_group_as``.
    """
    found: dict[str, Fault] = {}
    if facts.held_on > today:
        found["held_on"] = "in_the_future"
    elif not plan.starts <= facts.held_on <= plan.ends:
        found["held_on"] = "outside_plan"
    if None not in (facts.unique_persons, facts.attendances) and (facts.unique_persons or 0) > (facts.attendances or 0):
        found["unique_persons"] = "more_than_attendances"
    if facts.member and members and members.members and not is_member(facts.member, members, facts.held_on):
        found["member"] = "not_a_member"
    if facts.same_group_as is not None and facts.different_people:
        found["different_people"] = "new_and_same"
    if group_day is not None and group_day > facts.held_on:
        found["same_group_as"] = "later_group"
    return found


def is_member(member: str, reference_set: ReferenceSet, day: date) -> bool:
    """Say whether the set has that member on *day*."""
    return any(each.id == member and (each.since or day) <= day <= (each.until or day) for each in reference_set.members or ())


def changes(before: Facts, after: Facts) -> Sequence[str]:
    """Return the names of the facts that differ, in their order."""
    return [name for name in FACTS if getattr(before, name) != getattr(after, name)]
