"""The recovery sheet: a wave's private key on paper, should its file be lost before the opening."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from questionnaires.texts import Language
from surveyapp.survey.sheets import typesetting

_TEMPLATE: Final = Path(__file__).with_name("recovery.typ")
_WORDS: Final[Mapping[Language, tuple[str, ...]]] = {
    "lv": (
        "Atjaunošanas lapa: aptaujas „{wave}” atslēga",
        "Tikai ar šo atslēgu var atvērt aizzīmogotās atbildes. Glabājiet lapu aizslēgtu, atsevišķi no datora un paroles.",
        "Ja atslēgas fails pazudis, noskenējiet kvadrātu vai pārrakstiet rāmja tekstu failā, kura nosaukums beidzas ar .pem.",
        "Pēc atbilžu atvēršanas iznīciniet šo lapu un visas atslēgas kopijas: ar tām varētu izlasīt vecu rezerves kopiju.",
    ),
    "en": (
        "Recovery sheet: the key of the wave “{wave}”",
        "Only this key opens the sealed answers. Keep the sheet locked away, apart from the computer and from the passphrase.",
        "If the key's file is lost, scan the square or copy the text in the frame into a file whose name ends in .pem.",
        "After the opening destroy this sheet and every copy of the key: with them, an old backup could be read.",
    ),
    "ru": (
        "Лист восстановления: ключ опроса «{wave}»",
        "Только этим ключом можно открыть запечатанные ответы. Храните лист под замком, отдельно от компьютера и от пароля.",
        "Если файл ключа утерян, отсканируйте квадрат или перепишите текст из рамки в файл, имя которого оканчивается на .pem.",
        "После открытия ответов уничтожьте этот лист и все копии ключа: с ними можно было бы прочесть старую резервную копию.",
    ),
}


def as_pdf(wave: str, pem: bytes, language: Language) -> bytes:
    """Return the sheet for the key *pem* of the wave called *wave*."""
    title, *lines = _WORDS[language]
    data = {"title": title.format(wave=wave), "lines": lines, "pem": pem.decode(), "qr": typesetting.qr(pem.decode())}
    return typesetting.as_pdf(_TEMPLATE, data | {"language": language})
