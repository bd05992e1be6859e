"""Finding what a code opens: its row, its wave, its questionnaire; looking never spends a code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hmac import compare_digest
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Final

from flask import current_app, g, has_request_context
from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    Integer,
    LargeBinary,
    Select,
    and_,
    bindparam,
    column,
    or_,
    select,
    text,
)
from sqlalchemy.engine import Row as DatabaseRow
from sqlalchemy.orm import InstrumentedAttribute

from questionnaires.survey_types import Questionnaire
from surveyapp.core import municipalities
from surveyapp.core.clock import today
from surveyapp.core.database import glance, reading
from surveyapp.core.models import Municipality
from surveyapp.core.secret_files import noted, secret
from surveyapp.settings import SettingError, current_settings
from surveyapp.survey import codes, promise_store, rules, wrong_codes
from surveyapp.survey.boxes import Layout
from surveyapp.survey.codes import Code, Hasher
from surveyapp.survey.models import Invitation, QuestionnaireVersion, Wave
from surveyapp.survey.rules import State

_PEPPER: Final = "pepper"
_QUESTIONNAIRES: Final = "questionnaires_asked"
_stretching: Final = Lock()
"""One typed code at a time in a worker: the cores are shared by workers, and memory that is used again need not be cleared."""
# Two comparisons, for a list is written into the statement anew each time that it runs.
_CODES_OUT: Final = or_(Wave.state == State.OPEN, Wave.state == State.CLOSED)
_OLDER: Final = select(Wave.id, Wave.code_salt).where(_CODES_OUT, Wave.lookups.is_(False))
"""Waves whose codes were made before codes had lookups."""
_CODE: Final = (Invitation.typed_hash, Invitation.boxes, Invitation.group_name, Invitation.pool, Invitation.stopped)
_BEHIND: Final = (
    *(Wave.id, Wave.municipality_id, Wave.name, Wave.mode, Wave.state, Wave.opens, Wave.closes, Wave.public_key),
    *(Wave.free_text, QuestionnaireVersion.hash, Municipality.name, Municipality.demo),
)


class LostPepperError(SettingError):
    """Codes were made with a pepper that is gone: with a new one none of them could ever be found again."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"{data_dir / 'secrets' / _PEPPER} is missing, without which no code can be found. Put it back from the backup "
            "of the secrets; nothing needs to be started again. If it is lost for good, run: surveyapp init --new-secrets. "
            "Codes that are out then open nothing any more, and boxes are marked anew."
        )


class CodeProblem(StrEnum):
    """Why a code opens no questionnaire."""

    MISTYPED = "mistyped"  # cannot be a code: wrong length, letter or check character
    UNKNOWN = "unknown"  # no such code, or its wave was opened and the codes are deleted
    USED = "used"
    FULL = "full"  # a group's code took as many answers as one code may
    STOPPED = "stopped"  # the coordinator gave up a group's code or an open address; what lies under it stays
    CROWDED = "crowded"  # too many answers with a group's code came from one source today
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Door:
    """What a code opens; both dates are days on which answers are taken. ``demo`` marks invented data.

    ``published`` is the checksum of the questionnaire, ``group`` the group whose code it is, ``promise`` what was promised when
    the codes went out: language to sentences.
    """

    wave_id: int
    wave_name: str
    questionnaire: Questionnaire
    published: str
    mode: str
    opens: date
    closes: date
    demo: bool
    municipality: str
    free_text: bool
    group: str | None
    promise: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Behind:
    """What a respondent meets of the wave behind a code; ``published`` is the checksum of its questionnaire."""

    id: int
    municipality_id: int
    name: str
    mode: str
    state: str
    opens: date
    closes: date
    public_key: bytes | None
    free_text: bool
    published: str
    municipality: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A code's row and its wave."""

    typed_hash: bytes
    boxes: int
    group: str | None
    pool: str | None
    stopped: bool
    wave: Behind

    @property
    def questionnaire(self) -> Questionnaire:
        """The wave's questionnaire, which a process reads once: what is published never changes."""
        known: dict[str, Questionnaire] = current_app.extensions.setdefault(_QUESTIONNAIRES, {})
        if self.wave.published not in known:
            known[self.wave.published] = _published(self.wave.published)
        return known[self.wave.published]

    @property
    def layout(self) -> Layout:
        """What the wave's boxes hold."""
        return Layout(self.questionnaire, self.wave.free_text)

    def problem(self) -> CodeProblem | None:
        """Return why no new answers are taken now, None if they are."""
        if self.stopped and self.shut() is not CodeProblem.CLOSED:
            return CodeProblem.STOPPED
        if self.boxes >= rules.most_boxes(self.wave.mode):
            return CodeProblem.USED if self.wave.mode == "code" else CodeProblem.FULL
        return self.shut()

    def shut(self) -> CodeProblem | None:
        """Return why the wave takes nothing at all now, also no change; None if it does."""
        if rules.state_on(today(), State(self.wave.state), self.wave.closes) is not State.OPEN:
            return CodeProblem.CLOSED
        return CodeProblem.NOT_OPEN_YET if today() < self.wave.opens else None


