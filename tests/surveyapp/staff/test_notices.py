"""Letters about passkeys, one-time codes and recovery codes: whoever they guard is told of each change, and of nothing else."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from webauthn.helpers import bytes_to_base64url, encode_cbor

from tests.mail_server import mail_server
from tests.surveyapp.signing_in import csrf_token
from tests.surveyapp.staff.test_second_factor import by_password, press, set_up
from tests.waiting import until

PAGE = "/staff/account/second-factor"
ADDRESS = "http://localhost:8000"
CHECKED, WITH_KEY = 0b101, 0b1000000
"""Flags of WebAuthn: somebody was there and was checked; a new key follows."""
Deed = Callable[[Flask, FlaskClient, list[str]], object]


def new_passkey(challenge: str) -> str:
    """What a browser sends of a device that made a key for ADDRESS (WebAuthn, without a statement about the device)."""
    name = secrets.token_bytes(16)
    # COSE (RFC 9053): an octet key pair for EdDSA on the curve Ed25519.
    key = encode_cbor({1: 1, 3: -8, -1: 6, -2: Ed25519PrivateKey.generate().public_key().public_bytes_raw()})
    site, count, model = hashlib.sha256(b"localhost").digest(), bytes(4), bytes(16)
    told = site + bytes([CHECKED | WITH_KEY]) + count + model + len(name).to_bytes(2, "big") + name + key
    client = {"type": "webauthn.create", "challenge": challenge, "origin": ADDRESS, "crossOrigin": False}
    response = {
        "clientDataJSON": bytes_to_base64url(json.dumps(client).encode()),
        "attestationObject": bytes_to_base64url(encode_cbor({"fmt": "none", "attStmt": {}, "authData": told})),
    }
    return json.dumps(
        {"id": bytes_to_base64url(name), "rawId": bytes_to_base64url(name), "type": "public-key", "response": response}
    )


def add_passkey(_app: Flask, owner: FlaskClient, _codes: list[str]) -> None:
    page = owner.get(PAGE)
    with owner.session_transaction() as cookie:
        answer = new_passkey(cookie["challenge"][0])
    form = {"csrf_token": csrf_token(page), "credential": answer, "name": "Telefons"}
    assert owner.post("/staff/account/passkeys", data=form).status_code == 302
    assert "Telefons" in owner.get(PAGE).get_data(as_text=True)


def remove_passkey(_app: Flask, owner: FlaskClient, _codes: list[str]) -> None:
    page = owner.get(PAGE)
    place = re.search(r'action="(/staff/account/passkeys/\d+/remove)', page.get_data(as_text=True))
    assert place
    owner.post(place[1], data={"csrf_token": csrf_token(page)})
    assert "Telefons" not in owner.get(PAGE).get_data(as_text=True)


def remove_codes(_app: Flask, owner: FlaskClient, _codes: list[str]) -> None:
    owner.post("/staff/account/one-time-codes/remove", data={"csrf_token": csrf_token(owner.get(PAGE))})


def make_codes(_app: Flask, owner: FlaskClient, _codes: list[str]) -> None:
    owner.post("/staff/account/recovery-codes", data={"csrf_token": csrf_token(owner.get(PAGE))})


def use_code(app: Flask, _owner: FlaskClient, codes: list[str]) -> None:
    stranger = by_password(app)
    assert press(stranger, "/staff/second-step", recovery="AAAA-AAAA-AAAA").status_code == 422  # of which nobody is told
    assert press(stranger, "/staff/second-step", recovery=codes[0]).status_code == 302


@pytest.mark.parametrize(
    ("before", "deed", "told"),
    [
        (None, add_passkey, "Ir pievienota piekļuves atslēga."),
        (add_passkey, remove_passkey, "Piekļuves atslēga ir noņemta."),
        (None, remove_codes, "Vienreizējie kodi ir izslēgti."),
        (None, make_codes, "Ir izveidoti jauni atkopšanas kodi; agrākie vairs neder."),
        (None, use_code, "Kāds pierakstījās ar vienu no Jūsu atkopšanas kodiem."),
    ],
)
def test_a_letter_tells_the_owner_what_was_done_to_passkeys_and_codes(
    one_app: Flask, before: Deed | None, deed: Deed, told: str
) -> None:
    owner = one_app.test_client()
    with mail_server() as server:
        server.serve(one_app, BASE_URL=ADDRESS, SMTP_HOST="")
        _secret, codes = set_up(owner, one_app, "group")
        if before:
            before(one_app, owner, codes)
        server.serve(one_app, BASE_URL=ADDRESS)
        deed(one_app, owner, codes)
        until(lambda: len(server.received) == 1, "no letter tells of it")
        [letter] = server.received
    assert (letter.to, str(letter.message["Subject"])) == ("ilze@example.org", "Jūsu konts ir mainīts")
    assert told in letter.text.splitlines()
    assert "://" not in letter.text, "a letter that one may trust holds no link, nor what a mail program makes one of"
    assert "localhost:8000" in letter.text
    assert not any(code in letter.text for code in codes)
