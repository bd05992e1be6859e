"""What is doubted about an event: never what is usual, always what is far from it, and the same whoever comes first."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.events.doubts import EARLIER, NUMBERS, TIMES, alike, doubts, number_doubts, twin_of
from surveyapp.events.rules import Facts, LoggedEvent, Stated

DAY = date(2026, 10, 1)
titles = st.text(alphabet="aāčeēgģ ĀBC12-.", max_size=20)
counts = st.integers(min_value=1, max_value=1000)


def logged(facts: Facts, *, withdrawn: bool = False) -> LoggedEvent:
    """An event with these facts in force."""
    stated = Stated(1, facts, withdrawn, None, 1, "anna@example.org", datetime(2026, 10, 2, tzinfo=UTC))
    return LoggedEvent(7, "small", "1.1.a", "social_service", (stated,))


def usual(people: int, times: int = EARLIER) -> list[Facts]:
    """Events that all had that many people."""
    return [Facts(DAY, "Agrāk", unique_persons=people) for _ in range(times)]


@given(titles, titles)
def test_being_alike_goes_both_ways(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(titles)
def test_a_title_is_like_itself_in_capitals_and_without_diacritics(title: str) -> None:
    plain = title.translate(str.maketrans("āčēģĀ", "acegA"))
    assert alike(title, title.upper()) == alike(title, plain) == any(letter.isalnum() for letter in title)


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("Vecāku grupa", "vecaku grupa.", True),
        ("Vecāku grupa", "Vecāku grupaa", True),
        ("Vecāku grupa", "Vecāku grupa Priekuļos", True),
        ("1. grupa", "2. grupa", False),
        ("Vecāku grupa", "Konference", False),
        ("", "", False),
    ],
)
def test_slips_are_alike_and_other_numbers_are_not(one: str, other: str, are: bool) -> None:  # noqa: FBT001 - the parameter
    assert alike(one, other) == are


def test_the_same_day_and_title_or_place_make_a_probable_duplicate() -> None:
    earlier = Facts(DAY, "Vecāku grupa", place="Cēsu bibliotēka")
    same_title, same_place = Facts(DAY, "Vecaku grupa"), Facts(DAY, "Lekcija", place="Cesu biblioteka")
    for facts in (same_title, same_place):
        assert [each.kind for each in doubts(facts, [logged(earlier)], [])] == ["duplicate"]
    for facts in (replace(same_title, held_on=date(2026, 10, 2)), Facts(DAY, "Lekcija", place="Skola")):
        assert twin_of(facts, [logged(earlier)]) is None
    assert twin_of(same_title, [logged(earlier, withdrawn=True)]) is None


def test_two_kindergartens_on_one_day_are_no_duplicate() -> None:
    assert twin_of(Facts(DAY, "Programma", member="sun"), [logged(Facts(DAY, "Programma", member="moon"))]) is None
    assert twin_of(Facts(DAY, "Programma", member="sun"), [logged(Facts(DAY, "Programma"))]) is not None


@given(counts, st.integers(min_value=0, max_value=100_000))
def test_ten_times_the_usual_is_doubted_and_less_is_not(people: int, now: int) -> None:
    found = number_doubts(Facts(DAY, "Tagad", unique_persons=now), usual(people))
    assert [each.kind for each in found] == (["ten_times"] if now >= TIMES * people else [])


@given(st.lists(st.one_of(st.none(), st.just(0), counts), max_size=6), counts)
def test_below_three_stated_numbers_nothing_is_usual(before: list[int | None], now: int) -> None:
    found = number_doubts(
        Facts(DAY, "Tagad", unique_persons=now), [Facts(DAY, "Agrāk", unique_persons=each) for each in before]
    )
    stated = [each for each in before if each]
    assert not found or len(stated) >= EARLIER
    if stated:
        assert not number_doubts(Facts(DAY, "Tagad", unique_persons=max(stated)), usual(max(stated)))


@given(st.sampled_from(NUMBERS))
def test_what_is_not_stated_or_zero_is_never_doubted(name: str) -> None:
    def stating(number: int | None) -> Facts:
        stated: dict[str, Any] = {name: number}
        return Facts(DAY, "Tagad", **stated)

    assert number_doubts(stating(50), [stating(5)] * 3)
    for nothing in (None, 0):
        assert number_doubts(stating(nothing), [stating(5)] * 3) == ()


@given(st.floats(min_value=0, max_value=1000))
def test_an_event_has_at_most_the_hours_of_a_day(hours: float) -> None:
    found = number_doubts(Facts(DAY, "Tagad", hours=hours), [])
    assert [each.kind for each in found] == (["hours_over_day"] if hours > 24 else [])
