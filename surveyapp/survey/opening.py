"""Opening a closed wave, once: boxes become shuffled responses and a tally, codes and boxes vanish, all or nothing.

What takes long, unsealing and counting, is done before the transaction and keeps nobody waiting. Should the process end in the
middle of it, nothing has changed and nothing is left: opening begins again.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from analysis import steps
from surveyapp.core import audit
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.settings import current_settings
from surveyapp.survey import marks, opening_store
from surveyapp.survey.gathering import Gathered
from surveyapp.survey.packed_counts import read
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.scrubbing import scrub_opened
from surveyapp.survey.unsealing import Keys, processes_for, unsealed
from surveyapp.survey.unsealing_child import leave_no_core
from surveyapp.survey.wave_store import WaveFacts, check_key, find


@dataclass(frozen=True, slots=True)
class Numbers:
    """What does not match: answers that were taken, boxes that there are, and how many of those cannot be read.

    ``unmarked`` of the unreadable ones hold answers, but do not bear the mark of this app: they were forged.
    """

    taken: int
    boxes: int
    unreadable: int
    unmarked: int = 0

    @property
    def readable(self) -> int:
        """The boxes that can be read."""
        return self.boxes - self.unreadable


class MismatchError(RefusedError):
    """The boxes of a wave are not what its used codes say; nothing was changed. ``numbers`` says how."""

    def __init__(self, message: str, numbers: Numbers) -> None:
        self.numbers = numbers
        super().__init__(message)


class ForeignBoxesError(RefusedError):
    """No box of a wave bears the mark of this app: the secret of the marks is another one; nothing was changed."""


class TooFewBoxesError(RefusedError):
    """A wave has fewer boxes than are ever opened together; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Steward and auditor agree to open a wave whose boxes and used codes do not match; unreadable boxes are set aside."""

    steward: str
    auditor: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What a wave's boxes hold, and the numbers that must match; ``unmarked`` boxes hold answers, too."""

    gathered: Gathered
    boxes: int
    used: int
    unmarked: int

    @property
    def whole(self) -> int:
        return self.gathered.number

    @property
    def unreadable(self) -> int:
        return self.boxes - self.whole

    @property
    def matching(self) -> bool:
        return self.boxes == self.whole == self.used


def open_wave(
    wave: WaveFacts,
    private: X25519PrivateKey,
    who: str,
    agreement: Agreement | None = None,
) -> int:
    """Open *wave* with the steward's key, scrub, and return the number of responses.

    A supplement that is opened before its main wave joins it: its responses are counted with the main wave's, and the number
    is of both. A wave that is opened but not scrubbed (an interruption) is scrubbed now.

    Raises:
        RefusedError: not closed yet, another wave's key, too few boxes, opened before; nothing was changed.
        MismatchError: damaged or forged boxes, or not as many boxes as used codes; nothing was changed.
        BrokenOffError: a process that unsealed boxes ended before its time; nothing was changed.
    """
    leave_no_core()
    check_key(wave, private)
    now = find(wave.municipality_id, wave.name)
    if now.state is not State.OPENED:
        _check_closed(now)
        opening_store.end_answers(wave.id)
        boxes, used = opening_store.numbers(wave.id)
        with Gathered(wave.layout, current_settings().data_dir, boxes) as gathered:
            found = _unsealed(gathered, Keys(private, wave.id, marks.mark_key()), wave, boxes, used)
            _check_numbers(wave, found, agreement)
            steps.at("count")
            _store(wave, found, who, agreement)
    with reading() as session:
        number = opening_store.responses(session, wave)
    steps.at("clean")
    scrub_opened(who, wave.municipality_id)
    return number


def _store(wave: WaveFacts, found: _Found, who: str, agreement: Agreement | None) -> None:
    """Put in what was found, delete what it came from, and write that down, all or nothing."""
    with writing() as session:
        row = opening_store.lock_with_main(session, wave)
        _check_closed(find(wave.municipality_id, wave.name))
        opening_store.put_in(session, wave, found.gathered)
        if opening_store.forget(session, wave.id) != found.boxes:
            raise RefusedError(f"The boxes of the wave {wave.name!r} changed meanwhile; nothing was changed. Repeat it.")
        row.state, row.boxes_set_aside = State.OPENED, found.unreadable
        _record(who, wave, found, agreement)


