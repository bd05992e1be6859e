"""Why letters cannot be sent or a list cannot be read, as a sentence in the language of the page."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.survey.letters.mail_list import MOST_ADDRESSES, ListProblem
from surveyapp.survey.letters.mailing import Reason

_REFUSALS: Final[Mapping[Reason, LazyString]] = {
    "not_set_up": _l("No mail server is set up, so that no letters can be sent. Print cards with codes instead."),
    "mode": _l("Only personal codes are sent by e-mail. In this wave a code serves many; hand it out on paper or read it out."),
    "draft": _l("First the data steward proves that the key works; codes are made after that."),
    "closed": _l("The wave takes no answers any more, so that no letters are sent."),
    "not_yet": _l("The wave takes no answers yet; remind people once it does."),
    "nobody": _l("There is nobody to write to."),
    "too_few": _l("A wave needs at least ten codes, so that nobody stands alone. Add addresses."),
    "busy": _l("Letters of this wave are being sent already; wait until that is done."),
}
_STOPS: Final[Mapping[str, LazyString]] = {
    "not_set_up": _REFUSALS["not_set_up"],
    "unreachable": _l("The mail server cannot be reached. Check its name and port, and whether it is running."),
    "slow": _l("The mail server did not answer in time. Whoever was written to last may have the letter all the same."),
    "dropped": _l("The mail server ended the connection. Whoever was written to last may have the letter all the same."),
    "no_encryption": _l("The mail server offers no encrypted connection, so that nothing was sent to it."),
    "certificate": _l("The mail server cannot prove its name (certificate), so that nothing was sent to it."),
    "password_file": _l("The file with the password for the mail server cannot be read or is empty."),
    "login": _l("The mail server does not let us log in. Check user name and password."),
    "sender": _l("The mail server takes no letters from our sender's address."),
    "letter": _l("The mail server refuses the letter itself. Ask whoever runs it why."),
    "put_off": _l("The mail server puts letters off. Wait some time, an hour perhaps, and continue."),
    "interrupted": _l("The sending was interrupted. Whoever was written to last may have the letter all the same."),
    "not_now": _l("The wave takes no answers any more, or somebody else went on sending."),
    "fault": _l("Something went wrong on our side. Whoever was written to last may have the letter all the same."),
}


def refusal(reason: Reason) -> str:
    """Say why no letters can be sent now, and what can be done."""
    return str(_REFUSALS[reason])


def stop(problem: str, said: str) -> str:
    """Say why a sending ended early, with the mail server's own reason."""
    sentence = str(_STOPS[problem])
    return sentence + " " + _("The server's reason: %(said)s", said=said) if said else sentence


def list_problem(problem: ListProblem) -> str:
    """Say what is wrong in a list of addresses, where, and how to mend it."""
    match problem.code:
        case "empty":
            return str(_("The list is empty. Write one address a line."))
        case "too_many":
            return str(
                _("The list holds %(number)s addresses; at most %(most)s fit.", number=problem.text, most=MOST_ADDRESSES)
            )
        case "no_address":
            return str(_("Line %(line)s: no address stands there.", line=problem.line))
        case _:
            told = _("“%(text)s” is not an e-mail address. Write it as name@example.lv.", text=problem.text)
            return str(_("Line %(line)s: %(told)s", line=problem.line, told=told))
