"""Making a release: the judged plan and the frozen results of surveys as tables, at the level at which they may leave."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from analysis import steps
from analysis.head_counts import SMALLEST_HEAD_COUNT, EventRecord
from analysis.magnitudes import FEWEST_CONTRIBUTORS, P_PERCENT, Guard
from analysis.missing import target_of
from analysis.reasons import RULES_VERSION
from analysis.sensitive import is_guarded
from analysis.statements import Answer, Conclusion, Decision, Override, Proposal, ReadingChosen
from questionnaires.plan_types import Indicator, Plan
from surveyapp.core import clock, municipalities
from surveyapp.core.command import RefusedError
from surveyapp.events.judging import Apart
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import Document
from surveyapp.ledger.store import Asked, Level, Release
from surveyapp.plans import store as plan_store
from surveyapp.plans import words as statement_words
from surveyapp.plans.rules import Chain
from surveyapp.releases import public, subtraction, surveys, tables
from surveyapp.releases.surveys import Surveys
from surveyapp.releases.tables import TableKind, joined
from surveyapp.results import plan_results, survey_results, wave_results
from surveyapp.results.change import effect_of
from surveyapp.results.plan_money import money_of
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Row
from surveyapp.settings import current_settings
from surveyapp.survey.rules import FEWEST

VERSION: Final = 9
"""Raised whenever the tables of a release get other columns or rules; older releases stay as they were."""
_COUNTS: Final = ("unique_persons", "attendances", "families")


@dataclass(frozen=True, slots=True)
class Rules:
    """The versions of the rules that a release keeps to, and the settings that decide its numbers."""

    levels: int
    comparison: int
    grace_days: int
    fewest_contributors: int
    p_percent: int

    @classmethod
    def of_today(cls) -> "Rules":
        """Return the rules and settings in force."""
        own = current_settings()
        versions = wave_results.RULES_VERSION, survey_results.RULES_VERSION
        return cls(*versions, own.grace_days, own.fewest_contributors, own.p_percent)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Rules":
        """Return the rules and settings that a release was made by."""
        usual = {"fewest_contributors": FEWEST_CONTRIBUTORS, "p_percent": P_PERCENT}  # the oldest releases do not say them
        told = usual | document["rules"]
        return cls(told["levels"], told["comparison"], told["grace_days"], told["fewest_contributors"], told["p_percent"])

    @property
    def guard(self) -> Guard:
        """When sums of hours and money may be told to everybody."""
        return Guard(self.fewest_contributors, self.p_percent)


@dataclass(frozen=True, slots=True)
class Made:
    """What a release is made of and by: what was asked for, the plan, the rules, the results of surveys."""

    asked: Asked
    plan: Plan
    rules: Rules
    surveys: Surveys


@dataclass(frozen=True, slots=True)
class Known:
    """What a release is made of, with the plan as judged by what was known when it was made."""

    made: Made
    judged: JudgedPlan


def make(municipality_id: int, level: Level, by: str, plan_key: str | None = None, as_of: date | None = None) -> Release:
    """Make the next release of a municipality and return it.

    Raises:
        RefusedError: no such plan is loaded, or the day lies in the future or before the plan.
        AlteredResultError: a frozen result of a survey was changed afterwards.
        RefusedResultError: nothing of a survey can be shown safely.
    """
    plan = plan_results.chosen(municipality_id, plan_key)
    day = as_of or clock.today()
    if plan is None:
        raise RefusedError("No such plan is loaded: load it first, or name one that is with --plan.")
    if day > clock.today() or day < plan.starts:
        raise RefusedError(f"A release cannot be made as of {day}: name a day of the plan that is not in the future.")
    # Results are frozen before anybody has to wait: the first time that takes seconds.
    found = surveys.of_today(municipality_id, day, by)
    made = Made(Asked(level, plan.id, plan.version, day), plan, Rules.of_today(), found)

    steps.at("judge")

    def build(number: int, known_at: datetime) -> Document:
        return document(municipality_id, number, made, _judged(municipality_id, made, known_at))

    return ledger.add(municipality_id, made.asked, by, build)


def made_again(municipality_id: int, release: Release) -> Document:
    """Return the document of *release*, made anew from what was known when it was made. Raises as `known_then`."""
    known = known_then(municipality_id, release)
    return document(municipality_id, release.number, known.made, known.judged)


def known_then(municipality_id: int, release: Release) -> Known:
    """Return what *release* was made of, as it was known when it was made, judged by the rules of that time.

    Raises:
        RefusedError: the version of the plan or a frozen result is gone, or plans are judged or tables laid out otherwise now.
    """
    asked, judging, laid_out = release.asked, release.document["rules"]["judging"], release.document["format"]
    plan = plan_store.find(municipality_id, asked.plan)
    if plan is None:
        raise RefusedError(f"The plan {asked.plan} is not loaded any more.")
    if judging != RULES_VERSION:
        raise RefusedError(
            f"Release {release.number} was judged by version {judging} of the rules; this program judges by version "
            f"{RULES_VERSION}. Check it with the program of that time."
        )
    if laid_out != VERSION:
        raise RefusedError(
            f"Release {release.number} has version {laid_out} of the tables; this program makes version {VERSION}. "
            "Check it with the program of that time."
        )
    found = surveys.as_released(municipality_id, release.document)
    made = Made(asked, plan, Rules.of(release.document), found)
    return Known(made, _judged(municipality_id, made, release.known_at))


def as_known_now(municipality_id: int, release: Release) -> dict[str, Any]:
    """Return the plan's tables as of the day of *release* by all that is known now, at its level; none if the plan is gone."""
    asked = release.asked
    plan = plan_store.find(municipality_id, asked.plan)
    if plan is None:
        return {"tables": []}
    # Single events decide what is hidden of rows about people at risk and of hours told to everybody; of others their sums do.
    alone = Apart(rows=frozenset(row.id for row in plan.indicators if row.sensitive or _counts_hours(row)))
    grace = Rules.of(release.document).grace_days
    judged = plan_results.judged_as(municipality_id, plan, asked.as_of, None, grace, bundled=True, apart=alone)
    rows, targets = tables.PLAN_ROWS.made(_rows(judged)), tables.PLAN_TARGETS.made(_targets(judged))
    head_counts, money = tables.HEAD_COUNTS.made(_head_counts(judged)), tables.MONEY.made(_money(judged))
    found = {"tables": [rows, targets, head_counts, money]}
    # Beside every release, this one too: a note must not tell a step of few people that the next release will hide.
    return _at_level(municipality_id, asked, judged.plan, found, Rules.of(release.document).guard)


