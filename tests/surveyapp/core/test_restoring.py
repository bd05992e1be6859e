"""A backup restored on a bare machine goes on where the first one stopped; all or nothing, and nothing without the keys."""

import io
import json
import os
import re
import signal
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from sqlalchemy import select

import surveyapp
from surveyapp.core import schema
from surveyapp.core.backups import backup_files, restoring, unpacking
from surveyapp.core.database import reading
from surveyapp.survey import opened_store, opening, packing, sealing, store, wave_store
from surveyapp.survey.models import SealedBox
from surveyapp.survey.store import AlreadyReceived, CodeProblem, Submitted
from tests.conftest import fixed_clock
from tests.databases import PROGRAMS
from tests.surveyapp.core.machines import Machine, empty_database
from tests.surveyapp.survey.rounds import WHO, Beginning, Round
from tests.surveyapp.survey.small import running, sheet

RECEIPT = "ABCD-EFGH-JKMN-PQRT"
ANSWERED = 10
NO_DATABASE = b"SQLite format 3\0" + bytes(5000)


def begin(app: Flask) -> Round:
    """A wave that takes answers, ten of them given."""
    this = running(app)
    with app.app_context():
        for number, code in enumerate(this.codes[:ANSWERED]):
            assert isinstance(store.submit(code.link, RECEIPT, sheet(number)), Submitted)
    return this


BEGINNING = Beginning(begin)


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with that wave."""
    return BEGINNING


@pytest.fixture
def first(app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The machine on which *app* runs, its commands' passphrase file beside it."""
    monkeypatch.setenv("PATH", str(PROGRAMS), prepend=":")
    (tmp_path / "word").write_text("izdomāta parole\n", encoding="utf-8")
    with app.app_context():
        schema.upgrade()
    return Machine(tmp_path, database_url)


@contextmanager
def bare(like: Machine) -> Iterator[Machine]:
    """A machine with nothing on it, of the same kind."""
    if like.url.startswith("sqlite"):
        yield Machine(like.data / "bare")
        return
    with empty_database(like.url) as url:
        yield Machine(like.data / "bare", url)


def sealed_backup(machine: Machine) -> tuple[str, ...]:
    """Make a sealed backup and the file of secrets; returns the words that restore them."""
    word = ("--passphrase-file", str(machine.data / "word"))
    machine.run("init", "--without-backup")
    machine.run("backup", str(machine.data / "b"), *word)
    machine.run("backup", "secrets", str(machine.data / "s"), *word)
    return ("restore", str(machine.data / "b"), *word, "--secrets", str(machine.data / "s"))


@pytest.fixture
def town(one_app: Flask, tmp_path: Path) -> Machine:
    """A machine on SQLite, its commands' passphrase file beside it."""
    (tmp_path / "word").write_text("izdomāta parole\n", encoding="utf-8")
    with one_app.app_context():
        schema.upgrade()
    return Machine(tmp_path)


def left_in(folder: Path) -> list[str]:
    """The names of everything in a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.exists() else []


def test_an_open_wave_goes_on_after_a_restore_with_the_codes_and_receipts_that_people_hold(app: Flask, first: Machine) -> None:
    this = BEGINNING.of(app)
    restore = sealed_backup(first)
    with bare(first) as other:
        said = other.run(*restore)
        assert "as its list of contents says" in said
        there = other.app()
        with there.app_context():
            assert store.submit(this.codes[0].typed, RECEIPT, sheet(0)) == AlreadyReceived(same_receipt=True)
            assert store.replace(this.codes[0].typed, RECEIPT, {**sheet(0), "ready": ("hard_to_say",)}) == Submitted(RECEIPT)
            assert isinstance(store.submit(this.codes[10].typed, RECEIPT, sheet(10)), Submitted)
            assert isinstance(store.submit(this.codes[11].link, RECEIPT, sheet(11)), Submitted)
            wave_store.close(this.facts(), WHO)
            opening.open_wave(this.facts(), this.private, WHO)
            said_ready = [one.answers["ready"] for one in opened_store.responses(this.facts())]
        there.extensions["engine"].dispose()
    assert len(said_ready) == 12
    assert said_ready.count(("hard_to_say",)) == 1


def test_a_restored_wave_takes_no_code_where_the_secrets_were_left_behind(one_app: Flask, tmp_path: Path) -> None:
    this, machine = BEGINNING.of(one_app), Machine(tmp_path)
    machine.run("backup", str(tmp_path / "b"))
    other = Machine(tmp_path / "bare")
    assert "no code, receipt or link" in other.run("restore", str(tmp_path / "b"), code=1)
    other.run("restore", str(tmp_path / "b"), "--without-secrets")
    there = other.app()
    with there.app_context():
        assert store.submit(this.codes[10].typed, RECEIPT, sheet(10)) is CodeProblem.UNKNOWN
        assert store.submit(this.codes[10].link, RECEIPT, sheet(10)) is CodeProblem.UNKNOWN
    there.extensions["engine"].dispose()


def test_no_backup_gives_an_answer_back_without_the_waves_key_and_a_kept_key_does(one_app: Flask, tmp_path: Path) -> None:
    """What somebody has who has the backup, the secrets and every passphrase, but not the wave's key."""
    this, machine = BEGINNING.of(one_app), Machine(tmp_path)
    (tmp_path / "word").write_text("izdomāta parole\n", encoding="utf-8")
    restore = sealed_backup(machine)
    machine.run("backup", str(tmp_path / "open"))
    Machine(tmp_path / "bare").run(*restore)
    there = Machine(tmp_path / "bare").app()
    with there.app_context():
        facts = this.facts()
        packed = [packing.pack(facts.questionnaire, sheet(number)).rstrip(b"\0") for number in range(ANSWERED)]
        with reading() as session:
            boxes = session.scalars(select(SealedBox)).all()
        restored = [path.read_bytes() for path in (tmp_path / "bare").rglob("*") if path.is_file()]
    there.extensions["engine"].dispose()
    everything = b"\n".join([*restored, (tmp_path / "open").read_bytes()])
    assert len(boxes) == ANSWERED
    assert not [one for one in packed if one in everything]
    assert this.private.private_bytes_raw() not in everything
    for secret in (one for one in restored if len(one) == 32):
        with pytest.raises(sealing.DamagedBoxError):
            sealing.unseal(X25519PrivateKey.from_private_bytes(secret), facts.id, boxes[0].box_key, boxes[0].ciphertext)
    said = [sealing.unseal(this.private, facts.id, box.box_key, box.ciphertext) for box in boxes]
    assert sum(any(one in text for text in said) for one in packed) == ANSWERED


