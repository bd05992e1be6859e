"""What changed between two waves, in words: verdicts, people, percentages and intervals, in the language of the request."""

from collections.abc import Iterable, Sequence
from typing import Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from questionnaires.survey_types import Questionnaire
from surveyapp.core.i18n import here
from surveyapp.results.change import Change
from surveyapp.results.level import Level
from surveyapp.results.words import number, whole_percent

VERDICTS: Final = {
    "clear_rise": _l("Clear rise"),
    "clear_fall": _l("Clear fall"),
    "no_clear_change": _l("No clear change"),
    "too_few": _l("Too few answers to compare"),
    "not_comparable": _l("Not comparable"),
}
CUTS: Final = {
    "gone": _l("The question was asked last time only."),
    "new": _l("The question is new."),
    "replaced": _l("The question replaces an earlier one and asks something else."),
    "wording": _l("The wording changed, and nobody has decided whether it still asks the same."),
    "choices": _l("The answers to choose from changed."),
    "scoring": _l("What counts as right or favourable changed."),
    "asked_of_others": _l("It is now asked of other people."),
}
HIDDEN: Final = {
    "base": _l("hidden: too few people, here or in the rest"),
    "detail": _l("hidden: too few people for so much detail"),
    "small_count": _l("hidden: it would give away the answer of one or two people"),
    "condition": _l("hidden: it would give away the answer to another question"),
    "one_question": _l("left out: there is one question only, which tells the same"),
    "no_spread": _l("left out: the numbers lie so close together that the average tells as much"),
}
NOT_TOLD: Final = _l("not told by group: anyone could answer")
BANDS: Final = {"0-2": _l("0–2 people"), "all_but_0-2": _l("all, or all but 1–2")}
FAMILIES: Final = {
    "headline": _l("headline questions"),
    "other_items": _l("other questions"),
    "superiority": _l("distributions of answers"),
    "scores": _l("scores"),
    "reporting_groups": _l("groups"),
}
MEASURES: Final = {
    "share": _l("share"),
    "favourable": _l("favourable answers"),
    "correct": _l("right answers"),
    "score": _l("score"),
    "superiority": _l("chance that a later answer is more favourable"),
}
_FINEST: Final = 0.1
"""Scores are shown to a tenth of a point; only a coarser rounding needs to be told."""


def percent(fraction: float) -> str:
    """Return a fraction as whole percent without the sign."""
    return number(whole_percent(fraction))


def share_points(fraction: float) -> str:
    """Return a change of a share as whole percentage points with its sign."""
    return signed(whole_percent(fraction))


def title(change: Change) -> str:
    """Return the finding of one line in a few words, fit to stand above its figure; if it is none, what could have been."""
    verdict = str(VERDICTS[change.verdict])
    if change.now is None:
        return f"{verdict}: {hidden(change)}" if change.hidden else verdict
    now = level(change, change.now)
    if change.then is None or change.change is None:
        return str(gettext("%(verdict)s. Now %(now)s", verdict=verdict, now=now))
    told = gettext("%(verdict)s: from %(then)s to %(now)s", verdict=verdict, then=level(change, change.then), now=now)
    return _with_smallest(str(told), smallest_points(change))


def judged(change: Change) -> str:
    """Return the verdict of one line; of no clear change also the smallest one that could have been seen."""
    return _with_smallest(str(VERDICTS[change.verdict]), smallest_points(change))


def _with_smallest(told: str, points: str) -> str:
    return str(gettext("%(told)s; smallest visible change: %(points)s", told=told, points=points)) if points else told


def count_title(lines: Sequence[Change]) -> str:
    """Return the finding of a question with several answers: in how many of them there is a clear change."""
    clear = sum(line.verdict in {"clear_rise", "clear_fall"} for line in lines)
    compared = sum(line.verdict not in {"not_comparable", "too_few"} for line in lines)
    if not compared:
        return str(gettext("Nothing that could be compared"))
    if not clear:
        told = ngettext(
            "No clear change in the %(num)s answer compared",
            "No clear change in any of the %(num)s answers compared",
            compared,
        )
        return none_clear(str(told), lines)
    return str(gettext("Answers with a clear change: %(clear)s of %(compared)s", clear=clear, compared=compared))


