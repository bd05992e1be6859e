"""All SQL of results: waves and comparisons are frozen when they are first made and never change afterwards."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from surveyapp.core import audit, clock
from surveyapp.core.database import reading, writing
from surveyapp.results.models import FrozenResult

Document = Mapping[str, Any]


class AlteredResultError(RuntimeError):
    """A frozen result does not fit its hash: somebody changed it in the database."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A result as it was first shown: its number, day, hash and content."""

    number: int
    made_on: date
    hash: str
    document: Document


def find(municipality_id: int, made_from: str, rules_version: int) -> Frozen | None:
    """Return the frozen result made from these waves under these rules, None if it was not made yet.

    Raises:
        AlteredResultError: the stored content does not fit its hash.
    """
    return _one(_made_from(municipality_id, made_from).where(FrozenResult.rules_version == rules_version))


def first(municipality_id: int, made_from: str) -> Frozen | None:
    """Return the oldest frozen result made from these waves, whatever the rules were then. Raises as `find`."""
    return _one(_made_from(municipality_id, made_from).order_by(FrozenResult.id).limit(1))


def _made_from(municipality_id: int, made_from: str) -> Select[FrozenResult]:
    return select(FrozenResult).where(FrozenResult.municipality_id == municipality_id, FrozenResult.made_from == made_from)


def _one(chosen: Select[FrozenResult]) -> Frozen | None:
    with reading() as session:
        row = session.scalar(chosen)
    if row is None:
        return None
    if _hash(row.document) != row.hash:
        raise AlteredResultError(f"Result {row.id} was changed after it was made.")
    return Frozen(row.id, row.made_on, row.hash, json.loads(row.document))


def freeze(municipality_id: int, made_from: str, rules_version: int, document: Document, by: str) -> Frozen:
    """Keep *document* for good and return it; if another worker was faster, theirs is returned.

    The audit trail gets its check sum, so that a row altered together with its check sum is found out too.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    row = FrozenResult(
        municipality_id=municipality_id,
        made_from=made_from,
        rules_version=rules_version,
        document=text,
        hash=_hash(text),
        made_on=clock.today(),
    )
    try:
        with writing() as session:
            session.add(row)
            session.flush()
            facts: audit.Facts = {"rules": rules_version, "hash": row.hash}
            about = f"{'waves' if '+' in made_from else 'wave'} {made_from}"
            audit.record(by, "result.frozen", about, municipality_id=municipality_id, before={}, after=facts)
    except IntegrityError:
        found = find(municipality_id, made_from, rules_version)
        if found is None:
            raise
        return found
    return Frozen(row.id, row.made_on, row.hash, json.loads(text))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
