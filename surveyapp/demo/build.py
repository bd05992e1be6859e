"""The demonstration, all invented: town, accounts, plans, events, decisions, waves, feedback, games, conferences, releases."""

from typing import Final

from questionnaires.library import find_plan
from surveyapp.core import municipalities
from surveyapp.demo import concluded, conferences, decided, happenings, instruments, released, waves
from surveyapp.plans import store as plan_store
from surveyapp.staff import store
from surveyapp.staff.roles import ROLES

_INSTITUTION: Final = "social_service"
_PLAN: Final = "cesis-2025-2027"
_NATIONAL_PLAN: Final = "latvia-2022-2025"


def everything() -> None:
    """Load the demonstration into an empty database."""
    municipality_id = municipalities.create("cesis", "Cēsu novads", demo=True)
    for role in ROLES:
        institution = _INSTITUTION if role == "organiser" else None
        store.add_account(municipality_id, f"{role}@example.org", role, institution, by=waves.WHO)
    plan = plan_store.load_file(find_plan(_PLAN), municipality_id, waves.WHO)
    coordinator = store.person(municipality_id, "coordinator@example.org")
    national = plan_store.load_file(find_plan(_NATIONAL_PLAN), municipality_id, waves.WHO)
    happenings.build(coordinator, plan)
    decided.build(coordinator, plan, national)
    waves.build(municipality_id)
    instruments.build(coordinator)
    conferences.build(coordinator, plan.id)
    concluded.build(store.person(municipality_id, "group@example.org"), plan)
    released.build(coordinator, waves.WHO)