def test_a_backup_is_refused_into_a_place_that_is_not_empty(first: Machine) -> None:
    restore = sealed_backup(first)
    with bare(first) as other:
        other.data.mkdir()
        (other.data / "something").touch()
        assert "is not empty" in other.run(*restore, code=1)
        assert left_in(other.data) == ["something"]
        (other.data / "something").unlink()
        if other.url:
            Machine(first.data / "third", other.url).run("init")
            assert "is not empty" in other.run(*restore, code=1)
            assert left_in(other.data) == []


def rewritten(file: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change the list of contents in a backup that is not sealed."""
    with tarfile.open(file) as archive:
        parts = {one.name: (archive.extractfile(one) or io.BytesIO()).read() for one in archive.getmembers()}
    contents = json.loads(parts["contents.json"])
    change(contents)
    parts["contents.json"] = json.dumps(contents).encode()
    with tarfile.open(file, "w") as archive:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("sealed", [True, False])
def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(town: Machine, tmp_path: Path, *, sealed: bool) -> None:
    word = ("--passphrase-file", str(tmp_path / "word")) if sealed else ()
    other = Machine(tmp_path / "bare")
    town.run("backup", str(tmp_path / "b"), *word)
    whole = (tmp_path / "b").read_bytes()
    half = len(whole) // 2
    for damaged in (
        whole[:half],
        whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :],
        b"",
        b"no backup at all",
        NO_DATABASE,
    ):
        (tmp_path / "b").write_bytes(damaged)
        other.run("restore", str(tmp_path / "b"), *word, "--without-secrets", code=1)
        assert left_in(other.data) == []


def test_a_backup_that_does_not_hold_what_it_says_is_refused_by_the_drill_and_by_restoring(first: Machine) -> None:
    file = first.data / "b"
    first.run("backup", str(file))
    assert json.loads(first.run("backup", "check", str(file), "--format", "json"))["rows"]["sealed_box"] == ANSWERED
    before = left_in(first.data)
    rewritten(file, lambda contents: contents["rows"].update(sealed_box=ANSWERED + 1))  # type: ignore[attr-defined]
    assert "rows of sealed_box differ" in first.run("backup", "check", str(file), code=1)
    assert left_in(first.data) == before
    with bare(first) as other:
        assert "rows of sealed_box differ" in other.run("restore", str(file), "--without-secrets", code=1)
        assert left_in(other.data) == []
        rewritten(file, lambda contents: contents["rows"].update(sealed_box=ANSWERED))  # type: ignore[attr-defined]
        other.run("restore", str(file), "--without-secrets")


def test_secrets_of_another_installation_are_refused(town: Machine, tmp_path: Path) -> None:
    restore = sealed_backup(town)
    stranger = Machine(tmp_path / "stranger")
    stranger.run("init")
    other = Machine(tmp_path / "bare")
    assert "do not belong to this backup (pepper" in other.run(*restore[:-1], str(stranger.data / "secrets"), code=1)
    assert left_in(other.data) == []
    other.run(*restore[:-1], str(tmp_path / "secrets"))
    assert (other.data / "secrets" / "pepper").read_bytes() == (tmp_path / "secrets" / "pepper").read_bytes()
    assert (other.data / "secrets" / "session").read_bytes() != (tmp_path / "secrets" / "session").read_bytes()


def test_every_secret_that_the_program_asks_for_is_made_by_the_first_start_so_that_a_kept_copy_is_whole(tmp_path: Path) -> None:
    source = Path(str(surveyapp.__file__)).parent
    asked = {name for path in source.rglob("*.py") for name in re.findall(r'secret\([\w.()]+, "([\w-]+)"\)', path.read_text())}
    Machine(tmp_path).run("init")
    assert {"pepper", "session"} <= asked == set(left_in(tmp_path / "secrets")) - {"boxes-marked"}


def test_a_backup_sealed_for_a_key_pair_needs_only_the_public_half_where_it_is_made(town: Machine, tmp_path: Path) -> None:
    other = Machine(tmp_path / "bare")
    word = ("--passphrase-file", str(tmp_path / "word"))
    town.run("backup", "key", str(tmp_path / "k"), *word)
    town.run("backup", "--for", str(tmp_path / "k.pub"), str(tmp_path / "b"))
    assert b"cesis" not in (tmp_path / "b").read_bytes()
    restore = ("restore", str(tmp_path / "b"), "--without-secrets")
    assert "opens with a private key" in other.run(*restore, code=1)
    assert "opens with a passphrase" in other.run(*restore, "--key", str(tmp_path / "k"), code=1)
    other.run(*restore, "--key", str(tmp_path / "k"), *word)


def test_backups_of_past_versions_and_of_the_older_form_are_brought_up_to_date(one_app: Flask, tmp_path: Path) -> None:
    """The older form: the database as it is, evidence files in a tar beside it. Migrations have a test of their own."""
    machine = Machine(tmp_path)
    with one_app.app_context():
        revisions = [one.revision for one in ScriptDirectory.from_config(schema.config()).walk_revisions()]
        for revision in (*revisions[1:-1:5], revisions[-1]):
            schema.downgrade(revision)
            backup_files.write(tmp_path / f"{revision}.backup")
    with tarfile.open(tmp_path / f"{revisions[-1]}.backup") as archive:
        archive.extract("database", tmp_path / "apart", filter="data")
    older = tmp_path / "older"
    (tmp_path / "apart" / "database").rename(older)
    with tarfile.open(tmp_path / "older.evidence.tar", "w") as archive:
        archive.add(older, "evidence/abc")
    for file in (*sorted(tmp_path.glob("*.backup")), older):
        told = json.loads(machine.run("backup", "check", str(file), "--format", "json"))
        assert told["rows"]["municipality"] == 1, file.name
        assert told["newest_revision"] == revisions[0]
    assert told["revision"] == revisions[-1]
    other = Machine(tmp_path / "bare")
    assert "rows and 1 files" in other.run("restore", str(older), "--without-secrets")
    assert left_in(other.data / "evidence") == ["abc"]
    assert "is not empty" in other.run("restore", str(older), "--without-secrets", code=1)


@pytest.mark.parametrize(
    "moment",
    [(unpacking, "unpack"), (backup_files, "run_client"), (schema, "upgrade"), (restoring, "_move"), (Path, "rename")],
    ids=["unpacked", "in PostgreSQL", "upgraded", "about to move", "in the middle of moving"],
)
def test_a_restore_that_is_killed_lets_nothing_start_and_the_same_command_begins_anew(
    first: Machine, monkeypatch: pytest.MonkeyPatch, moment: tuple[object, str]
) -> None:
    restore = sealed_backup(first)
    with bare(first) as other:
        with monkeypatch.context() as patch:
            killed_after(patch, *moment)
            child = os.fork()
            if not child:
                other.run(*restore)
                os._exit(0)
            _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert "was interrupted" in other.run("plan", "list", code=1)
            other.run(*restore)
        else:
            assert moment[1] == "run_client", "SQLite has no such moment"
            assert not other.url
        there = other.app()
        with there.app_context(), reading() as session:
            assert len(session.scalars(select(SealedBox)).all()) == ANSWERED
        there.extensions["engine"].dispose()
        assert left_in(other.data / "secrets") == ["boxes-marked", "pepper", "registration", "second-factor", "session"]


def killed_after(patch: pytest.MonkeyPatch, where: object, name: str) -> None:
    """Have the process end, as by kill -9, right after it has done *name*."""
    done = getattr(where, name)

    def last(*arguments: object, **named: object) -> None:
        done(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    def before(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    patch.setattr(where, name, before if name == "_move" else last)


def test_an_upgrade_is_preceded_by_a_backup_that_brings_the_older_database_back(first: Machine, app: Flask) -> None:
    with app.app_context():
        schema.downgrade("-1")
        older = schema.current()
    said = first.run("init")
    (file,) = (first.data / "backups").iterdir()
    assert f"The database as it was is kept in {file}." in said
    assert json.loads(first.run("backup", "check", str(file), "--format", "json"))["revision"] == older
    assert "is kept in" not in first.run("init")
    old = file.with_name("of three weeks ago")
    old.touch()
    os.utime(old, times=(0, fixed_clock().timestamp() - 21 * 86_400))
    first.run("purge")
    assert list((first.data / "backups").iterdir()) == [file]
    this = BEGINNING.of(app)
    with app.app_context():
        assert schema.current() == schema.newest()
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        assert list((first.data / "backups").iterdir()) == [], "it held the boxes"
