"""What the audit trail recorded about statements and institutions, told in the reader's words instead of as it is stored."""

from typing import cast

from analysis import statement_json
from analysis.head_counts import SMALLEST_HEAD_COUNT
from analysis.statement_json import UnreadableStatementError
from analysis.statements import TYPES, Kind, Measurement
from questionnaires.plan_types import Plan
from surveyapp.core.i18n import here
from surveyapp.plans import amounts, rules, statement_store, store, words

FACT = "said"
"""The fact of an entry that holds a statement."""
INSTITUTION = "institution"
"""The fact of an entry that holds an institution's id."""


class Telling:
    """Tells the entries of one municipality's trail; each plan is read once."""

    def __init__(self, municipality_id: int) -> None:
        self._municipality_id = municipality_id
        self._plans: dict[str, Plan | None] = {}

    def about(self, recorded: str) -> str:
        """Return what an entry is about: plan, kind of statement, and row; as recorded if the plan is not there."""
        plan, kind, subject = self._parts(recorded)
        if plan is None or kind is None:
            return recorded
        return f"{here(plan.title)}: {words.kind(kind)}, {words.subject(plan, subject)}"

    def fact(self, about: str, recorded: str) -> str:
        """Return a recorded statement part by part; a number that pages hide stays hidden, also if it was recorded openly."""
        plan, kind, subject = self._parts(about)
        if plan is None or kind is None:
            return recorded
        if recorded == statement_store.told_small(subject):
            return f"{words.LABELS['value']}: {words.fewer_than(SMALLEST_HEAD_COUNT)}"
        try:
            statement = statement_json.read(kind, recorded)
        except UnreadableStatementError:
            return recorded
        hidden = isinstance(statement, Measurement) and rules.guards_value(plan, statement)
        return "; ".join(f"{label}: {text}" for label, text in words.lines(plan, statement, hidden=hidden))

    def _parts(self, about: str) -> tuple[Plan | None, Kind | None, str]:
        key, _, rest = about.partition(": ")
        kind, _, subject = rest.partition(" ")
        return self._plan(key), cast("Kind", kind) if kind in TYPES else None, subject

    def _plan(self, key: str) -> Plan | None:
        if key not in self._plans:
            plan = store.find(self._municipality_id, key)
            self._plans[key] = plan and statement_store.with_lists(self._municipality_id, plan)
        return self._plans[key]


class InstitutionTelling:
    """Tells the institutions of one municipality's trail by their names in the plan in force."""

    def __init__(self, municipality_id: int) -> None:
        self._plan = store.current(municipality_id)

    def about(self, recorded: str) -> str:
        """Return what an entry is about, as recorded."""
        return recorded

    def fact(self, about: str, recorded: str) -> str:  # noqa: ARG002 - a telling is told both
        """Return the name of an institution; its id if no plan names it."""
        return amounts.institution(self._plan, recorded) if self._plan else recorded
