"""What is promised to a respondent, computed from the wave that their code opens; the page turns each fact into words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from questionnaires.survey_types import Questionnaire
from surveyapp.survey.rules import FEWEST, Mode


class FactKey(StrEnum):
    """A fact about what happens to the answers; stable, in the order in which they are told."""

    NO_NAME = "no_name"  # no account, name, address, device or moment is stored
    ONE_CODE_ONE_ANSWER = "one_code_one_answer"  # a code answers once; nothing stored joins it with the answers
    ANYBODY_OF_THE_GROUP = "anybody_of_the_group"  # whoever has the group's code answers, possibly twice; the code is no name
    ANYBODY = "anybody"  # whoever has the address answers, possibly twice, so the answers speak for nobody else
    LATECOMERS = "latecomers"  # ``number``: an additional round of those who were late, or of all; so many answers too
    SEALED_UNTIL = "sealed_until"  # ``day``: sealed before they are stored; nobody can read them while answers are taken
    CHANGED_UNTIL = "changed_until"  # ``day``: until then code and receipt together replace the answers or take them back
    KEY_WITH_STEWARD = "key_with_steward"  # the key is with the data steward, never on the server
    OPENED_TOGETHER = "opened_together"  # ``number``: opened only together with at least so many others
    PSEUDONYMISED_UNTIL_OPENING = "pseudonymised_until_opening"  # until then the law calls them pseudonymised personal data
    ANONYMOUS_AFTER_OPENING = "anonymous_after_opening"  # shuffled, codes deleted; nobody can find one's answers any more
    KEPT_WITH_GROUP_AND_BAND = "kept_with_group_and_band"  # afterwards beside the reporting group and one rough attribute
    KEPT_WITH_GROUP = "kept_with_group"  # afterwards beside the reporting group alone
    KEPT_WITH_TRAINING = "kept_with_training"  # ``number``: afterwards beside the plan's row of the event, from so many on
    KEPT_WITH_AGE_GROUP = "kept_with_age_group"  # ``number``: afterwards beside the age group, from so many players on
    NUMBERS_IN_BANDS = "numbers_in_bands"  # of a typed number only the band is sealed
    OWN_WORDS = "own_words"  # texts are parted from all else and read by the steward first; a style can be recognised
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


_WHO_ANSWERS: Final[Mapping[Mode, FactKey]] = {
    "code": FactKey.ONE_CODE_ONE_ANSWER,
    "group": FactKey.ANYBODY_OF_THE_GROUP,
    "open": FactKey.ANYBODY,
}


def statement(terms: Terms) -> tuple[PrivacyFact, ...]:
    """Return what is true of answers given on *terms*, in the order in which to tell it."""
    return tuple(_facts(terms))


def _facts(terms: Terms) -> Iterator[PrivacyFact]:
    asked = terms.questionnaire
    yield PrivacyFact(FactKey.NO_NAME)
    if terms.mode in _WHO_ANSWERS:
        yield PrivacyFact(_WHO_ANSWERS[terms.mode])
    if terms.supplementary:
        yield PrivacyFact(FactKey.LATECOMERS, number=FEWEST)
    yield PrivacyFact(FactKey.SEALED_UNTIL, day=terms.closes)
    if asked.instrument != "game":
        yield PrivacyFact(FactKey.CHANGED_UNTIL, day=terms.closes)
    yield PrivacyFact(FactKey.KEY_WITH_STEWARD)
    yield PrivacyFact(FactKey.OPENED_TOGETHER, number=FEWEST)
    yield PrivacyFact(FactKey.PSEUDONYMISED_UNTIL_OPENING)
    yield PrivacyFact(FactKey.ANONYMOUS_AFTER_OPENING)
    yield _kept(asked)
    if any(item.kind == "number" for item in asked.items):
        yield PrivacyFact(FactKey.NUMBERS_IN_BANDS)
    yield PrivacyFact(FactKey.OWN_WORDS if terms.free_text and asked.written else FactKey.NO_FREE_TEXT)
    if terms.demo:
        yield PrivacyFact(FactKey.INVENTED)


def _kept(asked: Questionnaire) -> PrivacyFact:
    if asked.instrument == "feedback":
        return PrivacyFact(FactKey.KEPT_WITH_TRAINING, number=FEWEST)
    if asked.instrument == "game":
        return PrivacyFact(FactKey.KEPT_WITH_AGE_GROUP, number=FEWEST)
    return PrivacyFact(FactKey.KEPT_WITH_GROUP_AND_BAND if asked.band_item else FactKey.KEPT_WITH_GROUP)
