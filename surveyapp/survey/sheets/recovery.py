"""The recovery sheet: a private key on paper, to be scanned or typed back should its file be lost before the opening."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from questionnaires.texts import Language
from surveyapp.core import typesetting
from surveyapp.survey import key_text

_TEMPLATE: Final = Path(__file__).with_name("recovery.typ")
_WORDS: Final[Mapping[Language, tuple[str, ...]]] = {
    "lv": (
        "Atjaunošanas lapa: {whose} atslēga",
        "Tikai ar šo atslēgu var atvērt aizzīmogotās atbildes. Glabājiet lapu aizslēgtu, atsevišķi no datora un paroles.",
        "Ja atslēgas fails ir pazudis, noskenējiet kvadrātu un ielīmējiet tā tekstu tur, kur programma prasa atslēgu.",
        "Vai arī pārrakstiet tur rāmi pa rindai, ar kolu un divām zīmēm beigās: programma pateiks, kurā rindā ir kļūda.",
        "Pēc atbilžu atvēršanas iznīciniet šo lapu un visas atslēgas kopijas: ar tām varētu izlasīt vecu rezerves kopiju.",
    ),
    "en": (
        "Recovery sheet: the key of {whose}",
        "Only this key opens the sealed answers. Keep the sheet locked away, apart from the computer and from the passphrase.",
        "If the key's file is lost, scan the square and paste its text where the program asks for the key.",
        "Or type the frame there line by line, with the colon and two characters at its end: the program says which is wrong.",
        "After the opening destroy this sheet and every copy of the key: with them, an old backup could be read.",
    ),
    "ru": (
        "Лист восстановления: ключ {whose}",
        "Только этим ключом можно открыть запечатанные ответы. Храните лист под замком, отдельно от компьютера и от пароля.",
        "Если файл ключа утерян, отсканируйте квадрат и вставьте его текст там, где программа просит ключ.",
        "Или перепишите туда рамку по строкам, с двоеточием и двумя знаками в конце: программа скажет, в какой строке ошибка.",
        "После открытия ответов уничтожьте этот лист и все копии ключа: с ними можно было бы прочесть старую резервную копию.",
    ),
}
_WAVE: Final[Mapping[Language, str]] = {"lv": "kārtas „{name}”", "en": "the wave “{name}”", "ru": "волны «{name}»"}
_YEAR: Final[Mapping[Language, str]] = {"lv": "{name}. gada", "en": "the year {name}", "ru": "{name} года"}


def of_wave(wave: str, pem: bytes, language: Language) -> bytes:
    """Return the sheet for the key *pem* of the wave called *wave*."""
    return _as_pdf(_WAVE[language].format(name=wave), pem, language)


def of_year(year: int, pem: bytes, language: Language) -> bytes:
    """Return the sheet for the yearly key *pem* of feedback and games."""
    return _as_pdf(_YEAR[language].format(name=year), pem, language)


def _as_pdf(whose: str, pem: bytes, language: Language) -> bytes:
    title, *lines = _WORDS[language]
    key = [{"groups": line.groups, "check": line.check} for line in key_text.for_paper(pem)]
    data = {"title": title.format(whose=whose), "lines": lines, "key": key, "qr": typesetting.qr(pem.decode())}
    return typesetting.as_pdf(_TEMPLATE, data | {"language": language})
