"""Giving up the code of a group or an open address: no new answers are taken with it, and what lies under it stays."""

from collections.abc import Sequence

from sqlalchemy import select, update

from surveyapp.core import audit
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.survey.models import Invitation
from surveyapp.survey.rules import State, state_on
from surveyapp.survey.wave_store import WaveFacts, lock


def groups(wave: WaveFacts, *, stopped: bool) -> tuple[str, ...]:
    """Return the groups with a code that works, or with a *stopped* one, by name; an open address has an empty name."""
    chosen = select(Invitation.group_name).where(Invitation.wave_id == wave.id, Invitation.stopped.is_(stopped)).distinct()
    with reading() as session:
        return tuple(sorted(name or "" for name in session.scalars(chosen)))


def stop(wave: WaveFacts, group: str, who: str) -> None:
    """Stop every code of *group* (empty for the open addresses) that was made so far, for good.

    Nothing tells apart two codes of one group, so all of them are stopped; one that is made afterwards works. Boxes stay, and
    code and receipt together still lead to them until the close.

    Raises:
        RefusedError: the wave has personal codes or takes no answers, or no code of the group works.
    """
    check(wave)
    with writing() as session:
        row = lock(session, wave.id)
        if state_on(today(), State(row.state), row.closes) is not State.OPEN:
            raise RefusedError(f"The wave {wave.name!r} takes no more answers, with any code.")
        mine = Invitation.group_name == group if group else Invitation.group_name.is_(None)
        these = update(Invitation).where(Invitation.wave_id == wave.id, mine, Invitation.stopped.is_(False))
        if not session.execute(these.values(stopped=True).returning(Invitation.wave_id)).all():
            raise RefusedError(f"No code of {group!r} works; working are those of: {_listed(groups(wave, stopped=False))}.")
        # How many codes there were is not told: it could say how often a small group lost one.
        after = {"group": group} if group else {"address": "open"}
        audit.record(who, "wave.code_stopped", wave.name, municipality_id=wave.municipality_id, before={}, after=after)


def check(wave: WaveFacts) -> None:
    """Refuse a wave whose codes cannot be given up.

    Raises:
        RefusedError: it has personal codes, or takes no answers with any code.
    """
    if wave.mode not in {"group", "open"}:
        raise RefusedError(
            "A personal code takes one answer and nobody knows whose it is; only codes of groups and open "
            "addresses are stopped."
        )
    if wave.state is not State.OPEN:
        raise RefusedError(f"No code of the wave {wave.name!r} works now; there is nothing to stop.")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name or "the open address" for name in names) or "none"
