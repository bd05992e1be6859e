"""Looking for a code among all waves: one search, however many of them take answers."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import event, select, update

from surveyapp.core import schema
from surveyapp.core.database import reading, writing
from surveyapp.survey import opening, store, wave_store
from surveyapp.survey.codes import Code, new_link, new_typed
from surveyapp.survey.finding import CodeProblem, hasher
from surveyapp.survey.models import Invitation
from surveyapp.survey.wave_store import NewCode
from tests.surveyapp.survey.rounds import WHO, Round, answered, running


def looks(app: Flask, code: str) -> tuple[str | CodeProblem, int]:
    """The wave that a code opens now, or why it opens nothing; and how many statements it took to find out."""
    said: list[str] = []
    engine = app.extensions["engine"]

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    try:
        with app.app_context():
            found = store.look_up(code)
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    looked = [each for each in said if "FROM invitation" in each or "invitation" in each or "code_salt" in each]
    return (found if isinstance(found, CodeProblem) else found.wave_name), len(looked)


def each_form(this: Round, at: int) -> tuple[str, str]:
    """A code as it is typed and as a link."""
    return this.codes[at].typed, this.codes[at].link


def test_a_code_is_found_in_whichever_wave_it_is_also_in_one_that_came_after_the_first_look(app: Flask) -> None:
    waves = {"first": running(app, name="first")}
    assert looks(app, new_link())[0] is CodeProblem.UNKNOWN
    for name in ("second", "third"):
        waves[name] = running(app, name=name)  # another server can make one at any time
        for known, this in waves.items():
            for code in each_form(this, 0):
                assert looks(app, code)[0] == known
    assert looks(app, new_typed())[0] is CodeProblem.UNKNOWN


def test_a_code_of_an_opened_wave_opens_nothing(app: Flask) -> None:
    this, other = running(app, name="first"), running(app, name="second")
    answered(app, this)
    assert looks(app, this.codes[0].link)[0] is CodeProblem.USED
    with app.app_context():
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
    assert looks(app, this.codes[0].link)[0] is CodeProblem.UNKNOWN
    assert looks(app, other.codes[0].link)[0] == "second"


def test_a_used_and_a_good_code_take_one_and_the_same_search_however_many_waves_there_are(app: Flask) -> None:
    this = running(app)
    answered(app, this, 1)
    (used, used_link), (good, good_link) = each_form(this, 0), each_form(this, 1)
    count: Callable[[str], int] = lambda code: looks(app, code)[1]  # noqa: E731 - a short name for what is compared
    assert count(used) == count(good) == count(used_link) == count(good_link) == 1
    assert count(new_typed()) == count(new_link()) == 2
    for name in ("third", "fourth"):
        running(app, name=name)
    assert count(used) == count(good) == count(used_link) == count(good_link) == 1
    assert count(new_typed()) == count(new_link()) == 2


def test_of_codes_that_happen_to_be_looked_up_alike_each_opens_its_own_wave(app: Flask) -> None:
    waves = {name: running(app, name=name) for name in ("first", "second")}
    with app.app_context(), writing() as session:
        code = Code(waves["first"].codes[0].link, link=True)
        session.execute(update(Invitation).values(link_lookup=hasher().lookup(code, hasher().stretched(code))))
    assert looks(app, code.text) == ("first", 1)
    assert looks(app, new_link())[0] is CodeProblem.UNKNOWN


def test_codes_that_were_out_before_there_were_lookups_open_what_they_opened_and_more_can_be_made(app: Flask) -> None:
    waves = {name: running(app, name=name) for name in ("first", "second")}
    with app.app_context():
        schema.downgrade("0027_head_counts_by_day")
        schema.upgrade()
    waves["third"] = running(app, name="third")
    for name, this in waves.items():
        for code in each_form(this, 0):
            assert looks(app, code)[0] == name
    more: list[NewCode] = []
    with app.app_context():
        wave_store.invite(waves["first"].facts(), 3, WHO, hand_over=more.extend)
    assert {looks(app, code)[0] for new in more for code in (new.typed, new.link)} == {"first"}
    with app.app_context(), reading() as session:
        of_first = select(Invitation.typed_lookup, Invitation.link_lookup).where(
            Invitation.wave_id == waves["first"].facts().id
        )
        assert set(session.execute(of_first)) == {(None, None)}, "no row tells that its code was made later"
    assert looks(app, waves["first"].codes[1].typed)[0] == "first"
    assert looks(app, new_typed())[0] is CodeProblem.UNKNOWN
