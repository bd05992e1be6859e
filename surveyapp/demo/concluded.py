"""What the invented cooperation group concludes from its numbers and proposes for the next year, written as on the pages."""

from datetime import date, timedelta
from typing import Final

from analysis.statements import Conclusion, Proposal
from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.demo.past import at
from surveyapp.plans import statement_store
from surveyapp.plans.statement_store import Author

_WEEKS_AGO: Final = 4
"""Before the first release, so that it holds them."""
_SECOND_YEAR: Final = 2026
_CONCLUSIONS: Final = {
    "summary": (
        "Izdomāts secinājums. Lielākā daļa rindu, kurām pienācis termiņš, ir izpildīta, un speciālisti zina vairāk nekā "
        "plāna sākumā. Nākamgad vispirms jāizdara tas, kas kavējas."
    ),
    "goal-5": (
        "Izdomāts secinājums. Mācības notiek, kā plānots. Ar tām vien nepietiek: ziņojuma sagatavošanu speciālisti grib "
        "izmēģināt paši, nevis tikai par to dzirdēt."
    ),
    "survey": (
        "Izdomāts secinājums. Kopš pirmās aptaujas zināšanas ir skaidri pieaugušas. Vairāk speciālistu zina, pie kā vērsties "
        "citās iestādēs, un kā rīkoties, ja bērns lūdz nevienam nestāstīt.\n"
        "Par to, cik labi protam sagatavot ziņojumu, skaidru izmaiņu nav. Tas nenozīmē, ka nekas nav mainījies, bet nākamās "
        "mācības veltām tieši tam."
    ),
    "response": (
        "Izdomāts secinājums. Atbildēja vairāk nekā divas trešdaļas, abās grupās līdzīgi. Par tiem, kas neatbildēja, neko "
        "nezinām, un to nemēģinām noskaidrot."
    ),
}
_PROPOSALS: Final = (
    ("Izdomāts priekšlikums. Mācībās katrs sagatavo ziņojumu par izdomātu gadījumu.", "education_board", 6),
    (
        "Izdomāts priekšlikums. Vienoties, kura iestāde kuru uzrunā pirmo, un to ierakstīt vienā lapā visiem.",
        "social_service",
        3,
    ),
)


def build(group: Actor, plan: Plan) -> None:
    """State conclusions and proposals, once the survey of the plan's second year is there to conclude from."""
    year = min(clock.today().year, plan.ends.year)
    if year < _SECOND_YEAR:
        return
    author = Author.of(group)
    with at(clock.today() - timedelta(weeks=_WEEKS_AGO)):
        for section, words in _CONCLUSIONS.items():
            statement_store.state(author, plan, Conclusion(year=year, section=section, text=words))
        for number, (words, who, month) in enumerate(_PROPOSALS, 1):
            due = min(date(year + 1, month, 28), plan.ends)
            statement_store.state(author, plan, Proposal(year=year, number=number, text=words, who=who, until=due))
