"""The audit trail in words: what was done, about what, and which facts, in the language of the page."""

import re
from datetime import date
from typing import Final

from flask_babel import LazyString, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.i18n import day
from surveyapp.staff.roles import NAMES

DEEDS: Final[dict[str, LazyString]] = {
    "account.added": _l("Account added"),
    "account.disabled": _l("Account disabled"),
    "account.enabled": _l("Account enabled"),
    "account.role_changed": _l("Role changed"),
    "link.made": _l("Sign-in link made"),
    "password.set": _l("Password set"),
    "second_factor.reset": _l("Second factor reset"),
    "second_factor.set_up": _l("One-time codes set up"),
    "second_factor.removed": _l("One-time codes switched off"),
    "second_factor.held": _l("Second factor held: too many codes did not fit"),
    "passkey.added": _l("Passkey added"),
    "passkey.removed": _l("Passkey removed"),
    "recovery_codes.made": _l("Recovery codes made"),
    "recovery_code.used": _l("Recovery code used"),
    "plan.loaded": _l("Plan loaded"),
    "plan.put_in_force": _l("Plan put in force"),
    "plan.stated": _l("Stated about the plan"),
    "plan.superseded": _l("Statement about the plan replaced"),
    "plan.withdrawn": _l("Statement about the plan taken back"),
    "questionnaire.published": _l("Questionnaire published"),
    "questionnaire.draft_saved": _l("Draft of a questionnaire saved"),
    "questionnaire.draft_removed": _l("Draft of a questionnaire thrown away"),
    "questionnaire.decided": _l("Decided about a question in other words"),
    "questionnaire.translations_checked": _l("Unchanged translations confirmed"),
    "wave.created": _l("Wave made"),
    "wave.changed": _l("Draft of a wave changed"),
    "wave.discarded": _l("Draft of a wave deleted"),
    "wave.key_made": _l("Key made"),
    "wave.trial_opened": _l("Key proved with a trial box"),
    "wave.invited": _l("Codes made"),
    "mail.list_taken": _l("List of e-mail addresses taken"),
    "mail.list_deleted": _l("List of e-mail addresses deleted"),
    "mail.reminded": _l("Reminder sent"),
    "wave.closed": _l("Wave closed"),
    "wave.code_stopped": _l("Code of a group or open address stopped"),
    "wave.mismatch": _l("Opening stopped: boxes and answers do not match"),
    "wave.agreement_asked": _l("Auditor asked to agree to the opening"),
    "wave.agreed": _l("Auditor agreed to the opening"),
    "wave.agreement_refused": _l("Auditor did not agree to the opening"),
    "wave.opened": _l("Boxes opened"),
    "wave.scrubbed": _l("Traces of codes and boxes removed"),
    "wave.key_destroyed": _l("Key attested as destroyed"),
    "wave.texts_released": _l("First text in own words released"),
    "wave.texts_deleted": _l("First text in own words deleted"),
    "wave.imported": _l("Wave collected elsewhere imported"),
    "event.logged": _l("Event logged"),
    "event.corrected": _l("Event corrected"),
    "event.withdrawn": _l("Event withdrawn"),
    "evidence.added": _l("Evidence file added"),
    "evidence.removed": _l("Evidence file removed"),
    "events.uploaded": _l("Sheet of events uploaded"),
    "result.frozen": _l("Result frozen"),
    "release.made": _l("Release made"),
    "release.published": _l("Release published"),
    "release.withdrawn": _l("Publication of a release withdrawn"),
    "release.noted": _l("Note put beside a published release"),
    "release.handed_over": _l("Release handed to the national view"),
    "release.taken_back": _l("Release taken back from the national view"),
    "backup.restored": _l("Backup restored"),
    "conference.made": _l("Conference drafted"),
    "conference.changed": _l("Page of a conference changed"),
    "conference.published": _l("Page of a conference published"),
    "conference.closed": _l("Registration for a conference closed"),
    "conference.cancelled": _l("Conference cancelled"),
    "conference.discarded": _l("Draft of a conference deleted"),
    "conference.written": _l("Wrote to everybody registered for a conference"),
    "registration.cancelled": _l("Registration for a conference cancelled by the organiser"),
    "registration.exported": _l("List of participants exported"),
    "letters.set": _l("Chosen which letters to get"),
    "reminders.sent": _l("Quarterly reminders sent"),
    "certificate.hours": _l("Hours on certificates set"),
    "boxes.marked": _l("Marks of sealed boxes made"),
    "feed.made": _l("Secret address of a calendar made"),
    "feed.revoked": _l("Secret address of a calendar revoked"),
    "data.deleted": _l("Personal data deleted as promised"),
}
_FACTS: Final[dict[str, LazyString]] = {
    "role": _l("role"),
    "new": _l("new events"),
    "corrected": _l("corrected events"),
    "repeated": _l("logged already"),
    "withdrawn": _l("withdrawn earlier"),
    "file": _l("file's check sum (SHA-256)"),
    "said": _l("statement"),
    "institution": _l("institution"),
    "reason": _l("reason"),
    "verdict": _l("decision"),
    "earlier": _l("earlier question"),
    "decided_by": _l("decided by"),
    "decided_on": _l("decided on"),
    "texts": _l("texts"),
    "state": _l("state"),
    "opens": _l("opens"),
    "closes": _l("closes"),
    "mode": _l("who may answer"),
    "questionnaire": _l("questionnaire"),
    "codes": _l("codes"),
    "addresses": _l("addresses"),
    "collected": _l("collected until"),
    "responses": _l("people who answered"),
    "group": _l("group"),
    "boxes": _l("boxes"),
    "taken": _l("answers taken"),
    "unreadable": _l("boxes that cannot be read"),
    "free_text": _l("own words asked"),
    "again": _l("in place of an earlier one"),
    "destroyed_on": _l("destroyed on"),
    "boxes_match_codes": _l("as many boxes as used codes"),
    "steward": _l("data steward"),
    "auditor": _l("auditor"),
    "hash": _l("checksum"),
    "level": _l("for whom"),
    "as_of": _l("judged as of"),
    "rules": _l("version of the rules"),
    "rows": _l("rows"),
    "row": _l("row"),
    "held_on": _l("day"),
    "title": _l("title"),
    "audience": _l("audience"),
    "place": _l("place"),
    "hours": _l("hours"),
    "evidence": _l("evidence"),
    "unique_persons": _l("different people"),
    "attendances": _l("attendances"),
    "families": _l("families"),
    "member": _l("institution that took part"),
    "requested": _l("requests"),
    "step": _l("step"),
    "amount": _l("amount, EUR"),
    "same_group_as": _l("same people as in event"),
    "different_people": _l("nobody was at an earlier event"),
    "people": _l("people"),
    "reminders": _l("quarterly reminder"),
    "language": _l("language"),
    "promised_for": _l("promised for"),
    "form": _l("file"),
    "indicator": _l("row"),
    "starts": _l("begins"),
    "ends": _l("ends"),
    "capacity": _l("seats"),
    "opens_on": _l("registration from"),
    "deadline": _l("last day to register"),
    "delete_on": _l("deletion on"),
    "ask_institution": _l("workplace asked"),
    "ask_field": _l("field of work asked"),
    "ask_needs": _l("needs asked"),
    "left": _l("left"),
    "device": _l("device"),
    "disabled": _l("disabled"),
    "licence": _l("licence"),
    "text": _l("text"),
    "revision": _l("version of the database"),
}
_STATES: Final[dict[str, LazyString]] = {
    "draft": _l("draft"),
    "trial_opened": _l("key proved"),
    "open": _l("takes answers"),
    "closed": _l("closed"),
    "opened": _l("opened"),
    "scrubbed": _l("opened and cleared of traces"),
    "published": _l("published"),
    "cancelled": _l("cancelled"),
}
_LEVELS: Final[dict[str, LazyString]] = {"group": _l("the cooperation group"), "public": _l("everybody")}
_VERDICTS: Final[dict[str, LazyString]] = {
    "same": _l("the same question"),
    "new": _l("a new question"),
    "taken back": _l("taken back"),
}
_MODES: Final[dict[str, LazyString]] = {
    "code": _l("one code each"),
    "group": _l("one code for each group"),
    "open": _l("one address for everybody"),
    "import": _l("collected elsewhere"),
}
_NO_PERSON: Final[dict[str, LazyString]] = {COMMAND_LINE: _l("command line"), "demonstration": _l("demonstration")}
_DAY: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])")
_EVENT: Final = re.compile(r"event (\d+)")
_RELEASE: Final = re.compile(r"release (\d+)")
_WAVE: Final = re.compile(r"wave (\d+)")
_WAVES: Final = re.compile(r"waves ([\d+]+)")


