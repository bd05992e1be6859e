"""The words of quarterly reminders: what is over without success and what this quarter asks for, by institution."""

from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from analysis.windows import quarter_of
from surveyapp.core.access import Actor
from surveyapp.core.i18n import here, speaking
from surveyapp.core.mail import Letter
from surveyapp.deadlines import rules, words
from surveyapp.deadlines.agenda import Agenda
from surveyapp.deadlines.rules import Due, Part, Share
from surveyapp.plans import amounts


def reminder(due: Agenda, to: Actor, language: str, base: str) -> Letter | None:
    """Return the reminder of this quarter for somebody, None if nothing of theirs is due in it; *base* is the app's address."""
    mine = replace(due, institution=rules.institution_of(to, None, due.plan))
    if not rules.this_quarter(mine.lines, due.as_of):
        return None
    with speaking(language):
        subject = _("What is due: %(quarter)s", quarter=words.quarter(quarter_of(due.as_of)))
        parts = [
            _("Hello,"),
            _("here is what the plan “%(plan)s” asks for in this quarter.", plan=here(due.plan.title))
            + " "
            + _(
                "As of %(day)s, by the events logged up to then. "
                "The numbers are what is still missing, counted by what is certain.",
                day=amounts.short_day(due.as_of),
            ),
            *[_share(mine, share) for share in mine.shares if _asked(mine, share)],
            *_later(mine),
            _("Everything that is due, and the place to log events:") + f"\n{base}/deadlines/",
            _("This reminder comes once a quarter. You can switch it off on the page of your account:")
            + f"\n{base}/staff/account",
        ]
        return Letter(to.email, str(subject), "\n\n".join(str(part) for part in parts) + "\n")


def _asked(due: Agenda, share: Share) -> list[Part]:
    return [part for part in share.parts if part.quarter in {None, quarter_of(due.as_of)}]


def _share(due: Agenda, share: Share) -> str:
    blocks = [words.institution(due.plan, share.institution).upper()]
    for part in _asked(due, share):
        heading = words.quarter(part.quarter) if part.quarter else _("Time is up, not reached")
        blocks.append("\n".join([f"{heading}:", *map(_line, part.lines)]))
    return "\n\n".join(blocks)


def _line(line: Due) -> str:
    return f"- {line.indicator.id} {here(line.indicator.name)} – {words.missing(line)}"


def _later(due: Agenda) -> list[str]:
    later = len(due.lines) - len(rules.this_quarter(due.lines, due.as_of))
    if not later:
        return []
    return [str(ngettext("%(num)s more thing is due later.", "%(num)s more things are due later.", later))]
