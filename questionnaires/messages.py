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
    "headline_information": "{found} takes no answer and cannot be a headline item; delete it",
    "score_not_knowledge": "{found} is not a knowledge item and cannot be scored; delete it",
    "score_is_item": "the score {found} has the id of an item (line {first}); give it another",
    "show_if_form": "a rule is item with any_of or none_of, or all, or any; write one of these forms",
    "show_if_later": "the rule looks at {found}, which is asked later; it may look at earlier items only",
    "show_if_circular": "the rule goes in a circle: {circle}; break it",
    "show_if_information": "the rule looks at {found}, which takes no answer; name an item that does",
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
    "until_before_since": "the membership ends on {until}, before it begins on {since}; check both dates",
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

LOCK: Final = {
    "lock_line": "this line is not a sha256, two spaces and a file; undo the edit",
    "lock_file_changed": "a published file never changes, but this one did; undo the edit or make a new version",
    "lock_file_missing": "a published file is gone; put it back from the history",
    "not_locked": "the file is not published yet; run python -m questionnaires.library lock when it is final",
    "not_its_path": "the file says {found}, but its place says {expected}; move it or mend id and version",
}

MESSAGES: Final[Mapping[str, str]] = MappingProxyType(FILE | VALUE | QUESTIONNAIRE | PLAN | LOCK)
"""Code of a problem to its English message, with the names of its facts in braces."""
