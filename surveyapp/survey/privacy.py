"""What is promised to a respondent, computed from the wave that their code opens; the page turns each fact into words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from questionnaires.survey_types import Questionnaire
from surveyapp.survey.rules import FEWEST, Mode


class FactKey(StrEnum):
    """A fact about what happens to the answers; stable, in the order in which they are told."""

    NO_NAME = "no_name"  # no account, name, address, device or moment is stored
    ONE_CODE_ONE_ANSWER = "one_code_one_answer"  # a code answers once; nothing stored joins it with the answers
    SEALED_UNTIL = "sealed_until"  # ``day``: sealed before they are stored; nobody can read them before this day has passed
    KEY_WITH_STEWARD = "key_with_steward"  # the key is with the data steward, never on the server
    OPENED_TOGETHER = "opened_together"  # ``number``: opened only together with at least so many others
    PSEUDONYMISED_UNTIL_OPENING = "pseudonymised_until_opening"  # until then the law calls them pseudonymised personal data
    ANONYMOUS_AFTER_OPENING = "anonymous_after_opening"  # shuffled, codes deleted; nobody can find one's answers any more
    KEPT_WITH_GROUP_AND_BAND = "kept_with_group_and_band"  # afterwards beside the reporting group and one rough attribute
    KEPT_WITH_GROUP = "kept_with_group"  # afterwards beside the reporting group alone
    NO_FREE_TEXT = "no_free_text"  # only choices are asked
    INVENTED = "invented"  # a demonstration: answers are thrown away with it


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a wave decides what can be promised; ``demo`` marks invented data."""

    questionnaire: Questionnaire
    mode: Mode
    opens: date
    closes: date
    demo: bool
    free_text: bool
    supplementary: bool


@dataclass(frozen=True, slots=True)
class PrivacyFact:
    """One promise; ``day`` and ``number`` where the fact has one."""

    key: FactKey
    day: date | None = None
    number: int | None = None


def statement(terms: Terms) -> tuple[PrivacyFact, ...]:
    """Return what is true of answers given on *terms*, in the order in which to tell it."""
    return tuple(_facts(terms))


def _facts(terms: Terms) -> Iterator[PrivacyFact]:
    yield PrivacyFact(FactKey.NO_NAME)
    if terms.mode == "code":
        yield PrivacyFact(FactKey.ONE_CODE_ONE_ANSWER)
    yield PrivacyFact(FactKey.SEALED_UNTIL, day=terms.closes)
    yield PrivacyFact(FactKey.KEY_WITH_STEWARD)
    yield PrivacyFact(FactKey.OPENED_TOGETHER, number=FEWEST)
    yield PrivacyFact(FactKey.PSEUDONYMISED_UNTIL_OPENING)
    yield PrivacyFact(FactKey.ANONYMOUS_AFTER_OPENING)
    banded = terms.questionnaire.band_item is not None
    yield PrivacyFact(FactKey.KEPT_WITH_GROUP_AND_BAND if banded else FactKey.KEPT_WITH_GROUP)
    if not terms.free_text:
        yield PrivacyFact(FactKey.NO_FREE_TEXT)
    if terms.demo:
        yield PrivacyFact(FactKey.INVENTED)
