"""Certificates: only for those who came, in three languages, read back from the PDF, and attested without a name."""

import re
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from flask.testing import FlaskClient

from surveyapp.core import purging
from surveyapp.core.text import clean
from surveyapp.registration import people_store, tokens
from surveyapp.registration.door import certificates, store
from surveyapp.registration.door.rules import Came
from surveyapp.registration.rules import Words
from tests.conftest import Hands, MakeApp
from tests.surveyapp.demo.corpus import WORDS
from tests.surveyapp.registration.conferences import DELETE_ON
from tests.surveyapp.registration.door.test_store import MORNING, Scene, ids, set_up
from tests.surveyapp.signing_in import csrf_token, sign_in


@pytest.fixture
def scene(make_app: MakeApp) -> Scene:
    """A conference on its day: two of five came, and two walk-ins of whom one gave a name."""
    hands = Hands()
    made = set_up(make_app(now=hands), hands)
    with made.app.app_context():
        for one in ids(made)[:2]:
            store.check_in(made.door, one, f"mark {one}")
        store.walk_in(made.door, "Šķirmante Žņaudziņa (izdomāta)", 2, "walk")
        store.walk_in(made.door, None, 2, "walk 2")
    return made


def text(pdf: bytes) -> str:
    """The words of a PDF as a reader copies them."""
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def codes(pdf: bytes) -> list[str]:
    """The codes of certificates."""
    return re.findall(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}", text(pdf))


def own(scene: Scene, number: int) -> str:
    """Somebody's own page."""
    with scene.app.app_context():
        one = people_store.listed(scene.anna, scene.conference_id)[number]
        return f"/r/{scene.conference.slug}/own/{one.token}"


def desk(scene: Scene) -> FlaskClient:
    """A browser of a signed-in organiser."""
    client = scene.app.test_client()
    sign_in(client, scene.app, "organiser", email=f"organiser{scene.hands.moment.day}@example.org")
    return client


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("lv", ("Apliecinājums par dalību", "piedalījās konferencē", "2026. gada 15. decembris", "6,5", "Rīkotāja paraksts")),
        ("en", ("Certificate of attendance", "took part in the conference", "15 December 2026", "6.5", "Signature")),
        ("ru", ("Подтверждение участия", "15 декабря 2026 года", "6,5", "Подпись организатора")),
    ],
)
def test_a_person_who_came_gets_a_certificate_in_their_language(scene: Scene, language: str, words: tuple[str, ...]) -> None:
    client = scene.app.test_client()
    answer = client.get(f"{own(scene, 0)}/certificate.pdf?lang={language}")
    assert answer.content_type == "application/pdf"
    read = text(answer.data)
    assert all(each in read for each in ("Izdomāta Persona 1", "Koncertzāle", *words)), read
    assert b"/MarkInfo" in answer.data
    assert b"/StructTreeRoot" in answer.data


def test_a_word_that_attacks_the_typesetter_is_printed_as_it_was_typed(scene: Scene) -> None:
    for word in (clean(word, 200) for word in WORDS.values()):
        with scene.app.app_context():
            conference = scene.conference
            terms = replace(conference.terms, words={"lv": Words(title=word, place=word)})
            made = certificates.as_pdf(replace(conference, terms=terms), [Came(word, b"k" * 32, "lv")], 6)
        assert "".join(text(made).split()).count("".join(word.split())) == 3, "name, title and place"


def test_whoever_did_not_come_gets_none(scene: Scene) -> None:
    client = scene.app.test_client()
    assert client.get(f"{own(scene, 4)}/certificate.pdf").status_code == 404
    assert "certificate.pdf" not in client.get(own(scene, 4)).get_data(as_text=True)
    assert "certificate.pdf" in client.get(own(scene, 0)).get_data(as_text=True)
    assert client.get(f"{own(scene, 0)}x/certificate.pdf").status_code == 404


