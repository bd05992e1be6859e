"""What a report says of the plan: the summary, every goal row by row with its reasons, money, and decisions on unclear rows."""

from collections.abc import Iterator
from typing import Final, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from analysis.missing import doubted_reading_of, target_of
from analysis.sensitive import ShownTarget
from analysis.statements import Answer, Decision
from surveyapp.core import clock
from surveyapp.core.i18n import here
from surveyapp.plans import words as statement_words
from surveyapp.plans.rules import Chain
from surveyapp.report.document import Block, Bullets, DataTable, Figure, Heading, Paragraph
from surveyapp.report.sources import Sources
from surveyapp.results import words
from surveyapp.results.drawn import pictures, planned
from surveyapp.results.plan_conclusions import Proposed, proposals_of, section_name, sections_of
from surveyapp.results.plan_money import Sum
from surveyapp.results.plan_questions import ReadingQuestion, RowQuestion
from surveyapp.results.plan_rules import GoalRows, Row, Wanted
from surveyapp.results.reason_words import because

_REASONS: Final = frozenset(
    {
        "explained", "overridden", "substituted", "money_refused_in", "prerequisite_missing", "prerequisite_late", "no_demand",
        "demand_not_recorded", "moved_away", "reference_set_unknown", "baseline_missing", "late", "steps_missing",
        "over_target", "ceiling_exceeded", "judged_once", "judged_apart", "interpreted_as", "no_evidence",
    }
)  # fmt: skip
"""Of all reasons for a verdict those that a council asks for: why less, why more, why later."""
_MOST: Final = 12
"""So many rows stand in a list of the summary; it has one page."""
_ROW_HEAD: Final = (
    _l("Row"),
    _l("Responsible"),
    _l("Reached in the windows of this year"),
    _l("Degree to date"),
    _l("Events (with evidence)"),
)


def summary(sources: Sources) -> Iterator[Block]:
    """Yield where the plan stands, on the report's first page."""
    found = sources.judged.summary
    day = words.short_day(sources.judged.as_of)
    yield Paragraph(
        _("Rows done to date, %(day)s: %(done)s of %(all)s.", day=day, done=found.by_degree["done"], all=found.rows), "lead"
    )
    names = {degree: str(name) for degree, name in words.DEGREES.items()}
    told = "; ".join(f"{names[degree]}: {count}" for degree, count in found.by_degree.items() if count)
    if found.rows:
        caption = _("Rows of the plan by their degree to date, %(day)s", day=day)
        picture, legend = planned.by_degree(found.by_degree)
        yield Figure(pictures.within(picture, legend), caption, f"{_ended(caption)} {_ended(told)}")
    if found.overdue:
        yield Paragraph(_("What was due and is not reached:"))
        yield Bullets(tuple(_named(row) for row in found.overdue[:_MOST]) + _more(len(found.overdue)))
    if found.undecided:
        told = ngettext(
            "%(num)s row can be read in different ways and waits for a decision.",
            "%(num)s rows can be read in different ways and wait for a decision.",
            len(found.undecided),
        )
        yield Paragraph(told)
    if line := _money_line(sources):
        yield Paragraph(line)


def goals(sources: Sources) -> Iterator[Block]:
    """Yield every goal with its rows, what they reached, and the reasons for shortfall and excess."""
    yield Heading(1, _("The plan, goal by goal"))
    yield Paragraph(
        _(
            "Degrees are given by fixed rules from what was logged. “Degree to date” takes in what was due by %(day)s.",
            day=words.short_day(sources.judged.as_of),
        ),
        "hint",
    )
    for goal in sources.judged.goals(Wanted()):
        yield Heading(2, _goal_name(sources, goal))
        yield from _goal(sources, goal)


def _goal_name(sources: Sources, goal: GoalRows) -> str:
    name = words.goal(sources.judged.plan, goal.goal)
    if goal.goal.title or not goal.goal.lost:
        return name
    return str(_("%(goal)s: not preserved in the source of the plan", goal=name))  # its number alone would look like a mistake


def chapter(sources: Sources, section: str) -> Heading:
    """Return the heading of the chapter about a section: what the page calls it on which the group concludes about it."""
    return Heading(1, section_name(sources.judged.plan, section))


def concluded(sources: Sources, section: str) -> Iterator[Block]:
    """Yield what the group concludes about a section, with the day on which it was written; nothing where it wrote nothing."""
    found = next((each for each in sections_of(sources.judged, sources.year) if each.key == section), None)
    if found and found.conclusion and found.chain:
        day = words.short_day(clock.day_of(found.chain.newest.at))
        yield Paragraph(_("Conclusions of the cooperation group, %(day)s", day=day), "lead")
        yield from (Paragraph(line) for line in found.conclusion.text.splitlines() if line.strip())


