"""Each defence of disclosure control is taken out, and the attacker who reads files alone must notice."""

from collections.abc import Callable, Sequence

import pytest

from analysis.counts import count_answers
from analysis.disclosure import protect_wave
from tests.analysis import defences
from tests.analysis.invented import POPULATION, truth
from tests.analysis.test_attacker import ASKED, loot_of
from tests.attacker.judging import weak_points
from tests.attacker.loot import Loot
from tests.attacker.telling import small_groups
from tests.surveyapp.releases.test_traps import TRAPS, people

Without = Callable[[pytest.MonkeyPatch], None]
SIX, HIDDEN, TWO_LESS = "a hidden group of six", "one hidden group only", "filters that differ by two people"
UNSCORED, RIGHT = "a scored question left out by one person", "everybody right"


def one_unscored(number: int, group: str, answers: dict[str, tuple[str, ...]]) -> None:
    """One person leaves out a question that is scored, as a file from elsewhere can have it."""
    if number == 0 and group == "education":
        answers.pop("k_one")


def all_right(_number: int, _group: str, answers: dict[str, tuple[str, ...]]) -> None:
    """Everybody knows everything."""
    answers |= {"k_one": ("a",), "k_two": ("b",), "k_three": ("a",)}


TOWNS = {
    UNSCORED: (one_unscored, 40, 32),
    RIGHT: (all_right, 40, 32),
    **{name: trap[:3] for name, trap in TRAPS.items()},
}
"""What was answered, and by how many in each group."""
NOTICED: dict[str, tuple[Sequence[Without], str, str]] = {
    "base rule": ([defences.without_the_base_rule], SIX, "protection has fewer than ten people"),
    "numbers of small groups": ([defences.without_hiding_response], SIX, "protection has fewer than ten people"),
    "cell rule": ([defences.without_the_cell_rule], HIDDEN, "k_one/protection/right: 1 is within 1-1"),
    "merging of answers": ([defences.without_merging], TWO_LESS, "a_plain/education/=4: 1 is within 1-1"),
    "base that tells who is outside": (
        [defences.without_guarding_who_is_outside], HIDDEN, "a_plain/protection/hard_to_say: 0 is within 0-0",
    ),
    "conditional questions": ([defences.without_guarding_who_was_asked], HIDDEN, "trained/protection/no: 0 is within 0-0"),
    "people without a score": ([defences.without_guarding_who_has_no_score], UNSCORED, "knowledge/*: 1 are without a score"),
    "deviations, and means beside hidden questions": (
        [defences.without_guarding_deviations, defences.with_means_beside_hidden_questions], RIGHT,
        "k_one/education/others: 0 is within 0-0",
    ),
    "complementary suppression, and the gate": (
        [defences.without_complementary_suppression, defences.without_the_gate], HIDDEN,
        "k_one/protection/right: 1 is within 1-1",
    ),
    "detail rule, the gate, and means beside hidden questions": (
        [defences.without_the_detail_rule, defences.without_the_gate, defences.with_means_beside_hidden_questions], HIDDEN,
        "k_one/protection/right: 1 is within 1-1",
    ),
}  # fmt: skip
"""What is taken out, whose answers tell it then, and what the attacker says."""
BACKED: dict[str, Without] = {
    "complementary suppression": defences.without_complementary_suppression,
    "detail rule": defences.without_the_detail_rule,
    "gate": defences.without_the_gate,
    "means beside hidden questions": defences.with_means_beside_hidden_questions,
}
"""What may be missing by itself in these towns because another layer stands behind it."""


def told(trap: str) -> list[str]:
    """Return what the attacker finds in the town of a trap."""
    change, education, protection = TOWNS[trap]
    own = people(change, education, protection)
    loot: Loot = loot_of({"first": protect_wave(ASKED, count_answers(ASKED, own, POPULATION))})
    return [*small_groups(loot), *weak_points(loot, {"first": truth(ASKED, own)})]


@pytest.mark.parametrize("defence", NOTICED)
def test_a_defence_that_is_missing_is_noticed(monkeypatch: pytest.MonkeyPatch, defence: str) -> None:
    missing, trap, found = NOTICED[defence]
    assert told(trap) == []
    for without in missing:
        without(monkeypatch)
    assert f"first: {found}" in told(trap)


@pytest.mark.parametrize("defence", BACKED)
def test_another_layer_stands_behind_it(monkeypatch: pytest.MonkeyPatch, defence: str) -> None:
    BACKED[defence](monkeypatch)
    assert told(HIDDEN) == []
