"""Cells to answers: every problem by row and column, and what is left out because the questionnaire would not have asked it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from questionnaires.conditions import Answers, holds
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.survey import rules
from surveyapp.survey.importing.import_cells import CellReader, Parts
from surveyapp.survey.importing.import_file import Column, Row, Sheet, short
from surveyapp.survey.importing.import_guess import MOST_TEXTS, may_be_shown
from surveyapp.survey.importing.import_mapping import ColumnUse, ImportMapping
from surveyapp.survey.importing.import_problems import Fault, fault

Label = Callable[[Item], str]
"""How an item is called in messages."""
_FROM_RULES: Final[Mapping[rules.AnswerCode, str]] = {"too_many": "too_many", "exclusive": "exclusive"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sheet says: the answers of each person in random order, all problems, and items left out in some rows.

    ``left_out`` names items that were answered by somebody whom the questionnaire would not have asked.
    """

    answers: tuple[Answers, ...]
    faults: tuple[Fault, ...]
    left_out: tuple[str, ...]

    def groups(self, questionnaire: Questionnaire) -> dict[str, int]:
        """Return the number of people in each reporting group that may be told: ten or more, and as many outside them."""
        role = questionnaire.stratum_item or ""
        counted = Counter(questionnaire.reporting_group(one[role][0]) for one in self.answers)
        told = rules.pools_told(counted)
        return {group.id: counted[group.id] for group in questionnaire.reporting_groups if group.id in told}


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the answer to one item stands: a column, or columns of single choices (choice to column)."""

    item: Item
    whole: tuple[int, Column] | None
    choices: Mapping[str, tuple[int, Column]]
    reader: CellReader

    @property
    def first(self) -> Column:
        """The column that problems of the whole item name."""
        return self.whole[1] if self.whole else next(iter(self.choices.values()))[1]


def check_mapping(mapping: ImportMapping, sheet: Sheet, questionnaire: Questionnaire, label: Label) -> list[Fault]:
    """Return what is wrong with *mapping* for this sheet, whatever stands in its cells."""
    present, dropped = {column.header for column in sheet.columns}, set(sheet.dropped)
    used = [use for use in mapping.columns if use.item]
    faults = [
        fault("column_dropped" if use.header in dropped else "column_gone", header=short(use.header))
        for use in used
        if use.header not in present
    ]
    faults += _filled_twice([use for use in used if use.header in present], questionnaire, label)
    role = questionnaire.stratum_item
    if role and role not in {use.item for use in used}:
        faults.append(fault("stratum_unmatched", item=label(questionnaire.item(role))))
    return faults


def _filled_twice(used: Sequence[ColumnUse], questionnaire: Questionnaire, label: Label) -> Iterator[Fault]:
    for (name, choice), number in Counter((use.item or "", use.choice) for use in used).items():
        item = questionnaire.item(name)
        if number > 1 and choice:
            yield fault("choice_twice", item=label(item), choice=choice)
        elif number > 1:
            yield fault("item_twice", item=label(item))
        if choice is None and any(use.item == name and use.choice for use in used):
            yield fault("whole_and_parts", item=label(item))


def read_answers(sheet: Sheet, mapping: ImportMapping, questionnaire: Questionnaire, label: Label) -> Reading:
    """Return what the rows of *sheet* answer; *label* names an item in messages.

    A required item may be empty (it counts as not answered), all but the one from which reporting groups are made. An answer
    to an item that the questionnaire would not have asked after the others is left out, as its own form leaves it out.
    """
    faults = check_mapping(mapping, sheet, questionnaire, label)
    if faults:
        return Reading((), tuple(faults), ())
    sources = _sources(sheet, mapping, questionnaire)
    answers: list[Answers] = []
    left_out: set[str] = set()
    for row in sheet.rows:
        chosen = {source.item.id: _chosen(source, row) for source in sources}
        given = _shown(questionnaire, chosen)
        left_out |= {name for name, found in chosen.items() if found and name not in given}
        answers.append(given)
        faults += _faults_of_row(questionnaire, sources, row, given, label)
    faults = _own_words(sources, faults, label)
    return Reading(tuple(answers), tuple(faults), tuple(item.id for item in questionnaire.asked if item.id in left_out))


def _sources(sheet: Sheet, mapping: ImportMapping, questionnaire: Questionnaire) -> list[_Source]:
    places = {column.header: (index, column) for index, column in enumerate(sheet.columns)}
    sources = []
    for item in questionnaire.asked:
        uses = [use for use in mapping.columns if use.item == item.id]
        whole = next((places[use.header] for use in uses if not use.choice), None)
        choices = {use.choice: places[use.header] for use in uses if use.choice}
        if uses:
            sources.append(_Source(item, whole, choices, CellReader(mapping, item)))
    return sources


def _chosen(source: _Source, row: Row) -> tuple[str, ...]:
    """Return what was chosen; cells that cannot be read count as empty here, and are reported apart."""
    if source.whole:
        return source.reader.parts(row.cells[source.whole[0]]).choices
    ticked = {choice for choice, (index, _) in source.choices.items() if source.reader.ticked(choice, row.cells[index])}
    return tuple(choice.id for choice in source.item.choices if choice.id in ticked)


def _shown(questionnaire: Questionnaire, chosen: Answers) -> dict[str, tuple[str, ...]]:
    """Return the answers to items that would have been asked; a rule looks at earlier items only, so one walk settles it."""
    given: dict[str, tuple[str, ...]] = {}
    for item in questionnaire.asked:
        found = tuple(chosen.get(item.id, ()))
        if found and holds(item.show_if, given):
            given[item.id] = found
    return given


def _faults_of_row(
    questionnaire: Questionnaire, sources: Sequence[_Source], row: Row, given: Answers, label: Label
) -> Iterator[Fault]:
    by_item = {source.item.id: source for source in sources}
    unread: set[str] = set()
    for source in sources:
        found = list(_unread(source, row, label))
        unread |= {source.item.id} if found else set()
        yield from found
    for problem in rules.check_answers(questionnaire, given):
        code = _FROM_RULES.get(problem.code)
        if problem.code == "missing" and problem.item == questionnaire.stratum_item:
            code = "stratum_missing"
        if code and problem.item in by_item.keys() - unread:
            source = by_item[problem.item]
            yield fault(code, row.number, source.first.name, item=label(source.item))


def _unread(source: _Source, row: Row, label: Label) -> Iterator[Fault]:
    """Yield what cannot be read in the cells of one item."""
    if source.whole:
        index, column = source.whole
        found = source.reader.parts(row.cells[index])
        yield from _unknown(source.item, found, partial(fault, row=row.number, column=column.name, item=label(source.item)))
    for choice, (index, column) in source.choices.items():
        text = row.cells[index]
        if source.reader.ticked(choice, text) is None:
            yield _quoting("not_ticked", text, partial(fault, row=row.number, column=column.name, item=label(source.item)))


def _unknown(item: Item, found: Parts, at: Callable[..., Fault]) -> Iterator[Fault]:
    for text in found.unknown:
        if found.ambiguous:
            yield _quoting("ambiguous", text, at)
        elif item.kind == "number" and text.isdecimal():
            yield at("number_beyond", least=str(item.minimum), most=str(item.maximum))
        else:
            yield _quoting("unknown_text", text, at)


def _quoting(code: str, text: str, at: Callable[..., Fault]) -> Fault:
    """Return a fault that quotes *text*, or one that says why it does not."""
    return at(code, text=short(text)) if may_be_shown(text) else at("hidden_text")


def _own_words(sources: Sequence[_Source], faults: Iterable[Fault], label: Label) -> list[Fault]:
    """Return *faults* with one for each column of people's own words in place of those that would quote them."""
    found = list(faults)
    for source in sources:
        if source.whole is None:
            continue
        name = source.whole[1].name
        texts = {dict(one.facts).get("text") for one in found if one.column == name and one.code == "unknown_text"}
        if len(texts) > MOST_TEXTS:
            found = [one for one in found if one.column != name] + [fault("own_words", None, name, item=label(source.item))]
    return found
