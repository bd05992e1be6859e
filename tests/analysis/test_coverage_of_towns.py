"""Every kind of range that the app prints, drawn from whole invented towns, holds the truth about as often as it says."""

from collections import Counter

from tests.analysis.coverage import Held, run

KINDS = {
    *("level: hypergeometric", "level: hypergeometric, in whole people", "level: bounds for those who did not answer"),
    *("level: wilson", "level: post-stratified with mover", "level: mean with t", "level: stratified mean with t"),
    *("change: newcombe", "change: newcombe with fpc", "change: stratified newcombe with fpc", "change: logit interval"),
    *("change: mean with t", "change: stratified mean with t"),
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
