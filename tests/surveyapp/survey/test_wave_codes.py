"""Making codes on the page: the file that was asked for, and too few to be anonymous refused."""

import pytest
from flask import Flask

from surveyapp.core.database import in_transaction
from surveyapp.survey import wave_store
from surveyapp.survey.wave_store import NewCode
from tests.surveyapp.survey.letters import ready
from tests.surveyapp.survey.rounds import WHO
from tests.surveyapp.survey.wave_desk import Desk, words


def proved(app: Flask, **draft: object) -> Desk:
    """A wave whose key is proved."""
    desk = Desk(app)
    desk.draft(**draft)
    desk.make_key()
    desk.send("steward", desk.path("trial"), desk.key())
    return desk


@pytest.mark.parametrize("kind", ["cards", "paper"])
@pytest.mark.parametrize("mode", ["code", "group"])
def test_codes_come_on_cards_and_on_paper_questionnaires(one_app: Flask, kind: str, mode: str) -> None:
    desk = proved(one_app, mode=mode)
    typed = {"count": "10", "groups": "Saules skola", "on": kind, "language": "lv", "understood": "y"}
    answer = desk.send("coordinator", desk.path("codes"), typed, 200)
    assert answer.get_data().startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=wave-{desk.wave().id}-{kind}.pdf"
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_open_address_is_not_answered_on_paper(one_app: Flask) -> None:
    desk = proved(one_app, mode="open")
    assert "Paper questionnaires" not in desk.get("coordinator", desk.path("codes"))
    typed = {"on": "paper", "language": "lv", "understood": "y"}
    assert "This choice does not exist" in words(desk.send("coordinator", desk.path("codes"), typed, 422))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"count": "9"}, "Make at least 10 codes"),
        ({"count": "2001"}, "Between 1 and 2000 codes"),
        ({"count": "many"}, "Write a whole number."),
        ({"count": "", "group": "police"}, "Write how many codes to make."),
    ],
)
def test_numbers_that_cannot_be_are_refused(one_app: Flask, typed: dict[str, object], reason: str) -> None:
    desk = proved(one_app)
    same: dict[str, object] = {"on": "csv", "language": "lv", "understood": "y"}
    assert reason in words(desk.send("coordinator", desk.path("codes"), {**same, **typed}, 422))


def test_more_codes_can_follow_and_a_small_group_is_refused(one_app: Flask) -> None:
    desk = proved(one_app)
    desk.codes()
    desk.codes(count="1")
    small = {"count": "9", "group": "police", "on": "csv", "language": "lv"}
    assert "A group needs at least 10 codes" in words(desk.send("coordinator", desk.path("codes"), small, 422))
    rows = desk.codes(count="10", group="police")
    assert {row["group"] for row in rows} == {"police"}
    assert "Codes made so far: 23." in desk.get("coordinator", desk.path("codes"))


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ("", "Name at least one group."),
        ("A skola\n A  skola ", "Named twice: A skola."),
        ("x" * 101, "Longer than 100 characters"),
        ("\n".join(f"grupa {number}" for number in range(101)), "Name 1 to 100 groups."),
    ],
)
def test_groups_that_cannot_be_are_refused(one_app: Flask, groups: str, reason: str) -> None:
    desk = proved(one_app, mode="group")
    typed = {"groups": groups, "on": "csv", "language": "lv", "understood": "y"}
    assert reason in words(desk.send("coordinator", desk.path("codes"), typed, 422))


def test_nobody_waits_for_the_database_while_codes_are_laid_out_and_none_stay_if_that_fails(one_app: Flask) -> None:
    this = ready(one_app)

    def lay_out(_: object) -> None:
        assert not in_transaction()
        raise OSError("no room for the file")

    with one_app.app_context():
        with pytest.raises(OSError, match="no room"):
            wave_store.invite(this.facts(), 10, WHO, hand_over=lay_out)
        assert this.facts().state == "trial_opened"
        made: list[NewCode] = []
        wave_store.invite(this.facts(), 10, WHO, hand_over=made.extend)
        assert (len(made), this.facts().state) == (10, "open")
