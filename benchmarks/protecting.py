"""How long does it take to protect 40 items in 5 groups, and to release them beside an earlier release?"""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.counts import count_answers
from analysis.disclosure import protect
from analysis.tables import raw_wave
from benchmarks import materials
from benchmarks.measuring import Case
from questionnaires.library import find_plan
from surveyapp.core import municipalities
from surveyapp.demo import happenings
from surveyapp.demo.past import at
from surveyapp.ledger import store as ledger
from surveyapp.plans import store as plan_store
from surveyapp.releases import making
from surveyapp.results import statistics
from surveyapp.staff import store as staff
from surveyapp.survey import opened_store, opening, questionnaire_store, store, wave_store
from surveyapp.survey.wave_store import NewCode, NewWave, WaveFacts

_ITEMS: Final = 40
_GROUPS: Final = 5
_EACH: Final = 16
_WHO: Final = "benchmark"
_CELLS: Final = 36
"""Cells of one item's linked table: six rows (the town and five groups) of six columns."""


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield protection by itself, and a release beside an earlier one with a wave that nobody asked about yet."""
    asked = materials.questionnaire(_ITEMS, _GROUPS)
    raw = raw_wave(asked, count_answers(asked, materials.people(asked, _EACH)))
    with materials.app_in(folder):
        place = municipalities.create("cesis", "Mērījums")
        staff.add_account(place, "coordinator@example.org", "coordinator", None, by=_WHO)
        plan = plan_store.load_file(find_plan("cesis-2025-2027"), place, _WHO)
        happenings.build(staff.person(place, "coordinator@example.org"), plan)
        wave = _opened_wave(place)
        making.make(place, "group", _WHO)
        yield (
            Case(
                f"protect {_ITEMS} items × {_GROUPS} groups ({_GROUPS * _EACH} people)",
                f"one integer program of {_CELLS} cells for each item, without any rule",
                lambda: protect(raw),
                _bare_programs,
                runs=3,
            ),
            Case(
                f"protect and compute a wave of {_ITEMS} items × {_GROUPS} groups as it is frozen",
                "reading its counts",
                lambda: statistics.one_wave(wave),
                lambda: opened_store.counts(wave),
                runs=3,
            ),
            Case(
                "make a release beside earlier ones (52 rows, the frozen wave)",
                "writing a document of the same size with its check sum, durably",
                lambda: making.make(place, "group", _WHO),
                lambda: _stored(place),
            ),
        )


def _bare_programs() -> None:
    """Solve one small integer program for each item: what any exact method pays at least."""
    rows = np.kron(np.eye(6), np.ones(6))
    for seed in range(_ITEMS):
        goal = np.random.default_rng(seed).integers(1, 9, _CELLS)
        limits = LinearConstraint(rows, 2, np.inf)
        if milp(goal, integrality=np.ones(_CELLS, dtype=int), bounds=Bounds(0, 1), constraints=limits).x is None:
            raise RuntimeError("The program has no solution.")


_numbers = itertools.count(1)


def _stored(place: int) -> None:
    newest = ledger.every(place)[0]
    asked = replace(newest.asked, plan_key=f"baseline{next(_numbers)}")
    ledger.add(place, asked, _WHO, lambda _number, _known_at: newest.document)


def _opened_wave(place: int) -> WaveFacts:
    """Make a wave of the measured size the way a municipality makes one, and open it."""
    text = materials.questionnaire_text(_ITEMS, _GROUPS)
    opens = date(2026, 1, 5)
    keys: list[X25519PrivateKey] = []
    codes: list[NewCode] = []
    with at(opens):
        questionnaire_store.publish(place, text, "measured.yaml", _WHO)
        population = {f"group{number}": 2 * _EACH for number in range(_GROUPS)}
        new = NewWave("measured-2026", "measured/1", opens, opens + timedelta(days=30), population)
        wave = wave_store.create(place, new, _WHO, hand_over=keys.append)
        wave_store.trial(wave, keys[0], _WHO)
        wave_store.invite(wave_store.find(place, wave.name), _GROUPS * _EACH, _WHO, hand_over=codes.extend)
        asked = wave_store.find(place, wave.name).questionnaire
        for code, (_, answers) in zip(codes, materials.people(asked, _EACH), strict=True):
            store.submit(code.link, store.new_receipt(), answers)
    with at(opens + timedelta(days=31)):
        opening.open_wave(wave_store.find(place, wave.name), keys[0], _WHO)
    return next(each for each in opened_store.opened_waves(place) if each.name == wave.name)
