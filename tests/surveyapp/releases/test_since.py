"""What was found out since a release is remembered, and never a moment longer than it holds."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask

from analysis.statements import Override
from surveyapp.core import municipalities
from surveyapp.events import store
from surveyapp.ledger import store as ledger
from surveyapp.plans import statement_store
from surveyapp.plans import store as plan_store
from surveyapp.plans.statement_store import Author, Manner
from surveyapp.releases import differences, making, since
from surveyapp.results import plan_results
from surveyapp.results.plan_results import JudgedPlan, judged_as
from tests.conftest import app_on, ticking
from tests.surveyapp.events.plans import SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.results.reading import text
from tests.surveyapp.signing_in import sign_in

PAGE = "/results/releases/1?lang=en"


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """A plan with two events, and a release for the group and one for everybody."""

    def fill(app: Flask) -> None:
        load_plan(app)
        with app.app_context():
            coordinator = somebody("coordinator", email="first@example.org")
            store.log(coordinator, TRAINING, held("2026-03-01", 25))
            store.log(coordinator, SUPPORT, held("2026-04-01", 12))
            for level in ("group", "public"):
                making.make(municipalities.find("cesis").id, level, "test")

    return fill


def looked_at(number: int) -> since.Noted:
    """What the pages of a release tell of it now."""
    place = municipalities.find("cesis").id
    release = ledger.find(place, number)
    assert release is not None
    return since.found_out(place, release, plan_store.find(place, release.asked.plan))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a plan was judged anew, as a list that grows."""
    seen: list[int] = []
    judge = making.as_known_now

    def noted(municipality_id: int, release: ledger.Release) -> object:
        seen.append(release.number)
        return judge(municipality_id, release)

    monkeypatch.setattr(making, "as_known_now", noted)
    return seen


def test_a_plan_is_judged_once_for_all_who_look_until_something_is_logged(
    one_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = counted(monkeypatch)
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    for address in (PAGE, PAGE, "/results/releases/1/rows/1.1.a?lang=en"):
        assert client.get(address).status_code == 200
    assert seen == [1]
    with one_app.app_context():
        store.log(somebody("coordinator"), TRAINING, held("2026-03-02", 30))
    assert "Note: found out since" in text(client, PAGE)
    assert seen == [1, 1]


def test_what_another_town_logs_makes_nobody_judge_anew(one_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with one_app.app_context():
        looked_at(1)
        seen = counted(monkeypatch)
        municipalities.create("liepaja", "Liepāja")
        other = somebody("coordinator", slug="liepaja")
        store.log(other, TRAINING, held("2026-03-02", 30))
        looked_at(1)
    assert seen == []


def test_what_another_server_takes_in_is_told_here_at_once(one_url: str, tmp_path: Path) -> None:
    here, there = (app_on(one_url, tmp_path, ticking(days=days)) for days in (0, 1))
    with here.app_context():
        assert "Pārskaitīts" not in {each.text for each in looked_at(1).reasons}
    with there.app_context():
        person = somebody("coordinator")
        event = next(each for each in store.page(person.municipality_id, store.Wanted(row="1.1.a")).events)
        store.correct(person, event.id, 1, held("2026-03-01", 31), "Pārskaitīts")
    client = here.test_client()
    sign_in(client, here, "group")
    assert "Pārskaitīts" in text(client, PAGE)
    for app in (here, there):
        app.extensions["engine"].dispose()


@pytest.mark.parametrize("seed", range(4))
def test_what_is_remembered_is_always_what_would_be_found_anew(one_app: Flask, seed: int) -> None:
    source = random.Random(seed)  # noqa: S311 - a test that repeats itself
    with one_app.app_context():
        coordinator = somebody("coordinator")
        place = coordinator.municipality_id
        plan = plan_store.current(place)
        assert plan is not None
        for step in range(10):
            match source.randrange(4):
                case 0:
                    row = source.choice([TRAINING, SUPPORT])
                    store.log(coordinator, row, held(f"2026-05-{step + 1:02}", source.choice([3, 8, 12, 30])))
                case 1:
                    event = source.choice(store.page(place, store.Wanted()).events)
                    if not event.newest.withdrawn:
                        facts = held("2026-03-01", source.choice([6, 14, 31]))
                        store.correct(coordinator, event.id, event.newest.number, facts, "pārskaitīts")
                case 2:
                    said = _by_hand(source.choice(["done", "partial"]), step)
                    before = statement_store.chain(place, plan.id, "override", "1.1.a")
                    manner = Manner(before.newest.number if before else 0, "citādi")
                    statement_store.state(Author.of(coordinator), plan, said, manner)
                case _:
                    making.make(place, source.choice(["group", "public"]), "test")
            for release in ledger.every(place):
                told = looked_at(release.number).differences
                assert told == differences.of_figures(release.document, making.as_known_now(place, release))
                with pytest.MonkeyPatch.context() as patched:
                    patched.setattr(plan_results, "judged_as", _one_by_one)
                    single = differences.of_figures(release.document, making.as_known_now(place, release))
                assert _told(told) == _told(single)


def _told(found: tuple[differences.Difference, ...]) -> list[object]:
    return [(each.table, each.key, each.kind, each.fields) for each in found]


def _one_by_one(*told: Any, **_how: object) -> JudgedPlan:  # noqa: ANN401 - whatever is told
    """Judge a plan by each event by itself."""
    return judged_as(*told)


def _by_hand(degree: Literal["done", "partial"], step: int) -> Override:
    day = date(2026, 6, 1)
    return Override(body="Grupa", day=day, minutes=f"{step}", about="1.1.a", degree=degree, because="Tā nolēma.")
