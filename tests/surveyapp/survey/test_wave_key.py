"""The steward's pages: the key ceremony, the trial, the opening, a mismatch with the auditor, and the key's end."""

import base64
import io
import re
import subprocess
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from surveyapp.core import audit
from surveyapp.core.database import reading, writing
from surveyapp.survey import opened_store, scrubbing
from surveyapp.survey.desk import key_reading
from surveyapp.survey.desk.key_reading import KeyProblem
from surveyapp.survey.models import SealedBox
from surveyapp.survey.rules import State
from tests.surveyapp.signing_in import csrf_token
from tests.surveyapp.survey.wave_desk import PASSPHRASE, Desk, Fields, words


def test_the_key_leaves_in_a_file_and_on_a_sheet_on_one_page_only(app: Flask) -> None:
    desk = Desk(app)
    desk.draft()
    page = desk.make_key()
    assert desk.pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert 'href="data:application/pdf;base64,' in page
    assert "Save both now." in page
    assert desk.pem not in desk.get("steward", desk.path())
    assert "no-store" in desk.browser("steward").get(desk.path("key")).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (("short", "short"), "Use at least 12 characters"),
        ((PASSPHRASE, PASSPHRASE + "!"), "The two passphrases differ."),
        (("", ""), "Write a passphrase."),
    ],
)
def test_a_weak_or_mistyped_passphrase_makes_no_key(one_app: Flask, typed: tuple[str, str], reason: str) -> None:
    desk = Desk(one_app)
    desk.draft()
    answer = desk.send("steward", desk.path("key"), {"passphrase": typed[0], "again": typed[1], "sure": "y"}, 422)
    assert reason in words(answer)
    assert desk.wave().public_key is None