def sentence(change: Change) -> str:
    """Return one line as sentences: people, percentages, change and interval; why, where it is hidden."""
    if change.measure == "score":
        return _score_sentence(change)
    if change.measure == "superiority":
        return _superiority_sentence(change)
    if change.count_now is None:
        return _hidden_sentence(change)
    parts = [_level_sentence(change)]
    if change.count_then is not None and change.then is not None:
        parts.append(_then_sentence(change))
        if change.change is not None:
            parts.append(_change_sentence(change))
    elif change.hidden_then:
        parts.append(str(gettext("Last time: %(why)s.", why=HIDDEN[change.hidden_then])))
    return " ".join(parts)


def level(change: Change, value: float | None) -> str:
    """Return a level of a line: percent, or points of a score; nothing for None."""
    if value is None:
        return ""
    if change.measure == "score":
        return number(round(value, 1))
    return str(gettext("%(share)s %%", share=percent(value)))


def interval(change: Change, low: float | None, high: float | None) -> str:
    """Return an interval of a level, such as "52–71 %"; nothing where there is none."""
    if low is None or high is None:
        return ""
    if change.measure == "score":
        return f"{number(round(low, 1))}–{number(round(high, 1))}"
    return str(gettext("%(low)s–%(high)s %%", low=percent(low), high=percent(high)))


def moved(change: Change) -> str:
    """Return the change with its sign, in percentage points or points; nothing where there is none."""
    return "" if change.change is None else signed(scaled(change, change.change))


def moved_interval(change: Change) -> str:
    """Return the interval of the change, such as "+11 … +29"; nothing where there is none."""
    if change.change_low is None or change.change_high is None:
        return ""
    return f"{signed(scaled(change, change.change_low))} … {signed(scaled(change, change.change_high))}"


def questions(number: int) -> str:
    """Return how many questions a part of a page holds."""
    return str(ngettext("%(num)s question", "%(num)s questions", number))


def section_told(drawn: Sequence[Sequence[Change]]) -> str:
    """Return how many questions a section holds (each with the lines that are drawn), and how many of them clearly changed."""
    clear = sum(any(line.verdict in {"clear_rise", "clear_fall"} for line in lines) for lines in drawn)
    return "; ".join((questions(len(drawn)), gettext("with a clear change: %(clear)s", clear=clear)))


def smallest(change: Change) -> str:
    """Return the smallest change that could have been seen as a sentence, for lines without a clear one."""
    if change.verdict != "no_clear_change" or change.smallest is None:
        return ""
    points = scaled(change, change.smallest)
    if change.measure == "score":
        told = gettext(
            "With so many answers only a change of about %(points)s points or more could be seen.", points=number(points)
        )
        return str(told)
    return str(
        ngettext(
            "With so many answers only a change of about %(num)s percentage point or more could be seen.",
            "With so many answers only a change of about %(num)s percentage points or more could be seen.",
            int(points),
        )
    )


def counted(questionnaire: Questionnaire, line: Change | Level) -> str:
    """Return what the number of a line counts, the favourable answers by name: a rise of them may be a rise of "disagree".

    The right answer of a knowledge question is not named: whoever reads this may be asked the same again.
    """
    if line.measure == "score":
        asked = next((len(score.items) for score in questionnaire.scores if score.id == line.item), 0)
        return str(gettext("Right answers out of %(most)s questions.", most=asked)) if asked else ""
    item = next((item for item in questionnaire.items if item.id == line.item), None)
    if line.measure == "favourable" and item is not None:
        labels = (str(gettext("“%(label)s”", label=here(item.choice(choice).label))) for choice in item.favourable)
        return str(gettext("Counted: %(what)s.", what=", ".join(labels)))
    return str(gettext("Counted: %(what)s.", what=MEASURES["correct"])) if line.measure == "correct" else ""