def test_all_come_in_one_file_with_the_hours_that_the_organiser_decided(scene: Scene) -> None:
    client = desk(scene)
    page = f"/registration/{scene.conference_id}/certificates"
    token = csrf_token(client.get(page))
    refused = client.post(page, data={"csrf_token": token, "hours": "daudz"})
    assert refused.status_code == 422
    assert "„daudz” nav stundu skaits" in refused.get_data(as_text=True)
    assert client.post(page, data={"csrf_token": token, "seen": "6.5", "hours": "5,25"}).status_code == 302
    late = client.post(page, data={"csrf_token": token, "seen": "6.5", "hours": "7"})
    assert late.status_code == 409, "somebody with an older page is told, and what they typed stays"
    assert "(tagad: 5,25)" in late.get_data(as_text=True)
    assert 'value="7"' in late.get_data(as_text=True)
    pdf = client.post(f"{page}.pdf", data={"csrf_token": token}).data
    read = text(pdf)
    names = re.findall(r"Izdomāta Persona \d|Šķirmante Žņaudziņa \(izdomāta\)", read)
    assert names == ["Izdomāta Persona 1", "Izdomāta Persona 2", "Šķirmante Žņaudziņa (izdomāta)"]
    assert len(set(codes(pdf))) == 3
    assert read.count("5,25") == 3
    assert client.post(f"{page}.pdf").status_code == 400


def test_the_square_leads_to_the_check_and_the_check_tells_no_name(scene: Scene, tmp_path: Path) -> None:
    client = scene.app.test_client()
    pdf = client.get(f"{own(scene, 0)}/certificate.pdf").data
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-singlefile", "-", str(tmp_path / "page")], input=pdf, check=True)
    _kind, size, _depth, pixels = (tmp_path / "page.pgm").read_bytes().split(b"\n", 3)
    width, height = (int(part) for part in size.split())
    (seen,) = zxingcpp.read_barcodes(np.frombuffer(pixels, np.uint8).reshape(height, width))
    (code,) = codes(pdf)
    with scene.app.test_request_context():
        assert seen.text == f"{certificates.verify_address()}?code={code}"
    told = client.get(f"/r/verify?code={code.lower().replace('-', ' ')}&lang=en").get_data(as_text=True)
    assert "Valid: attendance of 6.5 hours at “Together for children&#39;s safety (invented)” on 15 December 2026." in told
    assert "Persona" not in told
    wrong = client.get("/r/verify?code=AAAA-AAAA-AAAA-AAAA&lang=lv").get_data(as_text=True)
    assert "Šis kods neko neapliecina." in wrong
    nothing = client.get("/r/verify?lang=lv").get_data(as_text=True)
    assert "Šis kods" not in nothing
    assert "ikviens var redzēt, kuru konferenci" in nothing, "whoever comes without a code reads what the page is for"


def test_after_the_deletion_a_code_is_still_attested_and_no_certificate_can_be_made(scene: Scene) -> None:
    client = scene.app.test_client()
    address = f"{own(scene, 0)}/certificate.pdf"
    (code,) = codes(client.get(address).data)
    scene.hands.moment = datetime.combine(DELETE_ON, MORNING.timetz())
    with scene.app.app_context():
        purging.run()
    assert "Derīgs." in client.get(f"/r/verify?code={code}").get_data(as_text=True)
    assert client.get(address).status_code == 404
    organiser = desk(scene)
    page = organiser.get(f"/registration/{scene.conference_id}/certificates").get_data(as_text=True)
    assert "Vārdi ir izdzēsti" in page


def test_guessing_codes_is_slowed_down(scene: Scene) -> None:
    client = scene.app.test_client()
    guesser, other = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "203.0.113.10"}
    seen = [client.get(f"/r/verify?code=wrong{number}", environ_base=guesser).status_code for number in range(61)]
    assert seen[-1] == 429
    assert client.get("/r/verify?code=wrong", environ_base=other).status_code == 200


def test_a_code_is_read_as_people_type_it() -> None:
    assert tokens.read_code(" abcd-efgh jkmn pqrt ") == "ABCDEFGHJKMNPQRT"
    for wrong in ("", "ABCD", "ABCD-EFGH-JKMN-PQR0", "ABCD-EFGH-JKMN-PQRTU"):
        assert tokens.read_code(wrong) is None