def test_until_the_trial_a_new_key_takes_the_place_of_the_old_one(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    desk.make_key()
    lost = desk.pem
    assert "There is a key that was not tried yet." in desk.get("steward", desk.path("key"))
    desk.make_key()
    kept, desk.pem = desk.pem, lost
    assert "not the key of this wave" in words(desk.send("steward", desk.path("trial"), desk.key(), 422))
    desk.pem = kept
    desk.send("steward", desk.path("trial"), desk.key())


def test_a_form_sent_twice_does_not_replace_the_key_that_was_just_saved(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    desk.make_key()
    before = desk.wave().public_key
    again = {"passphrase": PASSPHRASE, "again": PASSPHRASE, "sure": "y", "seen": "none"}
    assert "A key was made just now." in words(desk.send("steward", desk.path("key"), again, 409))
    assert desk.wave().public_key == before


def test_the_key_is_read_from_its_file_or_typed_from_the_sheet(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    desk.make_key()
    without_frame = "\n\n".join(f"  {line} " for line in desk.pem.splitlines()[1:-1])
    for typed in (desk.pem, desk.pem.replace("\n", " "), without_frame):
        desk.send("steward", desk.path("trial"), {"key_text": typed, "passphrase": PASSPHRASE})
    desk.send("steward", desk.path("trial"), desk.key())


def test_a_key_typed_back_from_the_printed_sheet_opens_and_a_slip_is_found_by_its_line(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    page = desk.make_key()
    printed = lines_of(sheet(page))
    assert len(printed) == 7
    for slip, line in ((printed[2][:-5] + "x" + printed[2][-4:], 3), (printed[4].swapcase(), 5), (printed[1], 6)):
        typed = [*printed[: line - 1], slip, *printed[line:]]
        answer = desk.send("steward", desk.path("trial"), {"key_text": "\n".join(typed), "passphrase": PASSPHRASE}, 422)
        assert f"Line {line} is not what its check says." in words(answer)
    careless = "\n".join(line.replace(" ", "  ").replace(":", " : ") for line in printed)
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(printed, 1))
    framed = "--- BEGIN ENCRIPTED KEY ---\n" + "\n".join(printed)
    for typed_back in (careless, numbered, framed, "\n".join(printed)):
        desk.send("steward", desk.path("trial"), {"key_text": typed_back, "passphrase": PASSPHRASE})


def sheet(page: str) -> str:
    """What is printed on the recovery sheet of a page that holds the key."""
    found = re.search(r"data:application/pdf;base64,([A-Za-z0-9+/=]+)", page)
    assert found
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=base64.b64decode(found[1]), capture_output=True, check=True).stdout.decode()


def lines_of(printed: str) -> list[str]:
    """The lines in the frame, without their numbers."""
    return re.findall(r"^ *\d\. +(\S.* :\w\w)$", printed, re.MULTILINE)


def test_what_is_wrong_with_a_key_is_said_in_words(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    desk.make_key()
    lines = desk.pem.splitlines()
    wrong: dict[str, Fields] = {
        "does not unlock this key": {"key_text": desk.pem, "passphrase": "quite another one"},
        "type its passphrase": {"key_text": desk.pem, "passphrase": ""},
        "no key that can be read": {"key_text": "\n".join([lines[0], lines[1], lines[-1]]), "passphrase": PASSPHRASE},
        "missing or wrong": {"key_file": (io.BytesIO(b"\x89PNG\r\n"), "photo.pem"), "passphrase": PASSPHRASE},
        "Choose the key file, or type the key": {"passphrase": PASSPHRASE},
    }
    for reason, typed in wrong.items():
        assert reason in words(desk.send("steward", desk.path("trial"), typed, 422)), reason
    assert desk.wave().state is State.DRAFT


def der(tag: int, *parts: bytes) -> bytes:
    """A value of a file of keys."""
    content = b"".join(parts)
    return bytes([tag, *([0x81] if len(content) > 127 else []), len(content)]) + content


def locked(rounds: int, function: str = "2a864886f70d01050c") -> str:
    """A locked key whose passphrase is stretched that many times, by the function of that number (PBKDF2)."""
    number = rounds.to_bytes(rounds.bit_length() // 8 + 1)
    hashed = der(0x30, der(0x06, bytes.fromhex("2a864886f70d0209")), b"\x05\x00")
    stretching = der(0x30, der(0x06, bytes.fromhex(function)), der(0x30, der(0x04, bytes(8)), der(0x02, number), hashed))
    cipher = der(0x30, der(0x06, bytes.fromhex("60864801650304012a")), der(0x04, bytes(16)))
    algorithm = der(0x30, der(0x06, bytes.fromhex("2a864886f70d01050d")), der(0x30, stretching, cipher))
    inside = base64.b64encode(der(0x30, algorithm, der(0x04, bytes(64)))).decode()
    return f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{inside}\n-----END ENCRYPTED PRIVATE KEY-----\n"


def test_a_key_that_would_keep_a_worker_busy_for_hours_is_not_tried(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    desk.make_key()
    wave = desk.wave()
    assert key_reading.read(locked(key_reading.MOST_ROUNDS), PASSPHRASE, wave) is KeyProblem.NOT_UNLOCKED
    for rounds in (key_reading.MOST_ROUNDS + 1, 2**31, 2**63, 0):
        assert key_reading.read(locked(rounds), PASSPHRASE, wave) is KeyProblem.DAMAGED, rounds
    assert key_reading.read(locked(1000, "2a864886f70d01050e"), PASSPHRASE, wave) is KeyProblem.DAMAGED


def test_typed_lines_of_the_sheet_stay_when_the_passphrase_is_wrong(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    desk.make_key()
    answer = desk.send("steward", desk.path("trial"), {"key_text": desk.pem, "passphrase": "wrong"}, 422)
    assert desk.pem.splitlines()[2] in words(answer)


def test_a_proved_key_can_be_tried_again_before_the_opening(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.ready()
    assert "You can try it again at any time" in desk.get("steward", desk.path("trial"))
    desk.send("steward", desk.path("trial"), desk.key())
    assert desk.wave().state is State.OPEN


def test_a_wave_with_too_few_boxes_stays_sealed(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.answer(desk.ready()[:9])
    desk.send("coordinator", desk.path("close"), {"sure": "y"})
    assert "closed with fewer than ten boxes. It stays sealed for ever" in desk.get("steward", desk.path("open"), 409)
    sent = desk.browser("steward").post(desk.path("open"), data={"csrf_token": "none", **desk.key(sure="y")})
    assert sent.status_code in {400, 409}
    assert desk.wave().state is State.CLOSED


def test_an_interrupted_cleaning_is_shown_and_finished_by_a_button(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(app)
    desk.closed()
    with monkeypatch.context() as patched:
        patched.setattr(scrubbing, "_TRIES", 0)
        patched.setattr(scrubbing, "is_sqlite", lambda: True)
        patched.setattr(scrubbing, "_outside_transaction", lambda _statement: None)
        desk.send("steward", desk.path("open"), desk.key(sure="y"))
    page = desk.get("steward", desk.path())
    assert "the cleaning was interrupted" in page
    assert "Finish the cleaning" in page
    assert "Finish the cleaning" not in desk.get("coordinator", desk.path())
    token = desk.browser("steward").get(desk.path()).get_data(as_text=True).partition('name="csrf_token"')[2].split('"')[3]
    desk.browser("steward").post(desk.path("clean"), data={"csrf_token": token})
    assert desk.wave().state is State.SCRUBBED
    assert "nothing to clean" in words(desk.browser("steward").post(desk.path("clean"), data={"csrf_token": token}))


def damaged(desk: Desk, number: int = 1) -> None:
    """Damage the sealed boxes of a closed wave, as a failing disk would."""
    desk.closed()
    with desk.app.app_context(), writing() as session:
        for box in session.scalars(select(SealedBox).limit(number)):
            box.ciphertext = b"damaged"


def test_a_mismatch_is_decided_by_steward_and_auditor_together(app: Flask) -> None:
    desk = Desk(app)
    damaged(desk)
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    for role in ("steward", "coordinator", "auditor"):
        page = desk.get(role, desk.path())
        assert "Answers that were taken 12 Boxes that there are 12 Boxes that cannot be read 1" in page
    desk.get("auditor", desk.path("decide"), 409)
    assert "Write what you found out" in words(desk.send("steward", desk.path("ask"), {"reason": " "}, 422))
    desk.send("steward", desk.path("ask"), {"reason": "water in the server room"})
    desk.get("steward", desk.path("ask"), 409)
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    assert desk.wave().state is State.CLOSED, "one of two is not enough"
    assert "water in the server room" in desk.get("auditor", desk.path())
    assert "if you do not agree (may stay empty)" not in desk.get("auditor", desk.path("decide"))
    desk.send("auditor", desk.path("decide"), {"decision": "agree"})
    assert "agreed. The data steward can open the wave now" in desk.get("steward", desk.path())
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    page = desk.get("auditor", desk.path())
    assert "Answers opened: 11. Boxes set aside because they could not be read: 1." in page
    deeds = deeds_of(desk)
    assert [deed for deed in deeds if deed in {"wave.mismatch", "wave.agreement_asked", "wave.agreed", "wave.opened"}] == [
        "wave.mismatch",
        "wave.agreement_asked",
        "wave.agreed",
        "wave.opened",
    ]


def deeds_of(desk: Desk) -> list[str]:
    """What the audit trail says was done, oldest first."""
    with desk.app.app_context(), reading() as session:
        return [entry.what for entry in reversed(audit.entries(session, desk.wave().municipality_id, 200))]


def test_an_auditor_who_does_not_agree_says_why_and_can_be_asked_again(one_app: Flask) -> None:
    desk = Desk(one_app)
    damaged(desk)
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    desk.send("steward", desk.path("ask"), {"reason": "no idea"})
    assert "Write why" in words(desk.send("auditor", desk.path("decide"), {"decision": "refuse"}, 422))
    desk.send("auditor", desk.path("decide"), {"decision": "refuse", "reason": "look at the backup first"})
    token = csrf_token(desk.browser("auditor").get("/staff/account"))
    late = {"csrf_token": token, "decision": "refuse", "reason": "my own words"}  # another auditor, whose page was older
    answer = desk.browser("auditor").post(desk.path("decide"), data=late)
    assert answer.status_code == 409
    assert "Your reason was not saved; here it is, to copy: “my own words”" in words(answer)
    page = desk.get("steward", desk.path())
    assert "The auditor did not agree: look at the backup first" in page
    assert "no idea" not in page
    desk.send("steward", desk.path("ask"), {"reason": "the backup has the same fault"})


def test_the_list_says_whose_turn_it_is_when_boxes_and_answers_do_not_match(one_app: Flask) -> None:
    desk = Desk(one_app)
    damaged(desk)
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    assert "Boxes and answers do not match." in desk.get("coordinator", "/waves/")
    desk.send("steward", desk.path("ask"), {"reason": "water"})
    assert "Boxes and answers do not match. The data steward asks to go on" in desk.get("auditor", "/waves/")
    desk.send("auditor", desk.path("decide"), {"decision": "agree"})
    assert "The auditor agreed to go on." in desk.get("steward", "/waves/")
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    assert "destroys every copy of the key" in desk.get("steward", "/waves/")


def test_an_agreement_holds_for_the_numbers_that_were_seen_only(one_app: Flask) -> None:
    desk = Desk(one_app)
    damaged(desk)
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    desk.send("steward", desk.path("ask"), {"reason": "water"})
    desk.send("auditor", desk.path("decide"), {"decision": "agree"})
    with one_app.app_context(), writing() as session:
        session.execute(
            update(SealedBox)
            .where(SealedBox.ciphertext != b"damaged")
            .values(ciphertext=b"damaged")
            .where(
                SealedBox.box_key
                == select(SealedBox.box_key).where(SealedBox.ciphertext != b"damaged").limit(1).scalar_subquery()
            )
        )
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    assert desk.wave().state is State.CLOSED
    page = desk.get("steward", desk.path())
    assert "Boxes that cannot be read 2" in page
    assert "Ask the auditor" in page


def test_small_numbers_of_a_mismatch_are_not_told(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.answer(desk.ready()[:9])
    desk.send("coordinator", desk.path("close"), {"sure": "y"})
    with one_app.app_context(), writing() as session:
        session.execute(delete(SealedBox).where(SealedBox.box_key == select(SealedBox.box_key).limit(1).scalar_subquery()))
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    page = desk.get("auditor", desk.path())
    assert "Fewer than ten boxes can be read." in page
    assert "Boxes that there are" not in page
    desk.get("steward", desk.path("ask"), 409)


def test_the_end_of_the_key_is_attested_with_its_day(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.opened()
    late = desk.send("steward", desk.path("destroyed"), {"on": "2026-11-22", "sure": "y"}, 422)
    assert "This day is still to come" in words(late)
    desk.send("steward", desk.path("destroyed"), {"on": "2026-11-21", "sure": "y"})
    with one_app.app_context(), reading() as session:
        newest = audit.entries(session, desk.wave().municipality_id, 1)[0]
    assert newest.what == "wave.key_destroyed"
    assert date(2026, 11, 21).isoformat() in newest.after
    with one_app.app_context():
        assert len(opened_store.opened_waves(desk.wave().municipality_id)) == 1
