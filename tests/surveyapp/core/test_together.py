"""Storing together: one transaction for everybody in line, and nobody pays for another's trouble."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import OperationalError

from surveyapp.core.together import Together
from tests.waiting import until

_PEOPLE = 8


def rounds_of(store: Callable[[Sequence[int]], Sequence[str]]) -> tuple[list[list[int]], list[object]]:
    """What was stored together, and what became of each of eight, all of whom but the first come while it is being stored."""
    rounds: list[list[int]] = []
    first, go_on = threading.Event(), threading.Event()

    def slowly(brought: Sequence[int]) -> Sequence[str]:
        rounds.append(list(brought))
        first.set()
        go_on.wait()
        return store(brought)

    line = Together(slowly)

    def add(number: int) -> object:
        try:
            return line.add(number)
        except (ValueError, OperationalError) as error:
            return type(error)

    with ThreadPoolExecutor(_PEOPLE) as people:
        told = [people.submit(add, 0)]
        first.wait()
        told += [people.submit(add, number) for number in range(1, _PEOPLE)]
        until(lambda: len(line._line) == _PEOPLE - 1, "not everybody stood in line")
        go_on.set()
    return rounds, [one.result() for one in told]


def test_whoever_comes_while_another_is_stored_is_stored_together_with_all_who_came() -> None:
    rounds, told = rounds_of(lambda brought: [f"stored {number}" for number in brought])
    assert [sorted(together) for together in rounds] == [[0], list(range(1, _PEOPLE))]
    assert told == [f"stored {number}" for number in range(_PEOPLE)]


def test_where_one_cannot_be_stored_the_others_are() -> None:
    def store(brought: Sequence[int]) -> Sequence[str]:
        if 5 in brought:
            raise ValueError
        return ["stored"] * len(brought)

    rounds, told = rounds_of(store)
    assert told == ["stored" if number != 5 else ValueError for number in range(_PEOPLE)]
    assert [len(together) for together in rounds] == [1, _PEOPLE - 1, *[1] * (_PEOPLE - 1)]


def test_a_database_that_takes_nothing_is_asked_once_for_all_who_came() -> None:
    def store(brought: Sequence[int]) -> Sequence[str]:
        raise OperationalError("COMMIT", brought, OSError())

    rounds, told = rounds_of(store)
    assert told == [OperationalError] * _PEOPLE
    assert len(rounds) == 2