def _published(checksum: str) -> Questionnaire:
    chosen = select(QuestionnaireVersion.text, QuestionnaireVersion.key, QuestionnaireVersion.version)
    with reading() as session:
        row = session.execute(chosen.where(QuestionnaireVersion.hash == checksum).limit(1)).one()
    return parsed(row.text, f"{row.key}/{row.version}")


@lru_cache(maxsize=16)
def parsed(text: str, name: str) -> Questionnaire:
    """Return the questionnaire in *text*, parsed once a process."""
    # The grammar and YAML are a tenth of what is loaded, and the page where a code is typed needs neither.
    read: Questionnaire = import_module("questionnaires.grammar").parse_questionnaire(text, name)
    return read


def hasher() -> Hasher:
    """Return this installation's keyed hashes."""
    found: Hasher | None = current_app.extensions.get("code_hasher")
    if found is None:
        found = current_app.extensions["code_hasher"] = Hasher(_pepper())
    return found


def new_pepper() -> None:
    """Make a pepper if there is none, also beside codes that were made with another one: for whoever lost that for good."""
    settings = current_settings()
    secret(settings.data_dir, "pepper")


def _pepper() -> bytes:
    settings = current_settings()
    if not noted(settings.data_dir, _PEPPER):
        with reading() as session:
            if session.scalar(select(Invitation.wave_id).limit(1)) is not None:
                raise LostPepperError(settings.data_dir)
    return secret(settings.data_dir, "pepper")


def too_many_wrong_codes() -> bool:
    """Say whether this source, or everybody together, tried too many codes today that do not exist.

    Ask after a code was answered with UNKNOWN or MISTYPED: whoever has a full valid code is served all the same.
    """
    return wrong_codes.too_many()


def look_up(code: str) -> Door | CodeProblem:
    """Return what *code* (typed or link form) opens now, or why it opens nothing; never spends the code."""
    found = find_code(code)
    if isinstance(found, CodeProblem):
        return found
    return found.problem() or door(found)


def look_up_to_change(code: str) -> Door | CodeProblem:
    """Return what *code* opens for somebody who answered already and wants to change that; a used code is no problem."""
    found = find_code(code)
    if isinstance(found, CodeProblem):
        return found
    return found.shut() or door(found)


def door(found: Found) -> Door:
    """Return what a found code opens."""
    wave = found.wave
    return Door(
        wave_id=wave.id,
        wave_name=wave.name,
        questionnaire=found.questionnaire,
        published=wave.published,
        mode=wave.mode,
        opens=wave.opens,
        closes=wave.closes,
        demo=wave.demo,
        municipality=wave.municipality,
        free_text=wave.free_text,
        group=found.group,
        promise=promise_store.of_wave(wave.id),
    )


def find_code(text: str) -> Found | CodeProblem:
    """Return the row of a code with its wave, or why there is none; a code that does not exist is counted.

    A request that looks several times sees what it saw first: whoever stores looks again inside the transaction.
    """
    code = codes.read(text)
    if code is None:
        return CodeProblem.MISTYPED
    seen: dict[Code, Found] = g.setdefault("found_codes", {}) if has_request_context() else {}
    if code in seen:
        return seen[code]
    stretched = _stretched(code)
    with glance() as connection:
        found = _find(connection, code, stretched)
    if found is None:
        wrong_codes.count_one()
        return CodeProblem.UNKNOWN
    seen[code] = found
    return found


