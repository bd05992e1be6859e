"""A conference in words: where it stands, when it is held, who invites, and what people are promised about their data."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import LazyString, format_time
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core.i18n import day, here, language
from surveyapp.plans import store as plan_store
from surveyapp.registration.rules import Conference, Standing, Terms

STANDINGS: Final[Mapping[Standing, LazyString]] = {
    "draft": _l("draft"),
    "not_yet": _l("not open yet"),
    "open": _l("open"),
    "full": _l("full, with a waiting list"),
    "late": _l("last day to register is over"),
    "closed": _l("closed by the organiser"),
    "cancelled": _l("cancelled"),
    "over": _l("held"),
}
MAIL_PROBLEMS: Final[Mapping[str, LazyString]] = {
    "refused": _l("the address does not take letters"),
    "server": _l("the mail server could not be used; it is tried again"),
}


def hours(terms: Terms) -> str:
    """Return from when to when a conference lasts, such as 9:30–16:00."""
    return f"{format_time(terms.starts, 'short', rebase=False)}–{format_time(terms.ends, 'short', rebase=False)}"


def institution(conference: Conference) -> str:
    """Return the name of the institution that invites."""
    plan = plan_store.find(conference.municipality_id, conference.plan_key)
    names = {each.id: here(each.name) for each in plan.institutions} if plan else {}
    return names.get(conference.terms.institution, conference.terms.institution)


def closed_because(conference: Conference, where: Standing) -> str:
    """Say why nobody can register now, and what can be done."""
    terms = conference.terms
    opens = day(terms.opens_on) if terms.opens_on else ""
    texts: Mapping[Standing, str] = {
        "draft": _("This page is a draft: only its organisers see it."),
        "not_yet": _("Registration opens on %(day)s. Come back then.", day=opens),
        "late": _("Registration ended on %(day)s. Ask the organiser whether there is still a seat.", day=day(terms.deadline)),
        "closed": _("The organiser has closed the registration. Ask whether there is still a seat."),
        "cancelled": _("The conference is cancelled. Whoever registered was or will be told by the organiser."),
        "over": _("The conference is over, and nobody can register any more."),
    }
    return texts.get(where, "")


def asked(terms: Terms) -> list[str]:
    """Return what people are asked for, in words."""
    wanted = {
        _("name"): True,
        _("e-mail address"): True,
        _("where you work"): terms.ask_institution,
        _("field of work"): terms.ask_field,
        _("what you need"): terms.ask_needs,
    }
    return [name for name, is_wanted in wanted.items() if is_wanted]


def consent(conference: Conference) -> Sequence[str]:
    """Return what people agree to when they register, computed from what the organiser decided."""
    terms = conference.terms
    return [
        _(
            "%(institution)s keeps what you write here (%(asked)s) to give you a seat, write to you and let you in.",
            institution=institution(conference),
            asked=", ".join(asked(terms)),
        ),
        _("The organisers at that institution and the coordinator of the plan see it."),
        _("Helpers at the door see your name, your field of work and whether you came. Nobody else sees anything."),
        _("That you came is noted at the door, for your certificate and the head count, and deleted on the same day."),
        _deletion(terms),
        _("With your link you can see it, change it, or cancel, which deletes it at once."),
        _("It never meets the answers of a questionnaire, where nobody is asked who they are."),
        _("Questions, also about your data: %(contact)s", contact=terms.contact),
    ]


def _deletion(terms: Terms) -> str:
    if terms.ask_field:
        return str(
            _("On %(day)s it is deleted. Only the number of people in each field of work stays.", day=day(terms.delete_on))
        )
    return str(_("On %(day)s it is deleted. Only the number of people stays.", day=day(terms.delete_on)))


def said(terms: Terms, name: str) -> str:
    """Return a text of a conference in the language of the page."""
    return terms.said(name, language())[0]


def fallen_back(terms: Terms, name: str) -> bool:
    """Say whether a text stands in Latvian on a page in another language."""
    return terms.said(name, language())[1]


def in_latvian(terms: Terms) -> bool:
    """Say whether some text stands in Latvian on a page in another language."""
    names = ("title", "place", "about", "programme")
    pairs = zip(terms.fields_in(language()), terms.fields_in("lv"), strict=False)
    fields = language() != "lv" and any(own == latvian for own, latvian in pairs)
    return fields or any(terms.said(name, language())[1] for name in names)
