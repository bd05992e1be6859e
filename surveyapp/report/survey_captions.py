"""What stands under a report's figure of several questions: its finding first, then what it shows."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from surveyapp.results import findings, level_words
from surveyapp.results.change import Change
from surveyapp.results.level import Level
from surveyapp.results.wave_results import WaveResults

_CLEAR: Final = frozenset({"clear_rise", "clear_fall"})
_NOT_COMPARED: Final = frozenset({"not_comparable", "too_few"})
_HALF: Final = 0.5


def of_changes(drawn: Sequence[tuple[str, Change]]) -> str:
    """Return the caption of a figure of changes, each question named: which of them clearly changed, and how."""
    return f"{_changed(drawn)}. {_shown()}"


def of_levels(results: WaveResults, drawn: Sequence[tuple[str, Level]]) -> str:
    """Return the caption of a figure of levels: how many questions at least half answered rightly or favourably."""
    return f"{_level(results, drawn)}. {_shown()}"


def _changed(drawn: Sequence[tuple[str, Change]]) -> str:
    if len(drawn) == 1:
        ((label, line),) = drawn
        return f"{label} – {findings.title(line)}"
    clear = [(label, line) for label, line in drawn if line.verdict in _CLEAR]
    compared = sum(line.verdict not in _NOT_COMPARED for _label, line in drawn)
    if not compared:
        return str(_("Nothing that could be compared"))
    if not clear:
        none = ngettext(
            "No clear change in the %(num)s question compared",
            "No clear change in any of the %(num)s questions compared",
            compared,
        )
        return findings.none_clear(str(none), [line for _label, line in drawn])
    told = _("Questions with a clear change: %(clear)s of %(compared)s", clear=len(clear), compared=compared)
    return f"{told}. {'. '.join(f'{label} – {findings.title(line)}' for label, line in clear)}"


def _level(results: WaveResults, drawn: Sequence[tuple[str, Level]]) -> str:
    if len(drawn) == 1:
        ((label, line),) = drawn
        return f"{label} – {level_words.title(results, line)}"
    known = [line.level for _label, line in drawn if line.level is not None]
    if not known:
        return str(_("No share of these answers can be shown"))
    return str(
        ngettext(
            "At least half answered rightly or favourably to %(most)s of %(num)s question",
            "At least half answered rightly or favourably to %(most)s of %(num)s questions",
            len(known),
            most=sum(share >= _HALF for share in known),
        )
    )


def _shown() -> str:
    return str(_("Share of right or favourable answers, everybody; the lines are the likely ranges"))
