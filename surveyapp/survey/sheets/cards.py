"""Codes on paper: A4 pages of cards, each with a QR code, the typed code, the address and the first and last day."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from questionnaires.texts import Language
from surveyapp.core import typesetting
from surveyapp.core.i18n import day_in
from surveyapp.survey.codes import shown
from surveyapp.survey.rules import Mode
from surveyapp.survey.wave_store import NewCode

_TEMPLATE: Final = Path(__file__).with_name("cards.typ")
_LATVIAN_GENITIVE: Final = (
    *("janvāra", "februāra", "marta", "aprīļa", "maija", "jūnija"),
    *("jūlija", "augusta", "septembra", "oktobra", "novembra", "decembra"),
)
_LATVIAN_DATIVE: Final = (
    *("janvārim", "februārim", "martam", "aprīlim", "maijam", "jūnijam"),
    *("jūlijam", "augustam", "septembrim", "oktobrim", "novembrim", "decembrim"),
)
_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "lv": {
        "title": "Kartītes ar kodiem",
        "heading": "Aptauja speciālistiem",
        "scan": "Noskenējiet šo kvadrātu ar tālruņa kameru.",
        "or_type": "Vai atveriet šo adresi un ierakstiet kodu:",
        "days": "Atbildēt var no {first}, vēlākais līdz {last} ieskaitot.",
        "code": "Viens kods – viena atbilde. Glabātajos datos kods ar atbildēm nav saistīts.",
        "group": "Atbildēt var ikviens, kam ir šīs grupas kods.",
        "open": "Atbildēt var ikviens, kam ir šī adrese.",
        "danger": "Ja bērns ir briesmās: policija 110, bērnu uzticības tālrunis 116111.",
    },
    "en": {
        "title": "Cards with codes",
        "heading": "Survey for specialists",
        "scan": "Scan this square with the camera of your phone.",
        "or_type": "Or open this address and type the code:",
        "days": "Answers are taken from {first}, until {last} at the latest.",
        "code": "One code, one answer. Nothing that is stored joins the code with the answers.",
        "group": "Anyone with this group's code can answer.",
        "open": "Anyone with this address can answer.",
        "danger": "If a child is in danger: police 110, child helpline 116111.",
    },
    "ru": {
        "title": "Карточки с кодами",
        "heading": "Опрос специалистов",
        "scan": "Отсканируйте этот квадрат камерой телефона.",
        "or_type": "Или откройте этот адрес и введите код:",
        "days": "Ответить можно с {first}, самое позднее – по {last}.",
        "code": "Один код – один ответ. В сохраняемых данных код с ответами не связан.",
        "group": "Ответить может каждый, у кого есть код этой группы.",
        "open": "Ответить может каждый, у кого есть этот адрес.",
        "danger": "Если ребёнок в опасности: полиция 110, детский телефон доверия 116111.",
    },
}


def link_of(base_url: str, code: NewCode) -> str:
    """Return the address that opens the questionnaire; the code stands in the fragment, which no server ever receives."""
    return f"{base_url}/s/#{code.link}"


def as_pdf(codes: Sequence[NewCode], base_url: str, days: tuple[date, date], language: Language, mode: Mode = "code") -> bytes:
    """Return the cards as a PDF, eight on a page (*days*: the first and the last); nothing is written to a file meanwhile.

    Cards of a group's code name the group; those of one person's never do.
    """
    words = dict(_WORDS[language])
    words["days"] = days_in_words(days, language)
    words["once"] = words[mode]
    data = {
        "language": language,
        "words": words,
        "address": f"{base_url.partition('://')[2]}/s/",
        "cards": [
            {
                "code": shown(code.typed),
                "qr": typesetting.qr(link_of(base_url, code)),
                "group": code.group if mode == "group" else None,
            }
            for code in codes
        ],
    }
    return typesetting.as_pdf(_TEMPLATE, data)


def days_in_words(days: tuple[date, date], language: Language) -> str:
    """Return the sentence of a card that says on which days, from the first to the last of *days*, answers are taken."""
    first, last = _day(days[0], language, _LATVIAN_GENITIVE), _day(days[1], language, _LATVIAN_DATIVE)
    return _WORDS[language]["days"].format(first=first, last=last)


def _day(day: date, language: Language, latvian_months: Sequence[str]) -> str:
    """Return a date as it stands after "from" or "to": Latvian asks for cases there that no locale data hold."""
    if language == "lv":
        return f"{day.year}. gada {day.day}. {latvian_months[day.month - 1]}"
    return day_in(day, "en_GB" if language == "en" else language)
