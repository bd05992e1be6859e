"""What the pages of waves say: states, steps, modes, reasons of refusals, in the language of the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.survey_types import Instrument
from surveyapp.survey.desk.key_reading import KeyProblem
from surveyapp.survey.desk.wave_steps import Step, Why
from surveyapp.survey.rules import Mode, State

COORDINATOR: Final = _l("Coordinator")
STEWARD: Final = _l("Data steward")


@dataclass(frozen=True, slots=True)
class Words:
    """A step: its title, who takes it, what it means, and what is to be done while it is the present one."""

    title: LazyString
    who: LazyString
    meaning: LazyString
    now: LazyString


STATES: Final[Mapping[State, LazyString]] = {
    State.DRAFT: _l("Draft"),
    State.TRIAL_OPENED: _l("Key proved"),
    State.OPEN: _l("Codes are out"),
    State.CLOSED: _l("Closed"),
    State.OPENED: _l("Opened, being cleaned"),
    State.SCRUBBED: _l("Opened"),
}

MODES: Final[Mapping[Mode, LazyString]] = {
    "code": _l("One code each"),
    "group": _l("One code for each group"),
    "open": _l("One address for everybody"),
    "import": _l("Collected elsewhere"),
}

LABELS: Final[Mapping[Mode, LazyString]] = {
    "code": _l("One code, one answer, no link between them."),
    "group": _l("Anyone with this group's code can answer."),
    "open": _l("Anyone with this address can answer."),
    "import": _l("The answers came from a file; they were never sealed here."),
}
"""What respondents are told on the first page."""

HONEST: Final[Mapping[Mode, LazyString]] = {
    "code": _l(
        "Everybody gets a code of their own. It is proved that nobody answered twice, and at the opening boxes are compared "
        "with used codes. The response is told for groups of ten or more."
    ),
    "group": _l(
        "A group shares one code. Nobody can prove that each person answered once, or that everybody who answered belongs to "
        "the group. The response is told by group, from ten answers on."
    ),
    "open": _l(
        "There is one address for all. Nobody can prove who answered or how often, and the response is told for all "
        "together only."
    ),
    "import": _l("Nothing can be proved here about who answered, or how often."),
}

STEPS: Final[Mapping[Step, Words]] = {
    Step.DRAFT: Words(
        _l("Draft"),
        COORDINATOR,
        _l("It says what is asked, on which days, and who may answer. It can be changed or deleted until there is a key."),
        _l("Next, the data steward makes the key."),
    ),
    Step.KEY: Words(
        _l("Key"),
        STEWARD,
        _l(
            "The data steward makes the key that will open the answers, saves its file and prints the recovery sheet. The "
            "server keeps only the half that seals. If the key or its passphrase is lost, the answers are lost: nobody can "
            "open them, and nobody can help."
        ),
        _l("The data steward makes the key. Until then the coordinator can still change or delete the draft."),
    ),
    Step.TRIAL: Words(
        _l("Trial opening"),
        STEWARD,
        _l(
            "A trial box is sealed and opened with the key. It proves that the saved file and the passphrase work. Codes can "
            "be made only after it."
        ),
        _l("The data steward tries the key. Until that succeeds, a new key can be made in place of it."),
    ),
    Step.INVITED: Words(
        _l("Codes"),
        COORDINATOR,
        _l("The coordinator makes the codes and hands them out. They stand in the file that is saved, and nowhere else."),
        _l("The coordinator makes the codes. From then on the promise to those who answer stands and is changed by nobody."),
    ),
    Step.OPEN: Words(
        _l("Answers come in"),
        _l("Those who are invited"),
        _l(
            "Each answer is sealed before it is stored; nobody can read it. All that is told here is how many boxes there are, "
            "once a day and from ten on."
        ),
        _l("There is nothing to do but to wait and, if you like, to remind everybody."),
    ),
    Step.CLOSED: Words(
        _l("Closed"),
        _l("By itself, or the coordinator earlier"),
        _l("After the last day no more answers are taken. Who closes earlier cannot open the wave for answers again."),
        _l("No more answers are taken."),
    ),
    Step.OPENED: Words(
        _l("Opened"),
        STEWARD,
        _l(
            "The data steward opens all boxes together with key and passphrase: once, and only if there are ten or more. The "
            "answers are shuffled, codes and boxes are deleted, and their traces are cleaned from the database."
        ),
        _l("The data steward opens the wave with the key."),
    ),
    Step.RELEASED: Words(
        _l("Key destroyed, results shown"),
        STEWARD,
        _l(
            "As soon as the answers are opened and cleaned, the cooperation group sees the results, as far as no single person "
            "can be told. The data steward destroys every copy of the key and says so here: with key and old backup both kept, "
            "answers could be read, without names; without the key old backups stay sealed for ever."
        ),
        _l("The data steward destroys every copy of the key and attests it."),
    ),
}

_YEARLY: Final[Mapping[Step, Words]] = {
    Step.INVITED: Words(
        _l("Codes"),
        _l("Organisers"),
        _l("Organisers make a code for each event or class. It stands on the poster that is saved, and nowhere else."),
        _l("Organisers make the codes. From the first one on the promise to those who answer stands and is changed by nobody."),
    ),
    Step.OPEN: Words(
        STEPS[Step.OPEN].title,
        _l("Those who have a code"),
        STEPS[Step.OPEN].meaning,
        _l("There is nothing to do but to wait; organisers can make more codes until the last day."),
    ),
}
"""What is different in the waves of the yearly key, feedback and games: organisers make their codes, and nobody is reminded."""

NO_CODES_THAT_YEAR: Final = _l("The last day for answering passed, and nobody had made a code: there is nothing to open.")


def words_of(step: Step, instrument: Instrument) -> Words:
    """Return what is said of a step in the life of a wave that asks a questionnaire of this kind."""
    return STEPS[step] if instrument == "survey" else _YEARLY.get(step, STEPS[step])


ATTESTED: Final = _l("The data steward attested that no copy of the key is left. The cooperation group sees the results.")
ATTESTED_WAITING: Final = _l(
    "The data steward attested that no copy of the key is left. The cooperation group sees the results when the main wave is "
    "opened."
)

REASONS: Final[Mapping[Why, LazyString]] = {
    Why.KEY_EXISTS: _l("There is a key already, so the draft stays as it is. If it is wrong, make another wave."),
    Why.KEY_PROVED: _l("The key is proved already and stays; another one could not open what is sealed to it."),
    Why.NO_KEY: _l("There is no key yet; the data steward makes it first."),
    Why.NOT_PROVED: _l("First the data steward proves with a trial opening that the key works."),
    Why.LAST_DAY_PAST: _l("The last day for answering passed before there were any codes. Make another wave with later days."),
    Why.CODES_ELSEWHERE: _l("The codes of this wave are made where its events or classes are."),
    Why.NO_CODES_YET: _l("There are no codes yet, so nobody could answer."),
    Why.STILL_OPEN: _l("The wave is not closed yet. Wait until the last day is past, or close it first."),
    Why.CLOSED: _l("The wave takes no more answers. Those who came late can be asked in a supplementary wave."),
    Why.BEING_CLEANED: _l("The boxes are opened; what is left is to finish the cleaning."),
    Why.OPENED: _l("The wave is opened already; a wave is opened once."),
    Why.NOT_OPENED: _l("The wave is not opened yet. Keep the key: without it the answers are lost."),
    Why.NOTHING_TO_CLEAN: _l("There is nothing to clean: either the wave is not opened yet, or everything is clean."),
    Why.ATTESTED: _l("It is attested already that no copy of the key is left."),
    Why.KEY_NEEDED: _l("The same key opens other waves too. Keep it until they are opened: without it their answers are lost."),
    Why.IS_SUPPLEMENT: _l("This wave is itself a supplement; make the next one from the main wave."),
    Why.IMPORTED: _l("This wave was collected elsewhere: it never had codes, boxes or a key here."),
    Why.OF_THE_YEAR: _l("Feedback and games of a year share one key; the data steward makes and tries it on its own page."),
    Why.PERSONAL_CODES: _l("A personal code takes one answer, and nobody knows whose it is; there is nothing to stop."),
    Why.TOO_FEW: _l(
        "The wave is closed with fewer than ten boxes. It stays sealed for ever: among so few answers a person could "
        "be recognised. The way on is a supplementary wave with new codes: it asks everybody once more, also those "
        "who answered here, and is opened with ten boxes or more."
    ),
    Why.TOO_FEW_OF_THE_YEAR: _l(
        "The wave is closed with fewer than ten boxes. It stays sealed for ever: among so few answers a person could "
        "be recognised. The wave of the next year takes answers again."
    ),
    Why.TOO_FEW_LATE: _l(
        "The wave is closed with fewer than ten boxes. It stays sealed for ever: among so few answers a person could "
        "be recognised. Those who came late can be asked once more, in another supplementary wave of the main wave."
    ),
    Why.NO_TEXTS: _l("This wave asks nothing in one's own words."),
}

KEY_PROBLEMS: Final[Mapping[KeyProblem, LazyString]] = {
    KeyProblem.DAMAGED: _l(
        "This is no key that can be read: the file is damaged, or characters are missing or wrong. Compare with the recovery "
        "sheet, or use another copy."
    ),
    KeyProblem.LOCKED: _l("The key is locked; type its passphrase."),
    KeyProblem.NOT_UNLOCKED: _l(
        "The passphrase does not unlock this key. Mind capital letters, spaces and the language of the keyboard. If you are "
        "sure of it, a character of the key was changed: use another copy."
    ),
    KeyProblem.OTHER_KEY: _l(
        "This is a sound key, but not the key of this wave. Nothing was changed; look for the file made with it."
    ),
}
