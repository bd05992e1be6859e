"""The sheets of a plan as a workbook: which columns each has, what a cell holds, and what they are called in Latvian."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from questionnaires.texts import LANGUAGES

Holds = Literal["word", "text", "number", "day", "flag", "words", "quarters", "entry"]
"""What a cell holds; ``text`` is one text in a column for each language, ``entry`` one entry of a list, ``quarters`` as in
``2025: 1, 3; 2026: 1``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column (of a text three): its name, the keys of the grammar that lead to its value, and its Latvian name."""

    name: str
    latvian: str
    path: tuple[str, ...]
    holds: Holds = "word"
    needed: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """The names in the first row."""
        return tuple(f"{self.name}_{language}" for language in LANGUAGES) if self.holds == "text" else (self.name,)

    def latvian_of(self, header: str) -> str:
        """Return the Latvian name of one of the ``headers``."""
        return f"{self.latvian} ({header.rpartition('_')[2]})" if self.holds == "text" else self.latvian


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its columns, and the key of the grammar under which its rows stand.

    ``parents`` are the columns that name what a row belongs to, each with the sheet where that stands.
    """

    name: str
    latvian: str
    key: str
    columns: tuple[Column, ...]
    parents: Mapping[str, str] = field(default_factory=dict)

    def column(self, path: tuple[str, ...]) -> Column | None:
        """Return the column whose value stands under *path*."""
        return next((each for each in self.columns if each.path == path), None)


def _column(name: str, latvian: str, holds: Holds = "word", *path: str, needed: bool = False) -> Column:
    return Column(name, latvian, path or (name,), holds, needed)


_NAME: Final = _column("name", "Nosaukums", "text", needed=True)
_ID: Final = _column("id", "Id")
_ROW: Final = _column("row", "Rinda")
_TARGET: Final = _column("target", "Rindas mērķis")
_PERIOD: Final = (
    _column("period", "Periods", "word", "period", "kind"),
    _column("period_year", "Perioda gads", "word", "period", "year"),
    _column("period_day", "Perioda diena", "day", "period", "day"),
    _column("period_since", "Periods no", "day", "period", "since"),
    _column("period_until", "Periods līdz", "day", "period", "until"),
    _column("period_after_plan", "Pēc plāna beigām", "flag", "period", "after_plan"),
)
_JUDGED: Final = (
    _column("comparator", "Salīdzinājums"),
    _column("value", "Vērtība", "number"),
    _column("unit", "Mērvienība"),
    _column("counted", "Ko skaita"),
)

SHEETS: Final = (
    Sheet(
        "plan",
        "Plāns",
        "",
        (
            _ID,
            _column("version", "Versija"),
            _column("municipality", "Pašvaldība"),
            _column("title", "Nosaukums", "text", needed=True),
            _column("source", "Avots"),
            _column("starts", "Sākas", "day"),
            _column("ends", "Beidzas", "day"),
            _column("goal_level", "Augstākais līmenis", "text", "levels", "goal"),
            _column("action_level", "Otrais līmenis", "text", "levels", "action"),
        ),
    ),
    Sheet("institutions", "Iestādes", "institutions", (_ID, _NAME)),
    Sheet("audiences", "Mērķauditorijas", "audiences", (_ID, _NAME)),
    Sheet("reference_sets", "Saraksti", "reference_sets", (_ID, _NAME, _column("source", "Avots"))),
    Sheet(
        "members",
        "Sarakstu iestādes",
        "members",
        (
            _column("set", "Saraksts"),
            _ID,
            _column("name", "Nosaukums"),
            _column("since", "No", "day"),
            _column("until", "Līdz", "day"),
        ),
        {"set": "reference_sets"},
    ),
    Sheet("measured", "Izmērāmais", "measured", (_ID, _NAME)),
    Sheet(
        "goals",
        "Mērķi",
        "goals",
        (
            _column("number", "Numurs"),
            _column("title", "Nosaukums", "text"),
            _column("lost", "Zudis avotā", "flag"),
            _column("note", "Piezīme", "text"),
        ),
    ),
    Sheet(
        "actions",
        "Darbības",
        "actions",
        (_column("number", "Numurs"), _column("goal", "Mērķis"), _column("title", "Nosaukums", "text", needed=True)),
    ),
    Sheet(
        "rows",
        "Rindas",
        "indicators",
        (
            _ID,
            _column("action", "Darbība"),
            _column("kind", "Veids"),
            _column("measured_as", "Kas izmērāms"),
            _column("name", "Nosaukums", "text"),
            _column("source_line", "Avota rinda"),
            _column("responsible", "Atbildīgie", "words"),
            _column("co_responsible", "Līdzatbildīgie", "words"),
            _column("quarters", "Ceturkšņi", "quarters"),
            _column("unsure_quarters", "Nedroši ceturkšņi", "quarters"),
            _column("reading_note", "Lasījuma piezīme"),
            _column("sensitive", "Sensitīva", "flag"),
        ),
    ),
    Sheet(
        "targets",
        "Rindu mērķi",
        "targets",
        (
            _ROW,
            _ID,
            _column("label", "Nosaukums", "text", needed=True),
            _column("kind", "Veids"),
            *_JUDGED,
            _column("upper", "Augšējā robeža", "number"),
            *_PERIOD,
            _column("audience", "Mērķauditorija"),
            _column("ages_from", "Vecums no", "entry", "ages"),
            _column("ages_to", "Vecums līdz", "entry", "ages"),
            _column("per_event_hours", "Stundas pasākumā", "number"),
            _column("per_event_sessions", "Nodarbības pasākumā"),
            _column("of_set", "No saraksta"),
            _column("baseline_value", "Sākuma vērtība", "number", "baseline", "value"),
            _column("baseline_on", "Sākuma diena", "day", "baseline", "on"),
            _column("baseline_source", "Sākuma vērtības avots", "word", "baseline", "source"),
            _column("written_sign", "Avota zīme", "word", "written", "sign"),
            _column("written_mark", "Avota bultiņa", "word", "written", "mark"),
            _column("written_decided", "Lēmums par zīmi", "word", "written", "decided"),
            _column("prerequisite", "Priekšnoteikums"),
        ),
        {"row": "rows"},
    ),
    Sheet("steps", "Soļi", "steps", (_TARGET, _ID, _column("label", "Nosaukums", "text", needed=True)), {"target": "targets"}),
    Sheet(
        "readings",
        "Lasījumi",
        "readings",
        (_TARGET, _ID, _column("label", "Nosaukums", "text", needed=True), *_JUDGED, *_PERIOD),
        {"target": "targets"},
    ),
    Sheet(
        "questions",
        "Jautājumi",
        "questions",
        (_ROW, _ID, _column("about", "Par ko"), _column("text", "Jautājums", "text", needed=True)),
        {"row": "rows"},
    ),
    Sheet(
        "options",
        "Atbilžu varianti",
        "options",
        (_ROW, _column("question", "Jautājums"), _column("option", "Variants", "text", needed=True)),
        {"question": "questions"},
    ),
    Sheet(
        "money",
        "Nauda",
        "money",
        (_ROW, _column("year", "Gads"), _column("amount", "Summa, EUR", "number"), _column("source", "Avots")),
        {"row": "rows"},
    ),
)

BY_NAME: Final[Mapping[str, Sheet]] = {sheet.name: sheet for sheet in SHEETS}


def folded(name: str) -> str:
    """Return a title or header as it is compared: no capitals, no star that says that it is needed, spaces as one."""
    return " ".join(name.replace("*", " ").replace("_", " ").casefold().split())
