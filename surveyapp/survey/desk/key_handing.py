"""A key that is handed in with a form: read, or explained beside the field that has to be mended."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask_babel import gettext as _

from surveyapp.survey import key_text
from surveyapp.survey.desk import key_reading
from surveyapp.survey.desk.key_reading import KeyProblem
from surveyapp.survey.desk.wave_forms import KeyForm
from surveyapp.survey.desk.wave_words import KEY_PROBLEMS
from surveyapp.survey.wave_store import WaveFacts


def key_handed_in(form: KeyForm, wave: WaveFacts) -> X25519PrivateKey | None:
    """Return the key that a sent form holds, None if it was not sent or says now what is wrong with it."""
    if not form.validate_on_submit():
        return None
    content = form.content()
    found = key_reading.read(content, form.passphrase.data or "", wave)
    if not isinstance(found, KeyProblem):
        return found
    if line := key_text.wrong_line(content):
        form.key_text.errors = [_("Line %(number)s is not what its check says. Compare it with the sheet.", number=line)]
        return None
    about_passphrase = found in {KeyProblem.LOCKED, KeyProblem.NOT_UNLOCKED}
    field = form.passphrase if about_passphrase else form.key_file if form.key_file.data else form.key_text
    field.errors = [str(KEY_PROBLEMS[found])]
    return None