def who(text: str) -> str:
    """Name who did it: an e-mail address, or what acted without a person."""
    return str(_NO_PERSON.get(text, text))


def what(deed: str) -> str:
    """Name a deed; one that has no words yet is shown as it is recorded."""
    return str(DEEDS.get(deed, deed))


def about(text: str) -> str:
    """Name what the deed was about: an event or a result by its number, anything else as it is recorded."""
    if found := _EVENT.fullmatch(text):
        return str(_("event %(number)s", number=found[1]))
    if found := _RELEASE.fullmatch(text):
        return str(_("release %(number)s", number=found[1]))
    if found := _WAVE.fullmatch(text):
        return str(_("wave %(number)s", number=found[1]))
    if found := _WAVES.fullmatch(text):
        return str(_("waves %(numbers)s", numbers=found[1]))
    return text


def fact(name: str) -> str:
    """Name a fact; one that has no words yet is shown as it is recorded."""
    return str(_FACTS.get(name, name))


def value(name: str, recorded: object) -> str:
    """Say the value of a fact; identifiers of files stay as they are."""
    match recorded:
        case None:
            return "–"
        case bool():
            return str(_("yes") if recorded else _("no"))
        case float():
            return str(format_decimal(recorded))
        case "fewer than 10":
            return str(_("fewer than 10"))
    text = str(recorded)
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    words = {"state": _STATES, "role": NAMES, "mode": _MODES, "verdict": _VERDICTS, "level": _LEVELS}.get(name, {})
    return str(words.get(text, text))