def look_anew() -> None:
    """Have the next look in this request see what was stored meanwhile."""
    g.pop("found_codes", None)


def _stretched(code: Code) -> bytes:
    """Return the stretched code; a request that looks first and then stores pays for the stretching once."""
    if code.link:
        return hasher().stretched(code)
    known: dict[Code, bytes] = g.setdefault("stretched_codes", {})
    if code not in known:
        with _stretching:
            known[code] = hasher().stretched(code)
    return known[code]


def _find(connection: Connection, code: Code, stretched: bytes) -> Found | None:
    """Look among the codes of all waves: one search whether the code is used or good, however many waves there are."""
    rows = connection.execute(_BY_LOOKUP[code.link], {"lookup": hasher().lookup(code, stretched)})
    for salt, kept, *row in rows:
        if compare_digest(hasher().hash(code, stretched, salt), kept):
            return _found(row)
    return _find_among(connection.execute(_OLDER).all(), connection, code, stretched)


def _find_among(waves: Sequence[DatabaseRow[int, bytes]], connection: Connection, code: Code, stretched: bytes) -> Found | None:
    if not waves:
        return None
    sought: dict[str, object] = {}
    for number, (wave_id, salt) in enumerate(waves):
        sought[f"wave{number}"], sought[f"hash{number}"] = wave_id, hasher().hash(code, stretched, salt)
    row = connection.execute(_search(len(waves), link=code.link), sought).first()
    return None if row is None else _found(row)


def _found(row: Iterable[Any]) -> Found:
    typed_hash, boxes, group, pool, stopped, any_demo, *behind = row
    municipalities.note_demo(there=any_demo)  # every page says it
    return Found(typed_hash, boxes, group, pool, stopped, Behind(*behind))


@lru_cache(maxsize=128)
def _search(waves: int, *, link: bool) -> Executable:
    """Return the search for a code in so many older waves.

    The hashes go in as a table of their own, whose columns both databases name alike: of a condition for each wave PostgreSQL
    makes a plan of as many parts.
    """
    rows = ", ".join(f"(:wave{number}, :hash{number})" for number in range(waves))
    types: list[BindParameter[Any]] = [bindparam(f"wave{number}", type_=Integer) for number in range(waves)]
    types += [bindparam(f"hash{number}", type_=LargeBinary) for number in range(waves)]
    given = text(f"SELECT column1 AS wave, column2 AS hash FROM (VALUES {rows}) AS given").bindparams(*types)  # noqa: S608
    sought = given.columns(column("wave", Integer), column("hash", LargeBinary)).subquery("sought")
    kept = Invitation.link_hash if link else Invitation.typed_hash
    chosen = select(*_CODE, municipalities.ANY_DEMO, *_BEHIND).select_from(sought)
    return _with_wave(chosen.join(Invitation, and_(Invitation.wave_id == sought.c.wave, kept == sought.c.hash)))


def _by_lookup(kept: InstrumentedAttribute[bytes], lookup: InstrumentedAttribute[bytes | None]) -> Executable:
    """Return the search for the few codes that have the same lookup, each with its wave's salt and its hash."""
    chosen = select(Wave.code_salt, kept, *_CODE, municipalities.ANY_DEMO, *_BEHIND).select_from(Invitation)
    return _with_wave(chosen.where(lookup == bindparam("lookup", type_=LargeBinary)))


def _with_wave(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    chosen = chosen.join(Wave, and_(Wave.id == Invitation.wave_id, _CODES_OUT))
    chosen = chosen.join(QuestionnaireVersion, QuestionnaireVersion.id == Wave.questionnaire_id)
    return chosen.join(Municipality, Municipality.id == Wave.municipality_id)


_BY_LOOKUP: Final = {
    False: _by_lookup(Invitation.typed_hash, Invitation.typed_lookup),
    True: _by_lookup(Invitation.link_hash, Invitation.link_lookup),
}
"""By whether the code is one in a link."""
