"""An answer file read as plainly as can be, one row after the other: what faster ways of reading are held to."""

import csv
import io
from collections import Counter

from questionnaires.conditions import Answers
from questionnaires.survey_types import Item, Questionnaire

Counts = Counter[tuple[str, str, str]]
Places = list[tuple[int | None, str, str]]


def read_by_hand(text: str, asked: Questionnaire) -> Counts | Places:
    """Every count above 0 by (stratum, item, option) as `WaveCounts.to_tally` names them, or where and what is wrong."""
    text = text.removeprefix("\ufeff")
    first = io.StringIO(text, newline="").readline()
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    header: list[str] = []
    wrong: Places = []
    found: Counts = Counter()
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if header and any(cells):
                _read_row(asked, header, cells, reader.line_num, wrong, found)
            elif any(cells):
                header = cells
                known = {"stratum", *(item.id for item in asked.asked)}
                wrong = [(1, n or f"column {at}", "unknown_column") for at, n in enumerate(header, 1) if n not in known]
                if wrong:
                    return wrong
    except csv.Error:
        wrong.append((None, "", "not_csv"))
    return wrong or found


def _read_row(asked: Questionnaire, header: list[str], cells: list[str], line: int, wrong: Places, found: Counts) -> None:
    if len(cells) != len(header):
        wrong.append((line, "", "ragged_row"))
        return
    said = dict(zip(header, cells, strict=True))
    stratum = said.pop("stratum", "")
    answers: dict[str, tuple[str, ...]] = {}
    here: Places = []
    for name, cell in said.items():
        if cell:
            answers[name] = _chosen(asked.item(name), cell)
            here += [(line, name, code) for code in _faults(asked.item(name), answers[name])]
    role = next(iter(answers.get(asked.stratum_item or "", ())), "")
    nodes = {node.id: node for node in asked.strata.walk()}
    if stratum and stratum not in nodes:
        here.append((line, "stratum", "unknown_stratum"))
    elif stratum and role and role not in nodes[stratum].leaves():
        here.append((line, "stratum", "other_stratum"))
    wrong += here
    if not here:
        if asked.stratum_item and not role and stratum in asked.strata.leaves():
            answers[asked.stratum_item] = (stratum,)
        _count(asked, header, stratum or role or asked.strata.id, answers, found)


def _chosen(item: Item, cell: str) -> tuple[str, ...]:
    if item.kind == "multiple":
        return tuple(part.strip() for part in cell.split(";"))
    if item.kind == "number" and cell.isascii() and cell.isdigit() and len(cell) <= 9:
        try:
            return (item.band_of(int(cell)),)
        except ValueError:
            pass
    return (cell,)


def _faults(item: Item, chosen: tuple[str, ...]) -> list[str]:
    choices = {choice.id: choice for choice in item.choices}
    faults = ["unknown_choice" for choice in chosen if choice not in choices]
    if len(set(chosen)) < len(chosen):
        faults.append("double_choice")
    if len(chosen) > 1 and any(choice in choices and choices[choice].exclusive for choice in chosen):
        faults.append("not_alone")
    return faults


def _count(asked: Questionnaire, header: list[str], stratum: str, answers: Answers, found: Counts) -> None:
    found[stratum, "*wave", "*respondents"] += 1
    seen = {item.id: item for item in asked.seen(answers)}
    for name in seen:
        if name in header or name == asked.stratum_item:
            found[stratum, name, "*seen"] += 1
            found.update((stratum, name, option) for option in (*answers.get(name, ()), *["*answered"] * (name in answers)))
    for score in asked.scores:
        if all(name in seen and name in answers for name in score.items):
            points = sum(answers[name] == (seen[name].correct,) for name in score.items)
            found[stratum, f"*score:{score.id}", str(points)] += 1
