"""What each kind of problem says in English; a translation is looked up by the code and filled with the same facts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FILE: Final = {
    "file_missing": "there is no such file; check the name",
    "file_unreadable": "the file cannot be read ({reason}); check that you may read it",
    "too_large": "the file is larger than {most} bytes; is it the right file?",
    "not_utf8": "the text is not in UTF-8; save the file with the encoding UTF-8",
    "forbidden_character": "the invisible character {character} ({name}) must not stand in the file; delete it",
    "too_many_marks": "more than {most} combining marks stand on one letter; delete them",
    "empty_file": "the file is empty; it must begin with id and version",
    "second_document": "a second document begins here; one file holds one, so delete the line --- and what follows it",
    "syntax": "this is not YAML: {found}; check indentation, quotes and colons here and on the line before",
    "too_deep": "nested more than {most} levels deep; such a file is not read any further",
    "too_many_nodes": "the file holds more than {most} values; such a file is not read any further",
    "alias": "the alias *{found} is not allowed; write the content out in full",
    "anchor": "the anchor &{found} is not allowed; delete it and write the content out where it is needed",
    "tag": "the tag {found} is not allowed; delete it, every value is read as text",
    "duplicate_key": "the key {found} stands here a second time (first on line {first}); delete one of them",
    "key_not_a_word": "a key must be one word, not a list or a map; check brackets and colons",
    "merge_key": "the merge key << is not allowed; write the keys out in full",
    "more_problems": "there are more than {most} problems; mend these first",
}

VALUE: Final = {
    "not_a_map": "keys with values are expected here, as in key: value; found {found}",
    "not_a_list": "a list is expected here, as in [a, b]; found {found}",
    "not_a_word": "one value is expected here; found {found}",
    "empty_list": "the list is empty; give at least {least}",
    "too_few": "at least {least} are needed here; found {number}",
    "unknown_key": "the key {found} is not known; allowed are {allowed}",
    "unknown_key_near": "the key {found} is not known; did you mean {nearest}? Allowed are {allowed}",
    "key_not_for_kind": "the key {found} does not belong to {kind}; delete it or choose another kind",
    "missing_key": "the key {missing} is missing; add it",
    "empty_value": "the value is empty; fill it in or delete the key",
    "translation_missing": "the {language} text is missing; add {code}:",
    "translation_empty": "the {language} text is empty; fill in {code}:",
    "placeholder": "the text holds the placeholder {found}; texts are shown as they stand, so write it out",
    "bad_id": "{found} cannot be an id here; {rule}",
    "reserved_id": "the id {found} is taken by a column of the answer files; choose another",
    "duplicate_id": "the {what} {found} stands here a second time (first on line {first}); give each its own id",
    "duplicate_value": "{found} stands here twice; delete one",
    "not_a_flag": "{found} is neither true nor false; write one of the two",
    "not_whole": "{found} is not a whole number; write digits only",
    "not_a_number": "{found} is not a number; write digits with a point for decimals, such as 2.5",
    "too_small": "{found} is too small; it must be at least {least}",
    "too_big": "{found} is too big; it must be at most {most}",
    "not_a_date": "{found} is not a date; write year-month-day, such as 2026-08-31",
    "impossible_date": "there is no day {found}; check the month and the day",
    "unknown_word": "{found} is not known here; allowed are {allowed}",
    "unknown_word_near": "{found} is not known here; did you mean {nearest}? Allowed are {allowed}",
    "unknown_reference": "there is no {what} {found}; known are {known}",
    "unknown_reference_near": "there is no {what} {found}; did you mean {nearest}?",
}

QUESTIONNAIRE: Final = {
    "dont_know_missing": "a knowledge item needs a choice with the id dont_know; add it",
    "dont_know_correct": "dont_know cannot be the right answer; name another choice",
    "outside_base_knowledge": "a choice of a knowledge item stays in the base, dont_know counts as not correct; delete this",
    "exclusive_not_multiple": "only a choice of a multiple item can be exclusive; delete this",
    "nothing_in_base": "at least {least} choices must be inside the base; take outside_base off",
    "outside_base_not_last": "choices outside the base stand last in a scale; move {found} to the end",
    "favourable_outside_base": "{found} is outside the base and cannot be favourable; delete it here",
    "favourable_both_ways": "{found} cannot be favourable both forward and reversed; delete one",
    "headline_too_many": "{number} items are headline items; name at most {most}",
    "headline_information": "{found} is not answered by choosing and cannot be a headline item; delete it",
    "score_not_knowledge": "{found} is not a knowledge item and cannot be scored; delete it",
    "score_is_item": "the score {found} has the id of an item (line {first}); give it another",
    "show_if_form": "a rule is item with any_of or none_of, or all, or any; write one of these forms",
    "show_if_later": "the rule looks at {found}, which is asked later; it may look at earlier items only",
    "show_if_circular": "the rule goes in a circle: {circle}; break it",
    "show_if_information": "the rule looks at {found}, which takes no answer; name an item that does",
    "show_if_text": "the rule looks at {found}, which is answered in words; name an item with choices",
    "bands_wrong": "bands are the rising numbers at which each band begins, from {minimum} (the minimum) to {maximum} at most",
    "text_required": "nobody can be obliged to write in their own words; write soft or optional",
    "explanation_not_game": "only a game explains answers; delete this",
    "explanation_missing": "a player is told why an answer is right; add explanation",
    "game_kind": "a game asks knowledge items only; {found} is of another kind",
    "bridge_and_cut": "an item either continues an earlier one (wording) or replaces it (replaces); delete one of the two",
    "bridged_twice": "{found} is continued or replaced by another item already (line {first}); only one can",
    "bridge_still_asked": "{found} is itself asked in this version; the item cannot stand for it too",
    "stratum_not_single": "{found} must be a single item to divide the answers into groups",
    "stratum_not_required": "{found} divides the answers into groups, so it must be required and have no show_if",
    "band_is_stratum": "the band must be another item than the strata; name another or delete band",
    "groups_too_few": "at least two reporting groups are needed at the first level of the tree; found {number}",
    "leaf_missing": "the choice {found} of {item} is in no part of the tree; add it to a group",
    "leaf_twice": "{found} stands in the tree twice (first on line {first}); keep it in one group",
    "leaf_unknown": "{found} is no choice of {item}; name one of {known}",
    "node_is_leaf": "the group {found} has the id of a choice of {item}; give it another",
}

PLAN: Final = {
    "ends_before_start": "the plan ends on {ends}, before it starts on {starts}; check both dates",
    "until_before_since": "this ends on {until}, before it begins on {since}; check both dates",
    "number_not_under": "{found} does not belong to {parent}; it must begin with {parent} and a point",
    "lost_without_note": "a lost goal needs a note that says what the source does not hold; add note",
    "found_without_title": "the goal has no title; add title, or lost: true with a note",
    "outside_plan": "{found} lies outside the plan ({starts} to {ends})",
    "quarter_both": "{found} is marked as sure and as unsure; delete one of the two",
    "reading_note_missing": "quarters are unsure; add reading_note with what is damaged and what the other reading would be",
    "comparator_not_for_kind": "the comparator {found} does not fit the kind {kind}; allowed are {allowed}",
    "upper_missing": "the comparator between needs upper; add it",
    "upper_not_between": "upper belongs to the comparator between; delete it or change the comparator",
    "upper_below_value": "the upper end {upper} is below the value {value}; exchange them",
    "ages_wrong": "ages are written as [from, to], the lower first",
    "period_needs": "the period {found} needs more; write {form}",
    "prerequisite_circular": "the prerequisites go in a circle: {circle}; break it",
    "reading_only_one": "a row with one reading needs no readings; give at least two or delete the key",
    "reading_first": "the first reading is the one written in the target; {found} must not differ from it here",
    "reading_same": "this reading changes nothing in the target; say what differs or delete it",
}

HISTORY: Final = {
    "years_backwards": "the last year {last} comes before the first, {first}; check both",
    "deadline_form": "a deadline is from and until, or months; write one of the two forms",
    "deadline_backwards": "the deadline ends on {ends}, before it begins on {starts}; check both dates",
    "point_when": "a figure says when it holds with one of year, years and school_year; write exactly one",
    "years_form": "years are written as [first, last], the earlier first",
    "part_without_name": "the series does not say what the part is; add part to the series or delete it here",
    "part_above_value": "the part {part} is more than the whole, {value}; check both",
    "against_same": "the other figure is the same, {found}; delete against",
    "break_without_point": "a break stands at a year with a figure that is not the first one; {found} is no such year",
}

LOCK: Final = {
    "lock_line": "this line is not a sha256, two spaces and a file; undo the edit",
    "lock_file_changed": "a published file never changes, but this one did; undo the edit or make a new version",
    "lock_file_missing": "a published file is gone; put it back from the history",
    "not_locked": "the file is not published yet; run python -m questionnaires.library lock when it is final",
    "not_its_path": "the file says {found}, but its place says {expected}; move it or mend id and version",
}

WORKBOOK: Final = {
    "workbook_locked": "this is an old .xls file or one behind a password; save it as .xlsx without a password",
    "not_workbook": "this is no .xlsx workbook, or a damaged one; open it in a spreadsheet program and save it as .xlsx",
    "workbook_too_large": "the workbook unpacks to more than {most} bytes; delete pictures and sheets that are not needed",
    "too_many_cells": "the workbook holds more than {most} cells, formatted empty ones included; delete what is not needed",
    "table_too_large": "the table holds more than {most} cells, with empty ones and ten more for each row; delete what is not "
    "needed",
    "workbook_parts": "the workbook is packed from more than {most} parts; delete pictures and sheets that are not needed",
    "too_many_sheets": "the workbook has more than {most} sheets; delete those that are not needed",
    "cell_far": "this cell lies outside the first {rows} rows and {columns} columns, and no other is read; delete it",
    "formula_uncached": "the formula here has no result yet; save the file in a spreadsheet program, or type the value",
    "cell_error": "the formula here ends in the error {found}; mend it, or type the value",
}

PLAN_SHEETS: Final = {
    "sheet_empty": "the sheet {sheet} has no rows, and a plan needs some; fill it in",
    "sheet_twice": "the sheets {found} and {first} are the same one in two languages; delete one",
    "sheet_hidden": "the sheet {found} is hidden, and what stands in it would count; show it or delete it",
    "quarters_form": "{found} does not name quarters; write each year with its quarters, such as 2025: 1, 3; 2026: 1",
    "lines_missing": "nothing in the sheet {sheet} belongs to this; add a row there",
    "line_unknown": "there is no {found} in the sheet {sheet}; add it there or mend the name here",
}

XLSFORM: Final = {
    "sheet_missing": "there is no sheet {missing}; add it",
    "sheet_near": "the sheet {found} is not known; did you mean {nearest}?",
    "sheet_unsupported": "the sheet {found} exists in XLSForm, but nothing here answers to it; delete it",
    "settings_rows": "settings are one row under the names of the columns; delete this one",
    "column_unknown": "there is no column {found} in this sheet; rename or delete it, known are {allowed}",
    "column_unknown_near": "there is no column {found} in this sheet; did you mean {nearest}?",
    "column_unsupported": "the column {found} exists in XLSForm, but nothing here answers to it; empty or delete it",
    "column_twice": "the column {found} stands here twice; delete one",
    "column_unnamed": "this cell stands in a column without a name; name the column in the first row or delete the cell",
    "column_needed": "the column {column} of the sheet {sheet} is missing or empty here; fill it in",
    "cell_text_missing": "the {language} text is missing; fill in the column {column}",
    "cell_not_for_type": "the column {column} does not belong to a row of the type {kind}; empty it",
    "language_unknown": "texts are kept in Latvian (lv), English (en) and Russian (ru); rename or delete the column {found}",
    "language_unsaid": "say in which language this is; rename the column to {found}::Latviešu (lv), for example",
    "type_unsupported": "{found} exists in XLSForm, but nothing here answers to it; allowed are {allowed}",
    "appearance_unsupported": "the appearance {found} is not known here; delete it, allowed are {allowed}",
    "parameter_unsupported": "the parameter {found} is not known here; delete it, allowed is randomize=true",
    "group_nested": "the group {found} stands inside another; close that one first",
    "group_not_open": "no group is open here; delete the row",
    "group_not_closed": "the group {found} is never closed; add a row of the type end_group",
    "group_missing": "there is no group {found} above this row; groups stand above their parts",
    "strata_needed": "a survey names the question about roles in surveyapp_stratum_item of the sheet settings and its groups "
    "in the sheet surveyapp_strata; feedback and games, named in surveyapp_instrument, need neither",
    "requirement_both": "required says yes and surveyapp_requirement says {found}; empty one of the two",
    "required_form": "{found} is no answer to whether the question is required; write yes or no, or leave it empty",
    "constraint_needed": "the smallest and the largest number are missing; write them as in . >= 0 and . <= 60",
    "constraint_form": "the constraint {found} is not read here; write it as in {form}",
    "expression_broken": "the rule cannot be read from {found} on; write it as in selected(${{a}}, 'x') and not(${{b}} = 'y')",
    "expression_ends": "the rule ends too early; is a bracket or a quote missing?",
    "expression_function": "the function {found} is not known here; allowed are selected(), not(), true() and false()",
    "expression_long": "the rule is longer or deeper nested than is read here; ask in a simpler way",
    "expression_multiple": "{found} takes several answers, so ask for one of them, as in selected(${{{found}}}, 'x')",
    "expression_bands": "of the number {found} only its band is kept; compare it with the ends of its bands, {bands}",
    "expression_never": "the rule can never be met or says nothing; mend or delete it",
}

MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    FILE | VALUE | QUESTIONNAIRE | PLAN | PLAN_SHEETS | HISTORY | LOCK | WORKBOOK | XLSFORM
)
"""Code of a problem to its English message, with the names of its facts in braces."""
