"""The sheets of a plan as a workbook: which columns each has, what a cell holds, and what they are called in each language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from questionnaires.texts import LANGUAGES

Holds = Literal["word", "text", "number", "day", "flag", "words", "quarters", "entry"]
"""What a cell holds; ``text`` is one text in a column for each language, ``entry`` one entry of a list, ``quarters`` as in
``2025: 1, 3; 2026: 1``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column (of a text three): its name, the keys of the grammar that lead to its value, and what it is called.

    In English a column is called by its name, which is the key of plan files.
    """

    name: str
    latvian: str
    russian: str
    path: tuple[str, ...]
    holds: Holds = "word"
    needed: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """The names in the first row."""
        return tuple(f"{self.name}_{language}" for language in LANGUAGES) if self.holds == "text" else (self.name,)

    def called(self, header: str, language: str) -> str:
        """Return what one of the ``headers`` is called in *language*."""
        name = {"lv": self.latvian, "ru": self.russian}.get(language)
        if name is None:
            return header
        return f"{name} ({header.rpartition('_')[2]})" if self.holds == "text" else name


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its columns, and the key of the grammar under which its rows stand.

    ``parents`` are the columns that name what a row belongs to, each with the sheet where that stands.
    """

    name: str
    latvian: str
    russian: str
    key: str
    columns: tuple[Column, ...]
    parents: Mapping[str, str] = field(default_factory=dict)

    def called(self, language: str) -> str:
        """Return the title of the sheet in *language*."""
        return {"lv": self.latvian, "ru": self.russian}.get(language, self.name)

    def column(self, path: tuple[str, ...]) -> Column | None:
        """Return the column whose value stands under *path*."""
        return next((each for each in self.columns if each.path == path), None)


def _column(name: str, latvian: str, russian: str, holds: Holds = "word", *path: str, needed: bool = False) -> Column:
    return Column(name, latvian, russian, path or (name,), holds, needed)


_NAME: Final = _column("name", "Nosaukums", "Название", "text", needed=True)
_ID: Final = _column("id", "Id", "Id")
_ROW: Final = _column("row", "Rinda", "Строка")
_TARGET: Final = _column("target", "Rindas mērķis", "Цель строки")
_PERIOD: Final = (
    _column("period", "Periods", "Период", "word", "period", "kind"),
    _column("period_year", "Perioda gads", "Год периода", "word", "period", "year"),
    _column("period_day", "Perioda diena", "День периода", "day", "period", "day"),
    _column("period_since", "Periods no", "Период с", "day", "period", "since"),
    _column("period_until", "Periods līdz", "Период по", "day", "period", "until"),
    _column("period_after_plan", "Pēc plāna beigām", "После конца плана", "flag", "period", "after_plan"),
)
_JUDGED: Final = (
    _column("comparator", "Salīdzinājums", "Сравнение"),
    _column("value", "Vērtība", "Значение", "number"),
    _column("unit", "Mērvienība", "Единица"),
    _column("counted", "Ko skaita", "Что считают"),
)

