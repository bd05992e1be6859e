"""Marks on boxes: whoever reaches only the database can forge a box, but not its mark, and keeps no wave sealed with it."""

import random
import secrets
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from surveyapp import cli
from surveyapp.core import bulk, secret_files
from surveyapp.core.database import reading, writing
from surveyapp.core.models import AuditEntry
from surveyapp.survey import finding, marks, opening, sealing, store, wave_store
from surveyapp.survey.boxes import Content
from surveyapp.survey.codes import Hasher
from surveyapp.survey.models import Invitation, SealedBox, Wave
from surveyapp.survey.opening import Agreement
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts
from tests.conftest import MakeApp
from tests.surveyapp.survey.rounds import WHO, Beginning, Round
from tests.surveyapp.survey.small import running, sheet
from tests.surveyapp.survey.wave_desk import Desk

TWO = Agreement("steward@example.org", "auditor@example.org", "forged, as the trail of the server shows")


def answered_and_closed(app: Flask) -> Round:
    this = running(app)
    with app.app_context():
        for number, code in enumerate(this.codes):
            assert isinstance(store.submit(code.link, store.new_receipt(), sheet(number)), store.Submitted)
        wave_store.close(this.facts(), WHO)
    return this


BEGINNING = Beginning(answered_and_closed)


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with a closed wave of twelve boxes."""
    return BEGINNING


def sealed_well(wave: WaveFacts, place: bytes) -> bytes:
    """What anybody can seal, because the public key is public."""
    return sealing.seal(sealing.WaveKey(wave.id, wave.public_key or b""), place, wave.layout.pack(Content(sheet(3))))


def bears_our_mark(box: SealedBox) -> bool:
    """Whether the app sealed *box* as it lies there."""
    return box.mark == marks.mark(box.wave_id, box.box_key, box.ciphertext)


def forge(wave: WaveFacts, kind: str) -> int:
    """Do to the database what its attacker can do; returns by how many boxes that are ours there are fewer."""
    with writing() as session:
        boxes = [box for box in session.scalars(select(SealedBox).where(SealedBox.wave_id == wave.id)) if bears_our_mark(box)]
        victim, place = random.choice(boxes), secrets.token_bytes(32)  # noqa: S311 - which one does not matter
        if kind == "added without a mark":
            session.add(SealedBox(wave_id=wave.id, box_key=place, ciphertext=sealed_well(wave, place)))
            return 0
        if kind in {"added with a mark made up", "added with the mark of another"}:
            made_up = secrets.token_bytes(32) if kind.endswith("up") else victim.mark
            session.add(SealedBox(wave_id=wave.id, box_key=place, ciphertext=sealed_well(wave, place), mark=made_up))
            return 0
        if kind == "exchanged":
            victim.ciphertext = sealed_well(wave, victim.box_key)
        else:
            victim.mark = None
        return 1


KINDS = ["added without a mark", "added with a mark made up", "added with the mark of another", "exchanged", "mark removed"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_box_stops_the_opening_and_is_set_aside_when_steward_and_auditor_agree(app: Flask, kind: str) -> None:
    this = BEGINNING.of(app)
    with app.app_context():
        lost = forge(this.facts(), kind)
        with pytest.raises(opening.MismatchError, match="1 of these do not bear the mark of this installation") as caught:
            opening.open_wave(this.facts(), this.private, WHO)
        assert (caught.value.numbers.unreadable, caught.value.numbers.unmarked) == (1, 1)
        assert this.facts().state is State.CLOSED
        assert opening.open_wave(this.facts(), this.private, WHO, agreement=TWO) == 12 - lost
        assert this.facts().boxes_set_aside == 1


@pytest.mark.parametrize("seed", range(6))
def test_however_many_are_forged_only_our_own_boxes_are_counted(one_app: Flask, seed: int) -> None:
    this, chance = BEGINNING.of(one_app), random.Random(seed)  # noqa: S311 - a repeatable choice
    with one_app.app_context():
        added = [forge(this.facts(), chance.choice(KINDS[:3])) for _ in range(chance.randint(1, 30))]
        lost = [forge(this.facts(), kind) for kind in chance.sample(KINDS[3:], chance.randint(0, 2))]
        assert opening.open_wave(this.facts(), this.private, WHO, agreement=TWO) == 12 - sum(lost)
        assert this.facts().boxes_set_aside == len(added) + len(lost)


@given(st.binary(min_size=32, max_size=32), st.integers(1, 9), st.binary(max_size=40), st.binary(max_size=90), st.data())
def test_a_mark_fits_its_own_row_under_its_own_secret_only(
    pepper: bytes, wave_id: int, key: bytes, text: bytes, data: st.DataObject
) -> None:
    mark = Hasher(pepper).box_mark(wave_id, key, text)
    assert mark == Hasher(pepper).box_mark(wave_id, key, text)
    cut = data.draw(st.integers(0, len(text)))
    others = {(wave_id + 1, key, text), (wave_id, key + b"x", text), (wave_id, key + text[:cut], text[cut:])}
    assert mark not in {Hasher(pepper).box_mark(*other) for other in others - {(wave_id, key, text)}}
    assert mark != Hasher(pepper + b"x").box_mark(wave_id, key, text)


def test_a_count_that_was_lowered_still_keeps_the_wave_sealed(one_app: Flask) -> None:
    this = BEGINNING.of(one_app)
    with one_app.app_context():
        with writing() as session:
            one = select(Invitation.typed_hash).limit(1).scalar_subquery()
            session.execute(update(Invitation).where(Invitation.typed_hash == one).values(boxes=0))
        with pytest.raises(opening.MismatchError, match="a number beside a code was lowered"):
            opening.open_wave(this.facts(), this.private, WHO, agreement=TWO)


def start(app: Flask, *words: str) -> None:
    """What ``make run`` does first."""
    done = CliRunner().invoke(cli.commands, ["init", *words], obj=lambda: app)
    assert done.exit_code == 0, done.output


def without_marks(*, forged: bool = False) -> None:
    with writing() as session:
        session.execute(update(SealedBox).values(mark=None))
        if forged:
            wave = session.scalars(select(Wave)).one()
            facts = wave_store.find(wave.municipality_id, wave.name)
            session.add(SealedBox(wave_id=wave.id, box_key=bytes(32), ciphertext=sealed_well(facts, bytes(32))))


def test_boxes_of_an_earlier_version_are_marked_at_the_first_start_and_open(app: Flask) -> None:
    this = BEGINNING.of(app)
    with app.app_context():
        without_marks()
        start(app)
        assert opening.open_wave(this.facts(), this.private, WHO) == 12


def test_a_start_that_was_cut_off_while_marking_is_made_good_by_the_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    this = BEGINNING.of(app)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with app.app_context():
        without_marks()
        for place in ("writing", "secret_files.note"):
            with monkeypatch.context() as patched:
                patched.setattr(f"surveyapp.survey.marks.{place}", power_cut)
                CliRunner().invoke(cli.commands, ["init"], obj=lambda: app)
        start(app)
        assert opening.open_wave(this.facts(), this.private, WHO) == 12


def memory_of_marking(app: Flask, wave_id: int, boxes: int, folder: Path) -> int:
    """The most bytes that Python held more while so many boxes were marked."""
    with app.app_context():
        with writing() as session:
            there = session.scalar(select(func.count()).select_from(SealedBox)) or 0
            new = [(wave_id, secrets.token_bytes(32), bytes(500)) for _ in range(boxes - there)]
            bulk.insert(session, SealedBox, ("wave_id", "box_key", "ciphertext"), new)
        (folder / "secrets" / "boxes-marked").unlink(missing_ok=True)
        tracemalloc.start()
        try:
            marks.mark_older()
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        with reading() as session:
            assert all(map(bears_our_mark, session.scalars(select(SealedBox).limit(5000).order_by(SealedBox.box_key.desc()))))
            assert session.scalar(select(func.count()).where(SealedBox.mark.is_not(None))) == boxes
    return most


def test_marking_ten_times_as_many_boxes_takes_no_more_memory(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        wave_id = BEGINNING.of(app).facts().id
    few, many = (memory_of_marking(app, wave_id, boxes, tmp_path) for boxes in (1_500, 15_000))
    assert many < 1.5 * few


def test_later_starts_mark_nothing_that_somebody_put_into_the_database(app: Flask, tmp_path: Path) -> None:
    this = BEGINNING.of(app)
    start(app)
    assert (tmp_path / "secrets" / "boxes-marked").stat().st_mode & 0o077 == 0
    with app.app_context():
        without_marks(forged=True)
        start(app)
        with reading() as session:
            assert session.scalar(select(func.count()).where(SealedBox.mark.is_not(None))) == 0
        with pytest.raises(opening.ForeignBoxesError):
            opening.open_wave(this.facts(), this.private, WHO, agreement=TWO)


def test_another_pepper_is_said_and_changes_nothing(make_app: MakeApp, tmp_path: Path) -> None:
    this, pepper = BEGINNING.of(make_app()), tmp_path / "secrets" / "pepper"
    start(make_app())
    kept = pepper.read_bytes()
    pepper.unlink()
    without = make_app()
    with without.app_context(), pytest.raises(finding.LostPepperError, match=r"Put it back from the backup"):
        opening.open_wave(this.facts(), this.private, WHO, agreement=TWO)
    pepper.write_bytes(bytes(32))
    restored = make_app()
    with restored.app_context():
        with pytest.raises(opening.ForeignBoxesError, match=r"Put the file back that belongs to this database"):
            opening.open_wave(this.facts(), this.private, WHO, agreement=TWO)
        assert this.facts().state is State.CLOSED
    pepper.write_bytes(kept)
    again = make_app()
    with again.app_context():
        assert opening.open_wave(this.facts(), this.private, WHO) == 12


def test_whoever_lost_the_pepper_can_have_the_boxes_marked_anew_which_is_recorded(make_app: MakeApp, tmp_path: Path) -> None:
    this = BEGINNING.of(make_app())
    start(make_app())
    for file in ("pepper", "boxes-marked"):
        (tmp_path / "secrets" / file).unlink()
    restored = make_app()
    refused = CliRunner().invoke(cli.commands, ["init"], obj=lambda: restored)
    assert "other secrets than those in" in str(refused.exception)
    assert "boxes-marked, pepper" in str(refused.exception)
    assert not (tmp_path / "secrets" / "pepper").exists()
    start(restored, "--new-secrets")
    with restored.app_context():
        with reading() as session:
            assert session.scalar(select(AuditEntry.who).where(AuditEntry.what == "boxes.marked")) == "command line"
        assert opening.open_wave(this.facts(), this.private, WHO) == 12


def test_the_first_start_of_all_notes_that_there_is_nothing_to_mark(tmp_path: Path) -> None:
    assert not secret_files.noted(tmp_path, "boxes-marked")
    secret_files.note(tmp_path, "boxes-marked")
    assert secret_files.noted(tmp_path, "boxes-marked")


def test_the_pages_lead_from_a_forged_box_to_an_opened_wave(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.closed()
    with one_app.app_context():
        forge(desk.wave(), KINDS[0])
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    assert "Of these, put in from outside: without the mark of this app 1" in desk.get("auditor", desk.path())
    desk.send("steward", desk.path("ask"), {"reason": "somebody wrote into the database"})
    desk.send("auditor", desk.path("decide"), {"decision": "agree"})
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    assert "Answers opened: 12. Boxes set aside because they could not be read: 1." in desk.get("auditor", desk.path())


def test_the_page_says_what_to_do_about_another_pepper(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.closed()
    one_app.extensions["code_hasher"] = Hasher(secrets.token_bytes(32))
    answer = desk.send("steward", desk.path("open"), desk.key(sure="y"), 409)
    assert "puts back the folder “secrets” that belongs to this database" in answer.get_data(as_text=True)
    assert "do not match" not in desk.get("steward", desk.path())
