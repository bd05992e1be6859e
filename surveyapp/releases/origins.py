"""Where a released number comes from: what it is, what it was counted from and by which rules, as deep as its reader may go."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from questionnaires.survey_types import Item
from surveyapp.core.i18n import here, language
from surveyapp.ledger.documents import Cell, rows_of
from surveyapp.ledger.store import Release
from surveyapp.releases import meanings, tables, words
from surveyapp.releases.naming import Names
from surveyapp.releases.tables import Row, parts_of
from surveyapp.results.wave_results import TOWN
from surveyapp.survey.rules import FEWEST

Address = Callable[[str, int], str]
_OF_ITEMS: Final = frozenset({"score", "reliability", "points"})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a number was counted from, and the address where more of it stands; None where nothing deeper is told."""

    text: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """One row of a released table with everything that its numbers rest on; ``at`` is its line below the heading."""

    table: str
    at: int
    cells: tuple[tuple[str, str, str], ...]
    steps: tuple[Step, ...]


class Origins:
    """The rows of one release with what each was counted from, *inside* the group or for everybody."""

    def __init__(self, release: Release, names: Names, address: Address, *, inside: bool) -> None:
        self.release, self.names, self.inside = release, names, inside
        self._address = address
        self._rows = {table["name"]: rows_of(release.document, table["name"]) for table in release.document["tables"]}
        self._places: dict[str, dict[tuple[Cell, ...], int]] = {}

    def rows(self, table: str) -> list[dict[str, Cell]]:
        """Return the rows of a table; none where the release does not hold it."""
        return self._rows.get(table, [])

    def place(self, table: str, *key: Cell) -> int | None:
        """Return at which line the row with that key stands, None if there is none; an empty text is nothing."""
        if table not in self._places:
            kind = tables.KINDS[table]
            self._places[table] = {_key(tables.key_of(kind, row)): at for at, row in enumerate(self.rows(table), 1)}
        return self._places[table].get(_key(key))

    def address(self, table: str, *key: Cell) -> str | None:
        """Return the address of the row with that key, None if there is none."""
        at = self.place(table, *key)
        return None if at is None else self._address(table, at)

    def at(self, table: str, at: int) -> str:
        """Return the address of line *at* of a table."""
        return self._address(table, at)

    def origin(self, table: str, at: int) -> Origin | None:
        """Return what line *at* of a table rests on, None if there is no such line."""
        rows = self.rows(table)
        if not 1 <= at <= len(rows):
            return None
        row = rows[at - 1]
        told = (
            (self.names.heading(name), self.names.cell(table, name, row), meanings.on_pages(name))
            for name in self.names.columns(table, row)
            if row[name] is not None and row[name] != ""
        )
        return Origin(table, at, tuple(told), tuple(_STEPS[table](self, row)))

    def followed(self, table: str, text: str, *key: Cell) -> Step:
        """Return a step to another row of this release."""
        return Step(text, self.address(table, *key))

    def within(self, text: str, endpoint: str, **values: Any) -> Iterator[Step]:  # noqa: ANN401 - parts of an address
        """Yield a step to a page of the group, for whoever may go there."""
        if self.inside:
            yield Step(text, url_for(endpoint, **values))


def title(found: Origin) -> str:
    """Return what the page of one line is called."""
    return str(_("Counted from: %(table)s, line %(at)s", table=words.TABLES[found.table], at=found.at))


