"""What the national view says: of a place, of a line, and of what municipalities have between them."""

from flask_babel import gettext as _
from flask_babel import ngettext

from analysis.between import Between
from surveyapp.core.i18n import here
from surveyapp.national.rules import FEWEST_MUNICIPALITIES, Beside, Comparison, Line
from surveyapp.results import findings, level_words
from surveyapp.results.words import number


def title(comparison: Comparison) -> str:
    """Return what a comparison is called: its questionnaire, and which survey with it."""
    name, which = here(comparison.words.questionnaire.title), comparison.place[1]
    if which == 1:
        return str(_("%(questionnaire)s: first survey", questionnaire=name))
    if which == 2:  # noqa: PLR2004 - the second one
        return str(_("%(questionnaire)s: second survey", questionnaire=name))
    return str(_("%(questionnaire)s: survey no. %(which)s", questionnaire=name, which=which))


def subject(comparison: Comparison, line: Line) -> str:
    """Return what a line is about: the question, and the answer where it is about one of several."""
    asked = here(comparison.words.subject(line.asked))
    choices = comparison.words.choices(line.asked)
    return f"{asked} – {level_words.name(comparison.words, line.asked)}" if choices else asked


def counted(comparison: Comparison, line: Line) -> str:
    """Return what the number of a line counts."""
    return findings.counted(comparison.words.questionnaire, line.asked)


def too_few() -> str:
    """Return why a line is not compared."""
    return str(
        _("Fewer than %(fewest)s municipalities have a number that may be shown, so none is.", fewest=FEWEST_MUNICIPALITIES)
    )


def finding(line: Line, found: Between) -> str:
    """Return what the municipalities of a line have between them, fit to stand above its figure."""
    facts = {
        name: level(line, value) for name, value in (("median", found.median), ("least", found.least), ("most", found.most))
    }
    if facts["least"] == facts["most"]:
        return str(
            ngettext("%(num)s municipality: %(median)s", "%(num)s municipalities: %(median)s in each of them", found.n, **facts)
        )
    told = ngettext(
        "%(num)s municipality: %(median)s in the middle, from %(least)s to %(most)s",
        "%(num)s municipalities: %(median)s in the middle, from %(least)s to %(most)s",
        found.n,
        **facts,
    )
    return str(told)


def alike(line: Line, found: Between) -> str:
    """Return whether all municipalities may be alike by these numbers; nothing where one has no range."""
    if found.alike is None:
        return ""
    if found.common_low is not None and found.common_high is not None:
        low, high = level(line, found.common_low), level(line, found.common_high)
        if low == high:
            return str(_("%(value)s lies within every range: by these numbers alone they may all be alike.", value=low))
        return str(
            _("%(low)s to %(high)s lies within every range: by these numbers alone they may all be alike.", low=low, high=high)
        )
    often = number(round(100 * found.by_chance))
    return str(
        _(
            "No value lies within every range: they may differ. Were all alike, chance alone would make it look so in up to "
            "%(often)s of 100 questions.",
            often=often,
        )
    )


def level(line: Line, value: float) -> str:
    """Return a level of a line: percent, or points of a score to one decimal."""
    if line.asked.measure == "score":
        return number(round(value, 1))
    return str(_("%(share)s %%", share=findings.percent(value)))


def missing(each: Beside) -> str:
    """Return why a municipality has no number beside the others."""
    return str(_("counted among other people") if each.other_base else _("asked in another way"))


def told(each: Beside) -> str:
    """Return the number of one municipality with its range; why, where it is hidden or not about the same."""
    if each.level is None:
        return missing(each)
    if not each.shown:
        return level_words.why(each.level)
    likely = level_words.interval(each.level)
    shown = level_words.level(each.level)
    return str(_("%(level)s, likely %(range)s", level=shown, range=likely)) if likely else shown