def document(municipality_id: int, number: int, made: Made, judged: JudgedPlan) -> dict[str, Any]:
    """Return what a release holds: the same bytes whenever it is made from the same things."""
    plan, asked = made.plan, made.asked
    steps.at("tables")
    versions = {(each.key, each.version): each.hash for each in plan_store.every(municipality_id)}
    found: dict[str, Any] = {
        "format": VERSION,
        "number": number,
        "invented": municipalities.by_id(municipality_id).demo,
        "level": asked.level,
        "as_of": asked.as_of.isoformat(),
        "plan": {"id": plan.id, "version": plan.version, "hash": versions[plan.id, plan.version], "title": _texts(plan.title)},
        "rules": {
            "judging": judged.rules_version,
            **asdict(made.rules),
            "smallest_group": FEWEST,
            "smallest_head_count": SMALLEST_HEAD_COUNT,
        },
        "made_from": surveys.made_from(made.surveys),
        "tables": [kind.made(rows) for kind, rows in _tables(judged, made.surveys)],
    }
    released = _at_level(municipality_id, asked, judged.plan, found, made.rules.guard, before=number)
    return tables.marked_invented(released) if found["invented"] else released


def _judged(municipality_id: int, made: Made, known_at: datetime) -> JudgedPlan:
    return plan_results.judged_as(municipality_id, made.plan, made.asked.as_of, known_at, made.rules.grace_days)


