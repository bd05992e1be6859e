"""Drafts of questionnaires: kept as the text of their file until they are published, one for each version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.library import content_hash
from questionnaires.problems import FileRefusedError
from surveyapp.core import audit
from surveyapp.core.clock import today
from surveyapp.core.database import by_text, reading, writing
from surveyapp.survey import questionnaire_store
from surveyapp.survey.drafting import workshop
from surveyapp.survey.drafting.workshop import Assessment
from surveyapp.survey.models import QuestionnaireDraft
from surveyapp.survey.questionnaire_store import Published


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was saved last; ``mark`` changes with its text."""

    id: int
    municipality_id: int
    key: str
    version: int
    text: str
    changed_by: str
    changed_on: date

    @property
    def reference(self) -> str:
        """Its name, such as ``specialists/3``."""
        return f"{self.key}/{self.version}"

    @property
    def mark(self) -> str:
        """A short name of this very text, by which a page knows whether somebody has changed the draft since."""
        return content_hash(self.text)[:16]


class VersionTakenError(Exception):
    """There is a draft of that version already; ``draft`` is the one."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__(f"There is a draft of {draft.reference} already.")


class ChangedMeanwhileError(Exception):
    """Somebody else changed or published the draft since the page was shown; nothing was saved over it."""


class NotReadyError(Exception):
    """Something still stands between a text and its publication; ``assessment`` says what."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        super().__init__(", ".join(assessment.blockers))


def drafts(municipality_id: int) -> list[Draft]:
    """Return the drafts of a municipality, by id and version."""
    chosen = select(QuestionnaireDraft).where(QuestionnaireDraft.municipality_id == municipality_id)
    with reading() as session:
        rows = session.scalars(chosen.order_by(by_text(QuestionnaireDraft.key), QuestionnaireDraft.version)).all()
    return [_draft(row) for row in rows]


def find(municipality_id: int, draft_id: int) -> Draft | None:
    """Return a draft of the municipality by its number, None if it has none such (any more)."""
    return next((one for one in drafts(municipality_id) if one.id == draft_id), None)


def add(municipality_id: int, text: str, who: str, *, instead: bool = False) -> Draft:
    """Save *text* as the draft of the version that it names; *instead* of one that is there already, if told so.

    Raises:
        ValueError: the text names no id and version.
        VersionTakenError: there is a draft of that version with another text.
    """
    key, version = _identity(text)
    with writing() as session:
        row = _of(session, municipality_id, key, version)
        if row is None:
            row = QuestionnaireDraft(municipality_id=municipality_id, key=key, version=version)
            session.add(row)
        elif content_hash(row.text) == content_hash(text):
            return _draft(row)
        elif not instead:
            raise VersionTakenError(_draft(row))
        _write(session, row, text, who)
        return _draft(row)


def change(draft: Draft, text: str, who: str) -> Draft:
    """Save *text* in the place of the draft as it was shown; it may name another version.

    Raises:
        ValueError: the text names no id and version.
        VersionTakenError: there is another draft of the version that it names.
        ChangedMeanwhileError: somebody saved or published the draft since.
    """
    key, version = _identity(text)
    with writing() as session:
        row = _unchanged(session, draft)
        if content_hash(row.text) == content_hash(text):
            return draft
        other = _of(session, draft.municipality_id, key, version)
        if other is not None and other.id != row.id:
            raise VersionTakenError(_draft(other))
        row.key, row.version = key, version
        _write(session, row, text, who)
        return _draft(row)


def decide(draft: Draft, text: str, who: str, about: str, facts: audit.Facts) -> Draft:
    """Save the draft with a decision about the item *about*; *facts* of the decision go into the audit trail.

    Raises:
        ChangedMeanwhileError: somebody saved or published the draft since.
    """
    with writing() as session:
        row = _unchanged(session, draft)
        row.text, row.changed_by, row.changed_on = text, who, today()
        session.flush()
        place = f"{draft.reference} {about}"
        audit.record(who, "questionnaire.decided", place, municipality_id=draft.municipality_id, before={}, after=facts)
        return _draft(row)


