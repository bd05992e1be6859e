"""The steward's road on the command line, as a person walks it."""

import csv
import json
import stat
import unicodedata
from datetime import date
from pathlib import Path
from typing import Literal

import click
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from sqlalchemy import select

from questionnaires.library import find_questionnaire
from questionnaires.texts import Language
from surveyapp import cli
from surveyapp.core import municipalities
from surveyapp.core.command import RefusedError
from surveyapp.core.database import writing
from surveyapp.core.passphrases import read_passphrase
from surveyapp.survey import key_files, key_text, store, wave_store
from surveyapp.survey.desk import key_reading
from surveyapp.survey.desk.key_reading import KeyProblem
from surveyapp.survey.models import SealedBox
from surveyapp.survey.sheets import cards
from tests.surveyapp.survey import small
from tests.surveyapp.survey.rounds import some_answers

Form = Literal["NFC", "NFD"]
QUESTIONNAIRE = str(find_questionnaire("specialists/2"))


class Desk:
    """A folder with the steward's files, and the command line."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        (folder / "people.csv").write_text("stratum,population\nteacher,30\nprotection,30\n", encoding="utf-8")
        (folder / "secret.txt").write_text("correct horse\n", encoding="utf-8")

    def run(self, *words: str) -> Result:
        """Run ``surveyapp`` with *words*; files are named from the folder."""
        return CliRunner().invoke(cli.commands, list(words), obj=lambda: self.app)

    def done(self, *words: str) -> str:
        """Run a command that succeeds and return what it prints."""
        result = self.run(*words)
        assert result.exit_code == 0, f"{result.output}{result.exception}"
        return result.stdout

    def refused(self, *words: str) -> str:
        """Run a command that is refused and return the reason."""
        result = self.run(*words)
        assert result.exit_code == 1
        assert result.exception is not None
        return str(result.exception)

    def file(self, name: str) -> str:
        """The path of a file in the folder."""
        return str(self.folder / name)

    def create(self, *more: str) -> str:
        """Make the wave ``autumn``; its key is ``key.pem``."""
        dates = ("--opens", "2026-11-20", "--closes", "2026-11-30")
        files = ("--population", self.file("people.csv"), "--key-out", self.file("key.pem"))
        return self.done("wave", "create", "--questionnaire", "specialists/2", *files, *dates, "--name", "autumn", *more)

    def invited(self, count: int = 12) -> list[dict[str, str]]:
        """Make the wave and its codes; returns the rows of the file."""
        self.done("questionnaire", "publish", QUESTIONNAIRE)
        self.create()
        self.done("wave", "trial", "autumn", "--key", self.file("key.pem"))
        self.done("wave", "invite", "autumn", "--count", str(count), "--out", self.file("codes.csv"))
        with Path(self.file("codes.csv")).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Desk:
    """The steward's desk."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(app, folder)


def test_roles_that_the_population_file_leaves_out_are_named(desk: Desk) -> None:
    desk.done("questionnaire", "publish", QUESTIONNAIRE)
    Path(desk.file("people.csv")).write_text("stratum,population\nteacher,30\ncare,30\n", encoding="utf-8")
    dates = ("--opens", "2026-11-20", "--closes", "2026-11-30")
    files = ("--population", desk.file("people.csv"), "--key-out", desk.file("key.pem"))
    result = desk.run("wave", "create", "--questionnaire", "specialists/2", *files, *dates)
    assert result.exit_code == 0
    assert "counts nobody in police, doctor. If people work there, name them." in result.stderr


