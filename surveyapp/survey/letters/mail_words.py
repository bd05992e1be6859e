"""The words of letters: Latvian first, then English and Russian, in one letter; a code stands in the text and nowhere else."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from surveyapp.core.mail import Letter
from surveyapp.survey.codes import shown
from surveyapp.survey.sheets.cards import days_in_words, link_of
from surveyapp.survey.wave_store import NewCode

_SUBJECT: Final = "Aptauja speciālistiem | Survey for specialists | Опрос специалистов"
_REMINDER_SUBJECT: Final = "Atgādinājums: aptauja speciālistiem | Reminder | Напоминание"
_RULE: Final = "\n\n" + "-" * 40 + "\n\n"
_INVITATION: Final = """\
Labdien!

{place} aicina Jūs piedalīties aptaujā speciālistiem. {days_lv}

Atveriet šo saiti:
{link}

Vai atveriet adresi {address} un ierakstiet kodu:
{code}

Viens kods – viena atbilde. Kodi adresēm tika izdalīti nejaušā secībā, un nekur nav pierakstīts, kurš kods nosūtīts uz kuru \
adresi. Tāpēc no glabātajiem datiem nevar uzzināt, kurš piedalījās un ko atbildēja.

Lūdzam šo vēstuli nepārsūtīt un uz to neatbildēt: tajā ir Jūsu kods.

Ja bērns ir briesmās: policija 110, bērnu uzticības tālrunis 116111.{rule}\
Hello!

{place} asks you to take part in a survey for specialists. {days_en}

Open this link:
{link}

Or open the address {address} and type the code:
{code}

One code, one answer. The codes were given to addresses in random order, and it is not stored which code went where. \
So the stored data cannot tell who took part or what they answered.

Please do not forward this letter and do not reply to it: it holds your code.

If a child is in danger: police 110, child helpline 116111.{rule}\
Здравствуйте!

{place} приглашает Вас принять участие в опросе специалистов. {days_ru}

Откройте эту ссылку:
{link}

Или откройте адрес {address} и введите код:
{code}

Один код – один ответ. Коды распределены по адресам в случайном порядке, и нигде не записано, какой код отправлен на какой \
адрес. Поэтому по сохранённым данным нельзя узнать, кто участвовал и что ответил.

Просим не пересылать это письмо и не отвечать на него: в нём Ваш код.

Если ребёнок в опасности: полиция 110, детский телефон доверия 116111.
"""
_REMINDER: Final = """\
Labdien!

{place} atgādina par aptauju speciālistiem. {days_lv}

Ja jau piedalījāties – paldies! Tad Jums vairs nekas nav jādara. Mēs nezinām, kurš jau piedalījās, tāpēc atgādinājumu \
sūtām visiem.

Jūsu kods un saite ir iepriekšējā vēstulē par šo aptauju. Ja to vairs nevarat atrast, lūdziet jaunu kodu koordinatoram.

Ja bērns ir briesmās: policija 110, bērnu uzticības tālrunis 116111.{rule}\
Hello!

{place} reminds you of the survey for specialists. {days_en}

If you have taken part already – thank you! Then there is nothing more to do. We do not know who took part, so the reminder \
goes to everyone.

Your code and link are in our earlier letter about this survey. If you cannot find it, ask the coordinator for a new code.

If a child is in danger: police 110, child helpline 116111.{rule}\
Здравствуйте!

{place} напоминает об опросе специалистов. {days_ru}

Если Вы уже участвовали – спасибо! Тогда больше ничего делать не нужно. Мы не знаем, кто уже участвовал, поэтому отправляем \
напоминание всем.

Ваш код и ссылка – в нашем предыдущем письме об этом опросе. Если Вы не можете его найти, попросите у координатора новый код.

Если ребёнок в опасности: полиция 110, детский телефон доверия 116111.
"""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What letters of a wave are about: whose survey it is, where it is answered, its first and last day."""

    place: str
    base_url: str
    days: tuple[date, date]


def invitation(to: str, code: NewCode, occasion: Occasion) -> Letter:
    """Return the letter that brings *code* to an address."""
    words = _words(occasion) | {"link": link_of(occasion.base_url, code), "code": shown(code.typed)}
    return Letter(to, _SUBJECT, _INVITATION.format(**words))


def reminder(to: str, occasion: Occasion) -> Letter:
    """Return the letter that reminds whoever reads it, without a code."""
    return Letter(to, _REMINDER_SUBJECT, _REMINDER.format(**_words(occasion)))


def _words(occasion: Occasion) -> dict[str, str]:
    return {
        "place": occasion.place,
        "rule": _RULE,
        "address": f"{occasion.base_url}/s/",
        "days_lv": days_in_words(occasion.days, "lv"),
        "days_en": days_in_words(occasion.days, "en"),
        "days_ru": _ended(days_in_words(occasion.days, "ru")),
    }


def _ended(sentence: str) -> str:
    # The Russian day may end with the point of a shortened word already.
    return sentence if sentence.endswith(".") else f"{sentence}."
