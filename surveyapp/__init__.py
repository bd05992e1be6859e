"""The web app: one app, three doors (survey, participation, results); loading this package alone loads nothing of it.

``create_app`` is that of `surveyapp.app`, where Flask and others look for it.
"""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562
    if name == "create_app":
        return import_module("surveyapp.app").create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