def mode_of(path: str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


def test_the_whole_road_from_a_file_to_opened_answers(desk: Desk) -> None:
    rows = desk.invited(12)
    with desk.app.app_context():
        for number, row in enumerate(rows):
            form = row["code"] if number % 2 else row["link"]
            door = store.look_up(form)
            assert isinstance(door, store.Door)
            assert isinstance(
                store.submit(form, store.new_receipt(), some_answers(door.questionnaire, number)), store.Submitted
            )
    assert "is closed" in desk.done("wave", "close", "autumn")
    printed = desk.done("wave", "open", "autumn", "--key", desk.file("key.pem"), "--format", "json")
    assert json.loads(printed) == {"wave": "autumn", "responses": 12}
    assert "scrubbed" in desk.done("wave", "list")
    for role in ("steward", "coordinator"):
        desk.done("user", "add", f"{role}@example.org", "--role", role)
    assert "is not a data steward" in desk.refused("wave", "key-destroyed", "autumn", "--by", "coordinator@example.org")
    assert "Recorded" in desk.done("wave", "key-destroyed", "autumn", "--by", "steward@example.org")


def test_nobody_attests_that_a_key_is_gone_which_is_still_needed(desk: Desk) -> None:
    desk.invited()
    desk.done("user", "add", "steward@example.org", "--role", "steward")
    assert "Keep the key" in desk.refused("wave", "key-destroyed", "autumn", "--by", "steward@example.org")


def test_steward_and_auditor_together_open_a_wave_with_an_unreadable_box(desk: Desk) -> None:
    rows = desk.invited(12)
    with desk.app.app_context():
        for number, row in enumerate(rows):
            door = store.look_up(row["link"])
            assert isinstance(door, store.Door)
            store.submit(row["link"], store.new_receipt(), some_answers(door.questionnaire, number))
        with writing() as session:
            session.scalars(select(SealedBox).limit(1)).one().ciphertext = b"damaged"
    for role in ("steward", "auditor", "coordinator"):
        desk.done("user", "add", f"{role}@example.org", "--role", role)
    desk.done("wave", "close", "autumn")
    opening = ("wave", "open", "autumn", "--key", desk.file("key.pem"))
    agreed = ("--agreed-by", "steward@example.org", "--agreed-by")
    assert "--agreed-by STEWARD --agreed-by AUDITOR --reason TEXT" in desk.refused(*opening)
    assert "one steward and one auditor" in desk.refused(*opening, *agreed, "coordinator@example.org", "--reason", "flood")
    assert "say why" in desk.refused(*opening, *agreed, "auditor@example.org")
    assert "nobody@example.org" in desk.refused(*opening, *agreed, "nobody@example.org", "--reason", "flood")
    desk.done(*opening, *agreed, "auditor@example.org", "--reason", "flood in the server room")
    line = json.loads(desk.done("wave", "list", "--format", "json"))[0]
    assert (line["state"], line["received"], line["boxes_set_aside"]) == ("scrubbed", 11, 1)


def test_codes_come_as_csv_with_both_forms_readable_to_their_owner_alone(desk: Desk) -> None:
    rows = desk.invited(12)
    assert [list(row) for row in rows] == [["code", "link", "group"]] * 12
    assert all(row["link"].startswith("http://127.0.0.1:8000/s/#") for row in rows)
    assert all([len(part) for part in row["code"].split("-")] == [4, 4, 4, 1] for row in rows)
    assert mode_of(desk.file("codes.csv")) == mode_of(desk.file("key.pem")) == 0o600


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_codes_come_as_cards_to_print(desk: Desk, language: str) -> None:
    desk.invited()
    out = desk.file("cards.pdf")
    desk.done("wave", "invite", "autumn", "--count", "10", "--group", "school", "--out", out, "--lang", language)
    assert Path(out).read_bytes().startswith(b"%PDF-")
    assert mode_of(out) == 0o600


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("lv", "Atbildēt var no 2027. gada 11. janvāra, vēlākais līdz 2027. gada 12. februārim ieskaitot."),
        ("en", "Answers are taken from 11 January 2027, until 12 February 2027 at the latest."),
        ("ru", "Ответить можно с 11 января 2027 года, самое позднее – по 12 февраля 2027 года."),
    ],
)
def test_a_card_names_the_first_and_the_last_day(language: Language, words: str) -> None:
    said = cards.days_in_words((date(2027, 1, 11), date(2027, 2, 12)), language)
    assert said.replace("\u00a0", "\u202f") == words


def test_the_list_of_waves_is_data(desk: Desk) -> None:
    desk.invited()
    desk.done("wave", "invite", "autumn", "--count", "10", "--group", "school", "--out", desk.file("more.csv"))
    assert json.loads(desk.done("wave", "list", "--format", "json")) == [
        {
            "wave": "autumn",
            "questionnaire": "specialists/2",
            "opens": "2026-11-20",
            "closes": "2026-11-30",
            "mode": "code",
            "free_text": False,
            "state": "open",
            "boxes_set_aside": 0,
            "codes": 22,
            "received": None,
            "as_of": "2026-11-21",
            "groups": [{"group": "school", "codes": 10, "received": None}],
        }
    ]


def test_no_file_is_ever_overwritten(desk: Desk) -> None:
    desk.invited()
    before = Path(desk.file("codes.csv")).read_bytes()
    reason = desk.refused("wave", "invite", "autumn", "--count", "12", "--out", desk.file("codes.csv"))
    assert "exists already and is not overwritten" in reason
    assert Path(desk.file("codes.csv")).read_bytes() == before
    assert json.loads(desk.done("wave", "list", "--format", "json"))[0]["codes"] == 12, "no code was made without its file"


