"""Two municipalities in one installation: whoever signs in to one meets nothing of the other, whatever number they type."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from surveyapp.core import municipalities, schema
from surveyapp.core.access import Permission, declared
from surveyapp.core.database import Base, reading
from surveyapp.demo import build
from surveyapp.events.models import Event
from surveyapp.ledger.models import ReleaseRow
from surveyapp.plans import store as plan_store
from surveyapp.plans.models import PlanDocument
from surveyapp.registration.models import Conference, Registration
from surveyapp.releases import making
from surveyapp.staff.models import Account
from surveyapp.staff.roles import ROLES
from surveyapp.survey.drafting import draft_store
from surveyapp.survey.models import QuestionnaireDraft, QuestionnaireVersion, Wave
from tests.conftest import app_on
from tests.databases import chosen
from tests.surveyapp.results.opened_waves import FIRST
from tests.surveyapp.signing_in import csrf_token, sign_in

Values = Mapping[str, Any]
NOBODYS: Final = {"name", "year", "kind"}
"""Arguments that name nothing stored: a shipped history, a year, a kind of file or of statement."""
WITH_THEIR_FEATURE: Final = {
    "staff.remove_passkey",
    "work.page",
    "work.outcome",
    "events.discard_draft",
    "events.evidence_file",
    "events.remove_evidence",
    "national.comparison",
    "national.comparison_csv",
    "national.figure",
    "national.question",
}
"""The demonstration has no drafts, no evidence, and one town where five are compared; tests of these features show the same."""
MANY: Final = 12


@pytest.fixture(scope="module")
def two_towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole demonstration with a draft of a questionnaire, and beside it a town that has nothing yet."""
    folder: Path = tmp_path_factory.mktemp("two-towns")
    app = app_on(chosen().at(folder), folder)
    with app.app_context():
        schema.upgrade()
        build.everything()
        making.make(municipalities.find("cesis").id, "group", "somebody@example.org")
        draft_store.add(municipalities.find("cesis").id, FIRST, "somebody@example.org")
        municipalities.create("madona", "Madonas novads")
    yield app
    app.extensions["engine"].dispose()


WITH_THEM: Final = {"item": "duty", "kind": "json", "indicator": "5.1.a"}
"""Parts of addresses that stand beside what is stored: an item, a kind of file, a row."""
NAMED: Final[Mapping[str, Sequence[Values]]] = {
    "results.item": [{"item_id": "k_deadline"}],
    "results.score": [{"score_id": "knowledge"}],
    "results.goal": [{"number": "5"}],
    "results.figure": [{"source": "plan", "name": "quarters", "kind": "svg"}],
    "releases.figure": [{"number": 1, "source": "scores", "name": "score-knowledge", "kind": "svg"}],
    "releases.table": [{"number": 1, "table": "survey_levels"}],
    "releases.origin": [{"number": 1, "table": "survey_levels", "at": 1}],
    "releases.survey": [{"number": 1, "name": "aptauja-2024"}],
}
"""What stands in addresses that name a part of something stored: a question, a goal, a figure, a survey within a release."""
STORED: Final[Mapping[tuple[str, ...], tuple[Any, ...]]] = {
    ("account_id",): (Account.id,),
    ("wave_id",): (Wave.id,),
    ("event_id",): (Event.id,),
    ("conference_id",): (Conference.id,),
    ("conference_id", "registration_id"): (Registration.conference_id, Registration.id),
    ("draft_id",): (QuestionnaireDraft.id,),
    ("key",): (PlanDocument.key,),
    ("number",): (ReleaseRow.number,),
}
"""Arguments of addresses, and the columns in which stands what they can be."""


