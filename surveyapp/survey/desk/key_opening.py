"""Opening waves with a key that was handed in: what does not match is written down, and every outcome has its words."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask_babel import gettext as _

from surveyapp.core.access import require_actor
from surveyapp.core.command import RefusedError
from surveyapp.core.i18n import here
from surveyapp.survey import agreement_store, key_end_store, opening
from surveyapp.survey.desk import wave_pages
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.wave_store import WaveFacts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of opening one wave among several, in words."""

    wave: WaveFacts
    opened: bool
    words: str


def open_or_note(wave: WaveFacts, private: X25519PrivateKey) -> None:
    """Open *wave*; numbers that do not match are written down, unless steward and auditor agreed about the very same ones.

    Raises:
        RefusedError: it was not opened, or opened and not cleaned yet.
    """
    who = require_actor().email
    try:
        opening.open_wave(wave, private, who)
    except opening.MismatchError as error:
        known, asked = agreement_store.found(wave), agreement_store.request(wave)
        agreement = asked.agreement if asked else None
        if agreement is None or error.numbers != known:
            agreement_store.note(wave, error.numbers, who)
            raise
        opening.open_wave(wave, private, who, agreement=agreement)


def one_of_several(wave: WaveFacts, private: X25519PrivateKey) -> Outcome:
    """Open one of several waves; whatever stops it stops no other."""
    name = here(wave.questionnaire.title)
    try:
        open_or_note(wave, private)
    except opening.MismatchError:
        return Outcome(
            wave,
            opened=False,
            words=_("“%(name)s” is not opened: boxes and answers do not match. Its page says more.", name=name),
        )
    except opening.ForeignBoxesError:
        return Outcome(wave, opened=False, words=f"{name}: {foreign()}")
    except opening.TooFewBoxesError:
        return Outcome(wave, opened=False, words=f"{name}: {too_few()}")
    except RefusedError:
        if wave_pages.find_or_404(wave.id).state is State.OPENED:
            return Outcome(wave, opened=False, words=f"{name}: {not_cleaned()}")
        return Outcome(
            wave,
            opened=False,
            words=_("“%(name)s” is not opened: it changed while your page was open. Look at its page.", name=name),
        )
    return Outcome(wave, opened=True, words=_("“%(name)s” is opened, and its traces are cleaned.", name=name))


def opened(wave: WaveFacts) -> str:
    """Say that a wave was opened, and what becomes of its key."""
    if others := ", ".join(key_end_store.still_needed_for(wave)):
        return str(_("The wave is opened, and its traces are cleaned. Keep the key: it also opens %(names)s.", names=others))
    return str(_("The wave is opened, and its traces are cleaned. Now destroy every copy of the key."))


def too_few() -> str:
    """Say that there are too few boxes."""
    return str(
        _(
            "There are fewer than %(fewest)s boxes. The wave stays sealed: among so few answers a person could be recognised. "
            "Nothing was changed.",
            fewest=FEWEST,
        )
    )


def foreign() -> str:
    """Say what to do where no box bears the mark of this app."""
    return str(
        _(
            "None of the boxes bears the mark of this app, so nothing was opened and nothing was changed. Most likely the "
            "secret file “pepper” is not the one with which they were sealed, as after a restore. Whoever runs the server puts "
            "back the folder “secrets” that belongs to this database; then try again."
        )
    )


def not_cleaned() -> str:
    """Say that the cleaning after an opening is left."""
    return str(
        _(
            "The wave is opened, but another program kept the database busy, so that it is not cleaned yet. Finish it on its "
            "page."
        )
    )
