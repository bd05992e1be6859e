"""How large a change is, free of its unit, in words."""

from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from surveyapp.results import findings
from surveyapp.results.change import Change

NAMES: Final = {"cohens_h": _l("Cohen's h"), "hedges_g": _l("Hedges' g"), "cliffs_delta": _l("Cliff's delta")}
_SIZES: Final = (_l("very small"), _l("small"), _l("medium"), _l("large"))
_LIMITS: Final = {"cohens_h": (0.2, 0.5, 0.8), "hedges_g": (0.2, 0.5, 0.8), "cliffs_delta": (0.147, 0.33, 0.474)}
"""From where on an effect is small, medium, large: Cohen (1988), Statistical Power Analysis; of delta Romano et al. (2006)."""


def told(change: Change) -> str:
    """Return how large a change is, free of its unit, as a sentence; nothing where that is not told."""
    if change.effect is None or change.effect_name is None:
        return ""
    size = sum(abs(change.effect) >= limit for limit in _LIMITS[change.effect_name])
    said = gettext(
        "Size of the change without its unit: %(size)s (%(name)s %(value)s).",
        size=_SIZES[size],
        name=NAMES[change.effect_name],
        value=findings.signed(change.effect),
    )
    return str(said)
