"""Giving up a group's code or an open address: no new answers, what was sent stays, and a new code can be made."""

import pytest
from click.testing import CliRunner
from flask import Flask

from surveyapp import cli
from surveyapp.core import audit
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading
from surveyapp.survey import opening, stopping_store, store, wave_store
from surveyapp.survey.rules import Mode
from surveyapp.survey.store import CodeProblem, Door, Submitted, Withdrawn
from surveyapp.survey.wave_store import NewCode
from tests.surveyapp.survey.rounds import WHO
from tests.surveyapp.survey.small import running, sheet
from tests.surveyapp.survey.wave_desk import Desk, words


@pytest.mark.parametrize(("mode", "group"), [("group", "group 0"), ("open", "")])
def test_a_stopped_code_takes_no_new_answers_and_those_sent_before_stay_and_can_be_changed(
    app: Flask, mode: Mode, group: str
) -> None:
    this = running(app, mode, codes=2)
    code = this.codes[0].link
    receipts = [store.new_receipt() for _ in range(11)]
    with app.app_context():
        for number, receipt in enumerate(receipts):
            assert isinstance(store.submit(code, receipt, sheet(number)), Submitted)
        stopping_store.stop(this.facts(), group, WHO)
        assert store.look_up(code) is CodeProblem.STOPPED
        assert store.submit(code, store.new_receipt(), sheet(1)) is CodeProblem.STOPPED
        assert store.look_up(this.codes[0].typed) is CodeProblem.STOPPED
        assert isinstance(store.look_up_to_change(code), Door)
        assert isinstance(store.replace(code, receipts[0], sheet(3)), Submitted)
        assert isinstance(store.withdraw(code, receipts[1]), Withdrawn)
        assert store.submit(code, receipts[1], sheet(1)) is CodeProblem.STOPPED, "taken back is given up, too"
        wave_store.close(this.facts(), WHO)
        assert store.look_up(code) is CodeProblem.CLOSED
        assert opening.open_wave(this.facts(), this.private, WHO) == 10


def test_other_groups_and_a_code_made_afterwards_work(one_app: Flask) -> None:
    this = running(one_app, "group", codes=2)
    made: list[NewCode] = []
    with one_app.app_context():
        stopping_store.stop(this.facts(), "group 0", WHO)
        wave_store.invite(this.facts(), 1, WHO, group="group 0", hand_over=made.extend)
        assert store.look_up(this.codes[0].link) is CodeProblem.STOPPED, "making more writes all rows anew"
        assert isinstance(store.look_up(this.codes[1].link), Door)
        assert isinstance(store.look_up(made[0].link), Door)
        assert stopping_store.groups(this.facts(), stopped=False) == ("group 0", "group 1")
        with reading() as session:
            said = [entry for entry in audit.entries(session, this.facts().municipality_id, 5) if "stopped" in entry.what]
        assert [(entry.who, entry.after) for entry in said] == [(WHO, '{"group": "group 0"}')]


def test_personal_codes_and_codes_that_do_not_work_cannot_be_stopped(one_app: Flask) -> None:
    personal, groups = running(one_app), running(one_app, "group", codes=1, name="groups")
    with one_app.app_context():
        with pytest.raises(RefusedError, match="personal code"):
            stopping_store.stop(personal.facts(), "", WHO)
        with pytest.raises(RefusedError, match="working are those of: group 0"):
            stopping_store.stop(groups.facts(), "group 7", WHO)
        stopping_store.stop(groups.facts(), "group 0", WHO)
        with pytest.raises(RefusedError, match="working are those of: none"):
            stopping_store.stop(groups.facts(), "group 0", WHO)
        wave_store.close(groups.facts(), WHO)
        with pytest.raises(RefusedError, match="nothing to stop"):
            stopping_store.stop(groups.facts(), "group 0", WHO)


def test_the_coordinator_stops_a_code_on_a_page_and_its_users_read_that_and_whom_to_ask(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft(mode="group")
    desk.make_key()
    desk.send("steward", desk.path("trial"), desk.key())
    rows = desk.codes(groups="First school\nSecond school")
    assert "Stop a code" in desk.get("coordinator", desk.path())
    assert "Stop a code" not in desk.get("steward", desk.path())
    group = rows[0]["group"]
    assert "Choose the group" in desk.send("coordinator", desk.path("stop"), {"sure": "y"}, 422).get_data(as_text=True)
    desk.send("coordinator", desk.path("stop"), {"group": group}, 422)
    desk.send("coordinator", desk.path("stop"), {"group": group, "sure": "y"})
    assert f"only codes made afterwards work: {group}." in desk.get("coordinator", desk.path())
    desk.browser("coordinator").get("/s/?lang=en")
    page = desk.browser("coordinator").post("/s/", data={"code": rows[0]["code"]})
    assert page.status_code == 410
    assert "The coordinator of the survey stopped this code" in words(page)
    assert "Ask the person who invited you" in words(page)


def test_the_page_that_takes_answers_back_says_that_nobody_can_answer_again_with_a_stopped_code(one_app: Flask) -> None:
    this, client = running(one_app, "open"), one_app.test_client()
    client.get("/s/?lang=en")
    pair = {"code": this.codes[0].typed, "receipt": store.new_receipt()}
    with one_app.app_context():
        store.submit(this.codes[0].link, pair["receipt"], sheet(0))
        stopping_store.stop(this.facts(), "", WHO)
    assert "nobody can answer with it again" in words(client.post("/s/change/withdraw", data=pair))
    done = words(client.post("/s/change/withdraw", data={**pair, "confirmed": "1"}))
    assert "They are deleted and count no more." in done
    assert "Answer again with the same code" not in done


def test_the_command_line_stops_a_code(one_app: Flask) -> None:
    this = running(one_app, "group", codes=1)

    def said(*words_: str) -> str:
        result = CliRunner().invoke(cli.commands, ["wave", "stop", *words_], obj=lambda: one_app)
        return f"{result.output} {result.exception or ''}"

    assert "Say whose code to stop (--group)." in said("small")
    done = said("small", "--group", "group 0")
    assert "wave invite small --count 1 --group 'group 0' --out FILE" in done
    with one_app.app_context():
        assert store.look_up(this.codes[0].link) is CodeProblem.STOPPED
