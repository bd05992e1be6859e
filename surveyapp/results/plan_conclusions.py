"""What the group concludes and proposes for a year's report, section by section, beside the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analysis.statement_checks import sections
from analysis.statements import Conclusion, Proposal
from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.plans import rules
from surveyapp.plans.rules import Chain
from surveyapp.results import conclusion_numbers, plan_choice, words
from surveyapp.results.conclusion_numbers import Numbers
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Wanted, years_so_far

_NAMES: Final = {
    "summary": _l("Summary"),
    "survey": _l("What specialists know and think"),
    "response": _l("Who did not answer"),
    "decisions": _l("Decisions on unclear rows"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report with what the group concludes about it; ``told`` is what the numbers say in short."""

    key: str
    name: str
    told: str
    conclusion: Conclusion | None
    chain: Chain | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that holds; ``earlier``: it was made in an earlier year and is still open, or was settled in this one."""

    proposal: Proposal
    chain: Chain
    earlier: bool

    @property
    def subject(self) -> str:
        """Its number and year, as addresses name it."""
        return self.proposal.subject


def section_name(plan: Plan, key: str) -> str:
    """Return what a section is called; *key* may be followed by its year."""
    name = key.partition("@")[0]
    goal = next((goal for goal in plan.goals if name == f"goal-{goal.number}"), None)
    return words.goal(plan, goal) if goal else str(_NAMES.get(name, name))


def sections_of(judged: JudgedPlan, year: int) -> tuple[Section, ...]:
    """Return every section of the report of *year*, in its order."""
    told = {f"goal-{goal.goal.number}": words.goal_told(goal) for goal in judged.goals(Wanted())}
    return tuple(_section(judged, key, year, told.get(key, "")) for key in sections(judged.written))


def proposals_of(judged: JudgedPlan, year: int) -> tuple[Proposed, ...]:
    """Return the proposals that the report of *year* tells: those made in it, and earlier ones that were open when it began."""
    found: list[Proposed] = []
    for chain in judged.chains_of("proposal", ""):
        said = cast("Proposal", chain.newest.statement)
        if chain.holds and (said.year == year or (said.year < year and _open_in(chain, year))):
            found.append(Proposed(said, chain, said.year < year))
    return tuple(sorted(found, key=lambda each: (each.proposal.year, each.proposal.number)))


@requires(Permission.SEE_RESULTS)
def conclusions() -> str:
    """Show what the group concludes and proposes for a year, with the places to write it."""
    judged = plan_choice.judged(clock.today())
    plan = judged.written if judged else None
    years: Sequence[int] = years_so_far(plan, clock.today()) if plan else ()
    asked = request.args.get("year", type=int)
    newest = years[-1] if years else clock.today().year
    year = asked if asked is not None and asked in years else newest
    return render_template(
        "results/plan_conclusions.html",
        title=_("Conclusions and proposals"),
        judged=judged,
        plan=plan,
        year=year,
        years=years,
        sections=sections_of(judged, year) if judged else (),
        surveys=_surveys(plan, year) if plan else {},
        proposals=proposals_of(judged, year) if judged else (),
        next_number=rules.next_number(judged.chains_of("proposal", ""), year) if judged else 1,
    )


def _surveys(plan: Plan, year: int) -> dict[str, Numbers]:
    place = require_actor().municipality_id
    return {key: conclusion_numbers.of_section(place, plan, f"{key}@{year}") for key in ("survey", "response")}


def _section(judged: JudgedPlan, key: str, year: int, told: str) -> Section:
    chain = judged.chain("conclusion", f"{key}@{year}")
    said = cast("Conclusion", chain.newest.statement) if chain and chain.holds else None
    return Section(key, section_name(judged.written, key), told, said, chain)


def _open_in(chain: Chain, year: int) -> bool:
    """Say whether a proposal was still open when *year* began, or is open again; words mended later settle nothing anew."""
    before = [told for told in chain.history if not told.withdrawn and clock.day_of(told.at).year < year]
    decisive = (before[-1], chain.newest) if before else ()
    return not before or any(cast("Proposal", told.statement).state == "open" for told in decisive)


def add_routes(blueprint: Blueprint) -> None:
    """Add the page to the feature's."""
    blueprint.add_url_rule("/conclusions", "conclusions", conclusions)