def _key(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(cell or None for cell in cells)


def _of_row(found: Origins, row: Row) -> Iterator[Step]:
    indicator = str(row["indicator"])
    for target in found.rows("plan_targets"):
        if target["indicator"] == indicator:
            yield _to_target(found, target)
    yield from _decided(found, indicator)
    yield from _money_of(found, indicator, None)
    yield from found.within(_("The row with its events"), "releases.row", number=found.release.number, indicator=indicator)


def _to_target(found: Origins, target: Row) -> Step:
    name = found.names.cell("plan_targets", f"label_{language()}", target)
    since, until = (words.day(target[each]) for each in ("window_start", "window_end"))
    told = _("Target “%(name)s”, %(since)s – %(until)s", name=name, since=since, until=until)
    return found.followed("plan_targets", told, *tables.key_of(tables.PLAN_TARGETS, target))


def _of_target(found: Origins, row: Row) -> Iterator[Step]:
    indicator = str(row["indicator"])
    yield found.followed("plan_rows", _("Row %(row)s of the plan", row=indicator), indicator)
    events = parts_of(row["counted_from"])
    dated = {str(each["event"]): each for each in found.rows("head_counts")}
    for event in events:
        if event in dated:
            held_on = dated[event]["held_on"]
            told = {"number": event, "day": words.day(held_on)}
            late = str(held_on) > str(row["window_end"])
            text = (
                _("Event %(number)s, %(day)s: after the last day, counted as late", **told)
                if late
                else _("Event %(number)s, %(day)s", **told)
            )
            yield found.followed("head_counts", text, event)
    if found.release.asked.level == "public":
        yield _events_behind(found, indicator)
    elif not events and row["unit"] != "eur":
        yield Step(_("No event was counted."))
    if row["unit"] == "eur" or row["kind"] == "funding":
        yield from _money_of(found, indicator, str(row["window_start"])[:4])
    yield from _decided(found, indicator)
    yield from found.within(
        _("What is stated about the row today: measured values, money, judgements, with who stated it and when"),
        "results.row",
        row_id=indicator,
        plan=found.release.asked.plan_key,
    )


def _events_behind(found: Origins, indicator: str) -> Step:
    at = found.place("plan_rows", indicator)
    number = found.rows("plan_rows")[at - 1]["events"] if at else None
    if not isinstance(number, int):
        return Step(_("What was reported of the row. How many events there were is not told, to protect people."))
    return Step(
        ngettext(
            "%(num)s event of the row; events one by one are not told to everybody.",
            "%(num)s events of the row; events one by one are not told to everybody.",
            number,
        )
    )


def _money_of(found: Origins, indicator: str, year: str | None) -> Iterator[Step]:
    for money in found.rows("money"):
        if money["indicator"] == indicator and year in {None, str(money["year"])}:
            told = _("Money of row %(row)s in %(year)s", row=indicator, year=money["year"])
            yield found.followed("money", told, indicator, money["year"])


def _decided(found: Origins, indicator: str) -> Iterator[Step]:
    """Yield the decisions about a row, its targets and its questions."""
    for each in found.rows("decisions"):
        about = str(each["about"])
        if about == indicator or about.startswith((f"{indicator}/", f"{indicator}@")):
            what = found.names.cell("decisions", "kind", each)
            told = _("Decided on %(day)s: %(what)s", day=words.day(each["day"]), what=what)
            yield found.followed("decisions", told, each["kind"], about)


def _of_head_count(found: Origins, row: Row) -> Iterator[Step]:
    number = str(row["event"])
    told = _("Evidence is kept with the event.") if row["evidence"] else _("There is no evidence of the event.")
    yield Step(told)
    yield from found.within(
        _("Event %(number)s: what was stated of it, by whom and when, and its evidence", number=number),
        "events.event",
        event_id=int(number),
    )
    yield found.followed("plan_rows", _("Row %(row)s of the plan", row=row["indicator"]), row["indicator"])


def _of_money(found: Origins, row: Row) -> Iterator[Step]:
    indicator = str(row["indicator"])
    yield Step(_("What the municipality states of its own budget; where it states nothing, what the plan itself plans."))
    yield from found.within(
        _("Money of the plan, with who stated it and when"), "results.money", plan=found.release.asked.plan_key
    )
    yield found.followed("plan_rows", _("Row %(row)s of the plan", row=indicator), indicator)


def _of_decision(found: Origins, row: Row) -> Iterator[Step]:
    about, kind = str(row["about"]), str(row["kind"])
    yield from found.within(
        _("Who stated it, and when"), "results.stated", kind=kind, about=about, plan=found.release.asked.plan_key
    )
    indicator = about.partition("/")[0].partition("@")[0]
    if found.place("plan_rows", indicator):
        yield found.followed("plan_rows", _("Row %(row)s of the plan", row=indicator), indicator)


def _of_words(found: Origins, row: Row) -> Iterator[Step]:
    yield from found.within(_("Who wrote it, and when"), "results.conclusions", year=int(row["year"] or 0))


def _of_wave(found: Origins, row: Row) -> Iterator[Step]:
    wave = str(row["wave"])
    if row["stratum"] != TOWN:
        yield _to_wave(found, wave, TOWN)
    hashes = {each["wave"]: each.get("hash") for each in found.release.document["made_from"]["waves"]}
    if hashes.get(wave):
        told = _(
            "The protected result of this survey, frozen when it was first looked at; its check sum is %(sum)s.",
            sum=hashes[wave],
        )
        yield Step(told)
    yield _together(found, wave)
    yield from found.within(_("Everything that this survey says"), "releases.survey", number=found.release.number, name=wave)
    yield from _codebook(found, str(row["questionnaire"]))


def _together(found: Origins, wave: str) -> Step:
    """Say how single answers became counts; nothing deeper is told to anybody."""
    at = found.place("survey_waves", wave, TOWN)
    if at is not None and found.rows("survey_waves")[at - 1]["mode"] == "import":
        told = _("Answers were collected elsewhere and taken in together, at least %(fewest)s at a time.", fewest=FEWEST)
    else:
        told = _("Answers were sealed, then opened and counted together, at least %(fewest)s at a time.", fewest=FEWEST)
    nobody = _("Single answers are shown to nobody.")
    return Step(f"{told} {nobody}")


def _codebook(found: Origins, questionnaire: str) -> Iterator[Step]:
    key, _slash, version = questionnaire.rpartition("/")
    told = _("Codebook: every question with its answers and what counts as right or favourable")
    yield from found.within(told, "codebook.page", key=key, version=int(version))


def _to_wave(found: Origins, wave: str, stratum: str) -> Step:
    """Return the step to who answered: the survey, its days, and how many of how many."""
    at = found.place("survey_waves", wave, stratum)
    if at is None:
        return Step(_("Survey %(survey)s", survey=wave))
    row = found.rows("survey_waves")[at - 1]
    facts = {
        "survey": wave,
        "asked": found.names.cell("survey_waves", "questionnaire", row),
        "group": found.names.cell("survey_waves", "stratum", row),
        "since": words.day(row["opens"]),
        "until": words.day(row["closes"]),
    }
    told = _("Survey %(survey)s: %(asked)s, answered from %(since)s to %(until)s; %(group)s", **facts)
    return found.followed("survey_waves", told, wave, stratum)


def _of_level(found: Origins, row: Row) -> Iterator[Step]:
    wave, item, stratum = (str(row[name]) for name in ("wave", "item", "stratum"))
    yield _to_wave(found, wave, stratum)
    yield from _defined(found, row)
    if row["measure"] in _OF_ITEMS:
        yield from _items_of(found, row, wave, item, stratum)
    yield _together(found, wave)
    at = found.place("survey_waves", wave, TOWN)
    if at is not None:
        yield from _codebook(found, str(found.rows("survey_waves")[at - 1]["questionnaire"]))


def _defined(found: Origins, row: Row) -> Iterator[Step]:
    """Yield which answers are counted together, where the row itself does not say it."""
    item = found.names.item(str(row["item"]), row)
    if item and row["measure"] in {"favourable", "superiority"} and item.favourable:
        yield Step(_("Favourable answers are: %(answers)s", answers=_choices(item, item.favourable)))
    if item and row["measure"] == "correct" and item.correct and found.inside:
        yield Step(_("The right answer is: %(answers)s", answers=_choices(item, (item.correct,))))


def _choices(item: Item, chosen: Iterable[str]) -> str:
    known = {choice.id: here(choice.label) for choice in item.choices}
    return ", ".join(_("“%(name)s”", name=known.get(each, each)) for each in chosen)


def _items_of(found: Origins, row: Row, wave: str, score: str, stratum: str) -> Iterator[Step]:
    """Yield the questions whose right answers a score adds up."""
    asked = found.names.questionnaires.get(wave)
    items = next((each.items for each in asked.scores if each.id == score), ()) if asked else ()
    for item in items:
        named = found.names.cell("survey_levels", "item", {**row, "item": item, "measure": "correct"})
        yield found.followed("survey_levels", _("Question: %(question)s", question=named), wave, item, None, stratum, "correct")


def _of_change(found: Origins, row: Row) -> Iterator[Step]:
    before, after, item, stratum = (str(row[name]) for name in ("wave_before", "wave_after", "item", "stratum"))
    measure = str(row["measure"])
    there = (before, _("The number of the earlier survey")), (after, _("The number of the later survey"))
    missing = (
        _("The number of the earlier survey is not in this release."),
        _("The number of the later survey is not in this release."),
    )
    for ((wave, told), not_there), side in zip(zip(there, missing, strict=True), ("before", "after"), strict=True):
        key = (wave, item, row["choice"], stratum, measure)
        address, at = found.address("survey_levels", *key), found.place("survey_levels", *key)
        yield Step(told, address) if address else Step(not_there)
        if at is not None and row[side] is not None and found.rows("survey_levels")[at - 1]["level"] not in {None, row[side]}:
            yield Step(
                _(
                    "It is another number there: by itself the survey is weighted by groups and counted among those who gave "
                    "an opinion wherever it shows them; here only where both surveys do, so that like is compared with like."
                )
            )
        yield _to_wave(found, wave, stratum)
    yield from _defined(found, row)
    yield Step(_("The two surveys are compared as two independent groups: nobody's two answers are joined."))
    if row["measure"] == "score":
        yield from _items_of(found, row, after, item, stratum)


_STEPS: Final[Mapping[str, Callable[[Origins, Row], Iterator[Step]]]] = {
    "plan_rows": _of_row,
    "plan_targets": _of_target,
    "head_counts": _of_head_count,
    "money": _of_money,
    "decisions": _of_decision,
    "conclusions": _of_words,
    "proposals": _of_words,
    "survey_waves": _of_wave,
    "survey_levels": _of_level,
    "survey_changes": _of_change,
}