def test_a_wave_that_is_refused_leaves_no_key_file(desk: Desk) -> None:
    desk.invited()
    same = ("--population", desk.file("people.csv"), "--key-out", desk.file("other.pem"), "--name", "autumn")
    dates = ("--opens", "2026-11-20", "--closes", "2026-11-30")
    assert "already" in desk.refused("wave", "create", "--questionnaire", "specialists/2", *same, *dates)
    assert not Path(desk.file("other.pem")).exists()


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_the_key_can_be_printed_to_lock_away(desk: Desk, language: str) -> None:
    desk.done("questionnaire", "publish", QUESTIONNAIRE)
    desk.create("--recovery-sheet", desk.file("sheet.pdf"), "--lang", language)
    assert Path(desk.file("sheet.pdf")).read_bytes().startswith(b"%PDF-")
    assert mode_of(desk.file("sheet.pdf")) == 0o600


def test_a_sheet_that_cannot_be_written_leaves_neither_key_nor_wave(desk: Desk) -> None:
    desk.done("questionnaire", "publish", QUESTIONNAIRE)
    files = (
        "--population",
        desk.file("people.csv"),
        "--key-out",
        desk.file("key.pem"),
        "--recovery-sheet",
        desk.file("people.csv"),
    )
    dates = ("--opens", "2026-11-20", "--closes", "2026-11-30")
    assert "not overwritten" in desk.refused("wave", "create", "--questionnaire", "specialists/2", *files, *dates)
    assert not Path(desk.file("key.pem")).exists()
    assert Path(desk.file("people.csv")).read_text(encoding="utf-8").startswith("stratum")
    assert json.loads(desk.done("wave", "list", "--format", "json")) == []


def test_a_key_with_a_passphrase_needs_it(desk: Desk) -> None:
    desk.done("questionnaire", "publish", QUESTIONNAIRE)
    desk.create("--passphrase-file", desk.file("secret.txt"))
    trial = ("wave", "trial", "autumn", "--key", desk.file("key.pem"))
    assert "is locked" in desk.refused(*trial)
    assert "the passphrase is wrong or the file damaged" in desk.refused(*trial, "--passphrase-file", desk.file("people.csv"))
    assert "sealed and opened" in desk.done(*trial, "--passphrase-file", desk.file("secret.txt"))


@pytest.mark.parametrize("made_with", ["NFC", "NFD"])
@pytest.mark.parametrize("used_with", ["NFC", "NFD"])
def test_a_passphrase_works_however_an_editor_puts_marks_on_letters(desk: Desk, made_with: Form, used_with: Form) -> None:
    desk.done("questionnaire", "publish", QUESTIONNAIRE)
    file = Path(desk.file("secret.txt"))
    file.write_text(unicodedata.normalize(made_with, "zirgs baterija skava ābols"), encoding="utf-8")
    desk.create("--passphrase-file", str(file))
    file.write_text(unicodedata.normalize(used_with, "zirgs baterija skava ābols"), encoding="utf-8")
    assert "sealed and opened" in desk.done(
        "wave", "trial", "autumn", "--key", desk.file("key.pem"), "--passphrase-file", str(file)
    )
    with desk.app.app_context():
        wave = wave_store.find(municipalities.find("cesis").id, "autumn")
        on_the_page = key_reading.read(Path(desk.file("key.pem")).read_text(), "zirgs baterija skava ābols", wave)
    assert not isinstance(on_the_page, KeyProblem)


def test_a_key_that_an_earlier_version_locked_with_marks_apart_still_opens(tmp_path: Path) -> None:
    private, key, word = X25519PrivateKey.generate(), tmp_path / "key.pem", tmp_path / "word.txt"
    key.write_bytes(key_files.as_pem(private, unicodedata.normalize("NFD", "ābols").encode()))
    word.write_text("ābols\n", encoding="utf-8")
    assert key_files.public_bytes(key_files.read_key(key, read_passphrase(word))) == key_files.public_bytes(private)


def test_a_passphrase_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "word.txt"
    file.write_bytes("ābols".encode("utf-16"))
    with pytest.raises(RefusedError, match=r"word\.txt is no UTF-8 text; save the file as UTF-8"):
        read_passphrase(file)