def remove(draft: Draft, who: str) -> None:
    """Throw the draft away.

    Raises:
        ChangedMeanwhileError: somebody saved or published it since.
    """
    with writing() as session:
        session.delete(_unchanged(session, draft))
        facts = {"hash": content_hash(draft.text)}
        audit.record(
            who, "questionnaire.draft_removed", draft.reference, municipality_id=draft.municipality_id, before=facts, after={}
        )


def publish(draft: Draft, confirmed: Collection[str], who: str) -> Published:
    """Publish the draft for good; it is gone from the drafts then.

    Raises:
        NotReadyError: something still stands in the way.
        ChangedMeanwhileError: somebody saved or published it since.
    """
    with writing() as session:
        session.delete(_unchanged(session, draft))
        return publish_text(draft.municipality_id, draft.text, draft.reference, who, confirmed)


def publish_text(
    municipality_id: int, text: str, file: str, who: str, confirmed: Collection[str] = (), *, all_confirmed: bool = False
) -> Published:
    """Publish *text* if nothing stands in the way; *confirmed* names texts whose unchanged translations were read.

    The text of a version that is published already changes nothing.

    Raises:
        FileRefusedError: the file has problems.
        NotReadyError: its version is out of order, or a decision or a translation is still open.
    """
    with writing():
        named = workshop.identity(text)
        known = questionnaire_store.versions(municipality_id, named[0]) if named else []
        if named and any((one.version, one.hash) == (named[1], content_hash(text)) for one in known):
            return questionnaire_store.publish(municipality_id, text, file, who)
        assessment = workshop.assess(text, file, [one.questionnaire for one in known])
        if assessment.problems:
            raise FileRefusedError(assessment.problems)
        if assessment.open_blockers(assessment.blockers.get("stale", ()) if all_confirmed else confirmed):
            raise NotReadyError(assessment)
        done = questionnaire_store.publish(municipality_id, text, file, who)
        _record_confirmed(municipality_id, done, assessment, who)
        return done


def _record_confirmed(municipality_id: int, done: Published, assessment: Assessment, who: str) -> None:
    stale = assessment.blockers.get("stale", ())
    if stale:
        facts = {"texts": ", ".join(stale)}
        audit.record(
            who, "questionnaire.translations_checked", done.reference, municipality_id=municipality_id, before={}, after=facts
        )


def _identity(text: str) -> tuple[str, int]:
    found = workshop.identity(text)
    if found is None:
        raise ValueError("the text names no id and version")
    return found


def _of(session: Session, municipality_id: int, key: str, version: int) -> QuestionnaireDraft | None:
    return session.scalar(
        select(QuestionnaireDraft).where(
            QuestionnaireDraft.municipality_id == municipality_id,
            QuestionnaireDraft.key == key,
            QuestionnaireDraft.version == version,
        )
    )


def _unchanged(session: Session, draft: Draft) -> QuestionnaireDraft:
    row = session.get(QuestionnaireDraft, draft.id, with_for_update=True)
    if row is None or row.municipality_id != draft.municipality_id or _draft(row).mark != draft.mark:
        raise ChangedMeanwhileError
    return row


def _write(session: Session, row: QuestionnaireDraft, text: str, who: str) -> None:
    row.text, row.changed_by, row.changed_on = text, who, today()
    session.flush()
    audit.record(
        who,
        "questionnaire.draft_saved",
        f"{row.key}/{row.version}",
        municipality_id=row.municipality_id,
        before={},
        after={"hash": content_hash(text)},
    )


def _draft(row: QuestionnaireDraft) -> Draft:
    return Draft(row.id, row.municipality_id, row.key, row.version, row.text, row.changed_by, row.changed_on)
