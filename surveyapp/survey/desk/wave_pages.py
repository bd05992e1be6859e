"""The one page of a wave: every step with the present one open, what may be told, and a button for whoever may press it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from surveyapp.core import municipalities
from surveyapp.core.access import Permission, require_actor
from surveyapp.core.clock import today
from surveyapp.survey import (
    agreement_store,
    key_end_store,
    privacy,
    promise_store,
    promise_words,
    response_store,
    stopping_store,
    text_store,
    wave_draft_store,
    wave_store,
)
from surveyapp.survey.desk import results_place
from surveyapp.survey.desk.wave_forms import PressForm
from surveyapp.survey.desk.wave_steps import Deed, Standing, Step, Why, why_not
from surveyapp.survey.desk.wave_words import (
    ATTESTED,
    ATTESTED_WAITING,
    HONEST,
    LABELS,
    MODES,
    NO_CODES_THAT_YEAR,
    REASONS,
    STATES,
    Words,
    words_of,
)
from surveyapp.survey.door import clerk
from surveyapp.survey.opening import Numbers
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.wave_store import WaveFacts


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a deed is done, what its button says, and who may press it."""

    deed: Deed
    endpoint: str
    label: LazyString
    permission: Permission


@dataclass(frozen=True, slots=True)
class Button:
    """A button that leads to a deed, or a link to a page that belongs to the step."""

    address: str
    label: str
    main: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One step as the page shows it; ``status`` is done, now or later."""

    number: int
    step: Step
    words: Words
    status: str
    buttons: tuple[Button, ...]


_WAYS: Final[Mapping[Step, tuple[_Way, ...]]] = {
    # A saved draft can be changed until there is a key, so this stands at the step that waits for the key, where people look.
    Step.KEY: (
        _Way(Deed.MAKE_KEY, "waves.make_key", _l("Make the key"), Permission.KEEP_KEY),
        _Way(Deed.CHANGE, "waves.change", _l("Change the draft"), Permission.PLAN_WAVES),
        _Way(Deed.DELETE, "waves.discard", _l("Delete the draft"), Permission.PLAN_WAVES),
    ),
    Step.TRIAL: (_Way(Deed.TRY_KEY, "waves.try_key", _l("Try the key"), Permission.KEEP_KEY),),
    Step.INVITED: (_Way(Deed.INVITE, "waves.invite", _l("Make codes"), Permission.PLAN_WAVES),),
    Step.OPEN: (
        _Way(Deed.INVITE, "waves.invite", _l("Make more codes"), Permission.PLAN_WAVES),
        _Way(Deed.STOP_CODE, "waves.stop_code", _l("Stop a code"), Permission.PLAN_WAVES),
    ),
    Step.CLOSED: (_Way(Deed.CLOSE, "waves.close", _l("Close the wave now"), Permission.PLAN_WAVES),),
    Step.OPENED: (
        _Way(Deed.OPEN, "waves.open_wave", _l("Open the wave"), Permission.KEEP_KEY),
        _Way(Deed.SUPPLEMENT, "waves.supplement", _l("Ask those who came late"), Permission.PLAN_WAVES),
    ),
    Step.RELEASED: (
        _Way(Deed.ATTEST, "waves.attest", _l("Attest that the key is destroyed"), Permission.KEEP_KEY),
        _Way(Deed.READ_TEXTS, "waves.read_texts", _l("Read what was written in own words"), Permission.KEEP_KEY),
        _Way(Deed.READ_TEXTS, "waves.texts", _l("Released texts"), Permission.SEE_RESULTS),
    ),
}
_ELSEWHERE: Final[Mapping[Step, tuple[_Way, ...]]] = {
    Step.INVITED: (_Way(Deed.INVITE, "mail.letters", _l("Invite and remind by e-mail"), Permission.PLAN_WAVES),),
    Step.OPEN: (
        _Way(Deed.INVITE, "mail.letters", _l("Invite and remind by e-mail"), Permission.PLAN_WAVES),
        _Way(Deed.CLOSE, "clerk.enter", _l("Type in paper questionnaires"), Permission.PLAN_WAVES),
    ),
}
"""Pages of other rooms, shown while the deed of the same time is possible, if this installation has them."""


def find_or_404(wave_id: int) -> WaveFacts:
    """Return a wave of the person's municipality."""
    return wave_store.by_id(require_actor().municipality_id, wave_id) or abort(404)


