"""All SQL of plans: loading a version, and finding the one in force."""

import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, func, select

from questionnaires.library import content_hash
from questionnaires.plan_grammar import parse_plan
from questionnaires.plan_types import Plan
from questionnaires.yaml_file import read_text
from surveyapp.core import audit, clock
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.core.models import Municipality
from surveyapp.core.stated import one_at_a_time
from surveyapp.plans import uses
from surveyapp.plans.models import PlanChoice, PlanDocument

NATIONAL: Final = "latvia"
"""The municipality of plans for the whole country, which every municipality may load beside its own."""

_KEPT: Final = 16
_plans: dict[str, Plan] = {}
_lock: Final = threading.Lock()


REFUSALS: Final = {
    "loaded_otherwise": "{plan} is loaded already with another text. A loaded version never changes: raise the version in "
    "{file} and load it again.",
    "foreign": "The plan is of {found!r}, not of {own!r}: name the right --municipality.",
    "lost_rows": "Events are logged on rows that this version does not have: {rows}. Keep the rows.",
}
"""Why a plan is not loaded, in English; pages say it in the reader's language with the same facts."""


class PlanRefusedError(RefusedError):
    """A sound plan cannot be loaded here; ``code`` is a key of REFUSALS."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code = code
        self.facts = facts
        super().__init__(REFUSALS[code].format(**facts))


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A loaded version of a plan; ``in_force`` is true of the one that events are logged against."""

    key: str
    version: int
    hash: str
    loaded_on: date
    loaded_by: str
    in_force: bool


def load_file(path: Path, municipality_id: int, by: str) -> Plan:
    """Load the plan in the file at *path*; as ``load``."""
    return load(read_text(path), str(path), municipality_id, by)


def load(text: str, file: str, municipality_id: int, by: str) -> Plan:
    """Load a version of a plan and return it; the same text again changes nothing.

    Raises:
        FileRefusedError: the file has problems; all are named.
        RefusedError: the plan is another municipality's, the version is loaded with another text, or rows with events are gone.
    """
    plan = parse_plan(text, file)
    hashed = content_hash(text)
    with writing() as session:
        one_at_a_time(session, municipality_id)
        refuse_foreign(plan, municipality_id)
        same = PlanDocument.key == plan.id, PlanDocument.version == plan.version
        known = session.scalar(select(PlanDocument.hash).where(PlanDocument.municipality_id == municipality_id, *same))
        if known == hashed:
            return plan
        if known is not None:
            raise PlanRefusedError("loaded_otherwise", plan=f"{plan.id}/{plan.version}", file=file)
        _refuse_lost_rows(plan, municipality_id)
        document = PlanDocument(
            municipality_id=municipality_id,
            key=plan.id,
            version=plan.version,
            text=text,
            hash=hashed,
            loaded_on=clock.today(),
            loaded_by=by,
        )
        session.add(document)
        session.flush()
        facts: audit.Facts = {"rows": len(plan.indicators), "hash": hashed}
        about = f"{plan.id}/{plan.version}"
        audit.record(by, "plan.loaded", about, municipality_id=municipality_id, before={}, after=facts)
    return plan


def put_in_force(municipality_id: int, key: str, by: str) -> Plan:
    """Have events logged against the newest version of the plan *key* from now on, and return it; audited.

    Raises:
        RefusedError: no plan of that id is loaded.
    """
    with writing() as session:
        one_at_a_time(session, municipality_id)
        before, plan = current(municipality_id), find(municipality_id, key)
        if before is None or plan is None or plan.id != key:
            raise RefusedError(f"No plan {key!r} is loaded; load it first.")
        if before.id == key:
            return plan
        session.add(PlanChoice(municipality_id=municipality_id, key=key, chosen_on=clock.today(), chosen_by=by))
        session.flush()
        facts: audit.Facts = {"plan": f"{before.id}/{before.version}"}
        after: audit.Facts = {"plan": f"{plan.id}/{plan.version}"}
        audit.record(by, "plan.put_in_force", key, municipality_id=municipality_id, before=facts, after=after)
    return plan


def current(municipality_id: int) -> Plan | None:
    """Return the plan in force, against which events are logged; None if none is loaded.

    It is the newest version of the plan that was chosen; before anybody chose, of the plan that was loaded first, a
    municipality's own before one for the whole country. So loading another plan never moves what is logged to it.
    """
    plans = _first_loaded_first(municipality_id)
    with reading() as session:
        mine = PlanChoice.municipality_id == municipality_id
        key = session.scalar(select(PlanChoice.key).where(mine).order_by(PlanChoice.id.desc()).limit(1))
    first = next((plan for plan in plans if plan.municipality != NATIONAL), plans[0] if plans else None)
    return next((plan for plan in plans if plan.id == key), first)