def _at_level(
    municipality_id: int, asked: Asked, plan: Plan, found: Mapping[str, Any], guard: Guard, before: int | None = None
) -> dict[str, Any]:
    """Return *found* as it may leave at the level asked for, beside the releases with a number below *before* (None: all)."""
    releases = ledger.every(municipality_id, asked.plan_key, asked.level)
    earlier = [each for each in releases if before is None or each.number < before]
    if asked.level == "public":
        return public.coarsened(found, plan, [_hours_told(municipality_id, each) for each in earlier], guard)
    return subtraction.guarded(found, plan, [each.document for each in earlier])


def _hours_told(municipality_id: int, release: Release) -> dict[public.Key, public.Given]:
    """Return of which events the sums of hours are that a release tells everybody, as it was known when it was made."""
    told = public.tells_hours(release.document)
    if not told:
        return {}
    asked = release.asked
    plan = plan_store.find(municipality_id, asked.plan)
    if plan is None:  # then nobody knows what came between
        return dict.fromkeys(told, public.UNKNOWN)
    judged = plan_results.judged_as(municipality_id, plan, asked.as_of, release.known_at, Rules.of(release.document).grace_days)
    counted = {"tables": [tables.PLAN_TARGETS.made(_targets(judged)), tables.HEAD_COUNTS.made(_head_counts(judged))]}
    given = public.hours_given(counted)
    return {key: given.get(key, public.UNKNOWN) for key in told}


def _counts_hours(row: Indicator) -> bool:
    counted = {each for target in row.targets for each in (target.unit, target.counted)}
    read = {each for target in row.targets for reading in target.readings for each in (reading.unit, reading.counted)}
    return "hours" in counted | read


def _tables(judged: JudgedPlan, of_surveys: Surveys) -> Iterator[tuple[TableKind, Iterator[dict[str, Any]]]]:
    yield tables.PLAN_ROWS, _rows(judged)
    yield tables.PLAN_TARGETS, _targets(judged)
    yield tables.HEAD_COUNTS, _head_counts(judged)
    yield tables.MONEY, _money(judged)
    yield tables.DECISIONS, _decisions(judged)
    yield tables.CONCLUSIONS, _conclusions(judged)
    yield tables.PROPOSALS, _proposals(judged)
    yield tables.SURVEY_WAVES, _waves(of_surveys)
    yield tables.SURVEY_LEVELS, _levels(of_surveys)
    yield tables.SURVEY_CHANGES, _changes(of_surveys)


def _rows(judged: JudgedPlan) -> Iterator[dict[str, Any]]:
    goal_of = {action.number: action.goal for action in judged.plan.actions}
    for row in judged.rows:
        indicator, result = row.indicator, row.result
        yield {
            "indicator": indicator.id,
            "goal": goal_of.get(indicator.action, ""),
            "action": indicator.action,
            **{f"name_{language}": text for language, text in _texts(indicator.name).items()},
            "responsible": joined(indicator.responsible),
            "co_responsible": joined(indicator.co_responsible),
            "degree": result.degree,
            "to_date": result.to_date,
            "timing": result.timing,
            "flags": joined(result.flags),
            "events": len(row.events),
        }


def _targets(judged: JudgedPlan) -> Iterator[dict[str, Any]]:
    for row in judged.rows:
        for shown in row.targets:
            told = shown.result.to_json()
            yield {
                **told,
                **{f"label_{lang}": text for lang, text in _texts(target_of(row.indicator, shown.result).label).items()},
                "flags": joined(shown.result.flags),
                "hidden": shown.hidden,
                "counted_from": joined(reference for reference in shown.result.events if reference in row.events),
            }


def _head_counts(judged: JudgedPlan) -> Iterator[dict[str, Any]]:
    """Yield the events behind the rows; of sensitive rows small counts are hidden, as on every page."""
    for row in judged.rows:
        for event in judged.events_of(row):
            yield _head_count(row, event)


