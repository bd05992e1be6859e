"""A plan as the text of its file, laid out to be read by people and read back to the same plan."""

from collections.abc import Mapping, Sequence
from datetime import date

from questionnaires.plan_types import (
    Action,
    Baseline,
    Goal,
    Indicator,
    Member,
    Money,
    OpenQuestion,
    Period,
    Plan,
    Quarter,
    Reading,
    ReferenceSet,
    Step,
    Sureness,
    Target,
    Written,
)
from questionnaires.texts import Text
from questionnaires.yaml_lines import Entries, OneLine, Plain, Quoted, Tall, Value, if_any, kept, texts_of, to_text


def to_yaml(plan: Plan) -> str:
    """Return the text of a file that ``parse_plan`` reads as an equal plan.

    The same plan always gives the same text; what stands at its default is not written.
    """
    return to_text(plan_entries(plan))


def plan_entries(plan: Plan) -> Entries:
    """Return the keys and values of *plan*, in the order in which people read them."""
    return kept(
        {
            "id": plan.id,
            "version": plan.version,
            "municipality": plan.municipality,
            "title": texts_of(plan.title),
            "source": Quoted(plan.source),
            "starts": _day(plan.starts),
            "ends": _day(plan.ends),
            "levels": if_any(plan.levels, lambda levels: {"goal": texts_of(levels.goal), "action": texts_of(levels.action)}),
            "institutions": _named([(each.id, each.name) for each in plan.institutions]),
            "audiences": _named(plan.audiences),
            "reference_sets": _if_some({each.id: Tall(_reference_set(each)) for each in plan.reference_sets}),
            "measured": _named([(each.id, each.name) for each in plan.measured]),
            "questions": _questions(plan.questions),
            "goals": Tall([OneLine(_goal(each)) for each in plan.goals]),
            "actions": Tall([OneLine(_action(each)) for each in plan.actions]),
            "indicators": Tall([Tall(_row(each, plan)) for each in plan.indicators]),
        }
    )


def number_text(value: float) -> str:
    """Return a number as our files write it: digits and a point, no exponent."""
    text = repr(float(value))
    return f"{value:.9f}".rstrip("0").rstrip(".") if "e" in text else text.removesuffix(".0")


def _number(value: float) -> Value:
    return Plain(number_text(value))


def _day(day: date) -> Value:
    return Plain(day.isoformat())


def _named(texts: Sequence[tuple[str, Text]]) -> Value | None:
    return _if_some({name: OneLine(texts_of(text)) for name, text in texts})


def _if_some(entries: Mapping[str, Value]) -> Value | None:
    return Tall(entries) if entries else None


def _reference_set(listed: ReferenceSet) -> Entries:
    members = None if listed.members is None else Tall([OneLine(_member(each)) for each in listed.members])
    return kept({"name": texts_of(listed.name), "source": if_any(listed.source, Quoted), "members": members})


def _member(member: Member) -> Entries:
    days: dict[str, Value | None] = {"since": if_any(member.since, _day), "until": if_any(member.until, _day)}
    return {"id": member.id, "name": Quoted(member.name), **kept(days)}


def _goal(goal: Goal) -> Entries:
    lost = goal.lost or None
    return kept(
        {
            "number": Quoted(goal.number),
            "title": if_any(goal.title, texts_of),
            "lost": lost,
            "note": if_any(goal.note, texts_of),
        }
    )


def _action(action: Action) -> Entries:
    return {"number": Quoted(action.number), "goal": Quoted(action.goal), "title": texts_of(action.title)}


def _row(row: Indicator, plan: Plan) -> Entries:
    of_measure = row.kind == "measure"
    return kept(
        {
            "id": Plain(row.id),
            "action": Quoted(row.action),
            "kind": None if of_measure else row.kind,
            "measured_as": row.measured_as,
            "name": texts_of(row.name) if of_measure else None,
            "source_line": row.source_line,
            "responsible": list(row.responsible) or None,
            "co_responsible": list(row.co_responsible) or None,
            "quarters": _quarters(row.quarters, "sure"),
            "unsure_quarters": _quarters(row.quarters, "unsure"),
            "reading_note": if_any(row.reading_note, Quoted),
            "money": _money(row.money),
            "sensitive": row.sensitive or None,
            "questions": _questions(row.questions),
            "targets": Tall([Tall(_target(each, plan)) for each in row.targets]),
        }
    )


def _quarters(quarters: Sequence[Quarter], sureness: Sureness) -> Value | None:
    marked: dict[str, list[Value]] = {}
    for each in quarters:
        if each.sureness == sureness:
            marked.setdefault(str(each.year), []).append(each.quarter)
    return dict(marked) or None


def _money(money: Money) -> Value | None:
    by_year: Entries = {str(year): _number(amount) for year, amount in money.by_year}
    sources: list[Value] = [Quoted(each) for each in money.sources]
    return kept({"by_year": by_year or None, "sources": sources or None}) or None


def _questions(questions: Sequence[OpenQuestion]) -> Value | None:
    return Tall([Tall(_question(each)) for each in questions]) if questions else None


def _question(question: OpenQuestion) -> Entries:
    options = Tall([OneLine(texts_of(each)) for each in question.options]) if question.options else None
    return kept(
        {"id": question.id, "about": Quoted(question.about), "text": OneLine(texts_of(question.text)), "options": options}
    )


def _target(target: Target, plan: Plan) -> Entries:
    return kept(
        {
            "id": target.id.partition("/")[2],
            "kind": target.kind,
            "comparator": target.comparator,
            "value": if_any(target.value, _number),
            "upper": if_any(target.upper, _number),
            "unit": target.unit,
            "counted": target.counted,
            "period": _period(target.period, plan),
            "audience": target.audience,
            "ages": if_any(target.ages, list),
            "per_event_hours": if_any(target.per_event_hours, _number),
            "per_event_sessions": target.per_event_sessions,
            "of_set": target.of_set,
            "baseline": if_any(target.baseline, _baseline),
            "written": if_any(target.written, _written),
            "steps": Tall([OneLine(_step(each)) for each in target.steps]) if target.steps else None,
            "prerequisite": if_any(target.prerequisite, Plain),
            "label": texts_of(target.label),
            "readings": Tall([Tall(_reading(each, plan)) for each in target.readings]) if target.readings else None,
        }
    )


def _period(period: Period, plan: Plan) -> Value:
    after_plan = period.kind == "by" and period.day is not None and not plan.starts <= period.day <= plan.ends
    more = kept(
        {
            "year": period.year,
            "day": if_any(period.day, _day),
            "after_plan": after_plan or None,
            "since": if_any(period.since, _day),
            "until": if_any(period.until, _day),
        }
    )
    return {"kind": period.kind, **more} if more else period.kind


def _baseline(baseline: Baseline) -> Value:
    return {"value": _number(baseline.value), "on": _day(baseline.on), "source": Quoted(baseline.source)}


def _written(written: Written) -> Value:
    parts: dict[str, Value | None] = {
        "sign": if_any(written.sign, Quoted),
        "mark": if_any(written.mark, Quoted),
        "decided": if_any(written.decided, Quoted),
    }
    return kept(parts)


def _step(step: Step) -> Entries:
    return {"id": step.id, "label": texts_of(step.label)}


def _reading(reading: Reading, plan: Plan) -> Entries:
    return kept(
        {
            "id": reading.id,
            "label": texts_of(reading.label),
            "period": if_any(reading.period, lambda period: _period(period, plan)),
            "value": if_any(reading.value, _number),
            "counted": reading.counted,
            "comparator": reading.comparator,
            "unit": reading.unit,
        }
    )
