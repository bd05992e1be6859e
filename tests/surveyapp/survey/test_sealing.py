"""Packing and sealing: one size for every answer, opened with the wave's key only."""

import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_questionnaire
from surveyapp.survey import packing, sealing
from surveyapp.survey.key_files import public_bytes
from surveyapp.survey.packing import PackingError
from surveyapp.survey.sealing import DamagedBoxError, WaveKey
from tests.surveyapp.survey.rounds import some_answers

SURVEY = read_questionnaire(find_questionnaire("specialists/2"))
PLACE = bytes(32)


@given(st.integers(min_value=0))
def test_packed_answers_come_back_and_have_one_size(seed: int) -> None:
    answers = some_answers(SURVEY, seed)
    packed = packing.pack(SURVEY, answers)
    assert len(packed) == packing.size(SURVEY)
    assert packing.unpack(SURVEY, packed) == answers


def test_nothing_answered_and_everything_ticked_have_the_same_size() -> None:
    everything = {item.id: tuple(c.id for c in item.choices)[: None if item.kind == "multiple" else 1] for item in SURVEY.asked}
    assert len(packing.pack(SURVEY, {})) == len(packing.pack(SURVEY, everything)) == packing.size(SURVEY)
    assert packing.unpack(SURVEY, packing.pack(SURVEY, {})) == {}
    assert packing.unpack(SURVEY, packing.pack(SURVEY, everything)) == everything


@given(st.binary(min_size=packing.size(SURVEY), max_size=packing.size(SURVEY)))
def test_bytes_of_a_forger_are_answers_or_refused(packed: bytes) -> None:
    try:
        answers = packing.unpack(SURVEY, packed)
    except PackingError:
        return
    assert packing.pack(SURVEY, answers) == packed


@pytest.mark.parametrize("answers", [{"marker": ("x",)}, {"role": ("marker",)}, {"role": ("teacher", "police")}])
def test_packing_errors_do_not_quote_what_was_answered(answers: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(PackingError) as caught:
        packing.pack(SURVEY, answers)
    shown = f"{caught.value}{caught.value.__cause__}{caught.value.__context__}"
    assert not any(word in shown for word in ("marker", "teacher", "police"))


def key_pair(wave_id: int = 7) -> tuple[X25519PrivateKey, WaveKey]:
    private = X25519PrivateKey.generate()
    return private, WaveKey(wave_id, public_bytes(private))


def test_a_box_opens_with_its_key_to_what_was_sealed() -> None:
    private, key = key_pair()
    content = secrets.token_bytes(64)
    box = sealing.seal(key, PLACE, content)
    assert content not in box
    assert sealing.unseal(private, 7, PLACE, box) == content


def test_equal_answers_look_different_when_sealed() -> None:
    _, key = key_pair()
    assert sealing.seal(key, PLACE, bytes(64)) != sealing.seal(key, PLACE, bytes(64))


@given(st.integers(0, 175), st.integers(1, 255))
def test_a_box_with_any_changed_byte_is_damaged(place: int, change: int) -> None:
    private, key = key_pair()
    box = bytearray(sealing.seal(key, PLACE, bytes(96)))
    box[place] ^= change
    with pytest.raises(DamagedBoxError):
        sealing.unseal(private, 7, PLACE, bytes(box))


def test_a_box_opens_for_its_own_wave_place_and_key_only() -> None:
    private, key = key_pair()
    stranger, _ = key_pair()
    box = sealing.seal(key, PLACE, bytes(64))
    for opener, wave_id, place in ((stranger, 7, PLACE), (private, 8, PLACE), (private, 7, bytes([1]) * 32)):
        with pytest.raises(DamagedBoxError):
            sealing.unseal(opener, wave_id, place, box)
    for cut in (b"", box[:40], box[:-1]):
        with pytest.raises(DamagedBoxError):
            sealing.unseal(private, 7, PLACE, cut)
