"""A locked key: it opens with its passphrase and not without, and guessing is dear."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.survey import key_files, key_locking
from surveyapp.survey.desk import key_reading


@pytest.fixture(scope="module", autouse=True)
def stretching() -> None:
    """In full: how much a passphrase is stretched is shown here."""


def raw(key: object) -> bytes:
    assert isinstance(key, X25519PrivateKey)
    return key.private_bytes_raw()


@settings(max_examples=10, deadline=None)
@given(passphrase=st.binary(min_size=1, max_size=200).filter(lambda one: b"\0" not in one))
def test_a_key_comes_back_with_its_passphrase_only(passphrase: bytes) -> None:
    private = X25519PrivateKey.generate()
    pem = key_files.as_pem(private, passphrase)
    assert raw(serialization.load_pem_private_key(pem, passphrase)) == raw(private)
    with pytest.raises(ValueError):  # noqa: PT011 - one in 256 is not called a wrong password, but no key
        serialization.load_pem_private_key(pem, passphrase + b"x")


def test_a_passphrase_is_stretched_often_enough_to_make_guessing_dear() -> None:
    pem = key_files.as_pem(X25519PrivateKey.generate(), b"four words that are unrelated")
    inside = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    assert bytes.fromhex("0203 0927c0") in inside, "600,000 rounds, as DER writes a number"
    assert bytes.fromhex("0608 2a864886f70d0209") in inside, "of HMAC with SHA-256"
    assert bytes.fromhex("0609 60864801650304012a") in inside, "for AES with 256 bits"
    assert key_locking.ROUNDS <= key_reading.MOST_ROUNDS, "a page reads what it made"


def test_two_files_of_one_key_have_nothing_in_common() -> None:
    private = X25519PrivateKey.generate()
    assert key_files.as_pem(private, b"same").splitlines()[3:-1] != key_files.as_pem(private, b"same").splitlines()[3:-1]
