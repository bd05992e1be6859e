"""Problems of questionnaire and plan files in the language of the page: one sentence for each code, with the same facts."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.problems import Problem

SENTENCES: Final[Mapping[str, LazyString]] = {
    "file_missing": _l("there is no such file; check the name"),
    "file_unreadable": _l("the file cannot be read (%(reason)s); check that you may read it"),
    "too_large": _l("the file is larger than %(most)s bytes; is it the right file?"),
    "not_utf8": _l("the text is not in UTF-8; save the file with the encoding UTF-8"),
    "forbidden_character": _l("the invisible character %(character)s (%(name)s) must not stand in the file; delete it"),
    "too_many_marks": _l("more than %(most)s combining marks stand on one letter; delete them"),
    "empty_file": _l("the file is empty; it must begin with id and version"),
    "second_document": _l("a second document begins here; one file holds one, so delete the line --- and what follows it"),
    "syntax": _l("this is not YAML: %(found)s; check indentation, quotes and colons here and on the line before"),
    "too_deep": _l("nested more than %(most)s levels deep; such a file is not read any further"),
    "too_many_nodes": _l("the file holds more than %(most)s values; such a file is not read any further"),
    "alias": _l("the alias *%(found)s is not allowed; write the content out in full"),
    "anchor": _l("the anchor &%(found)s is not allowed; delete it and write the content out where it is needed"),
    "tag": _l("the tag %(found)s is not allowed; delete it, every value is read as text"),
    "duplicate_key": _l("the key %(found)s stands here a second time (first on line %(first)s); delete one of them"),
    "key_not_a_word": _l("a key must be one word, not a list or a map; check brackets and colons"),
    "merge_key": _l("the merge key << is not allowed; write the keys out in full"),
    "more_problems": _l("there are more than %(most)s problems; mend these first"),
    "not_a_map": _l("keys with values are expected here, as in key: value; found %(found)s"),
    "not_a_list": _l("a list is expected here, as in [a, b]; found %(found)s"),
    "not_a_word": _l("one value is expected here; found %(found)s"),
    "empty_list": _l("the list is empty; give at least %(least)s"),
    "too_few": _l("at least %(least)s are needed here; found %(number)s"),
    "unknown_key": _l("the key %(found)s is not known; allowed are %(allowed)s"),
    "unknown_key_near": _l("the key %(found)s is not known; did you mean %(nearest)s? Allowed are %(allowed)s"),
    "key_not_for_kind": _l("the key %(found)s does not belong to %(kind)s; delete it or choose another kind"),
    "missing_key": _l("the key %(missing)s is missing; add it"),
    "long_value": _l("the text has more than %(most)s letters; shorten it"),
    "empty_value": _l("the value is empty; fill it in or delete the key"),
    "translation_missing": _l("the %(language)s text is missing; add %(code)s:"),
    "translation_empty": _l("the %(language)s text is empty; fill in %(code)s:"),
    "placeholder": _l("the text holds the placeholder %(found)s; texts are shown as they stand, so write it out"),
    "bad_id": _l("%(found)s cannot be an id here; %(rule)s"),
    "reserved_id": _l("the id %(found)s is taken by a column of the answer files; choose another"),
    "duplicate_id": _l("the %(what)s %(found)s stands here a second time (first on line %(first)s); give each its own id"),
    "duplicate_value": _l("%(found)s stands here twice; delete one"),
    "not_a_flag": _l("%(found)s is neither true nor false; write one of the two"),
    "not_whole": _l("%(found)s is not a whole number; write digits only"),
    "not_a_number": _l("%(found)s is not a number; write digits with a point for decimals, such as 2.5"),
    "too_small": _l("%(found)s is too small; it must be at least %(least)s"),
    "too_big": _l("%(found)s is too big; it must be at most %(most)s"),
    "not_a_date": _l("%(found)s is not a date; write year-month-day, such as 2026-08-31"),
    "impossible_date": _l("there is no day %(found)s; check the month and the day"),
    "far_date": _l("%(found)s lies before %(first)s or after %(last)s; check the year"),
    "unknown_word": _l("%(found)s is not known here; allowed are %(allowed)s"),
    "unknown_word_near": _l("%(found)s is not known here; did you mean %(nearest)s? Allowed are %(allowed)s"),
    "unknown_reference": _l("there is no %(what)s %(found)s; known are %(known)s"),
    "unknown_reference_near": _l("there is no %(what)s %(found)s; did you mean %(nearest)s?"),
    "dont_know_missing": _l("a knowledge item needs a choice with the id dont_know; add it"),
    "dont_know_correct": _l("dont_know cannot be the right answer; name another choice"),
    "outside_base_knowledge": _l(
        "a choice of a knowledge item stays in the base, dont_know counts as not correct; delete this"
    ),
    "exclusive_not_multiple": _l("only a choice of a multiple item can be exclusive; delete this"),
    "nothing_in_base": _l("at least %(least)s choices must be inside the base; take outside_base off"),
    "outside_base_not_last": _l("choices outside the base stand last in a scale; move %(found)s to the end"),
    "favourable_outside_base": _l("%(found)s is outside the base and cannot be favourable; delete it here"),
    "favourable_both_ways": _l("%(found)s cannot be favourable both forward and reversed; delete one"),
    "headline_too_many": _l("%(number)s items are headline items; name at most %(most)s"),
    "headline_information": _l("%(found)s is not answered by choosing and cannot be a headline item; delete it"),
    "score_not_knowledge": _l("%(found)s is not a knowledge item and cannot be scored; delete it"),
    "score_is_item": _l("the score %(found)s has the id of an item (line %(first)s); give it another"),
    "margin_too_wide": _l("a margin of %(found)s points is no smaller than the whole score of %(most)s; write a smaller one"),
    "margin_not_survey": _l("only surveys are compared, so nothing else has a margin; delete this"),
    "before_not_single": _l("%(found)s must be a single item to say who answered the time before"),
    "before_not_everybody": _l("%(found)s must be asked of everybody to say who answered the time before; delete its show_if"),
    "before_is_group": _l("%(found)s divides the answers already; ask in another item who answered the time before"),
    "before_yes_and_no": _l("%(found)s cannot mean both yes and no; delete one"),
    "show_if_form": _l("a rule is item with any_of or none_of, or all, or any; write one of these forms"),
    "show_if_later": _l("the rule looks at %(found)s, which is asked later; it may look at earlier items only"),
    "show_if_circular": _l("the rule goes in a circle: %(circle)s; break it"),
    "show_if_information": _l("the rule looks at %(found)s, which takes no answer; name an item that does"),
    "show_if_text": _l("the rule looks at %(found)s, which is answered in words; name an item with choices"),
    "bands_wrong": _l(
        "bands are the rising numbers at which each band begins, from %(minimum)s (the minimum) to %(maximum)s at most"
    ),
    "text_required": _l("nobody can be obliged to write in their own words; write soft or optional"),
    "explanation_not_game": _l("only a game explains answers; delete this"),
    "explanation_missing": _l("a player is told why an answer is right; add explanation"),
    "game_kind": _l("a game asks knowledge items only; %(found)s is of another kind"),
    "bridge_and_cut": _l("an item either continues an earlier one (wording) or replaces it (replaces); delete one of the two"),
    "bridged_twice": _l("%(found)s is continued or replaced by another item already (line %(first)s); only one can"),
    "bridge_still_asked": _l("%(found)s is itself asked in this version; the item cannot stand for it too"),
    "stratum_not_single": _l("%(found)s must be a single item to divide the answers into groups"),
    "stratum_not_required": _l("%(found)s divides the answers into groups, so it must be required and have no show_if"),
    "band_is_stratum": _l("the band must be another item than the strata; name another or delete band"),
    "groups_too_few": _l("at least two reporting groups are needed at the first level of the tree; found %(number)s"),
    "leaf_missing": _l("the choice %(found)s of %(item)s is in no part of the tree; add it to a group"),
    "leaf_twice": _l("%(found)s stands in the tree twice (first on line %(first)s); keep it in one group"),
    "leaf_unknown": _l("%(found)s is no choice of %(item)s; name one of %(known)s"),
    "node_is_leaf": _l("the group %(found)s has the id of a choice of %(item)s; give it another"),
    "lasts_too_long": _l("the plan lasts from %(starts)s to %(ends)s, longer than %(most)s years; check both dates"),
    "ends_before_start": _l("the plan ends on %(ends)s, before it starts on %(starts)s; check both dates"),
    "until_before_since": _l("this ends on %(until)s, before it begins on %(since)s; check both dates"),
    "number_not_under": _l("%(found)s does not belong to %(parent)s; it must begin with %(parent)s and a point"),
    "lost_without_note": _l("a lost goal needs a note that says what the source does not hold; add note"),
    "found_without_title": _l("the goal has no title; add title, or lost: true with a note"),
    "outside_plan": _l("%(found)s lies outside the plan (%(starts)s to %(ends)s)"),
    "quarter_both": _l("%(found)s is marked as sure and as unsure; delete one of the two"),
    "reading_note_missing": _l(
        "quarters are unsure; add reading_note with what is damaged and what the other reading would be"
    ),
    "comparator_not_for_kind": _l("the comparator %(found)s does not fit the kind %(kind)s; allowed are %(allowed)s"),
    "upper_missing": _l("the comparator between needs upper; add it"),
    "upper_not_between": _l("upper belongs to the comparator between; delete it or change the comparator"),
    "upper_below_value": _l("the upper end %(upper)s is below the value %(value)s; exchange them"),
    "ages_wrong": _l("ages are written as [from, to], the lower first"),
    "period_needs": _l("the period %(found)s needs more; write %(form)s"),
    "prerequisite_circular": _l("the prerequisites go in a circle: %(circle)s; break it"),
    "reading_only_one": _l("a row with one reading needs no readings; give at least two or delete the key"),
    "reading_first": _l("the first reading is the one written in the target; %(found)s must not differ from it here"),
    "too_many_ways": _l(
        "the row can be read in %(found)s ways, and at most %(most)s are judged; decide some of its readings first"
    ),
    "reading_same": _l("this reading changes nothing in the target; say what differs or delete it"),
    "sheet_empty": _l("the sheet %(sheet)s has no rows, and a plan needs some; fill it in"),
    "sheet_twice": _l("the sheets %(found)s and %(first)s are the same one in two languages; delete one"),
    "sheet_hidden": _l("the sheet %(found)s is hidden, and what stands in it would count; show it or delete it"),
    "quarters_form": _l("%(found)s does not name quarters; write each year with its quarters, such as 2025: 1, 3; 2026: 1"),
    "lines_missing": _l("nothing in the sheet %(sheet)s belongs to this; add a row there"),
    "line_unknown": _l("there is no %(found)s in the sheet %(sheet)s; add it there or mend the name here"),
    "years_backwards": _l("the last year %(last)s comes before the first, %(first)s; check both"),
    "deadline_form": _l("a deadline is from and until, or months; write one of the two forms"),
    "deadline_backwards": _l("the deadline ends on %(ends)s, before it begins on %(starts)s; check both dates"),
    "point_when": _l("a figure says when it holds with one of year, years and school_year; write exactly one"),
    "years_form": _l("years are written as [first, last], the earlier first"),
    "part_without_name": _l("the series does not say what the part is; add part to the series or delete it here"),
    "part_above_value": _l("the part %(part)s is more than the whole, %(value)s; check both"),
    "against_same": _l("the other figure is the same, %(found)s; delete against"),
    "break_without_point": _l("a break stands at a year with a figure that is not the first one; %(found)s is no such year"),
    "workbook_locked": _l("this is an old .xls file or one behind a password; save it as .xlsx without a password"),
    "not_workbook": _l("this is no .xlsx workbook, or a damaged one; open it in a spreadsheet program and save it as .xlsx"),
    "workbook_too_large": _l(
        "the workbook unpacks to more than %(most)s bytes; delete pictures and sheets that are not needed"
    ),
    "too_hard": _l("reading the file takes more time or memory than it should; save it anew without what is not needed"),
    "too_many_cells": _l(
        "the workbook holds more than %(most)s cells, formatted empty ones included; delete what is not needed"
    ),
    "table_too_large": _l(
        "the table holds more than %(most)s cells, with empty ones and ten more for each row; delete what is not needed"
    ),
    "workbook_parts": _l(
        "the workbook is packed from more than %(most)s parts; delete pictures and sheets that are not needed"
    ),
    "too_many_sheets": _l("the workbook has more than %(most)s sheets; delete those that are not needed"),
    "cell_far": _l("this cell lies outside the first %(rows)s rows and %(columns)s columns, and no other is read; delete it"),
    "formula_uncached": _l("the formula here has no result yet; save the file in a spreadsheet program, or type the value"),
    "cell_error": _l("the formula here ends in the error %(found)s; mend it, or type the value"),
    "sheet_missing": _l("there is no sheet %(missing)s; add it"),
    "sheet_near": _l("the sheet %(found)s is not known; did you mean %(nearest)s?"),
    "sheet_unsupported": _l("the sheet %(found)s exists in XLSForm, but nothing here answers to it; delete it"),
    "settings_rows": _l("settings are one row under the names of the columns; delete this one"),
    "column_unknown": _l("there is no column %(found)s in this sheet; rename or delete it, known are %(allowed)s"),
    "column_unknown_near": _l("there is no column %(found)s in this sheet; did you mean %(nearest)s?"),
    "column_unsupported": _l("the column %(found)s exists in XLSForm, but nothing here answers to it; empty or delete it"),
    "column_twice": _l("the column %(found)s stands here twice; delete one"),
    "column_unnamed": _l("this cell stands in a column without a name; name the column in the first row or delete the cell"),
    "column_needed": _l("the column %(column)s of the sheet %(sheet)s is missing or empty here; fill it in"),
    "cell_text_missing": _l("the %(language)s text is missing; fill in the column %(column)s"),
    "cell_not_for_type": _l("the column %(column)s does not belong to a row of the type %(kind)s; empty it"),
    "language_unknown": _l(
        "texts are kept in Latvian (lv), English (en) and Russian (ru); rename or delete the column %(found)s"
    ),
    "language_unsaid": _l("say in which language this is; rename the column to %(found)s::Latviešu (lv), for example"),
    "type_unsupported": _l("%(found)s exists in XLSForm, but nothing here answers to it; allowed are %(allowed)s"),
    "appearance_unsupported": _l("the appearance %(found)s is not known here; delete it, allowed are %(allowed)s"),
    "parameter_unsupported": _l("the parameter %(found)s is not known here; delete it, allowed is randomize=true"),
    "group_nested": _l("the group %(found)s stands inside another; close that one first"),
    "group_not_open": _l("no group is open here; delete the row"),
    "group_not_closed": _l("the group %(found)s is never closed; add a row of the type end_group"),
    "group_missing": _l("there is no group %(found)s above this row; groups stand above their parts"),
    "strata_needed": _l(
        "a survey names the question about roles in surveyapp_stratum_item of the sheet settings and its groups "
        "in the sheet surveyapp_strata; feedback and games, named in surveyapp_instrument, need neither"
    ),
    "requirement_both": _l("required says yes and surveyapp_requirement says %(found)s; empty one of the two"),
    "required_form": _l("%(found)s is no answer to whether the question is required; write yes or no, or leave it empty"),
    "constraint_needed": _l("the smallest and the largest number are missing; write them as in . >= 0 and . <= 60"),
    "constraint_form": _l("the constraint %(found)s is not read here; write it as in %(form)s"),
    "expression_broken": _l(
        "the rule cannot be read from %(found)s on; write it as in selected(${a}, 'x') and not(${b} = 'y')"
    ),
    "expression_ends": _l("the rule ends too early; is a bracket or a quote missing?"),
    "expression_function": _l("the function %(found)s is not known here; allowed are selected(), not(), true() and false()"),
    "expression_long": _l("the rule is longer or deeper nested than is read here; ask in a simpler way"),
    "expression_multiple": _l("%(found)s takes several answers, so ask for one of them, as in selected(${%(found)s}, 'x')"),
    "expression_bands": _l("of the number %(found)s only its band is kept; compare it with the ends of its bands, %(bands)s"),
    "expression_never": _l("the rule can never be met or says nothing; mend or delete it"),
}
"""The sentences of `questionnaires.messages` about files, values, questionnaires, plans, histories and workbooks."""

REVEALS_ROLE: Final = _l(
    "the rule tells apart roles within one reporting group, so that an opened answer would show the role; "
    "let it name all the roles of a reporting group or none"
)

_WORDS: Final[Mapping[str, LazyString]] = {
    "Latvian": _l("Latvian"),
    "English": _l("English"),
    "Russian": _l("Russian"),
    "item": _l("question"),
    "choice": _l("answer"),
    "section": _l("section"),
    "scale": _l("scale"),
    "row": _l("row"),
    "target": _l("target"),
    "action": _l("action"),
    "goal": _l("goal"),
    "institution": _l("institution"),
    "audience": _l("audience"),
    "reference set": _l("list"),
    "measured thing": _l("measured thing"),
    "question": _l("question"),
    "reading": _l("reading"),
    "step": _l("step"),
    "member": _l("member of a list"),
    "nothing": _l("nothing"),
    "a list": _l("a list"),
    "a map of keys": _l("a map of keys"),
    "none": _l("none"),
    "survey": _l("a survey"),
    "feedback": _l("feedback"),
    "game": _l("a game"),
    "begin with a letter a-z and use a-z, 0-9 and _ only, at most 40": _l(
        "begin with a letter a-z and use a-z, 0-9 and _ only, at most 40"
    ),
    "use a-z, 0-9 and _ only, at most 40": _l("use a-z, 0-9 and _ only, at most 40"),
    "begin with a letter a-z and use words of a-z and 0-9 joined by - or _, at most 64": _l(
        "begin with a letter a-z and use words of a-z and 0-9 joined by - or _, at most 64"
    ),
    "write the number of a goal, such as 5 (0 for the plan as a whole)": _l(
        "write the number of a goal, such as 5 (0 for the plan as a whole)"
    ),
    "write the number of an action, such as 5.2, or 5.p for the policy indicators of goal 5": _l(
        "write the number of an action, such as 5.2, or 5.p for the policy indicators of goal 5"
    ),
    "write the action’s number and a letter or number, such as 5.2.d": _l(
        "write the action’s number and a letter or number, such as 5.2.d"
    ),
    "begin with a letter a-z and use a-z, 0-9 and _ only, at most 16": _l(
        "begin with a letter a-z and use a-z, 0-9 and _ only, at most 16"
    ),
}
_REVEALING: Final = {
    "reveals_role": REVEALS_ROLE,
    "text_reveals": _l(
        "Own words stand apart from all other answers; asked only of those who answered something, a text would tell that "
        "answer to whoever reads it. Take off show_if, so that everybody is asked."
    ),
}
WORKBOOK: Final = ".xlsx"
_SAID_BY_US: Final = frozenset({"language", "what", "kind", "rule", "known"})
"""Facts that are words of ours; the others stand as they were written in the file."""
_KIND: Final = "the kind "


def sentence(problem: Problem) -> str:
    """Return what is wrong and how to mend it; a problem that has no words of its own in English."""
    if problem.code in _REVEALING:
        return str(_REVEALING[problem.code])
    words = SENTENCES.get(problem.code)
    return problem.message if words is None else str(words) % {name: _fact(problem, name, fact) for name, fact in problem.facts}


def place(problem: Problem) -> str:
    """Return where it is: the line (of a workbook the row) and what leads there; nothing for a problem of the whole file."""
    in_sheet = problem.file.casefold().endswith(WORKBOOK)
    said = _("row %(row)s", row=problem.line) if in_sheet else _("line %(line)s", line=problem.line)
    parts = [str(said)] if problem.line else []
    return ", ".join([*parts, problem.key] if problem.key else parts)


def _fact(problem: Problem, name: str, fact: str) -> str:
    if name == "kind" and fact.startswith(_KIND):
        return str(_("the kind %(kind)s", kind=fact.removeprefix(_KIND)))
    expected_otherwise = name == "found" and problem.code in {"not_a_map", "not_a_list", "not_a_word"}
    return str(_WORDS.get(fact, fact)) if name in _SAID_BY_US or expected_otherwise else fact
