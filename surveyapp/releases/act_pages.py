"""The page on which a coordinator does something with a release for the public: one of several forms is sent and done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from surveyapp.core.access import require_actor
from surveyapp.core.command import RefusedError
from surveyapp.ledger import store
from surveyapp.ledger.store import Release


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a request: where it leads once something was done, else the page's status, forms and what is not saved."""

    forms: Mapping[str, FlaskForm]
    status: int = 200
    unsaved: str = ""
    done: ResponseReturnValue | None = None


def release_or_404(number: int) -> Release:
    """Return the release for the public of that number in the municipality of the person behind this request."""
    release = store.find(require_actor().municipality_id, number)
    if release is None or release.asked.level != "public":
        abort(404)
    return release


def sent(kinds: Mapping[str, type[FlaskForm]], do: Callable[[str, FlaskForm], ResponseReturnValue]) -> Sent:
    """Have the form that was sent (*kinds* by the word in its field ``act``) done by *do*, if all in it is right.

    What somebody else did meanwhile may refuse it; then what was written into it is given back.
    """
    act = request.form.get("act", "")
    forms = {name: kind(formdata=request.form if name == act else None) for name, kind in kinds.items()}
    if request.method != "POST":
        return Sent(forms)
    if act not in forms:
        abort(400)
    if not forms[act].validate():
        return Sent(forms, 422)
    try:
        return Sent(forms, done=do(act, forms[act]))
    except RefusedError:
        flash(_("That was done already, or cannot be done any more; this is how it stands now."), "error")
    # The form may have no place on the page any more: what was typed is not lost with it.
    written = [field.data or "" for field in forms[act] if isinstance(field, TextAreaField)]
    return Sent(forms, 409, "".join(written))
