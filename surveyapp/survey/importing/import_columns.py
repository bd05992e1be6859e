"""Columns that tell who answered, when or from where: recognised by header and by what stands in them, and never read."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# As the tools write them (their own languages of Latvia, and their short codes), after ``header_words``.
_GOOGLE: Final = (
    "timestamp|username|email address|laikspiedols|laika zimogs|e pasta adrese|epasta adrese|lietotajvards|отметка времени"
    "|имя пользователя|адрес электроннои почты|электронная почта|score|total score|rezultats|баллы"
)
_MICROSOFT: Final = (
    "id|start time|completion time|email|e mail|name|last modified time|language|total points|quiz feedback|grade posted time"
    "|sakuma laiks|pabeigsanas laiks|e pasts|epasts|vards|vards uzvards|pedejo reizi modificets|pedejas modificesanas laiks"
    "|valoda|ид|идентификатор|время начала|время завершения|время выполнения|почта|имя|время последнего изменения|язык"
)
_LIMESURVEY: Final = (
    "response id|submitdate|date submitted|completed|lastpage|last page|startlanguage|start language|seed|token|access code"
    "|startdate|date started|datestamp|date last action|ipaddr|ip address|refurl|referrer url|referring url|total time"
    "|interviewtime|firstname|first name|lastname|last name|surname|participant id|email status|quota exit|answer id"
    "|atbildes id|iesniegsanas datums|pedeja lapa|sakuma valoda|ip adrese|ip адрес|id ответа|дата отправки|последняя страница"
)
_EUSURVEY: Final = (
    "alias|invitation number|invitation id|contribution id|user name|creation date|last update|languages|export date"
    "|uzaicinajuma numurs|ieguldijuma id|izveides datums|pedeja atjauninasana|pedejais atjauninajums|valodas"
)
_OTHERS: Final = (
    "date|time|date and time|datums|laiks|datums un laiks|дата|время|дата и время|user id|user|user agent|useragent|browser"
    "|parlukprogramma|device|ierice|ip|full name|uzvards|vards un uzvards|фамилия|фио|phone|phone number|telefons"
    "|talrunis|talruna numurs|телефон|personas kods|personal code|персональныи код|duration|latitude|longitude|location"
    "|session id|respondent id|collector id|entry id|submission id|uuid|instanceid|submission time|submission date"
)
_HEADERS: Final = frozenset(f"{_GOOGLE}|{_MICROSOFT}|{_LIMESURVEY}|{_EUSURVEY}|{_OTHERS}".split("|"))
_TELLING: Final = re.compile(
    r"\b(e mail|email|epasts?|e pasts?|e pasta|ip addr\w*|ip adres\w*|timestamp|user agent|attribute \d+"
    r"|(?:grouptime|questiontime)\d*|group time|question time)\b"
)
_FEW_WORDS: Final = 5
# Every pattern is bounded and asks for no more than tells: an open beginning would make the search quadratic in a long cell.
_EMAIL: Final = r"[^\s@;,<>]@[^\s@;,<>]{1,255}\.\w{2}"
_IPV4: Final = r"\d{1,3}(?:\.\d{1,3}){3}"
_IPV6: Final = r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}"
_DAY: Final = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
_TIME: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
_MOMENT: Final = rf"(?:{_DAY})[T ,]{{1,4}}{_TIME}"
_ANYWHERE: Final = re.compile(
    rf"{_EMAIL}|\b{_IPV4}\b|(?<![\w:]){_IPV6}(?![\w:])|\b{_MOMENT}|\b\d{{6}}-\d{{5}}\b|\+\d[\d ()-]{{6}}|\bMozilla/|https?://"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile(rf"(?:{_DAY}|{_TIME})(?: ?[AP]M)?", re.IGNORECASE)  # a choice may name hours, such as "9:00–17:00"


def header_words(header: str) -> str:
    """Return *header* without case, marks and anything but letters and digits, for comparing."""
    plain = unicodedata.normalize("NFKD", header.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))


def tells_who_or_when(text: str) -> bool:
    """Say whether an address, a moment, a personal code, a telephone number or a browser stands in *text*."""
    return bool(_ANYWHERE.search(text) or _WHOLE.fullmatch(text))


def is_private(header: str, cells: Iterable[str]) -> bool:
    """Say whether a column is dropped: by its header, or because at least half of what is filled in tells who or when."""
    words = header_words(header)
    if words in _HEADERS or (_TELLING.search(words) and len(words.split()) <= _FEW_WORDS):
        return True
    filled = [cell for cell in cells if cell]
    return bool(filled) and 2 * sum(map(tells_who_or_when, filled)) >= len(filled)