def test_a_key_typed_into_a_file_from_its_sheet_works_and_a_slip_is_found_by_its_line(desk: Desk) -> None:
    desk.done("questionnaire", "publish", QUESTIONNAIRE)
    desk.create("--passphrase-file", desk.file("secret.txt"))
    lines = [f"{line.groups} :{line.check}" for line in key_text.for_paper(Path(desk.file("key.pem")).read_bytes())]
    typed = Path(desk.file("typed.txt"))
    trial = ("wave", "trial", "autumn", "--key", str(typed), "--passphrase-file", desk.file("secret.txt"))
    typed.write_text("\n".join([lines[1], *lines[1:]]), encoding="ascii")
    assert "Line 1 in" in desk.refused(*trial)
    typed.write_text("\n".join(lines), encoding="ascii")
    assert "is locked" in desk.refused(*trial[:5])
    assert "sealed and opened" in desk.done(*trial)


def test_a_file_that_is_no_key_is_refused_by_name(desk: Desk) -> None:
    desk.invited()
    assert "people.csv holds no key" in desk.refused("wave", "trial", "autumn", "--key", desk.file("people.csv"))


def test_each_refusal_says_what_to_do(desk: Desk) -> None:
    desk.done("questionnaire", "publish", QUESTIONNAIRE)
    desk.create()
    out = ("--out", desk.file("c.csv"))
    assert "surveyapp wave trial autumn --key FILE" in desk.refused("wave", "invite", "autumn", "--count", "12", *out)
    assert "(known: autumn)" in desk.refused("wave", "close", "spring")
    assert "must end in .csv or .pdf" in desk.refused("wave", "invite", "autumn", "--count", "12", "--out", desk.file("c.txt"))
    assert "surveyapp wave close autumn" in desk.refused("wave", "open", "autumn", "--key", desk.file("key.pem"))


def test_a_questionnaire_file_is_checked_with_every_problem(desk: Desk) -> None:
    assert json.loads(desk.done("questionnaire", "check", QUESTIONNAIRE, "--format", "json"))["reference"] == "specialists/2"
    broken = Path(desk.file("broken.yaml"))
    broken.write_text(Path(QUESTIONNAIRE).read_text(encoding="utf-8").replace("minutes:", "minuts:"), encoding="utf-8")
    problems = desk.refused("questionnaire", "check", str(broken)).splitlines()
    assert len(problems) == 2, "the unknown key and the missing one"
    assert all("broken.yaml" in problem for problem in problems)


def test_publishing_twice_changes_nothing(desk: Desk) -> None:
    assert json.loads(desk.done("questionnaire", "publish", QUESTIONNAIRE, "--format", "json"))["new"] is True
    assert "word for word" in desk.done("questionnaire", "publish", QUESTIONNAIRE)


@pytest.mark.parametrize("group", ["wave", "questionnaire"])
def test_every_command_explains_itself(desk: Desk, group: str) -> None:
    found = cli.commands.get_command(click.Context(cli.commands), group)
    assert isinstance(found, click.Group)
    for name in found.commands:
        text = desk.done(group, name, "--help")
        assert text.startswith("Usage:")
        assert "--help" in text


def test_a_wave_is_made_in_every_mode_with_own_words_where_the_questionnaire_asks_for_them(desk: Desk) -> None:
    with desk.app.app_context():
        small.publish()
    Path(desk.file("people.csv")).write_text("stratum,population\nschools,30\nclinics,30\n", encoding="utf-8")
    made = ("wave", "create", "--questionnaire", "small/1", "--population", desk.file("people.csv"), "--opens", "2026-11-20")
    for mode in ("code", "group", "open"):
        named = ("--name", mode, "--mode", mode, "--key-out", desk.file(f"{mode}.pem"), "--closes", "2026-11-30")
        desk.done(*made, *named, "--free-text")
    lines = json.loads(desk.done("wave", "list", "--format", "json"))
    assert [(line["wave"], line["mode"], line["free_text"]) for line in lines] == [
        ("code", "code", True),
        ("group", "group", True),
        ("open", "open", True),
    ]
    printed = desk.done("wave", "list")
    for words in ("one code each", "one code for each group", "one open address"):
        assert words in printed


def test_a_supplement_names_the_closed_wave_whose_latecomers_it_asks(desk: Desk) -> None:
    desk.invited()
    late = ("--population", desk.file("people.csv"), "--opens", "2026-11-21", "--closes", "2026-12-05", "--name", "late")
    made = ("wave", "create", "--questionnaire", "specialists/2", *late, "--key-out", desk.file("late.pem"), "--supplements")
    assert "There is no wave called 'spring'" in desk.refused(*made, "spring")
    assert "still takes answers" in desk.refused(*made, "autumn")
    desk.done("wave", "close", "autumn")
    assert "The wave 'late' is made." in desk.done(*made, "autumn")
