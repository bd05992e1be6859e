"""All SQL of statements about a plan: what is decided, measured or stated is added, never changed."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date
from typing import Final, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis import statement_json
from analysis.decided import with_lists as decided_lists
from analysis.head_counts import SMALLEST_HEAD_COUNT
from analysis.statement_checks import faults
from analysis.statements import Judgement, Kind, Measurement, Statement, kind_of, row_of
from questionnaires.plan_types import Plan
from surveyapp.core import audit, clock
from surveyapp.core.access import Actor, Permission
from surveyapp.core.database import reading, writing
from surveyapp.core.stated import end_of, in_utc, one_at_a_time
from surveyapp.plans import rules
from surveyapp.plans.models import PlanStatement
from surveyapp.plans.rules import Chain, Told

_ABOUT_LONGEST: Final = 200


class NotAllowedError(Exception):
    """The person may read what is stated about the plan, but not state anything."""


class ChangedMeanwhileError(Exception):
    """Somebody stated something about the same thing since this person looked; ``chain`` is how it stands now."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        super().__init__(f"{chain.kind} {chain.subject} was stated meanwhile")


class DoesNotFitError(ValueError):
    """A statement does not fit the plan; ``faults`` says by part what is wrong."""

    def __init__(self, found: dict[str, str]) -> None:
        self.faults = found
        super().__init__(", ".join(f"{part}: {code}" for part, code in found.items()))


