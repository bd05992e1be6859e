"""What the columns of released tables mean, codes and all, in each language: for those who read the files without the pages."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.texts import LANGUAGES
from surveyapp.core.i18n import speaking
from surveyapp.releases import column_words, tables
from surveyapp.releases.coded import codes_of

MEANINGS: Final[Mapping[str, LazyString]] = {
    "indicator": _l("Row of the plan, by its number."),
    "goal": _l("Goal of the plan, by its number."),
    "action": _l("Action of the plan, by its number."),
    "responsible": _l("Institutions that answer for the row, by the ids of the plan, separated by semicolons."),
    "co_responsible": _l("Institutions that share the work, by the ids of the plan, separated by semicolons."),
    "degree": _l("How far it is fulfilled; final only after the last window."),
    "to_date": _l("How far it is fulfilled by what was due by the day of the release."),
    "timing": _l("Whether it came in time; empty where nothing is due."),
    "flags": _l("Remarks on the judgement, separated by semicolons."),
    "events": _l("Events that were logged for the row; empty where the number would tell of people at risk or harmed."),
    "target": _l("Target of the row, by its id in the plan."),
    "reading": _l("How the target is read, where it can be read in several ways; by its id in the plan."),
    "window_start": _l("First day on which the target counts."),
    "window_end": _l("Last day on which the target counts."),
    "required": _l("The number to reach; empty where the plan gives none or it is hidden."),
    "achieved": _l("The number that the degree rests on: the lower bound."),
    "achieved_low": _l("At least so many."),
    "achieved_high": _l("At most so many; empty if that is not known."),
    "certainty": _l("How sure it is that the number was reached."),
    "hidden": _l("Whether, or why, a number is hidden to protect people."),
    "counted_from": _l("Numbers of the events that it was counted from, separated by semicolons; for the group alone."),
    "event": _l("Number of the event."),
    "institution": _l("Institution that held the event, by its id in the plan."),
    "audience": _l("For whom the event was, by its id in the plan."),
    "unique_persons": _l("Different people at the event; empty is not known."),
    "attendances": _l("Visits, so that somebody who came twice counts twice; empty is not known."),
    "evidence": _l("Whether there is evidence of it."),
    "planned": _l("Money planned, in euros; empty is not known."),
    "granted": _l("Money granted, in euros; empty is not known."),
    "spent": _l("Money spent, in euros; empty is not known."),
    "refused": _l("Whether money was asked for and refused."),
    "about": _l("What was decided about: a row, target or question of the plan."),
    "said": _l("What was decided: the id of a reading, the number of an answer, words, or a degree."),
    "body": _l("Who decided, by its id in the plan."),
    "section": _l("Section of the yearly report that the conclusion is about."),
    "author": _l("Who wrote it: the cooperation group, of which no person is named, or a program."),
    "written_on": _l("Day on which it was written as it stands."),
    "wave": _l("Survey, by its name."),
    "questionnaire": _l("Questionnaire and its version."),
    "stratum": _l("Group of respondents, by its id in the questionnaire; * is everybody."),
    "respondents": _l("How many answered."),
    "population": _l("How many there are of whom it is asked."),
    "item": _l("Question or score, by its id in the questionnaire."),
    "choices": _l(
        "What is counted together, separated by semicolons: answers by their ids, of a score numbers of right answers."
    ),
    "choice": _l("Answer, by its id in the questionnaire."),
    "measure": _l("What is measured."),
    "base": _l("Among whom it is counted."),
    "n": _l("People behind the number."),
    "count": _l("People who answered so."),
    "level": _l("Share as a fraction of 1, mean score in points, or alpha of a score."),
    "low": _l("Lower end of the 95 percent range for everybody who works here."),
    "high": _l("Upper end of that range."),
    "before": _l(
        "Share or mean score of the earlier survey, computed alike for both surveys. It can differ a little from the level of "
        "that survey by itself: there groups are weighted to their size wherever that survey shows them, here only where both "
        "surveys do; and it can be counted among others, see base."
    ),
    "after": _l(
        "Share or mean score of the later survey, computed alike for both surveys. It can differ from the level of that survey "
        "by itself for the same reasons as the earlier number."
    ),
    "change": _l("Later minus earlier."),
    "change_low": _l("Lower end of the 95 percent range of the change."),
    "change_high": _l("Upper end of the 95 percent range of the change."),
    "effect": _l(
        "Size of the change without a unit: 0 is none; from about 0.2 on it is small, from 0.5 on medium, from 0.8 on large "
        "(of Cliff's delta from 0.15, 0.33 and 0.47 on). It follows from what is shown; empty where anything of that is hidden."
    ),
    "effect_name": _l("Which effect size it is: of two shares, of two mean scores, or of all answers to a question."),
    "p_below_05": _l("Whether the unadjusted p is below 0.05."),
    "family": _l("With which other tests it is corrected for the number of tests."),
    "verdict": _l("What can be said of the change, corrected for the number of tests."),
    "smallest_visible_change": _l("The change that these numbers of answers would have shown 4 times in 5."),
    "method": _l("How it was computed; the page of methods says more."),
    "band": _l("A count that is shown alike with its neighbours."),
    "band_before": _l("A count of the earlier survey that is shown alike with its neighbours."),
    "band_after": _l("A count of the later survey that is shown alike with its neighbours."),
    "cut": _l("Why the two surveys cannot be compared in this question."),
    "margin": _l(
        "A change smaller than this, up or down, counts as practically the same; declared before the answers were seen."
    ),
    "equivalent": _l("Whether the change is clearly smaller than the margin, corrected for the number of tests."),
    "twice_least": _l("At least so many of the people behind both numbers answered both times, by one anonymous question."),
    "twice_most": _l("At most so many of the people behind both numbers answered both times."),
    "narrowest_low": _l("Lower end of the range of the change if those who answered both times tend to answer alike."),
    "narrowest_high": _l("Upper end of that narrowest range."),
    "widest_low": _l("Lower end of the range of the change at its widest, by how many answered both times."),
    "widest_high": _l("Upper end of that widest range."),
    "invented": _l("Always true: made-up demonstration data about nobody, nowhere."),
}
"""By column; what is not here says its name."""

ON_PAGES: Final[Mapping[str, LazyString | str]] = {
    "goal": "",
    "action": "",
    "indicator": "",
    "target": "",
    "item": "",
    "choice": "",
    "questionnaire": "",
    "wave": "",
    "event": "",
    "hidden": "",
    "body": "",
    "about": "",
    "said": "",
    "responsible": _l("Institutions that answer for the row."),
    "co_responsible": _l("Institutions that share the work."),
    "timing": _l("Whether it came in time."),
    "flags": _l("Remarks on the judgement."),
    "events": _l("Events that were logged for the row."),
    "reading": _l("How the target is read, where it can be read in several ways."),
    "required": _l("The number to reach."),
    "achieved_high": _l("At most so many."),
    "counted_from": _l("The events that it was counted from."),
    "institution": _l("Institution that held the event."),
    "audience": _l("For whom the event was."),
    "unique_persons": _l("How many different people came."),
    "attendances": _l("Visits, so that somebody who came twice counts twice."),
    "planned": _l("Money planned, in euros."),
    "granted": _l("Money granted, in euros."),
    "spent": _l("Money spent, in euros."),
    "stratum": _l("Group of respondents."),
    "before": _l(
        "Share or mean score of the earlier survey, computed alike for both surveys. It can differ a little from the level of "
        "that survey by itself: there groups are weighted to their size wherever that survey shows them, here only where both "
        "surveys do; and it can be counted among others."
    ),
    "effect": _l(
        "Size of the change without a unit: 0 is none; from about 0.2 on it is small, from 0.5 on medium, from 0.8 on large "
        "(of Cliff's delta from 0.15, 0.33 and 0.47 on)."
    ),
    "choices": _l("What is counted together: answers, or of a score numbers of right answers."),
    "level": _l("Share of the answers, mean score in points, or alpha of a score."),
    "invented": _l("Made-up demonstration data about nobody, nowhere."),
}
"""Words for pages where those above speak of ids, codes and empty cells, which only files have."""


def on_pages(column: str) -> str:
    """Return what a column means to whoever reads a page; nothing where its heading says it all."""
    said = str(ON_PAGES[column] if column in ON_PAGES else MEANINGS.get(column, ""))
    return "" if said.rstrip(".").casefold() == column_words.heading(column).casefold() else said


def title(column: str) -> str:
    """Return what a column is called, as the head of a text."""
    called = column_words.heading(column)
    return called[:1].upper() + called[1:]


def meaning(table: str, column: str) -> str:
    """Return what a column of a table means, with what each code stands for where it holds codes."""
    known = codes_of(table, column)
    said = str(MEANINGS.get(column) or f"{title(column)}.")
    return f"{said} {'; '.join(f'{code}: {word}' for code, word in known.items())}." if known else said


def fields(table: str, columns: list[str]) -> list[dict[str, Any]]:
    """Return the columns of a table for programs: name, type, and in each language what it is called and means."""
    told: list[dict[str, Any]] = [{"name": name, "type": tables.type_of(table, name)} for name in columns]
    for field in told:
        field["titles"], field["descriptions"] = {}, {}
    for spoken in LANGUAGES:
        with speaking(spoken):
            for field in told:
                field["titles"][spoken] = title(field["name"])
                field["descriptions"][spoken] = meaning(table, field["name"])
    return told
