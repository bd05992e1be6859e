"""Memory that is kept changes nothing of what Argon2id gives."""

import mmap
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.survey.stretching import Stretcher

LITTLE = Stretcher(1, 64)


@given(st.binary(max_size=40), st.binary(min_size=8, max_size=32))
def test_kept_memory_gives_what_fresh_memory_gives(secret: bytes, salt: bytes) -> None:
    assert LITTLE.stretch(secret, salt) == hash_secret_raw(secret, salt, 1, 64, 1, 32, Type.ID)


def test_threads_that_stretch_at_once_do_not_write_into_each_others_memory() -> None:
    secrets = [b"%d" % number for number in range(64)]
    large = Stretcher(2, 2048)
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(lambda secret: large.stretch(secret, b"salt" * 4), secrets))
    assert at_once == [hash_secret_raw(secret, b"salt" * 4, 2, 2048, 1, 32, Type.ID) for secret in secrets]


def test_where_the_system_has_no_large_pages_it_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mmap, "MADV_HUGEPAGE", raising=False)
    assert Stretcher(1, 64).stretch(b"code", b"salt" * 4) == LITTLE.stretch(b"code", b"salt" * 4)


def test_what_argon2_refuses_is_an_error_and_not_a_hash() -> None:
    with pytest.raises(HashingError, match="Salt is too short"):
        LITTLE.stretch(b"code", b"")


def test_memory_is_kept_for_the_next_one_and_given_back_when_nobody_comes() -> None:
    held, seldom = psutil.Process().memory_info, Stretcher(1, 256 * 1024, kept_s=1)
    before = held().rss
    first = seldom.stretch(b"code", b"salt" * 4)
    assert held().rss - before > 200e6
    given_back_by = time.monotonic() + 30
    while held().rss - before > 100e6:
        assert time.monotonic() < given_back_by
        time.sleep(0.1)
    assert seldom.stretch(b"code", b"salt" * 4) == first