def existing(rule: Rule) -> Sequence[Values]:
    """What the arguments of *rule* can be, so that it leads to something of the demonstration."""
    if rule.endpoint in NAMED:
        return NAMED[rule.endpoint]
    names = tuple(sorted(rule.arguments - {*WITH_THEM}))
    if names == ("row_id",):
        plan = plan_store.current(municipalities.find("cesis").id)
        return [{"row_id": row.id} for row in plan.indicators[:MANY]] if plan else []
    of = PlanDocument if rule.endpoint.startswith("plans.") else QuestionnaireVersion
    columns = (of.key, of.version) if names == ("key", "version") else STORED[names]
    chosen = select(*columns).limit(MANY)
    # Of events those of the demonstration's organiser, so that another institution can be tried.
    chosen = chosen.where(Event.institution == "social_service") if names == ("event_id",) else chosen
    chosen = chosen.where(Account.email.like("%@example.org")) if names == ("account_id",) else chosen
    with reading() as session:
        return [dict(zip(names, row, strict=True)) | WITH_THEM for row in session.execute(chosen)]


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of everything stored that a page for signed-in people leads to."""
    found = []
    with app.app_context():
        for rule in app.url_map.iter_rules():
            stored = rule.arguments - NOBODYS
            if not stored or rule.endpoint in WITH_THEIR_FEATURE or declared(app, rule.endpoint) is Permission.PUBLIC:
                continue
            values = existing(rule)
            assert values, f"the demonstration has nothing for {rule.rule}"
            for each in values:
                built = rule.build(each, append_unknown=False)
                assert built, rule.rule
                found += [(rule.endpoint, method, str(built[1])) for method in (rule.methods or set()) & {"GET", "POST"}]
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_role_of_another_town_reaches_anything_by_its_number(two_towns: Flask, role: str) -> None:
    stranger = two_towns.test_client()
    sign_in(stranger, two_towns, role, email=f"{role}@madona.example", municipality="madona")
    token = csrf_token(stranger.get("/staff/account"))
    for endpoint, method, address in addresses(two_towns):
        needed = declared(two_towns, endpoint)
        may = needed is Permission.SIGNED_IN or needed in ROLES[role]
        answer = stranger.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert answer.status_code == (404 if may else 403), f"{method} {address} as {role}: {answer.status_code}"


def test_the_same_addresses_lead_somewhere_for_the_town_itself(two_towns: Flask) -> None:
    """Without this the test above could pass for addresses that are wrong."""
    reached = set()
    asked = {(endpoint, address) for endpoint, method, address in addresses(two_towns) if method == "GET"}
    for role in ROLES:
        own = two_towns.test_client()
        sign_in(own, two_towns, role, email=f"{role}@cesis.example")
        reached |= {endpoint for endpoint, address in asked if own.get(address).status_code == 200}
    missed = {endpoint for endpoint, _ in asked} - reached
    # A step that no wave is at has no page for anybody; its address differs from the wave's own by a word.
    assert {endpoint for endpoint in missed if not endpoint.startswith("waves.")} == set()
    assert "waves.wave" in reached


def test_another_institution_reaches_no_event_and_no_conference(two_towns: Flask) -> None:
    other = two_towns.test_client()
    sign_in(other, two_towns, "organiser", "education_board")
    token = csrf_token(other.get("/staff/account"))
    mine = [each for each in addresses(two_towns) if each[0].startswith(("events.", "feedback.", "registration."))]
    assert len({endpoint for endpoint, _, _ in mine}) > 20
    for _, method, address in mine:
        answer = other.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert answer.status_code == 404, f"{method} {address}: {answer.status_code}"


@pytest.mark.parametrize("role", ["organiser", "coordinator", "steward"])
def test_no_form_is_taken_without_the_token_of_its_page(two_towns: Flask, role: str) -> None:
    """As another site could send it from the browser of somebody who is signed in, if a browser told nothing of where it is."""
    own = two_towns.test_client()
    sign_in(own, two_towns, role, email=f"{role}@token.example")
    without = [(rule.endpoint, "POST", rule.rule) for rule in two_towns.url_map.iter_rules() if not rule.arguments]
    every = [*addresses(two_towns), *without]
    for _, method, address in every:
        if method == "GET" and address.startswith("/waves/"):
            own.get(address)  # the figure of the day is kept by whoever looks first, also at the page that refuses a form
    before = stored(two_towns)
    for endpoint, method, address in every:
        if method == "POST" and declared(two_towns, endpoint) is not Permission.PUBLIC:
            status = own.post(address).status_code
            assert status < 500, f"{address} as {role}: {status}"
    assert stored(two_towns) == before, "something was saved, or one table has other rows than before"


def stored(app: Flask) -> dict[str, int]:
    """A number for each table that another content would change; the figure of the day is kept by whoever looks first."""
    with app.app_context(), reading() as session:
        return {
            each.name: hash(frozenset(str(row) for row in session.execute(select(each))))
            for each in Base.metadata.sorted_tables
        }
