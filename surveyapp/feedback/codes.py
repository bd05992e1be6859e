"""Making the code of one event or one class: which wave it is for, whose code it says it is, and what it is pooled under."""

from enum import StrEnum

from surveyapp.core.access import Actor
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.events.rules import LoggedEvent
from surveyapp.feedback.instruments import EVENT_FEEDBACK, GAMES, age_in_words, school_year, takes_codes, wave_of
from surveyapp.survey import stopping_store, wave_store
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import NewCode, WaveFacts

_LONGEST_GROUP = 100


class NotNow(StrEnum):
    """Why no code can be made."""

    WITHDRAWN = "withdrawn"  # the event does not count any more
    STEP = "step"  # nobody came to it who could be asked
    NO_KEY = "no_key"  # the steward has not made or proved the key of that year
    OVER = "over"  # the wave of that year takes no answers any more


def feedback_wave(person: Actor, event: LoggedEvent) -> WaveFacts | NotNow:
    """Return the wave that takes feedback on an event: that of its year, of this year if the event was held earlier."""
    if event.newest.withdrawn:
        return NotNow.WITHDRAWN
    if event.newest.facts.mere_step:
        return NotNow.STEP
    year = max(today().year, event.newest.facts.held_on.year)
    return _open(wave_of(person.municipality_id, EVENT_FEEDBACK, year))


def game_wave(person: Actor, age: str) -> WaveFacts | NotNow:
    """Return the wave in which classes of an age group play this year."""
    return _open(wave_of(person.municipality_id, GAMES[age], today().year))


def _open(wave: WaveFacts | None) -> WaveFacts | NotNow:
    if wave is None or wave.state is State.DRAFT:
        return NotNow.NO_KEY
    return wave if takes_codes(wave) else NotNow.OVER


def for_event(person: Actor, wave: WaveFacts, event: LoggedEvent) -> NewCode | NotNow:
    """Make a code for those who were at an event; answers are pooled by its row of the plan."""
    return _made(wave, person, group_of(event), event.indicator)


def for_class(person: Actor, wave: WaveFacts, age: str) -> NewCode | NotNow:
    """Make a code for a class; every class of the age group bears the same group, so that nothing tells one from another."""
    return _made(wave, person, f"{age_in_words(age)}, {school_year(today())}", age)


def stopped(wave: WaveFacts, event: LoggedEvent) -> bool:
    """Say whether the coordinator stopped a code that was made for those who were at the event."""
    return group_of(event) in stopping_store.groups(wave, stopped=True)


def group_of(event: LoggedEvent) -> str:
    """Return how people know the event that they were at: its title, shortened if need be, and its day."""
    facts = event.newest.facts
    day = f" ({facts.held_on:%d.%m.%Y})"
    room = _LONGEST_GROUP - len(day)
    title = facts.title if len(facts.title) <= room else facts.title[: room - 2].rstrip() + " …"
    return title + day


def _made(wave: WaveFacts, person: Actor, group: str, pool: str) -> NewCode | NotNow:
    made: list[NewCode] = []
    try:
        wave_store.invite(wave, 1, person.email, group=group, pool=pool, hand_over=made.extend)
    except RefusedError:
        return NotNow.OVER  # it was closed since the page was shown
    return made[0]