def moved_points(change: Change) -> str:
    """Return the change with its sign and unit; nothing where there is none."""
    return "" if change.change is None else _with_unit(change, moved(change), scaled(change, change.change))


def smallest_points(change: Change) -> str:
    """Return the smallest change that could have been seen, with its unit, for lines without a clear one."""
    if change.verdict != "no_clear_change" or change.smallest is None:
        return ""
    points = scaled(change, change.smallest)
    return _with_unit(change, number(points), points)


def none_clear(told: str, lines: Sequence[Change]) -> str:
    """Return *told*, that none of several lines changed clearly, with what could have been seen in them."""
    return _with_smallest(told, _smallest_of(lines))


def _smallest_of(lines: Sequence[Change]) -> str:
    """Return the smallest changes that could have been seen in several lines, as one number or from the least to the most."""
    found = [line for line in lines if line.verdict == "no_clear_change" and line.smallest is not None]
    if not found:
        return ""
    points = [scaled(line, line.smallest or 0.0) for line in found]
    least, most = number(min(points)), number(max(points))
    return _with_unit(found[0], least if least == most else f"{least}–{most}", max(points))


def smallest_number(change: Change) -> str:
    """Return the smallest change that could have been seen in points, for lines without a clear one."""
    told = change.verdict == "no_clear_change" and change.smallest is not None
    return number(scaled(change, change.smallest or 0.0)) if told else ""


def hidden(change: Change) -> str:
    """Return why numbers of a line are hidden; nothing if none is."""
    return str(HIDDEN[change.hidden]) if change.hidden else ""


def people(count: int | None, n: int | None, why: str | None, band: str | None) -> str:
    """Return the people behind one side, such as "43 of 60"; why, if they are hidden; a dash if nobody was asked."""
    if count is not None and n is not None:
        return str(gettext("%(count)s of %(n)s", count=count, n=n))
    if band is not None:
        return str(BANDS[band])
    if why is not None:
        return str(HIDDEN[why])
    return "–" if n is None else str(n)


def signed(value: float) -> str:
    """Return a number with a real minus or plus sign; zero without one."""
    shown = number(abs(value))
    return shown if value == 0 else f"{'−' if value < 0 else '+'}{shown}"


def _with_unit(change: Change, shown: str, points: float) -> str:
    if change.measure == "score":
        return str(ngettext("%(points)s point", "%(points)s points", _plural(points), points=shown))
    return str(ngettext("%(points)s percentage point", "%(points)s percentage points", _plural(points), points=shown))


def scaled(change: Change, value: float) -> float:
    """Return a change in whole percentage points, or a score's in points with one decimal."""
    return round(value, 1) + 0.0 if change.measure == "score" else whole_percent(value)


def _level_sentence(change: Change) -> str:
    count, n = change.count_now or 0, change.n_now or 0
    facts = {"x": count, "n": n, "share": percent(count / n) if n else "0"}
    if change.measure == "correct":
        told = ngettext(
            "%(x)s of the %(n)s who answered chose the right answer (%(share)s %%).",
            "%(x)s of the %(n)s who answered chose the right answer (%(share)s %%).",
            count,
            **facts,
        )
    elif change.measure == "favourable":
        told = ngettext(
            "%(x)s of the %(n)s gave a favourable answer (%(share)s %%).",
            "%(x)s of the %(n)s gave a favourable answer (%(share)s %%).",
            count,
            **facts,
        )
    else:
        told = ngettext(
            "%(x)s of the %(n)s chose this (%(share)s %%).",
            "%(x)s of the %(n)s chose this (%(share)s %%).",
            count,
            **facts,
        )
    return str(told)


def _then_sentence(change: Change) -> str:
    count, n = change.count_then or 0, change.n_then or 0
    told = gettext("Last time %(x)s of %(n)s (%(share)s %%).", x=count, n=n, share=percent(count / n) if n else "0")
    return f"{told} {weighted}" if (weighted := _weighted(change)) else str(told)