@dataclass(frozen=True, slots=True)
class Author:
    """Who states something: an account, or the command line, which has none."""

    municipality_id: int
    account_id: int | None
    name: str

    @classmethod
    def of(cls, person: Actor) -> "Author":
        """Return the person as an author.

        Raises:
            NotAllowedError: the person may not decide about the plan.
        """
        if not person.may(Permission.DECIDE):
            raise NotAllowedError
        return cls(person.municipality_id, person.account_id, person.email)


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is stated: which statement was ``seen`` (0: none), why it is replaced, and the mark of the form."""

    seen: int = 0
    reason: str | None = None
    form_id: str | None = None


def state(author: Author, plan: Plan, statement: Statement, manner: Manner = Manner()) -> None:
    """State something about *plan*; what stood before stays, as superseded. The same form sent again changes nothing.

    Raises:
        DoesNotFitError: it does not fit the plan.
        ChangedMeanwhileError: something was stated about the same thing that the author has not seen.
        SecondJudgementError: the author has judged the same target for another body.
        ValueError: it replaces something, and no reason was given.
    """
    check(plan, statement)
    _add(author, plan, statement, manner, withdrawn=False)


def saved_already(author: Author, form_id: str | None) -> bool:
    """Say whether the form with that mark was saved before."""
    with reading() as session:
        return _saved_already(session, author, form_id)


def check(plan: Plan, statement: Statement) -> None:
    """Raise DoesNotFitError if *statement* cannot be said about *plan*."""
    found = dict(faults(plan, statement, clock.today()))
    if found:
        raise DoesNotFitError(found)


def withdraw(author: Author, plan: Plan, kind: Kind, subject: str, manner: Manner) -> None:
    """Say that what was stated holds no more; it stays visible. Raises as ``state``, LookupError if nothing was stated."""
    found = chain(author.municipality_id, plan.id, kind, subject)
    if found is None:
        raise LookupError(subject)
    _add(author, plan, found.newest.statement, manner, withdrawn=True)


def chain(municipality_id: int, plan_key: str, kind: Kind, subject: str) -> Chain | None:
    """Return everything stated about one thing, None if nothing was."""
    with reading() as session:
        return _chain(session, municipality_id, plan_key, kind, subject)


def chains(municipality_id: int, plan_key: str, known_on: date | None = None) -> tuple[Chain, ...]:
    """Return everything stated about a plan, as known at the end of *known_on* (now if None), in the order of stating."""
    end = end_of(known_on)
    histories: dict[tuple[str, str], list[Told]] = {}
    with reading() as session:
        for row in session.scalars(_of(municipality_id, plan_key)):
            told = _told(row)
            if end is None or told.at < end:
                histories.setdefault((row.kind, row.subject), []).append(told)
    return tuple(Chain(cast("Kind", kind), subject, tuple(history)) for (kind, subject), history in histories.items())


def mark_of(municipality_id: int, plan_key: str) -> int:
    """Return how much was ever stated about a plan, which only grows: nothing that was stated is ever taken away."""
    mine = PlanStatement.municipality_id == municipality_id, PlanStatement.plan_key == plan_key
    with reading() as session:
        return session.scalar(select(func.count()).select_from(PlanStatement).where(*mine)) or 0


def with_lists(municipality_id: int, plan: Plan) -> Plan:
    """Return *plan* with the lists of institutions that were stated, for forms that ask for one of them."""
    return decided_lists(plan, [each.statement for each in rules.in_force(chains(municipality_id, plan.id))])


def used_rows(municipality_id: int, plan_key: str) -> dict[str, int]:
    """Return how many things are stated about each row of a plan, withdrawn ones too."""
    counted = Counter(row_of(each.newest.statement) for each in chains(municipality_id, plan_key))
    return {row: number for row, number in counted.items() if row is not None}


def told_small(subject: str) -> str:
    """Return what the trail records of a measured number that pages hide."""
    return f"{subject}: <{SMALLEST_HEAD_COUNT}"


def _add(author: Author, plan: Plan, statement: Statement, manner: Manner, *, withdrawn: bool) -> None:
    kind = kind_of(statement)
    with writing() as session:
        one_at_a_time(session, author.municipality_id)
        if _saved_already(session, author, manner.form_id):
            return
        before = _chain(session, author.municipality_id, plan.id, kind, statement.subject)
        _refuse_unseen(before, manner)
        if isinstance(statement, Judgement) and not withdrawn:
            rules.refuse_judging_twice(chains(author.municipality_id, plan.id), statement, author.name)
        session.add(
            PlanStatement(
                municipality_id=author.municipality_id,
                plan_key=plan.id,
                kind=kind,
                subject=statement.subject,
                number=before.newest.number + 1 if before else 1,
                document=statement_json.write(statement),
                withdrawn=withdrawn,
                reason=manner.reason if before else None,
                account_id=author.account_id,
                by=author.name,
                at=clock.now().astimezone(UTC),
                form_id=manner.form_id,
            )
        )
        session.flush()
        deed = "withdrawn" if withdrawn else "superseded" if before else "stated"
        _record(author, plan, f"plan.{deed}", statement, before, manner.reason)


def _refuse_unseen(before: Chain | None, manner: Manner) -> None:
    if before is not None and before.newest.number != manner.seen:
        raise ChangedMeanwhileError(before)
    if before is not None and not manner.reason:
        raise ValueError("what replaces a statement needs a reason")


def _saved_already(session: Session, author: Author, form_id: str | None) -> bool:
    if form_id is None or author.account_id is None:
        return False
    same = PlanStatement.account_id == author.account_id, PlanStatement.form_id == form_id
    return session.scalar(select(PlanStatement.id).where(*same)) is not None


def _of(municipality_id: int, plan_key: str) -> Select[PlanStatement]:
    mine = PlanStatement.municipality_id == municipality_id, PlanStatement.plan_key == plan_key
    return select(PlanStatement).where(*mine).order_by(PlanStatement.id)


def _chain(session: Session, municipality_id: int, plan_key: str, kind: Kind, subject: str) -> Chain | None:
    same = PlanStatement.kind == kind, PlanStatement.subject == subject
    chosen = _of(municipality_id, plan_key).where(*same).order_by(None).order_by(PlanStatement.number)
    history = tuple(_told(row) for row in session.scalars(chosen))
    return Chain(kind, subject, history) if history else None


def _told(row: PlanStatement) -> Told:
    statement = statement_json.read(cast("Kind", row.kind), row.document)
    return Told(row.number, statement, row.withdrawn, row.reason, row.account_id, row.by, in_utc(row.at))


def _record(author: Author, plan: Plan, deed: str, statement: Statement, before: Chain | None, reason: str | None) -> None:
    facts: dict[str, str] = {"said": _for_audit(plan, statement)}
    if before is not None and reason:
        facts["reason"] = reason
    audit.record(
        author.name,
        deed,
        f"{plan.id}: {kind_of(statement)} {statement.subject}"[:_ABOUT_LONGEST],
        municipality_id=author.municipality_id,
        before={"said": _for_audit(plan, before.newest.statement)} if before else {},
        after=facts,
    )


def _for_audit(plan: Plan, statement: Statement) -> str:
    """Return a statement as the trail may show it: a small number of people at risk stays hidden there too."""
    if isinstance(statement, Measurement) and rules.guards_value(plan, statement):
        return told_small(statement.subject)
    return statement_json.write(statement)
