"""The decision queue: what is unclear in the plan as questions, with what each answer would change, and what was decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from analysis.conflict_readings import with_ways
from analysis.decided import Said, judge_decided, read_alike
from analysis.decided_marks import option_marks
from analysis.progress import IndicatorResult
from analysis.statement_checks import find_target
from analysis.statements import WHOLE_PLAN, Answer, Kind, ReadingChosen, Statement
from questionnaires.plan_types import Indicator, OpenQuestion, Plan, Target
from questionnaires.texts import Text
from surveyapp.core.i18n import here
from surveyapp.plans import rules
from surveyapp.plans.rules import Chain
from surveyapp.results.plan_results import JudgedPlan

_TRIED: Final[Mapping[str, Any]] = {"body": "-", "day": date.min, "minutes": "-"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on the row if a target, or the marked quarters, were read in this way; ``chosen``: they are read so now."""

    label: Text
    verdict: IndicatorResult
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """How to read a target (and those read alike); ``differs``: the readings lead to different verdicts now."""

    row: Indicator
    target: Target
    outcomes: tuple[Outcome, ...]
    chain: Chain | None
    question: OpenQuestion | None

    @property
    def subject(self) -> str:
        """What a decision is about."""
        return self.target.id

    @property
    def differs(self) -> bool:
        """Whether it matters now which reading is chosen."""
        return len({(each.verdict.degree, each.verdict.to_date) for each in self.outcomes}) > 1

    @property
    def answered(self) -> bool:
        """Whether a decision holds."""
        return self.chain is not None and self.chain.holds


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """An open question of a row, or of the plan as a whole (``row`` is None).

    Its answer changes what is judged where it marks quarters: then ``outcomes`` say what each option would do.
    """

    row: Indicator | None
    question: OpenQuestion
    chain: Chain | None
    outcomes: tuple[Outcome, ...] = ()

    @property
    def subject(self) -> str:
        """What an answer is about."""
        return f"{self.row.id if self.row else WHOLE_PLAN}/{self.question.id}"

    @property
    def answered(self) -> bool:
        """Whether an answer holds."""
        return self.chain is not None and self.chain.holds


@dataclass(frozen=True, slots=True)
class Queue:
    """All questions: first those that block a verdict."""

    readings: tuple[ReadingQuestion, ...]
    questions: tuple[RowQuestion, ...]

    @property
    def blocking(self) -> list[ReadingQuestion]:
        """Readings that lead to different verdicts, undecided."""
        return [each for each in self.readings if not each.answered and each.differs]

    @property
    def quiet(self) -> list[ReadingQuestion]:
        """Undecided readings with the same verdict now."""
        return [each for each in self.readings if not each.answered and not each.differs]

    @property
    def open_questions(self) -> list[RowQuestion]:
        """Questions without an answer."""
        return [each for each in self.questions if not each.answered]

    @property
    def decided(self) -> Sequence[ReadingQuestion | RowQuestion]:
        """What was decided, readings first."""
        return [*(each for each in self.readings if each.answered), *(each for each in self.questions if each.answered)]


def queue_of(judged: JudgedPlan) -> Queue:
    """Return the questions of the plan and of its rows."""
    rows = with_ways(judged.written).indicators
    readings = [each for row in rows for each in _readings(judged, row)]
    told = {(each.row.id, each.question.id) for each in readings if each.question}
    questions = [
        RowQuestion(None, question, judged.chain("answer", f"{WHOLE_PLAN}/{question.id}"))
        for question in judged.written.questions
    ]
    questions += [
        _row_question(judged, row, question) for row in rows for question in row.questions if (row.id, question.id) not in told
    ]
    return Queue(tuple(readings), tuple(questions))


def _readings(judged: JudgedPlan, row: Indicator) -> Iterable[ReadingQuestion]:
    """Return one question for targets that are read alike; a question of the row about the same is told with it."""
    told: set[str] = set()
    for target in row.targets:
        if not target.readings or target.id in told:
            continue
        alike = {each.id for each in read_alike(row, target)}
        told |= alike
        chosen = judged.decided.readings.get(target.id)
        said = rules.in_force(judged.chains)
        others = [each for each in said if not (isinstance(each.statement, ReadingChosen) and each.statement.target in alike)]
        outcomes = tuple(
            Outcome(
                each.label,
                _verdict(judged, row, others, ReadingChosen(target=target.id, reading=each.id, **_TRIED)),
                chosen is not None and chosen.reading == each.id,
            )
            for each in target.readings
        )
        yield ReadingQuestion(row, target, outcomes, judged.chain("reading", target.id), _same_question(row, target))


def _same_question(row: Indicator, target: Target) -> OpenQuestion | None:
    """Return the row's question that asks for the same choice: each reading stands in one of its options."""
    labels = [reading.label.en.casefold() for reading in target.readings]
    for question in row.questions:
        options = [option.en.casefold() for option in question.options]
        if len(options) == len(labels) and all(any(label in option for option in options) for label in labels):
            return question
    return None


def asked_about(plan: Plan, row: Indicator, question: OpenQuestion) -> tuple[Kind, str]:
    """Return the kind and the subject of the statement that answers a question of *row*; the plan is the one as written."""
    written = next((each for each in plan.indicators if each.id == row.id), row)
    for target in written.targets:
        if target.readings and _same_question(written, target) == question:
            return "reading", target.id
    return "answer", f"{row.id}/{question.id}"


def interpreted_as(plan: Plan, question: OpenQuestion, answer: Chain) -> str:
    """Return what was decided: a reading of the plan as written, one of the question's options, or own words."""
    said = answer.newest.statement
    if isinstance(said, ReadingChosen):
        found = find_target(plan, said.target)
        readings = found[1].readings if found else ()
        return next((here(each.label) for each in readings if each.id == said.reading), said.reading)
    if isinstance(said, Answer):
        return here(question.options[said.option - 1]) if said.option else said.words or ""
    raise TypeError(answer.kind)


def _row_question(judged: JudgedPlan, row: Indicator, question: OpenQuestion) -> RowQuestion:
    """Return a question of a row; where its options mark quarters, with the verdict under each."""
    chain = judged.chain("answer", f"{row.id}/{question.id}")
    chosen = judged.decided.marks.get(row.id)
    said = rules.in_force(judged.chains)
    others = [each for each in said if not (isinstance(each.statement, Answer) and each.statement.row == row.id)]
    outcomes = tuple(
        Outcome(
            question.options[number - 1],
            _verdict(judged, row, others, Answer(row=row.id, question=question.id, option=number, **_TRIED)),
            chosen is not None and chosen.option == number,
        )
        for number, marks in enumerate(option_marks(question), 1)
        if marks is not None
    )
    return RowQuestion(row, question, chain, outcomes)


def _verdict(judged: JudgedPlan, row: Indicator, others: Sequence[Said], tried: Statement) -> IndicatorResult:
    """Judge one row as if *tried* had been decided; only it, what must be done before it, and lines of the same number."""
    needed = {row.id, *(each.prerequisite.partition("/")[0] for each in row.targets if each.prerequisite)}
    needed |= {each.id for each in judged.written.rows_fed_by(row.id)}
    part = replace(judged.written, indicators=tuple(each for each in judged.written.indicators if each.id in needed))
    found = judge_decided(part, judged.records, [*others, Said(tried, "-")], judged.as_of, judged.grace_days)
    return next(each for each in found.progress.indicators if each.indicator == row.id)
