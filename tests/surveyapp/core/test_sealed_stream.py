"""A sealed stream gives back what was sealed, or nothing."""

import io
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.backups.sealed_stream import FIRST_LINE, PIECE, Lock, Opening, SealedError, Unlock, seal, unseal

OWNER: Final = X25519PrivateKey.generate()
LOCK: Final = Lock(recipients=[OWNER.public_key().public_bytes_raw()])
UNLOCK: Final = Unlock(private=OWNER)
WHOLE: Final = bytes(range(256)) * (3 * PIECE // 256)
SEALED: Final = seal(WHOLE, LOCK)
HEAD: Final = SEALED.index(b"\n", len(FIRST_LINE)) + 1
TAGGED: Final = PIECE + 16


@given(st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7]), st.integers(1, 3 * PIECE))
def test_what_was_sealed_comes_back_however_it_is_read(length: int, chunk: int) -> None:
    stream = Opening(io.BytesIO(seal(WHOLE[:length], LOCK)), UNLOCK)
    found = b""
    while part := stream.read(chunk):
        found += part
    assert found == WHOLE[:length]


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(at: int, by: int) -> None:
    with pytest.raises(SealedError):
        unseal(SEALED[:at] + bytes([SEALED[at] ^ by]) + SEALED[at + 1 :], UNLOCK)


@given(st.integers(0, len(SEALED) - 1))
def test_nothing_can_be_cut_off(length: int) -> None:
    with pytest.raises(SealedError):
        unseal(SEALED[:length], UNLOCK)


@pytest.mark.parametrize(
    "moved",
    [
        SEALED[: HEAD + TAGGED],
        SEALED + b"more",
        SEALED[:HEAD] + SEALED[HEAD + TAGGED :],
        SEALED[:HEAD] + SEALED[HEAD + TAGGED : HEAD + 2 * TAGGED] + SEALED[HEAD : HEAD + TAGGED] + SEALED[HEAD + 2 * TAGGED :],
        seal(WHOLE, LOCK)[:HEAD] + SEALED[HEAD:],
    ],
    ids=["cut between pieces", "longer", "without its first piece", "two pieces exchanged", "with the head of another"],
)
def test_pieces_stay_where_they_were(moved: bytes) -> None:
    with pytest.raises(SealedError):
        unseal(moved, UNLOCK)


def test_each_of_several_for_whom_it_was_sealed_opens_it_alone_and_nobody_else() -> None:
    second = X25519PrivateKey.generate()
    both = [one.public_key().public_bytes_raw() for one in (OWNER, second)]
    sealed = seal(b"all", Lock("izdomāta parole".encode(), both))
    for unlock in (Unlock("izdomāta parole".encode()), Unlock(private=OWNER), Unlock(b"wrong", second)):
        assert unseal(sealed, unlock) == b"all"
    with pytest.raises(SealedError, match="another passphrase or key"):
        unseal(sealed, Unlock(b"wrong", X25519PrivateKey.generate()))
    with pytest.raises(SealedError, match="opens with a passphrase or a private key"):
        unseal(sealed, Unlock())


def test_a_file_that_asks_for_unreasonable_work_is_refused_at_once() -> None:
    head = (
        FIRST_LINE + b'{"ways": [{"kind": "passphrase", "salt": "AAAA", "memory_kib": 99999999, "passes": 99, "lanes": 1}]}\n'
    )
    with pytest.raises(SealedError):
        unseal(head, Unlock(b"word"))