def _check_closed(wave: WaveFacts) -> None:
    if wave.state in {State.OPENED, State.SCRUBBED}:
        raise RefusedError(f"The wave {wave.name!r} is opened already; a wave is opened once.")
    if wave.state is not State.CLOSED:
        raise RefusedError(
            f"The wave {wave.name!r} still takes answers until {wave.closes}, or has no codes yet. "
            f"Open it afterwards, or close it first: surveyapp wave close {wave.name}"
        )


def _unsealed(gathered: Gathered, keys: Keys, wave: WaveFacts, boxes: int, used: int) -> _Found:
    """Gather what the boxes of a wave hold; nothing is changed."""
    seen = unmarked = 0
    steps.at("unseal", seen, boxes)
    for plain in unsealed(opening_store.boxes(wave.id), keys, processes_for(boxes)):
        gathered.add(plain.marked)
        unmarked += sum(read(wave.layout, content) is not None for content in plain.unmarked)
        seen += plain.boxes
        steps.at("unseal", min(seen, boxes), boxes)
    return _Found(gathered, seen, used, unmarked)


def _check_numbers(wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    """Refuse boxes that do not match the used codes, unless steward and auditor agreed; refuse too few in any case."""
    if found.unmarked and not found.whole:
        raise ForeignBoxesError(
            f"The wave {wave.name!r} was not opened and nothing was changed: none of its boxes bears the mark of this "
            "installation. Most likely secrets/pepper in the data folder is not the file with which they were sealed, as after "
            "a restore. Put the file back that belongs to this database. If it is lost for good, run: surveyapp init "
            "--new-secrets. The boxes are then marked as they are, which the audit trail records."
        )
    if not found.matching:
        _check_agreement(wave, found, agreement)
    if found.whole < FEWEST:
        raise TooFewBoxesError(
            f"The wave {wave.name!r} has fewer than {FEWEST} boxes. It stays sealed: among so few answers a person "
            "could be recognised. Ask more people, in a supplementary wave if this one is over."
        )


def _check_agreement(wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    numbers = Numbers(found.used, found.boxes, found.unreadable, found.unmarked)
    told = _told(wave, numbers)
    if found.whole > found.used:
        surplus = (
            "There are more readable boxes than were taken: a number beside a code was lowered, or a box that had been taken "
            "back was put in again. Nobody can tell which; mend it from a backup."
        )
        raise MismatchError(told + surplus, numbers)
    if agreement is None:
        raise MismatchError(
            told + "Steward and auditor together can go on without the unreadable boxes: "
            "--agreed-by STEWARD --agreed-by AUDITOR --reason TEXT",
            numbers,
        )


def _told(wave: WaveFacts, numbers: Numbers) -> str:
    unmarked = (
        f"{numbers.unmarked} of these do not bear the mark of this installation: they are forged, or were sealed with another "
        "secrets/pepper. "
    )
    return (
        f"The wave {wave.name!r} was not opened and nothing was changed: {numbers.taken} answers were taken, there are "
        f"{numbers.boxes} boxes, and {numbers.unreadable} of them cannot be read. {unmarked if numbers.unmarked else ''}"
        "Boxes were damaged, removed or forged. Compare with a backup and the audit trail before anything else. "
    )


def _record(who: str, wave: WaveFacts, found: _Found, agreement: Agreement | None) -> None:
    after: dict[str, str | int] = {
        "state": State.OPENED,
        "boxes": found.whole,
        "boxes_match_codes": found.matching,
    }
    if agreement and not found.matching:
        after |= {"steward": agreement.steward, "auditor": agreement.auditor, "reason": agreement.reason}
    before = {"state": State.CLOSED}
    audit.record(who, "wave.opened", wave.name, municipality_id=wave.municipality_id, before=before, after=after)