def _head_count(row: Row, event: EventRecord) -> dict[str, Any]:
    sensitive = row.indicator.sensitive
    small = sensitive and is_guarded(event, _COUNTS)
    counts = {name: None if small else getattr(event, name) for name in _COUNTS}
    return {
        "event": event.reference,
        "indicator": event.indicator,
        "held_on": event.held_on.isoformat(),
        # A release cannot be deleted: what organisers write about people at risk or harmed stays with the event, which can.
        "title": None if sensitive else event.title,
        "institution": event.institution,
        "audience": event.audience,
        **counts,
        # How long somebody was helped is told of no single person.
        "hours": None if small else event.hours,
        "evidence": bool(event.evidence),
        "hidden": small,
    }


def _money(judged: JudgedPlan) -> Iterator[dict[str, Any]]:
    for line in money_of(judged).lines:
        yield {
            "indicator": line.row.id,
            "goal": line.goal,
            "year": line.year,
            "planned": line.planned,
            "granted": line.granted,
            "spent": line.spent,
            "refused": line.refused,
            "source": line.source,
        }


def _decisions(judged: JudgedPlan) -> Iterator[dict[str, Any]]:
    for kind in ("answer", "override", "reading"):
        for chain in judged.chains_of(kind, ""):
            said = chain.newest.statement
            if chain.holds and isinstance(said, Decision):
                facts = {"body": said.body, "day": said.day.isoformat(), "minutes": said.minutes}
                yield {"about": chain.subject, "kind": kind, "said": _said(said), **facts}


def _said(decision: Decision) -> str:
    match decision:
        case ReadingChosen():
            return decision.reading
        case Override():
            return decision.degree
        case Answer():
            return decision.words or str(decision.option or "")
    return ""


def _conclusions(judged: JudgedPlan) -> Iterator[dict[str, Any]]:
    for chain in judged.chains_of("conclusion", ""):
        if chain.holds:
            said = cast("Conclusion", chain.newest.statement)
            yield {"year": said.year, "section": said.section, "text": said.text, **_written(chain)}


def _proposals(judged: JudgedPlan) -> Iterator[dict[str, Any]]:
    for chain in judged.chains_of("proposal", ""):
        if chain.holds:
            said = cast("Proposal", chain.newest.statement)
            until = said.until.isoformat() if said.until else None
            facts = {"year": said.year, "number": said.number, "text": said.text}
            yield {**facts, "who": said.who, "until": until, "state": said.state, **_written(chain)}


def _written(chain: Chain) -> dict[str, str]:
    """Return by whom and on which day words were written as they stand."""
    newest = chain.newest
    return {"author": statement_words.author_code(newest.by), "written_on": clock.day_of(newest.at).isoformat()}


def _waves(found: Surveys) -> Iterator[dict[str, Any]]:
    for wave, frozen in found.waves:
        for stratum, answered in frozen.document["response"].items():
            yield {
                "wave": wave.name,
                "questionnaire": wave.reference,
                "opens": wave.opens.isoformat(),
                "closes": wave.closes.isoformat(),
                "mode": wave.mode,
                "stratum": stratum,
                **answered,
            }


def _levels(found: Surveys) -> Iterator[dict[str, Any]]:
    for wave, frozen in found.waves:
        yield from ({"wave": wave.name, **row} for row in frozen.document["rows"])


def _changes(found: Surveys) -> Iterator[dict[str, Any]]:
    for before, after, frozen in found.pairs:
        waves = {"wave_before": before.name, "wave_after": after.name}
        for row in frozen.document["rows"]:
            effect, name = effect_of(row)
            yield {**waves, **row, "effect": effect, "effect_name": name}


def _texts(text: Any) -> dict[str, str]:  # noqa: ANN401 - a text, or none
    return {} if text is None else {"lv": text.lv, "en": text.en, "ru": text.ru}
