"""The promise to a respondent in plain words: one sentence for each fact that is true of the wave."""

from collections.abc import Callable
from typing import Final

from flask_babel import gettext as _

from questionnaires.texts import LANGUAGES, Language
from surveyapp.core.i18n import day, here, speaking
from surveyapp.survey.privacy import FactKey, PrivacyFact, Terms, statement

VERSION: Final = 4
"""Raised whenever a sentence, its translation or a rule below changes; a wave keeps the sentences of the version it began with.

Version 1 stands for all wordings before a test held this number to the sentences; one of them promised that nobody could read
the answers before the last day had passed. Version 2 did not tell latecomers what becomes of their answers where the main round
has too few to be opened. Version 3 called an additional round one of latecomers also where it asks everybody once more, and
wrote days in English in another way than the pages do. What was promised in any of them is stored with the wave and shown
unchanged.
"""


def texts(terms: Terms) -> dict[Language, tuple[str, ...]]:
    """Return what is promised on *terms*, a sentence each, in every language."""
    return {code: _sentences(terms, code) for code in LANGUAGES}


def _sentences(terms: Terms, code: Language) -> tuple[str, ...]:
    with speaking(code):
        return tuple(_WORDS[fact.key](fact, terms) for fact in statement(terms))


def _no_name(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(_("We do not ask who you are. No name, address, device or time of answering is stored with your answers."))


def _one_code(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(
        _("One code, one answer, no link between them: we only know that a code was used, never what was answered with it.")
    )


def _group_code(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(
        _(
            "Anyone with this group's code can answer, and nothing stops somebody from answering twice. The code says nothing "
            "about you: we only know how many answers came with it, never which."
        )
    )


def _anybody(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(
        _(
            "Anyone with this address can answer, and nothing stops somebody from answering twice. "
            "So the results tell what those who came think, not what all specialists think."
        )
    )


def _latecomers(fact: PrivacyFact, _terms: Terms) -> str:
    return str(
        _(
            "This is an additional round for those who could not answer in time, or for everybody if too few did. It too is "
            "opened only with at least %(number)s answers. They are counted with those of the main round, or on their own if "
            "that was opened before or has too few answers to be opened.",
            number=fact.number,
        )
    )


def _sealed(fact: PrivacyFact, _terms: Terms) -> str:
    until = day(fact.day) if fact.day else ""
    return str(
        _(
            "Your answers are sealed before they are stored. As long as answers are taken (last day: %(day)s, or earlier if "
            "the survey is closed before), nobody can read them.",
            day=until,
        )
    )


def _changed(fact: PrivacyFact, _terms: Terms) -> str:
    until = day(fact.day) if fact.day else ""
    return str(
        _(
            "After sending you get a receipt. As long as answers are taken (last day: %(day)s), code and receipt together can "
            "replace your answers or take them back. Without the receipt nobody can, not even we.",
            day=until,
        )
    )


def _key(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(_("The key that opens them is with the data steward; it is not on the server."))


def _together(fact: PrivacyFact, _terms: Terms) -> str:
    return str(_("They are opened all at once and only if there are at least %(number)s of them.", number=fact.number))


def _pseudonymised(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(_("Until then the law calls them pseudonymised personal data, and we protect them as such."))


def _anonymous(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(
        _("At the opening they are shuffled and the codes are deleted. From then on they are anonymous: nobody can find yours.")
    )


def _groups(terms: Terms) -> str:
    return "; ".join(here(group.label) for group in terms.questionnaire.reporting_groups)


def _group_and_band(_fact: PrivacyFact, terms: Terms) -> str:
    band = here(terms.questionnaire.item(terms.questionnaire.band_item).label) if terms.questionnaire.band_item else ""
    return str(
        _(
            "Afterwards each answer stands beside one large group of specialists (%(groups)s) and the answer to “%(band)s”. "
            "Your exact workplace is never kept beside your other answers.",
            groups=_groups(terms),
            band=band,
        )
    )


def _group(_fact: PrivacyFact, terms: Terms) -> str:
    return str(
        _(
            "Afterwards each answer stands beside one large group of specialists (%(groups)s). "
            "Your exact workplace is never kept beside your other answers.",
            groups=_groups(terms),
        )
    )


def _training(fact: PrivacyFact, _terms: Terms) -> str:
    return str(
        _(
            "Afterwards each answer stands beside the row of the plan that the training belongs to, if at least %(number)s "
            "people answered about that row, and otherwise among all the others. Your role is neither asked nor kept.",
            number=fact.number,
        )
    )


def _age_group(fact: PrivacyFact, _terms: Terms) -> str:
    return str(
        _(
            "Afterwards each game stands beside the age group, if at least %(number)s played in it, and otherwise among all "
            "the others. Neither the class nor the school is kept beside it.",
            number=fact.number,
        )
    )


def _bands(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(_("Where you type a number, only the span it falls into is kept, never the number itself."))


def _own_words(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(
        _(
            "What you write in your own words is parted from all your other answers at the opening. The data steward reads "
            "each text first and deletes what could point at anybody. Still, somebody may be known by how they write: "
            "leaving these fields empty is always fine."
        )
    )


def _no_free_text(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(_("There is nothing to write in your own words, so nobody can be known by their style."))


def _invented(_fact: PrivacyFact, _terms: Terms) -> str:
    return str(_("This is a demonstration: whatever you answer here is thrown away with it."))


_WORDS: Final[dict[FactKey, Callable[[PrivacyFact, Terms], str]]] = {
    FactKey.NO_NAME: _no_name,
    FactKey.ONE_CODE_ONE_ANSWER: _one_code,
    FactKey.ANYBODY_OF_THE_GROUP: _group_code,
    FactKey.ANYBODY: _anybody,
    FactKey.LATECOMERS: _latecomers,
    FactKey.SEALED_UNTIL: _sealed,
    FactKey.CHANGED_UNTIL: _changed,
    FactKey.KEY_WITH_STEWARD: _key,
    FactKey.OPENED_TOGETHER: _together,
    FactKey.PSEUDONYMISED_UNTIL_OPENING: _pseudonymised,
    FactKey.ANONYMOUS_AFTER_OPENING: _anonymous,
    FactKey.KEPT_WITH_GROUP_AND_BAND: _group_and_band,
    FactKey.KEPT_WITH_GROUP: _group,
    FactKey.KEPT_WITH_TRAINING: _training,
    FactKey.KEPT_WITH_AGE_GROUP: _age_group,
    FactKey.NUMBERS_IN_BANDS: _bands,
    FactKey.OWN_WORDS: _own_words,
    FactKey.NO_FREE_TEXT: _no_free_text,
    FactKey.INVENTED: _invented,
}
