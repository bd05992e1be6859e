"""Which plan a page of results is about: the one that its address names, the one in force otherwise; every link keeps to it."""

from datetime import date
from typing import Final

from flask import Blueprint, abort, has_request_context, request

from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.core.access import require_actor
from surveyapp.results import plan_results
from surveyapp.results.plan_results import JudgedPlan

_OF_NO_PLAN: Final = (
    "summary",
    "survey",
    "wave",
    "game",
    "history",
    "response",
    "levels",
    "answered",
    "methods",
    "trend",
    "item",
    "groups",
    "static",
)
"""How the names of pages begin that are about no plan."""
_READ_AS_KNOWN: Final = frozenset(
    {
        "summary",
        "plan",
        "row",
        "plan_csv",
        "targets_csv",
        "decisions",
        "lists",
        "money",
        "money_csv",
        "overview",
        "goal",
        "years",
    }
)
"""Pages that can be read as known on a day; their links to one another keep the day."""


def key() -> str | None:
    """Return the name of the plan in the address, None if it names none; commands have no address."""
    return (request.args.get("plan") or None) if has_request_context() else None


def plan() -> Plan | None:
    """Return the plan that the page is about, None if none is loaded; a name that is not loaded is not found."""
    found = plan_results.chosen(require_actor().municipality_id, key())
    return found if found or key() is None else abort(404)


def judged(as_of: date, known_on: date | None = None, *, bundled: bool = False) -> JudgedPlan | None:
    """Judge the plan that the page is about; as ``plan``."""
    found = plan_results.judged(require_actor().municipality_id, as_of, known_on, key(), bundled=bundled)
    return found if found or key() is None else abort(404)


def known() -> date | None:
    """Return the day in the address by whose knowledge a plan is asked for; none, or one to come, is today."""
    text = request.args.get("known", "").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        abort(400)
    return day if day is not None and day < clock.today() else None


def judged_as_known(*, bundled: bool = False) -> JudgedPlan | None:
    """Judge the plan that the page is about for today, or for the day in the address by what was known then.

    *bundled*: for pages that show no event by itself.
    """
    day = known()
    return judged(day or clock.today(), day, bundled=bundled)


def keep_in_links(blueprint: Blueprint) -> None:
    """Have every address of the feature's pages about a plan name the plan that the reader picked, and the day, if any."""

    @blueprint.url_defaults
    def _keep(endpoint: str, values: dict[str, object]) -> None:
        page = endpoint.rpartition(".")[2]
        if has_request_context() and key() and request.blueprint == blueprint.name and not page.startswith(_OF_NO_PLAN):
            values.setdefault("plan", key())
        if (
            has_request_context()
            and request.blueprint == blueprint.name
            and page in _READ_AS_KNOWN
            and request.args.get("known")
        ):
            values.setdefault("known", request.args["known"])
