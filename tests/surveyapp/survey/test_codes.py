"""Invitation codes: what people may type, and which slips are noticed."""

import hmac

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.survey.codes import (
    ALPHABET,
    Code,
    Hasher,
    check_character,
    new_link,
    new_receipt,
    new_typed,
    read,
    read_receipt,
    shown,
)

letters = st.text(alphabet=ALPHABET, min_size=12, max_size=12)
PEPPER = bytes(range(32))


@pytest.fixture(scope="module", autouse=True)
def stretching() -> None:
    """In full: how much a code is stretched is shown here."""


def whole(text: str) -> str:
    return text + check_character(text)


@given(letters, st.integers(0, 12), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(text: str, place: int, wrong: str) -> None:
    code = whole(text)
    typed = code[:place] + wrong + code[place + 1 :]
    assert (read(typed) is None) == (typed != code)


@given(letters, st.integers(0, 12), st.integers(0, 12))
def test_two_exchanged_characters_are_always_noticed(text: str, one: int, other: int) -> None:
    code = list(whole(text))
    code[one], code[other] = code[other], code[one]
    typed = "".join(code)
    assert (read(typed) is None) == (typed != whole(text))


@given(letters, st.integers(0, 12))
def test_a_missing_or_doubled_character_is_noticed(text: str, place: int) -> None:
    code = whole(text)
    assert read(code[:place] + code[place + 1 :]) is None
    assert read(code[:place] + code[place] + code[place:]) is None


@given(letters)
def test_case_spaces_and_dashes_do_not_matter(text: str) -> None:
    code = whole(text)
    expected = Code(code, link=False)
    spaced = " ".join(code[start : start + 4] for start in range(0, 13, 4))
    for typed in (
        code,
        code.lower(),
        shown(code),
        f"  {spaced}\n",
        shown(code).replace("-", "\u2013"),
        code[:5] + " - " + code[5:],
    ):
        assert read(typed) == expected


def test_letters_of_a_russian_keyboard_that_look_the_same_are_understood() -> None:
    code = whole("ABEKMHPCTYXA")
    assert read(code.translate(str.maketrans("ABEKMHPCTYX", "АВЕКМНРСТУХ"))) == Code(code, link=False)


@pytest.mark.parametrize("typed", ["", " ", "-", "ABCD", "0000-0000-0000-0", "\u0000" * 13, "\U0001f600" * 13, "A" * 100_000])
def test_what_cannot_be_a_code_is_mistyped(typed: str) -> None:
    assert read(typed) is None


def test_a_link_is_understood_alone_and_as_the_whole_address() -> None:
    link = new_link()
    assert read(link) == read(f"https://survey.example.lv/s/#{link}") == read(f" {link} ") == Code(link, link=True)


def test_new_codes_are_read_back_and_differ() -> None:
    typed = {new_typed() for _ in range(200)}
    links = {new_link() for _ in range(200)}
    assert len(typed) == len(links) == 200
    assert {read(text) for text in typed} == {Code(text, link=False) for text in typed}
    assert {read(text) for text in links} == {Code(text, link=True) for text in links}


def test_a_card_shows_groups_of_four() -> None:
    assert shown("ABCDEFGHJKMNP") == "ABCD-EFGH-JKMN-P"


def test_a_receipt_is_read_as_it_was_shown_and_nothing_else_is_one() -> None:
    receipt = new_receipt()
    assert [len(part) for part in receipt.split("-")] == [4, 4, 4, 4]
    assert read_receipt(receipt.lower()) == receipt.replace("-", "")
    assert read_receipt("") is None
    assert read_receipt("O000-0000-0000-0000") is None


def test_hashes_need_the_pepper_and_the_wave() -> None:
    code = Code(whole("ABCDEFGHJKMN"), link=False)
    hashes = set()
    for pepper in (PEPPER, bytes(32)):
        hasher = Hasher(pepper)
        hashes |= {hasher.hash(code, hasher.stretched(code), salt) for salt in (b"1" * 16, b"2" * 16)}
    assert len(hashes) == 4


def test_the_place_of_a_box_needs_code_and_receipt() -> None:
    hasher = Hasher(PEPPER)
    places = {
        hasher.box_key(wave, code, receipt) for wave in (1, 11) for code in (b"a" * 32, b"b" * 32) for receipt in ("AA", "BB")
    }
    assert len(places) == 8


def test_a_typed_code_is_stretched_with_argon2id_and_a_link_code_is_long_enough_without() -> None:
    pepper = bytes(32)
    keyed = Hasher(pepper)
    typed, link = Code(new_typed(), link=False), Code(new_link(), link=True)
    salt = hmac.digest(pepper, len(b"stretching salt").to_bytes(4, "big") + b"stretching salt", "sha256")[:16]
    # OWASP's second choice: 19 MiB, two passes, one lane.
    assert keyed.stretched(typed) == hash_secret_raw(typed.text.encode(), salt, 2, 19 * 1024, 1, 32, Type.ID)
    assert keyed.stretched(link) == link.text.encode()
