"""How a released number was computed, in words: the names of methods as tables hold them."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

METHODS: Final[Mapping[str, LazyString]] = {
    "hypergeometric": _l("exact range in whole people"),
    "wilson": _l("Wilson's range"),
    "post-stratified with mover": _l("share over groups, weighted by their size"),
    "mean with t": _l("mean with its t range"),
    "stratified mean with t": _l("mean over groups with its t range"),
    "kuder-richardson with feldt": _l(
        "Cronbach's alpha with Feldt's range, from what is shown of the score (Kuder and Richardson)"
    ),
    "newcombe": _l("Newcombe's range"),
    "newcombe with fpc": _l("Newcombe's range for a small town"),
    "stratified newcombe with fpc": _l("Newcombe's range over groups, for a small town"),
    "logit interval": _l("range of a probability"),
    "boschloo": _l("Boschloo's exact test"),
    "score": _l("score test"),
    "cochran_mantel_haenszel": _l("Cochran-Mantel-Haenszel test over groups"),
    "exact_conditional": _l("exact test over groups"),
    "brunner_munzel": _l("Brunner-Munzel test"),
    "exact_permutation": _l("exact permutation test"),
    "van_elteren": _l("van Elteren's test over groups"),
    "welch": _l("Welch's test"),
    "stratified welch": _l("Welch's test over groups"),
    "holm": _l("corrected for several questions (Holm)"),
    "benjamini_hochberg": _l("corrected for many questions (Benjamini-Hochberg)"),
}
