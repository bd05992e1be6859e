"""Every kind of range that the app prints, drawn from whole invented towns, holds the truth about as often as it says."""

from collections import Counter

import pytest

from tests.analysis.coverage import Held, run, run_twice

KINDS = {
    *("level: hypergeometric", "level: hypergeometric, in whole people", "level: bounds for those who did not answer"),
    *("level: wilson", "level: post-stratified with mover", "level: mean with t", "level: stratified mean with t"),
    *("change: newcombe", "change: newcombe with fpc", "change: stratified newcombe with fpc", "change: logit interval"),
    *("change: mean with t", "change: stratified mean with t"),
    "level: kuder-richardson with feldt",
    *("change over three surveys: straight line", "change over three surveys: mean"),
}


def test_every_kind_of_range_is_drawn_and_holds_the_truth() -> None:
    """A few towns; `make coverage` draws hundreds."""
    parts = [
        run(2, 85, 60, known=True, public=False),
        run(2, 600, 60, known=False, public=False),
        run(1, 240, 170, known=True, public=True),
    ]
    drawn = Held(sum((part.printed for part in parts), Counter()), sum((part.held for part in parts), Counter()))
    assert {kind.removesuffix(", rounded") for kind in drawn.printed} == KINDS
    assert drawn.share("level: bounds for those who did not answer") == 1
    often = [kind for kind in KINDS if drawn.printed[kind] > 60]
    assert len(often) > 5
    for kind in often:
        assert drawn.share(kind) > 0.92, kind
    assert drawn.held.total() / drawn.printed.total() > 0.95


@pytest.mark.parametrize(("common", "habit"), [(60, 0.0), (36, 0.9), (52, 0.5)])
def test_the_widest_of_a_band_holds_the_true_change_whoever_answers_twice(common: int, habit: float) -> None:
    """All answer again, but anew: a band that took them to repeat themselves would hold the truth three times in four."""
    held = run_twice(4, 85, 60, common, habit, public=False)
    assert held.printed["share: widest"] > 60
    assert held.share("share: widest") > 0.88
    assert held.share("share: widest") >= held.share("share: range") >= held.share("share: narrowest")
    assert (held.share("share: narrowest") < 0.85) == (common == 60)
    assert held.printed["mean: widest"] == 4