def standing(wave: WaveFacts) -> Standing:
    """Return where a wave stands today."""
    opened = wave.state is State.SCRUBBED
    attested = opened and key_end_store.key_destroyed(wave)
    key_opens = key_end_store.still_needed_for(wave) if opened and not attested else ()
    return Standing(wave, today(), attested, tuple(key_opens), response_store.too_few(wave))


def refused(deed: Deed, wave: WaveFacts) -> ResponseReturnValue | None:
    """Return the wave's page with the reason if *deed* cannot be done now, None if it can."""
    why = why_not(deed, standing(wave))
    return page(wave, str(REASONS[why]), 409) if why else None


def changed_meanwhile(wave: WaveFacts) -> ResponseReturnValue:
    """Return the wave's page as it stands now, for somebody whose page was overtaken by another person's deed."""
    reason = _("It was not done: the wave changed while your page was open. Look where it stands now.")
    return page(find_or_404(wave.id), reason, 409)


def page(wave: WaveFacts, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    """Return the one page of a wave, with the reason on top if something was refused."""
    now = standing(wave)
    main = wave_store.by_id(wave.municipality_id, wave.supplements) if wave.supplements else None
    shown = render_template(
        "survey/wave.html",
        title=wave.name,
        wave=wave,
        refusal=refusal,
        standing=now,
        state=state_name(now),
        lines=() if wave.mode == "import" else _lines(now),
        mode=MODES[wave.mode],
        label=LABELS[wave.mode],
        honest=HONEST[wave.mode],
        response=None if now.present in _BEFORE_ANSWERS else response_store.response(wave),
        days_left=(wave.closes - now.today).days,
        main=main,
        main_sealed=main is not None and response_store.too_few(main),
        supplements=[one for one in wave_store.waves(wave.municipality_id) if one.supplements == wave.id],
        population=_population(wave),
        stopped=stopping_store.groups(wave, stopped=True) if wave.state is State.OPEN else (),
        promised=bool(promise_store.of_wave(wave.id)),
        promise=promise(wave),
        mismatch=mismatch_of(wave),
        texts_waiting=text_store.waiting(wave) if wave.free_text and wave.state is State.SCRUBBED else 0,
        shown_at=results_place.address(wave),
        read_at=results_address(wave),
        dead=_dead(now) if now.dead else "",
        sealed=REASONS[now.sealed_for_ever] if now.sealed_for_ever else "",
        may=require_actor().may,
        keep_key=keep_key(now),
        press=PressForm(),
    )
    return shown, status


_BEFORE_ANSWERS: Final = frozenset({Step.KEY, Step.TRIAL, Step.INVITED})


def state_name(now: Standing) -> str:
    """Name where a wave stands, in a word or two."""
    if now.attested:
        return str(_("Released"))
    if now.wave.state is State.DRAFT and now.wave.public_key is not None:
        return str(_("Key made, not tried yet"))
    if now.wave.state is State.OPEN:
        return str(_("Takes answers") if now.today >= now.wave.opens else _("Codes are out"))
    return str(STATES[now.wave.state])


def promise(wave: WaveFacts) -> Mapping[str, tuple[str, ...]]:
    """Return what respondents are promised, language to sentences: as written down, or as it would be now."""
    return promise_store.of_wave(wave.id) or {
        str(language): sentences
        for language, sentences in promise_words.texts(
            privacy.Terms(
                questionnaire=wave.questionnaire,
                mode=wave.mode,
                opens=wave.opens,
                closes=wave.closes,
                demo=municipalities.any_demo(),
                free_text=wave.free_text,
                supplementary=wave.supplements is not None,
            )
        ).items()
    }


def next_step(now: Standing) -> str:
    """Say what is to be done now, and by whom."""
    if nothing_left := _nothing_left(now):
        return nothing_left
    if now.sealed_for_ever:
        return str(REASONS[now.sealed_for_ever])
    if now.wave.state is State.OPENED:
        return str(_("The cleaning was interrupted; the data steward finishes it."))
    if mismatch := mismatch_of(now.wave):
        return _about_mismatch(mismatch)
    if now.key_opens:
        return keep_key(now)
    return str(words_of(now.present, now.wave.questionnaire.instrument).now)


def _nothing_left(now: Standing) -> str:
    """Say why nothing is left to be done; empty if something is."""
    if now.dead:
        return _dead(now)
    if now.attested:
        return str(ATTESTED if results_place.address(now.wave) else ATTESTED_WAITING)
    return str(LABELS["import"]) if now.wave.mode == "import" else ""


def _dead(now: Standing) -> str:
    return str(REASONS[Why.LAST_DAY_PAST] if now.wave.questionnaire.instrument == "survey" else NO_CODES_THAT_YEAR)


def keep_key(now: Standing) -> str:
    """Say which other waves the key of an opened wave still opens."""
    return str(_("The data steward keeps the key: it also opens %(names)s.", names=", ".join(now.key_opens)))


def _about_mismatch(mismatch: "Mismatch") -> str:
    """Say in the list whose turn it is after an opening that was stopped."""
    if mismatch.hopeless:
        return str(_("Boxes and answers do not match, and the wave stays sealed; its page says why."))
    if mismatch.request is None:
        return str(_("Boxes and answers do not match. The data steward looks for the cause and can ask the auditor."))
    if mismatch.request.auditor:
        return str(_("The auditor agreed to go on. The data steward can open the wave now."))
    return str(_("Boxes and answers do not match. The data steward asks to go on; the auditor decides."))


def _lines(now: Standing) -> tuple[Line, ...]:
    steps = list(Step)
    place = len(steps) if now.attested else steps.index(now.present)
    return tuple(
        Line(
            number + 1,
            step,
            words_of(step, now.wave.questionnaire.instrument),
            _status(number, place),
            _buttons(step, now, main=number == place),
        )
        for number, step in enumerate(steps)
    )


def _status(number: int, place: int) -> str:
    if number == place:
        return "now"
    return "done" if number < place else "later"


def _buttons(step: Step, now: Standing, *, main: bool) -> tuple[Button, ...]:
    elsewhere = [way for way in _ELSEWHERE.get(step, ()) if way.endpoint in current_app.view_functions]
    ways = [*_WAYS.get(step, ()), *elsewhere]
    may = [way for way in ways if require_actor().may(way.permission) and _possible(way, now)]
    told = [(_address(way.endpoint, now.wave), _label(way, now)) for way in may]
    if step is Step.RELEASED and (read_at := results_address(now.wave)):
        told.append((read_at, str(_("Results"))))
    return tuple(Button(where, label, main and place == 0) for place, (where, label) in enumerate(told))


def _label(way: _Way, now: Standing) -> str:
    """Return what a button says; where a wave stays sealed, its supplement asks everybody once more."""
    return str(_("Ask everybody in a supplementary wave") if way.deed is Deed.SUPPLEMENT and now.sealed_for_ever else way.label)


def results_address(wave: WaveFacts) -> str | None:
    """Return where the person who asks can read what *wave* says, None if nowhere."""
    return results_place.address(wave) if require_actor().may(Permission.SEE_RESULTS) else None


def _possible(way: _Way, now: Standing) -> bool:
    if way.endpoint == "mail.letters" and now.wave.mode != "code":
        return False  # a letter carries a personal code
    if way.endpoint == "clerk.enter" and not clerk.suits(now.wave.mode, now.wave.questionnaire):
        return False
    return why_not(way.deed, now) is None


def _address(endpoint: str, wave: WaveFacts) -> str:
    """Return the address of a page about the wave; pages that are about all waves take no number."""
    rule = next(current_app.url_map.iter_rules(endpoint))
    return url_for(endpoint, wave_id=wave.id) if "wave_id" in rule.arguments else url_for(endpoint)


def _population(wave: WaveFacts) -> list[tuple[str, int]]:
    people = wave_draft_store.population(wave.id)
    return [(node.id, people[node.id]) for node in wave.questionnaire.strata.walk() if node.id in people]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What an opening found to be wrong, what was asked about it, and what the auditor said."""

    numbers: Numbers | None
    request: agreement_store.Request | None
    refusal: str | None

    @property
    def forged(self) -> bool:
        """Whether more boxes can be read than answers were taken: nobody can go on."""
        return self.numbers is not None and self.numbers.readable > self.numbers.taken

    @property
    def hopeless(self) -> bool:
        """Whether nobody can go on, with or without an agreement."""
        return self.numbers is None or self.forged or self.numbers.readable < FEWEST


def mismatch_of(wave: WaveFacts) -> Mismatch | None:
    """Return what stopped the wave's opening, None if nothing did."""
    if wave.state is not State.CLOSED or not agreement_store.noted(wave):
        return None
    asked = agreement_store.request(wave)
    return Mismatch(agreement_store.found(wave), asked, None if asked else agreement_store.refusal(wave))