def proposals(sources: Sources) -> Iterator[Block]:
    """Yield what the group proposes, with those of earlier years that were still open."""
    found = proposals_of(sources.judged, sources.year)
    if not found:
        yield Paragraph(_("The cooperation group has written down no proposals for this year."))
        return
    header = (_("Proposal"), _("Who should do it"), _("By which day"), _("What became of it"), _("Written"))
    yield DataTable(
        _("Proposals of the cooperation group"), header, tuple(_proposal(sources, each) for each in found), (8, 4, 3, 3, 3)
    )


def _proposal(sources: Sources, each: Proposed) -> tuple[str, ...]:
    said = each.proposal
    return (
        f"{said.year}/{said.number}. {said.text}",
        statement_words.body(sources.judged.plan, said.who) if said.who else "–",
        words.short_day(said.until) if said.until else "–",
        str(statement_words.STATES[said.state]),
        f"{_author(sources, each.chain)}\n{words.short_day(clock.day_of(each.chain.newest.at))}",
    )


def _author(sources: Sources, chain: Chain) -> str:
    """Name who wrote something: the group, whose people are not named, or a program."""
    return statement_words.author(sources.judged.plan, statement_words.author_code(chain.newest.by))


def money(sources: Sources) -> Iterator[Block]:
    """Yield what was planned, granted and spent, by year and by goal; nothing where nothing is known."""
    yield Heading(1, _("Money"))
    if not sources.money.lines:
        yield Paragraph(_("No money is planned or stated for any row of the plan."))
        return
    titles = {goal.number: words.goal(sources.judged.plan, goal) for goal in sources.judged.plan.goals}
    yield _sums(_("Money by year, EUR"), _("Year"), [(str(year), each) for year, each in sources.money.by_year])
    yield _sums(_("Money by goal, all years, EUR"), _("Goal"), [(titles[key], each) for key, each in sources.money.by_goal])
    yield Paragraph(
        _("A dash means that nothing is stated. What the plan itself plans counts as planned until something else is stated."),
        "hint",
    )


def decisions(sources: Sources) -> Iterator[Block]:
    """Yield what was decided about unclear rows, and which questions are still open."""
    yield chapter(sources, "decisions")
    decided = [(_asked(each), _answer(sources, each)) for each in sources.queue.decided]
    if decided:
        header = (_("Question"), _("Interpreted as"))
        yield DataTable(_("What the cooperation group decided"), header, tuple(decided), (3, 4))
    else:
        yield Paragraph(_("Nothing has been decided about unclear rows so far."))
    if blocking := sources.queue.blocking:
        yield Paragraph(_("Not assessed until decided, because the readings lead to different verdicts:"))
        yield Bullets(tuple(f"{each.row.id} {here(each.row.name)}: {here(each.target.label)}" for each in blocking))
    still = len(sources.queue.quiet) + len(sources.queue.open_questions)
    if still:
        told = ngettext(
            "%(num)s more question is open; it changes no verdict now.",
            "%(num)s more questions are open; they change no verdict now.",
            still,
        )
        yield Paragraph(told)
    yield from concluded(sources, "decisions")


def still_to_do(sources: Sources) -> Iterator[Block]:
    """Yield what follows from the numbers for the next year: what is overdue, undecided, or cannot be judged yet."""
    rows = sources.judged.rows
    lists: list[tuple[str, list[Row]]] = [
        (_("Overdue: to be caught up, or explained"), [row for row in rows if row.overdue]),
        (_("To be decided: how the row is read"), [row for row in rows if row.undecided]),
        (_("A list of institutions has to be entered"), [row for row in rows if "reference_set_unknown" in row.result.flags]),
        (_("A baseline has to be entered"), [row for row in rows if "baseline_missing" in row.result.flags]),
    ]
    yield Paragraph(_("This follows from the numbers by itself:"))
    found = [(title, mine) for title, mine in lists if mine]
    for title, mine in found:
        yield Paragraph(title, "lead")
        yield Bullets(tuple(f"{row.indicator.id} {here(row.indicator.name)}" for row in mine))
    if not found:
        yield Paragraph(_("Nothing is overdue, undecided or without what it is judged by."))


def line_of(row: Row, target: ShownTarget) -> str:
    """Return one target in one window as a line: its name, what was reached, the window, its degree."""
    result = target.result
    named = here(target_of(row.indicator, result).label)
    reading = doubted_reading_of(row.indicator, result)
    if reading is not None:
        named = _("%(target)s (if read as “%(reading)s”)", target=named, reading=here(reading.label))
    timing = f", {words.TIMINGS[result.timing]}".lower() if result.timing in {"late", "overdue", "awaiting_data"} else ""
    reached = words.achieved(target)
    return f"{named}: {reached}. {words.window(result)}: {str(words.DEGREES[result.degree]).lower()}{timing}."


