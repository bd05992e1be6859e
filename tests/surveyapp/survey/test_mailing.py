"""Letters of a wave against a real mail server: one code each, refusals, interruptions, reminders."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading
from surveyapp.survey import opening, store, wave_store
from surveyapp.survey.letters import mail_store, mailing
from surveyapp.survey.models import MailRun
from tests.conftest import MakeApp, fixed_clock
from tests.mail_server import MailServer, mail_server
from tests.surveyapp.survey import small
from tests.surveyapp.survey.letters import invited, people, ready, standing, states, write_to
from tests.surveyapp.survey.rounds import WHO, some_answers, submit_each


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with mail_server() as running:
        yield running


def test_each_address_gets_one_letter_whose_code_opens_the_questionnaire(app: Flask, server: MailServer) -> None:
    this = invited(app, server, 12)
    assert sorted(server.to()) == people(12)
    assert len({letter.link for letter in server.received}) == 12
    with app.app_context():
        for letter in server.received:
            assert isinstance(store.look_up(letter.link), store.Door)
        assert isinstance(store.look_up(server.received[0].typed), store.Door)
        assert mail_store.codes_made(this.facts().id) == 12
    assert set(states(app).values()) == {"sent"}


def test_the_letter_speaks_three_languages_and_only_its_text_holds_the_code(one_app: Flask, server: MailServer) -> None:
    invited(one_app, server)
    for letter in server.received:
        head = letter.raw.split(b"\r\n\r\n", 1)[0].decode() + "".join(letter.message.values())
        assert letter.link not in head
        assert letter.typed not in head
        assert letter.typed.replace("-", "") not in head
    text = server.received[0].text
    for words in ("Cēsu novads aicina", "asks you to take part", "приглашает Вас", "30. novembrim", "по 30 ноября 2026"):
        assert words in text
    assert "Aptauja speciālistiem" in server.received[0].message["Subject"]


def test_whoever_a_server_refuses_is_told_with_the_reason_and_can_be_tried_again(app: Flask, server: MailServer) -> None:
    server.serve(app)
    server.refuse = {people()[3]: "550 5.1.1 No such user here"}
    this = ready(app)
    outcome = write_to(app, this, people())
    assert (outcome.sent, outcome.refused, outcome.waiting, outcome.stopped) == (11, 1, 0, "")
    with app.app_context():
        (one,) = mail_store.undelivered(this.facts().id)
    assert (one.address, one.reason, one.had_letter) == (people()[3], "550 5.1.1 No such user here", False)

    server.refuse = {}
    assert write_to(app, this, people()).sent == 1, "the others have theirs"
    assert sorted(server.to()) == people()


def test_letters_that_are_put_off_wait_and_too_many_of_them_stop_the_sending(one_app: Flask, server: MailServer) -> None:
    server.serve(one_app)
    server.refuse = dict.fromkeys(people()[:2], "451 4.7.1 try later")
    this = ready(one_app)
    outcome = write_to(one_app, this, people())
    assert (outcome.sent, outcome.waiting, outcome.stopped) == (10, 2, "")
    server.refuse = dict.fromkeys(people(20), "451 4.7.1 try later")
    outcome = write_to(one_app, this, people(20))
    assert (outcome.sent, outcome.waiting, outcome.stopped, outcome.said) == (0, 10, "put_off", "451 4.7.1 try later")
    server.refuse = {}
    assert write_to(one_app, this).sent == 10
    assert sorted(server.to()) == people(20)


def test_without_a_server_no_code_is_made_and_everybody_keeps_waiting(one_app: Flask) -> None:
    MailServer(port=1).serve(one_app)
    this = ready(one_app)
    outcome = write_to(one_app, this, people())
    assert (outcome.sent, outcome.waiting, outcome.stopped, outcome.no_codes) == (0, 12, "unreachable", True)
    with one_app.app_context():
        assert mail_store.codes_made(this.facts().id) == 0
    assert standing(one_app, this).problem == "unreachable"


def test_encryption_that_is_demanded_and_not_offered_stops_everything(one_app: Flask, server: MailServer) -> None:
    server.serve(one_app, SMTP_SECURITY="starttls")
    this = ready(one_app)
    assert write_to(one_app, this, people()).stopped == "no_encryption"
    assert server.received == []


def test_a_server_that_dies_in_the_middle_is_waited_for_and_nobody_is_left_out(app: Flask) -> None:
    with mail_server() as server:
        server.serve(app)
        this = ready(app)
        taken = iter(range(5))
        server.answer_to_letters = lambda _: None if next(taken, None) is not None else "421 going down"
        outcome = write_to(app, this, people())
        assert (outcome.sent, outcome.waiting, outcome.stopped) == (5, 7, "dropped")
        server.answer_to_letters = lambda _: None
        assert write_to(app, this).sent == 7
    assert sorted(server.to()) == people()
    with app.app_context():
        assert all(isinstance(store.look_up(letter.link), store.Door) for letter in server.received)


def test_a_server_that_never_answers_is_given_up_and_nobody_is_left_out(one_app: Flask, server: MailServer) -> None:
    server.serve(one_app, SMTP_TIMEOUT="1")
    this = ready(one_app)
    server.hold.clear()
    outcome = write_to(one_app, this, people())
    assert (outcome.sent, outcome.waiting, outcome.stopped) == (0, 12, "slow")
    server.hold.set()
    assert write_to(one_app, this).sent == 12
    assert set(server.to()) == set(people())


def test_a_reminder_goes_to_everybody_who_got_a_letter_and_holds_no_code(app: Flask, server: MailServer) -> None:
    server.refuse = {people()[0]: "550 5.1.1 gone"}
    server.serve(app)
    this = ready(app)
    write_to(app, this, people())
    invitations, server.received = server.received, []
    with app.app_context():
        submit_each(
            [letter.link for letter in invitations[:4]], [some_answers(this.facts().questionnaire, n) for n in range(4)]
        )
    assert write_to(app, this, kind="reminder").sent == 11
    assert sorted(server.to()) == people()[1:], "whoever answered gets it as well: nobody knows"
    for letter in server.received:
        assert "#" not in letter.text
        assert not any(one.typed in letter.text or one.link in letter.text for one in invitations)
        assert "Ja jau piedalījāties" in letter.text


def test_a_reminder_that_was_cut_short_goes_on_with_those_who_lack_it(one_app: Flask, server: MailServer) -> None:
    this = invited(one_app, server)
    server.received.clear()
    taken = iter(range(5))
    server.answer_to_letters = lambda _: None if next(taken, None) is not None else "421 going down"
    assert write_to(one_app, this, kind="reminder").sent == 5
    assert standing(one_app, this).due == 7
    server.answer_to_letters = lambda _: None

    late = [f"late{n}@example.org" for n in range(2)]
    write_to(one_app, this, late)  # whoever is invited meanwhile needs no part of it
    assert write_to(one_app, this, kind="reminder").sent == 7
    assert sorted(server.to()) == sorted(people() + late)
    assert write_to(one_app, this, kind="reminder").sent == 14, "a new one goes to all"
    assert standing(one_app, this).reminders == 2


def test_a_refused_reminder_does_not_make_a_second_code_for_the_address(one_app: Flask, server: MailServer) -> None:
    this = invited(one_app, server)
    server.refuse = {people()[0]: "550 5.2.1 mailbox closed"}
    assert write_to(one_app, this, kind="reminder").refused == 1
    with one_app.app_context():
        (one,) = mail_store.undelivered(this.facts().id)
        assert one.had_letter
        assert mail_store.sort(this.facts().id, people()) == mail_store.Added(new=0, again=0, known=12)


def test_of_two_senders_only_one_sends_until_it_is_believed_dead(make_app: MakeApp, server: MailServer) -> None:
    app, other = make_app(), make_app(now=lambda: fixed_clock() + timedelta(minutes=2))
    server.serve(app)
    this = ready(app)
    with app.app_context():
        mailing.take_list(this.facts(), people(), WHO)
        first = mailing.claim(this.facts(), "invitation")
        assert first is not None
        assert mailing.claim(this.facts(), "invitation") is None
        assert mailing.refusal(this.facts(), "reminder") == "busy"
        assert not mailing.forget_list(this.facts(), WHO)
    server.serve(other)
    with other.app_context():
        assert mail_store.standing(this.facts().id).problem == "interrupted"
        second = mailing.claim(this.facts(), "invitation")
        assert second is not None
    with app.app_context():
        outcome = mailing.run(this.facts(), first, WHO)
        assert (outcome.sent, outcome.stopped) == (0, "not_now"), "who was believed dead sends no more"
    with other.app_context():
        assert mailing.run(this.facts(), second, WHO).sent == 12
    assert sorted(server.to()) == people()


def test_of_many_workers_that_begin_at_the_same_moment_one_sends(app: Flask, server: MailServer) -> None:
    server.serve(app)
    this = ready(app)
    with app.app_context():
        mailing.take_list(this.facts(), people(), WHO)
    together = threading.Barrier(6)

    def begin(_: int) -> bool:
        together.wait()
        with app.app_context():
            return mailing.claim(this.facts(), "invitation") is not None

    with ThreadPoolExecutor(6) as workers:
        assert sum(workers.map(begin, range(6))) == 1


def test_closing_the_wave_ends_the_sending(one_app: Flask, server: MailServer) -> None:
    server.serve(one_app)
    this = ready(one_app)

    def close(done: int) -> None:
        if done == 4:
            wave_store.close(this.facts(), WHO)

    with one_app.app_context():
        mailing.take_list(this.facts(), people(), WHO)
        mine = mailing.claim(this.facts(), "invitation")
        assert mine is not None
        outcome = mailing.run(this.facts(), mine, WHO, progress=close)
    assert (outcome.sent, outcome.stopped) == (4, "not_now")


def test_opening_the_wave_deletes_the_addresses(app: Flask, server: MailServer) -> None:
    this = invited(app, server)
    with app.app_context():
        sheets = [some_answers(this.facts().questionnaire, n) for n in range(12)]
        submit_each([letter.link for letter in server.received], sheets)
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        with reading() as session:
            assert session.scalars(select(MailRun)).all() == [], "nor what a mail server said"
    assert states(app) == {}


def test_a_list_can_be_deleted(one_app: Flask, server: MailServer) -> None:
    this = invited(one_app, server)
    with one_app.app_context():
        assert mailing.forget_list(this.facts(), WHO)
    assert states(one_app) == {}
    assert standing(one_app, this).addresses == 0


def test_letters_are_refused_with_the_reason(make_app: MakeApp, server: MailServer) -> None:
    app = make_app()
    this = ready(app)
    with app.app_context():
        assert mailing.refusal(this.facts(), "invitation", more=12) == "not_set_up"
    server.serve(app)
    with app.app_context():
        assert mailing.refusal(this.facts(), "invitation", more=12) is None
        assert mailing.refusal(this.facts(), "invitation") == "nobody"
        assert mailing.refusal(this.facts(), "invitation", more=9) == "too_few"
        assert mailing.refusal(this.facts(), "reminder") == "nobody"
        for mode in ("group", "open"):
            group = small.running(app, mode, name=mode, codes=1)
            assert mailing.refusal(group.facts(), "invitation", more=12) == "mode"
        assert mailing.refusal(small.running(app, name="small", codes=10).facts(), "invitation", more=1) is None
    early = make_app(now=lambda: datetime(2026, 11, 1, 10, tzinfo=UTC))
    server.serve(early)
    with early.app_context():
        assert mailing.refusal(this.facts(), "reminder") == "not_yet"
    late = make_app(now=lambda: datetime(2026, 12, 1, 10, tzinfo=UTC))
    server.serve(late)
    with late.app_context():
        assert mailing.refusal(this.facts(), "invitation", more=12) == "closed"
        mailing.take_list(this.facts(), people(), WHO)
        mine = mailing.claim(this.facts(), "invitation")
        assert mine is not None
        with pytest.raises(RefusedError, match="closed"):
            mailing.run(this.facts(), mine, WHO)
        assert mail_store.standing(this.facts().id).problem == "not_now"
