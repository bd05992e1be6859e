"""What loading a version of a plan would do: what differs, what hangs on that, decisions that fit no more, degrees."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.decided import judge_decided
from analysis.statement_checks import faults
from questionnaires.plan_differences import Difference, compare
from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.plans import rules, statement_store, store, uses
from surveyapp.plans.rules import Chain
from surveyapp.settings import current_settings


@dataclass(frozen=True, slots=True)
class DegreeChange:
    """A row whose degree to date would be another one; None where a version does not have the row."""

    row: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What loading ``plan`` would do; ``before`` is the newest loaded version of the same plan, None for a new plan.

    ``used`` says how many things hang on each row that differs, ``lost`` on each that is gone (then nothing is loaded).
    ``unfitting`` are statements that hold now and would not be applied any more.
    """

    plan: Plan
    before: Plan | None
    differences: tuple[Difference, ...]
    used: Mapping[str, int]
    lost: tuple[tuple[str, int], ...]
    unfitting: tuple[Chain, ...]
    degrees: tuple[DegreeChange, ...]
    in_force: bool

    @property
    def guarded(self) -> bool:
        """Whether rows about people at risk differ, whose degrees are not told beforehand."""
        rows = _sensitive(self.before, self.plan) if self.before else frozenset()
        return any(each.row in rows for each in self.differences)

    @property
    def older(self) -> bool:
        """Whether a version with a higher number is loaded already, so that this one would never hold."""
        return self.before is not None and self.plan.version < self.before.version

    @property
    def same(self) -> bool:
        """Whether a version with this very number is loaded already."""
        return self.before is not None and self.plan.version == self.before.version

    @property
    def may_load(self) -> bool:
        """Whether nothing stands in the way."""
        return not (self.older or self.same or self.lost)

    @property
    def digest(self) -> str:
        """What the page showed in one word, so that it is shown again if it has become something else meanwhile."""
        seen = (self.before and self.before.version, self.in_force, sorted(self.used.items()), self.lost, self.degrees)
        said = [(each.kind, each.subject, each.newest.number) for each in self.unfitting]
        return hashlib.sha256(repr((seen, said)).encode()).hexdigest()


def preview(municipality_id: int, plan: Plan) -> Preview:
    """Return what loading *plan* for a municipality would do; nothing is written."""
    before, now = store.find(municipality_id, plan.id), store.current(municipality_id)
    differences = compare(before, plan) if before else ()
    changed = {each.row for each in differences if each.row}
    used = uses.of_rows(municipality_id, plan.id)
    chains = [each for each in statement_store.chains(municipality_id, plan.id) if each.holds]
    return Preview(
        plan=plan,
        before=before,
        differences=differences,
        used={row: number for row, number in used.items() if row in changed},
        lost=tuple(store.lost_rows(plan, municipality_id)),
        unfitting=_unfitting(before, plan, chains) if before else (),
        degrees=_degrees(municipality_id, before, plan, chains) if before else (),
        in_force=now is None or now.id == plan.id,
    )


def _unfitting(before: Plan, after: Plan, chains: list[Chain]) -> tuple[Chain, ...]:
    today = clock.today()

    def fits(plan: Plan, chain: Chain) -> bool:
        return not faults(plan, chain.newest.statement, today)

    return tuple(each for each in chains if fits(before, each) and not fits(after, each))


def _degrees(municipality_id: int, before: Plan, after: Plan, chains: list[Chain]) -> tuple[DegreeChange, ...]:
    """Judge both versions by what is logged and stated, and return the rows whose degree differs."""
    settings = current_settings()
    records, said, today = uses.records(municipality_id, after.id), rules.in_force(chains), clock.today()
    old, new = (
        {
            each.indicator: str(each.to_date)
            for each in judge_decided(plan, records, said, today, settings.grace_days).progress.indicators
        }
        for plan in (before, after)
    )
    guarded = _sensitive(before, after)
    both = [row for row in dict.fromkeys((*new, *old)) if row not in guarded]
    return tuple(DegreeChange(row, old.get(row), new.get(row)) for row in both if old.get(row) != new.get(row))


def _sensitive(before: Plan, after: Plan) -> frozenset[str]:
    """Return the rows about people at risk: tried with one number after the other, a degree would tell the hidden count."""
    return before.sensitive_rows | after.sensitive_rows