def newest_of_each(municipality_id: int) -> tuple[Plan, ...]:
    """Return the newest version of every loaded plan, the one in force first."""
    now = current(municipality_id)
    return tuple(sorted(_first_loaded_first(municipality_id), key=lambda plan: now is None or plan.id != now.id))


def institutions(municipality_id: int) -> frozenset[str] | None:
    """Return the ids of the institutions that the plan in force names; None if no plan is loaded."""
    plan = current(municipality_id)
    return frozenset(each.id for each in plan.institutions) if plan else None


def text_of(municipality_id: int, key: str, version: int) -> str | None:
    """Return the text of a loaded version as it was loaded; None if it is not loaded."""
    with reading() as session:
        same = PlanDocument.key == key, PlanDocument.version == version
        return session.scalar(select(PlanDocument.text).where(PlanDocument.municipality_id == municipality_id, *same))


def find(municipality_id: int, reference: str) -> Plan | None:
    """Return the loaded plan ``ID/VERSION``, or the newest loaded version of the plan ``ID``; None if there is none."""
    key, _, version = reference.partition("/")
    wanted = [PlanDocument.municipality_id == municipality_id, PlanDocument.key == key]
    if version:
        if not (version.isascii() and version.isdecimal()):
            return None
        wanted.append(PlanDocument.version == int(version))
    return _newest(*wanted)


def every(municipality_id: int) -> list[LoadedPlan]:
    """Return every loaded version, in the order of loading."""
    now = current(municipality_id)
    with reading() as session:
        chosen = select(PlanDocument).where(PlanDocument.municipality_id == municipality_id).order_by(PlanDocument.id)
        return [
            LoadedPlan(
                key=each.key,
                version=each.version,
                hash=each.hash,
                loaded_on=each.loaded_on,
                loaded_by=each.loaded_by,
                in_force=now is not None and (each.key, each.version) == (now.id, now.version),
            )
            for each in session.scalars(chosen)
        ]


def _first_loaded_first(municipality_id: int) -> list[Plan]:
    mine = PlanDocument.municipality_id == municipality_id
    with reading() as session:
        loaded = select(PlanDocument.key).where(mine).group_by(PlanDocument.key).order_by(func.min(PlanDocument.id))
        found = [_newest(mine, PlanDocument.key == key) for key in session.scalars(loaded)]
    return [plan for plan in found if plan is not None]


def _newest(*wanted: ColumnElement[bool]) -> Plan | None:
    """Return the plan with the highest version; its text is read and parsed once per process."""
    with reading() as session:
        newest = select(PlanDocument.id, PlanDocument.hash).where(*wanted).order_by(PlanDocument.version.desc()).limit(1)
        found = session.execute(newest).first()
        if found is None:
            return None
        with _lock:
            if found.hash not in _plans:
                document = session.get_one(PlanDocument, found.id)
                while len(_plans) >= _KEPT:
                    _plans.pop(next(iter(_plans)))
                _plans[found.hash] = parse_plan(document.text, f"{document.key}/{document.version}")
            return _plans[found.hash]


def refuse_foreign(plan: Plan, municipality_id: int) -> None:
    """Raise PlanRefusedError if *plan* is neither the municipality's own nor one for the whole country."""
    with reading() as session:
        municipality = session.get_one(Municipality, municipality_id)
    if plan.municipality not in {municipality.slug, NATIONAL} and not municipality.demo:
        raise PlanRefusedError("foreign", found=plan.municipality, own=municipality.slug)


def _refuse_lost_rows(plan: Plan, municipality_id: int) -> None:
    lost = lost_rows(plan, municipality_id)
    if lost:
        raise PlanRefusedError("lost_rows", rows=", ".join(f"{row} ({number})" for row, number in lost))


def lost_rows(plan: Plan, municipality_id: int) -> list[tuple[str, int]]:
    """Return the rows that *plan* lacks and on which something hangs, each with how many things do."""
    rows = {each.id for each in plan.indicators}
    return [(row, number) for row, number in sorted(uses.of_rows(municipality_id, plan.id).items()) if row not in rows]
