"""The one address under which every figure can be had as a file: whoever may open its page, and nobody else."""

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, Response, abort
from markupsafe import Markup

from surveyapp.core.access import Permission, requires
from surveyapp.results.drawn import pictures
from surveyapp.results.drawn.figure import FILES, Figure, Figures

Sources = Mapping[str, Callable[[], Figures]]
"""How the figures of a page are found again: by the page's name, from the rest of the address."""
KINDS: Final = tuple(FILES)


def add_routes(
    blueprint: Blueprint, sources: Sources, under: str = "", permission: Permission = Permission.SEE_RESULTS
) -> None:
    """Add the address, *under* what names the page where several have figures of one name; give templates what draws them.

    *permission* is that of the pages.
    """

    @requires(permission)
    def figure(source: str, name: str, kind: str, **_page: int | str) -> Response:
        """Give one figure of a page as a file: found where the page finds it, so it tells no more than the page does."""
        if source not in sources or kind not in FILES:
            abort(404)
        found = sources[source]().get(name)
        return FILES[kind](found or abort(404), f"{source}-{name}.{kind}")

    blueprint.add_url_rule(f"{under}/figures/<source>/<name>.<kind>", "figure", figure)

    @blueprint.app_context_processor
    def _drawing() -> dict[str, object]:
        return {"drawn_on_page": on_page, "figure_kinds": KINDS, "legend_sample": pictures.sample}


def on_page(figure: Figure) -> Markup:
    """Return a figure's picture as it stands within its page."""
    return pictures.on_page(figure.picture, figure.finding, figure.alternative, f"figure-{figure.name}")