SHEETS: Final = (
    Sheet(
        "plan",
        "Plāns",
        "План",
        "",
        (
            _ID,
            _column("version", "Versija", "Версия"),
            _column("municipality", "Pašvaldība", "Самоуправление"),
            _column("title", "Nosaukums", "Название", "text", needed=True),
            _column("source", "Avots", "Источник"),
            _column("starts", "Sākas", "Начинается", "day"),
            _column("ends", "Beidzas", "Заканчивается", "day"),
            _column("goal_level", "Augstākais līmenis", "Верхний уровень", "text", "levels", "goal"),
            _column("action_level", "Otrais līmenis", "Второй уровень", "text", "levels", "action"),
        ),
    ),
    Sheet("institutions", "Iestādes", "Учреждения", "institutions", (_ID, _NAME)),
    Sheet("audiences", "Mērķauditorijas", "Целевые аудитории", "audiences", (_ID, _NAME)),
    Sheet("reference_sets", "Saraksti", "Списки", "reference_sets", (_ID, _NAME, _column("source", "Avots", "Источник"))),
    Sheet(
        "members",
        "Sarakstu iestādes",
        "Учреждения списков",
        "members",
        (
            _column("set", "Saraksts", "Список"),
            _ID,
            _column("name", "Nosaukums", "Название"),
            _column("since", "No", "С", "day"),
            _column("until", "Līdz", "По", "day"),
        ),
        {"set": "reference_sets"},
    ),
    Sheet("measured", "Izmērāmais", "Измеряемое", "measured", (_ID, _NAME)),
    Sheet(
        "goals",
        "Mērķi",
        "Цели",
        "goals",
        (
            _column("number", "Numurs", "Номер"),
            _column("title", "Nosaukums", "Название", "text"),
            _column("lost", "Zudis avotā", "Утрачено в источнике", "flag"),
            _column("note", "Piezīme", "Примечание", "text"),
        ),
    ),
    Sheet(
        "actions",
        "Darbības",
        "Действия",
        "actions",
        (
            _column("number", "Numurs", "Номер"),
            _column("goal", "Mērķis", "Цель"),
            _column("title", "Nosaukums", "Название", "text", needed=True),
        ),
    ),
    Sheet(
        "rows",
        "Rindas",
        "Строки",
        "indicators",
        (
            _ID,
            _column("action", "Darbība", "Действие"),
            _column("kind", "Veids", "Вид"),
            _column("measured_as", "Kas izmērāms", "Что измеряется"),
            _column("name", "Nosaukums", "Название", "text"),
            _column("source_line", "Avota rinda", "Строка источника"),
            _column("responsible", "Atbildīgie", "Ответственные", "words"),
            _column("co_responsible", "Līdzatbildīgie", "Разделяют работу", "words"),
            _column("quarters", "Ceturkšņi", "Кварталы", "quarters"),
            _column("unsure_quarters", "Nedroši ceturkšņi", "Неясные кварталы", "quarters"),
            _column("reading_note", "Lasījuma piezīme", "Примечание к прочтению"),
            _column("sensitive", "Sensitīva", "Чувствительная", "flag"),
        ),
    ),
    Sheet(
        "targets",
        "Rindu mērķi",
        "Цели строк",
        "targets",
        (
            _ROW,
            _ID,
            _column("label", "Nosaukums", "Название", "text", needed=True),
            _column("kind", "Veids", "Вид"),
            *_JUDGED,
            _column("upper", "Augšējā robeža", "Верхняя граница", "number"),
            *_PERIOD,
            _column("audience", "Mērķauditorija", "Целевая аудитория"),
            _column("ages_from", "Vecums no", "Возраст от", "entry", "ages"),
            _column("ages_to", "Vecums līdz", "Возраст до", "entry", "ages"),
            _column("per_event_hours", "Stundas pasākumā", "Часов на мероприятии", "number"),
            _column("per_event_sessions", "Nodarbības pasākumā", "Занятий на мероприятии"),
            _column("of_set", "No saraksta", "Из списка"),
            _column("baseline_value", "Sākuma vērtība", "Исходное значение", "number", "baseline", "value"),
            _column("baseline_on", "Sākuma diena", "День исходного значения", "day", "baseline", "on"),
            _column("baseline_source", "Sākuma vērtības avots", "Источник исходного значения", "word", "baseline", "source"),
            _column("written_sign", "Avota zīme", "Знак в источнике", "word", "written", "sign"),
            _column("written_mark", "Avota bultiņa", "Стрелка в источнике", "word", "written", "mark"),
            _column("written_decided", "Lēmums par zīmi", "Решение о знаке", "word", "written", "decided"),
            _column("prerequisite", "Priekšnoteikums", "Предварительное условие"),
        ),
        {"row": "rows"},
    ),
    Sheet(
        "steps",
        "Soļi",
        "Шаги",
        "steps",
        (_TARGET, _ID, _column("label", "Nosaukums", "Название", "text", needed=True)),
        {"target": "targets"},
    ),
    Sheet(
        "readings",
        "Lasījumi",
        "Прочтения",
        "readings",
        (_TARGET, _ID, _column("label", "Nosaukums", "Название", "text", needed=True), *_JUDGED, *_PERIOD),
        {"target": "targets"},
    ),
    Sheet(
        "questions",
        "Jautājumi",
        "Вопросы",
        "questions",
        (_ROW, _ID, _column("about", "Par ko", "О чём"), _column("text", "Jautājums", "Вопрос", "text", needed=True)),
        {"row": "rows"},
    ),
    Sheet(
        "options",
        "Atbilžu varianti",
        "Варианты ответов",
        "options",
        (_ROW, _column("question", "Jautājums", "Вопрос"), _column("option", "Variants", "Вариант", "text", needed=True)),
        {"question": "questions"},
    ),
    Sheet(
        "money",
        "Nauda",
        "Деньги",
        "money",
        (
            _ROW,
            _column("year", "Gads", "Год"),
            _column("amount", "Summa, EUR", "Сумма, EUR", "number"),
            _column("source", "Avots", "Источник"),
        ),
        {"row": "rows"},
    ),
)

BY_NAME: Final[Mapping[str, Sheet]] = {sheet.name: sheet for sheet in SHEETS}


def folded(name: str) -> str:
    """Return a title or header as it is compared: no capitals, no star that says that it is needed, spaces as one."""
    return " ".join(name.replace("*", " ").replace("_", " ").casefold().split())
