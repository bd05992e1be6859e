"""The life of a wave in steps: where it stands, and why something cannot be done to it now. Decisions only, no I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts


class Step(StrEnum):
    """The steps of a wave's life, in order."""

    DRAFT = "draft"
    KEY = "key"
    TRIAL = "trial"
    INVITED = "invited"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    RELEASED = "released"


class Deed(StrEnum):
    """What can be done to a wave, each at its time only."""

    CHANGE = "change"
    DELETE = "delete"
    MAKE_KEY = "make_key"
    TRY_KEY = "try_key"
    INVITE = "invite"
    STOP_CODE = "stop_code"
    CLOSE = "close"
    OPEN = "open"
    CLEAN = "clean"
    ATTEST = "attest"
    SUPPLEMENT = "supplement"
    READ_TEXTS = "read_texts"


class Why(StrEnum):
    """Why a deed is refused now."""

    KEY_EXISTS = "key_exists"
    KEY_PROVED = "key_proved"
    NO_KEY = "no_key"
    NOT_PROVED = "not_proved"
    LAST_DAY_PAST = "last_day_past"
    CODES_ELSEWHERE = "codes_elsewhere"
    NO_CODES_YET = "no_codes_yet"
    STILL_OPEN = "still_open"
    CLOSED = "closed"
    BEING_CLEANED = "being_cleaned"
    OPENED = "opened"
    NOT_OPENED = "not_opened"
    NOTHING_TO_CLEAN = "nothing_to_clean"
    ATTESTED = "attested"
    KEY_NEEDED = "key_needed"
    IS_SUPPLEMENT = "is_supplement"
    IMPORTED = "imported"
    OF_THE_YEAR = "of_the_year"
    NO_TEXTS = "no_texts"
    PERSONAL_CODES = "personal_codes"
    TOO_FEW = "too_few"
    TOO_FEW_OF_THE_YEAR = "too_few_of_the_year"
    TOO_FEW_LATE = "too_few_late"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a wave stands on a day; ``attested``: its steward said that no copy of the key is left.

    ``key_opens``: names of the other waves that only the same key can open.
    ``too_few``: it is closed with fewer than ten boxes and stays sealed for ever.
    """

    wave: WaveFacts
    today: date
    attested: bool
    key_opens: tuple[str, ...] = ()
    too_few: bool = False

    @property
    def present(self) -> Step:
        """The step at which the wave stands now."""
        match self.wave.state:
            case State.DRAFT:
                return Step.KEY if self.wave.public_key is None else Step.TRIAL
            case State.TRIAL_OPENED:
                return Step.INVITED
            case State.OPEN:
                return Step.OPEN
            case State.CLOSED | State.OPENED:
                return Step.OPENED
            case _:
                return Step.RELEASED

    @property
    def dead(self) -> bool:
        """Whether the last day passed before there was any code: nobody can ever answer."""
        return self.wave.state in _BEFORE_CODES and self.today > self.wave.closes

    @property
    def sealed_for_ever(self) -> Why | None:
        """Why the wave can never be opened, which also says what is the way on; None if it can."""
        if not self.too_few:
            return None
        if self.wave.questionnaire.instrument != "survey":
            return Why.TOO_FEW_OF_THE_YEAR
        return Why.TOO_FEW if self.wave.supplements is None else Why.TOO_FEW_LATE


_BEFORE_CODES: Final = frozenset({State.DRAFT, State.TRIAL_OPENED})
_OPENED: Final = frozenset({State.OPENED, State.SCRUBBED})


def _why_not_change(_deed: Deed, standing: Standing) -> Why | None:
    drafted = standing.wave.state is State.DRAFT and standing.wave.public_key is None
    return None if drafted else Why.KEY_EXISTS


def _why_no_key(deed: Deed, standing: Standing) -> Why | None:
    """A key is made until one is proved; it can be tried as long as it is needed."""
    if deed is Deed.TRY_KEY:
        if standing.wave.public_key is None:
            return Why.NO_KEY
        return Why.OPENED if standing.wave.state in _OPENED else None
    if standing.wave.state is not State.DRAFT:
        return Why.KEY_PROVED
    return Why.LAST_DAY_PAST if standing.dead else None


def _why_no_codes(_deed: Deed, standing: Standing) -> Why | None:
    if standing.wave.state is State.DRAFT:
        return Why.NO_KEY if standing.wave.public_key is None else Why.NOT_PROVED
    if standing.dead:
        return Why.LAST_DAY_PAST
    if standing.wave.state not in {State.TRIAL_OPENED, State.OPEN}:
        return Why.CLOSED
    return None if standing.wave.questionnaire.instrument == "survey" else Why.CODES_ELSEWHERE


def _why_not_close(_deed: Deed, standing: Standing) -> Why | None:
    if standing.wave.state in _BEFORE_CODES:
        return Why.NO_CODES_YET
    return None if standing.wave.state is State.OPEN else Why.CLOSED


def _why_not_stop(deed: Deed, standing: Standing) -> Why | None:
    if standing.wave.mode == "code":
        return Why.PERSONAL_CODES
    return _why_not_close(deed, standing)


def _why_not_open(deed: Deed, standing: Standing) -> Why | None:
    if deed is Deed.CLEAN:
        return None if standing.wave.state is State.OPENED else Why.NOTHING_TO_CLEAN
    reasons = {
        State.DRAFT: Why.NO_CODES_YET,
        State.TRIAL_OPENED: Why.NO_CODES_YET,
        State.OPEN: Why.STILL_OPEN,
        State.OPENED: Why.BEING_CLEANED,
        State.SCRUBBED: Why.OPENED,
    }
    return reasons.get(standing.wave.state) or standing.sealed_for_ever


def _why_not_afterwards(deed: Deed, standing: Standing) -> Why | None:
    if deed is Deed.READ_TEXTS and not standing.wave.free_text:
        return Why.NO_TEXTS
    if standing.wave.state is not State.SCRUBBED:
        return Why.NOT_OPENED
    if deed is Deed.ATTEST and standing.attested:
        return Why.ATTESTED
    return Why.KEY_NEEDED if deed is Deed.ATTEST and standing.key_opens else None


def _why_no_supplement(_deed: Deed, standing: Standing) -> Why | None:
    if standing.wave.supplements is not None:
        return Why.IS_SUPPLEMENT
    return Why.STILL_OPEN if standing.wave.state in _BEFORE_CODES | {State.OPEN} else None


_PLANNING: Final = frozenset({Deed.CHANGE, Deed.DELETE, Deed.MAKE_KEY, Deed.SUPPLEMENT})
_RULES: Final[Mapping[Deed, Callable[[Deed, Standing], Why | None]]] = {
    Deed.CHANGE: _why_not_change,
    Deed.DELETE: _why_not_change,
    Deed.MAKE_KEY: _why_no_key,
    Deed.TRY_KEY: _why_no_key,
    Deed.INVITE: _why_no_codes,
    Deed.STOP_CODE: _why_not_stop,
    Deed.CLOSE: _why_not_close,
    Deed.OPEN: _why_not_open,
    Deed.CLEAN: _why_not_open,
    Deed.ATTEST: _why_not_afterwards,
    Deed.READ_TEXTS: _why_not_afterwards,
    Deed.SUPPLEMENT: _why_no_supplement,
}


def why_not(deed: Deed, standing: Standing) -> Why | None:
    """Return why *deed* is refused now, None if it can be done."""
    if standing.wave.mode == "import":
        return Why.IMPORTED
    # Feedback and games of a year share one key, so they are planned and keyed together, on a page of their own.
    together = deed in _PLANNING or (deed is Deed.TRY_KEY and standing.wave.state is State.DRAFT)
    if together and standing.wave.questionnaire.instrument != "survey":
        return Why.OF_THE_YEAR
    return _RULES[deed](deed, standing)