def _goal(sources: Sources, goal: GoalRows) -> Iterator[Block]:
    rows = [row for action in goal.actions for row in action.rows]
    if not rows:
        yield Paragraph(_("The source of the plan holds no rows of this goal."))
        return
    yield Paragraph(words.goal_told(goal))
    yield DataTable(
        _("%(goal)s – rows in %(year)s", goal=words.goal(sources.judged.plan, goal.goal), year=sources.year),
        tuple(str(name) for name in _ROW_HEAD),
        tuple(_row(sources, row) for row in rows),
        (10, 8, 14, 6, 7),
        frozenset({4}),
    )
    yield from concluded(sources, f"goal-{goal.goal.number}")
    reasons = tuple(line for row in rows for line in _reasons(sources, sources.in_year(row)))
    if reasons:
        yield Paragraph(_("Reasons and remarks"), "lead")
        yield Bullets(reasons)


def _row(sources: Sources, row: Row) -> tuple[str, ...]:
    mine = sources.in_year(row)
    reached = [line_of(row, target) for target in mine.targets] or [_("Nothing falls into this year")]
    result = row.result
    timing = f"\n{words.TIMINGS[result.timing]}" if result.timing in {"late", "overdue", "awaiting_data"} else ""
    return (
        f"{row.indicator.id} {here(row.indicator.name)}",
        words.institutions(sources.judged.plan, (*row.indicator.responsible, *row.indicator.co_responsible)),
        "\n".join(reached),
        f"{words.DEGREES[result.to_date]}{timing}",
        _events(sources, mine),
    )


def _events(sources: Sources, row: Row) -> str:
    held = sources.judged.events_of(row)
    if not held:
        return "–"
    with_evidence = sum(bool(event.evidence) for event in held)
    return f"{len(held)} ({with_evidence})"


def _reasons(sources: Sources, row: Row) -> list[str]:
    told = [
        because(sources.judged.plan, each) for target in row.targets for each in target.result.because if each.code in _REASONS
    ]
    told += [because(sources.judged.plan, each) for each in row.result.because if each.code in _REASONS]
    told += [words.missing(each, row.indicator) for each in row.missing if each.over]
    unique = list(dict.fromkeys(told))
    return [f"{row.indicator.id}: {' '.join(_ended(each) for each in unique)}"] if unique else []


def _ended(sentence: str) -> str:
    begun = sentence[:1].upper() + sentence[1:]
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."


def _named(row: Row) -> str:
    lacking = "; ".join(words.missing(each, row.indicator) for each in row.missing if each.over)
    named = f"{row.indicator.id} {here(row.indicator.name)}"
    return f"{named}: {lacking}" if lacking else named


def _more(count: int) -> tuple[str, ...]:
    if count <= _MOST:
        return ()
    return (str(ngettext("and %(num)s more", "and %(num)s more", count - _MOST)),)


def _money_line(sources: Sources) -> str:
    this = dict(sources.money.by_year).get(sources.year)
    if this is None or (this.planned, this.granted, this.spent) == (None, None, None):
        return ""
    amounts = {name: getattr(this, name) for name in ("planned", "granted", "spent")}
    facts = {name: _("not stated") if amount is None else _euros(amount) for name, amount in amounts.items()}
    told = _(
        "Money in %(year)s, EUR – planned: %(planned)s, granted: %(granted)s, spent: %(spent)s.", year=sources.year, **facts
    )
    return str(told)


def _sums(caption: str, first: str, table: list[tuple[str, Sum]]) -> DataTable:
    header = (first, _("Planned"), _("Granted"), _("Spent"), _("Refused, times"))
    rows = tuple(
        (name, _euros(each.planned), _euros(each.granted), _euros(each.spent), str(each.refused)) for name, each in table
    )
    return DataTable(caption, header, rows, (6, 2, 2, 2, 2), frozenset({1, 2, 3, 4}))


def _euros(amount: float | None) -> str:
    return "–" if amount is None else words.number(amount)


def _asked(each: ReadingQuestion | RowQuestion) -> str:
    label = here(each.question.text) if each.question else here(each.target.label) if isinstance(each, ReadingQuestion) else ""
    return f"{each.row.id} {label}" if each.row else label


def _answer(sources: Sources, each: ReadingQuestion | RowQuestion) -> str:
    """Return what was decided, by whom, when, and where in the minutes it stands."""
    said = cast("Decision", each.chain.newest.statement) if each.chain else None
    if said is None:
        return ""
    facts = {
        "body": statement_words.body(sources.judged.plan, said.body),
        "day": words.short_day(said.day),
        "minutes": said.minutes,
    }
    decided = _("Decided by %(body)s on %(day)s; minutes: %(minutes)s.", **facts)
    return "\n".join(filter(None, (_chosen(each, said), decided, said.note)))


def _chosen(each: ReadingQuestion | RowQuestion, said: Decision) -> str:
    if isinstance(each, ReadingQuestion):
        return "; ".join(here(one.label) for one in each.outcomes if one.chosen)
    answer = cast("Answer", said)
    return here(each.question.options[answer.option - 1]) if answer.option else answer.words or ""