def _weighted(change: Change) -> str:
    """Return the levels weighted to the population, where they differ from the plain shares after rounding."""
    if change.change is None or not change.n_then or not change.n_now:
        return ""
    then, now = percent(change.then or 0), percent(change.now or 0)
    plain = (percent((change.count_then or 0) / change.n_then), percent((change.count_now or 0) / change.n_now))
    if plain == (then, now):
        return ""
    return str(gettext("With each group weighted to its size: %(now)s %%, last time %(then)s %%.", now=now, then=then))


def weighting(shares: Iterable[tuple[int | None, int | None, float | None]]) -> str:
    """Return how levels were made, if one of *shares* (people, of how many, level) is not the plain share in whole percent."""
    known = ((count / n, level) for count, n, level in shares if count is not None and n and level is not None)
    if all(percent(plain) == percent(level) for plain, level in known):
        return ""
    return str(gettext("Shares are weighted by the size of groups, so they can differ from people divided by people."))


def _change_sentence(change: Change) -> str:
    points = int(scaled(change, change.change or 0))
    if points > 0:
        told = ngettext("%(num)s percentage point more", "%(num)s percentage points more", points)
    elif points < 0:
        told = ngettext("%(num)s percentage point less", "%(num)s percentage points less", -points)
    else:
        told = gettext("About the same")
    return f"{told}{_likely(change)}."


def _score_sentence(change: Change) -> str:
    if change.now is None:
        return _hidden_sentence(change)
    facts = {"now": number(round(change.now, 1)), "n": change.n_now}
    parts = [
        str(
            ngettext(
                "%(n)s person: %(now)s points on average.",
                "%(n)s people: %(now)s points on average.",
                change.n_now or 0,
                **facts,
            )
        )
    ]
    if change.then is not None:
        parts.append(str(gettext("Last time %(then)s.", then=number(round(change.then, 1)))))
    elif change.hidden_then:
        parts.append(str(gettext("Last time: %(why)s.", why=HIDDEN[change.hidden_then])))
    if change.change is not None:
        points = scaled(change, change.change)
        if points == 0:
            told = gettext("About the same")
        elif points > 0:
            told = ngettext("%(points)s point more", "%(points)s points more", _plural(points), points=number(points))
        else:
            told = ngettext("%(points)s point less", "%(points)s points less", _plural(points), points=number(-points))
        parts.append(f"{told}{_likely(change)}.")
    if change.rounding is not None and change.rounding > _FINEST:
        step = number(change.rounding)
        parts.append(str(gettext("The averages are rounded to %(step)s, so that no single answer can be told.", step=step)))
    return " ".join(parts)


def _plural(points: float) -> int:
    """Return the number that picks the plural form: parts of a point go with two."""
    return int(abs(points)) if float(points).is_integer() else 2


def _superiority_sentence(change: Change) -> str:
    if change.now is None:
        return _hidden_sentence(change)
    facts = {"chance": percent(change.now)}
    told = gettext(
        "If one answer now and one from last time are drawn at random, "
        "the one now is more favourable with a chance of %(chance)s %%",
        **facts,
    )
    if change.now_low is None or change.now_high is None:
        return f"{told}."
    likely = gettext(", likely between %(low)s and %(high)s", low=percent(change.now_low), high=percent(change.now_high))
    return f"{told}{likely}."


def _hidden_sentence(change: Change) -> str:
    if change.band_now:
        return str(BANDS[change.band_now])
    if change.hidden_now or change.hidden:
        return str(HIDDEN[change.hidden_now or change.hidden or ""])
    if change.cut:
        return str(CUTS[change.cut])
    return str(gettext("No number can be given."))


def _likely(change: Change) -> str:
    """Return the interval of a change: plain numbers where all of it points one way, signed ones otherwise."""
    if change.change_low is None or change.change_high is None:
        return ""
    low, high = scaled(change, change.change_low), scaled(change, change.change_high)
    if low > 0 or high < 0:
        ends = sorted((abs(low), abs(high)))
        return str(gettext(", likely between %(low)s and %(high)s", low=number(ends[0]), high=number(ends[1])))
    return str(gettext(", likely between %(low)s and %(high)s", low=signed(low), high=signed(high)))
