"""Labels of figures: lines that fit, whole words in their order, and an ellipsis only where lines are spent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.results.drawn import pictures

words = st.text(alphabet="aāilmwšžжщюиняОШ", min_size=1, max_size=9)


@given(st.lists(words, min_size=1, max_size=30).map(" ".join))
def test_with_lines_enough_no_word_is_lost_or_broken(label: str) -> None:
    assert " ".join(pictures.wrapped(label, 300, most=99)).split() == label.split()


@given(st.lists(words, min_size=1, max_size=30).map(" ".join), st.integers(min_value=1, max_value=4))
def test_what_does_not_fit_ends_with_an_ellipsis(label: str, most: int) -> None:
    lines = pictures.wrapped(label, 120, most)
    assert len(lines) <= most
    assert lines[-1].endswith("…") is (len(pictures.wrapped(label, 120, 99)) > most)


@pytest.mark.parametrize("letters", ["ж" * 40, "W" * 40, "i" * 200])
def test_a_word_longer_than_a_line_goes_on_below(letters: str) -> None:
    lines = pictures.wrapped(letters, 100, 99)
    assert "".join(lines) == letters
    assert len(lines) > 1


def test_wide_letters_take_more_room_than_narrow_ones() -> None:
    assert len(pictures.wrapped("ши шо ша " * 8, 100, 99)) > len(pictures.wrapped("il it if " * 8, 100, 99))


def test_nothing_is_one_empty_line() -> None:
    assert pictures.wrapped("", 100) == [""]
