"""What cannot be right in a statement about the plan, in the reader's language, beside the field that it is about."""

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.plans.forms import StatementForm
from surveyapp.plans.statement_store import DoesNotFitError

FAULTS: Final = {
    "unknown_target": _l("The plan has no such target any more; go back and choose another."),
    "unknown_row": _l("The plan has no such row any more; go back and choose another."),
    "unknown_reading": _l("The target cannot be read in that way; choose one of the list."),
    "unknown_question": _l("The row has no such question any more; go back and choose another."),
    "unknown_option": _l("The question has no such answer; choose one of the list."),
    "option_or_words": _l("Choose one of the answers, or choose own words and write them here."),
    "in_the_future": _l("This day has not come yet; check it."),
    "outside_plan": _l("This lies outside the time of the plan; check it."),
    "not_measured": _l("This row is counted from events, not measured: log an event."),
    "which_target": _l("This row is measured in several parts; go back and choose one."),
    "no_change": _l("This target does not promise a change, so it needs no baseline."),
    "small_baseline": _l(
        "A baseline of fewer than 5 people who may come to harm or were harmed would give them away: set the degree by hand "
        "instead."
    ),
    "unknown_set": _l("The plan has no such list any more; go back and choose another."),
    "no_members": _l("Name at least one institution."),
    "double_member": _l("An institution stands in the list twice; keep one."),
    "until_before_since": _l("An institution leaves before it comes; check its days."),
    "no_amount": _l("Write at least one amount, or tick that money was refused."),
    "refused_and_granted": _l("Money cannot be both refused and granted; mend one of the two."),
    "negative": _l("Money cannot be below zero."),
    "unknown_window": _l("The target has no such period any more; go back and choose another."),
    "has_number": _l("This target has a number or steps to judge by; only those without are judged by people."),
    "not_a_step": _l("The scale goes from 1 to 5."),
    "unknown_step": _l("The target has no such step any more; go back and choose another."),
    "unknown_section": _l("The report has no such section any more; go back and choose another."),
    "unknown_state": _l("Choose what became of the proposal from the list."),
    "step_or_event": _l("Choose the step or the event whose place the other work took."),
}
"""One sentence for each code of `analysis.statement_checks`."""


def put(form: StatementForm, error: ValueError) -> None:
    """Put what is wrong beside its field; what no field of the form is about stands at the top."""
    if not isinstance(error, DoesNotFitError):
        message = _(
            "You have judged this for another body already. Two people must judge: let somebody else state this one, or take "
            "yours back first."
        )
        form.form_errors.append(message)
        return
    for part, code in error.faults.items():
        message = str(FAULTS[code])
        if part in form:
            form[part].errors = [*form[part].errors, message]
        else:
            form.form_errors.append(message)
