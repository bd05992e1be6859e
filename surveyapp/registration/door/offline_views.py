"""What a phone at the door keeps for codes that are scanned without a connection: a worker of the browser, and a page."""

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core.access import Permission, requires
from surveyapp.core.web import set_policy

_WORKER: Final = (Path(__file__).parents[1] / "static" / "door-worker.js").read_bytes()


@requires(Permission.PUBLIC)
def worker() -> ResponseReturnValue:
    """Give the worker, asked for anew each time: an address that changed with its content would start a second one.

    It stands above the codes' addresses, so that no header need widen what it may answer for.
    """
    response = Response(_WORKER, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@requires(Permission.PUBLIC)
def offline_ticket() -> Response:
    """Show the page of a scanned code without knowing whose it is, to be kept; it is the same for everybody."""
    return with_worker(render_template("registration/ticket.html", title=_("No connection"), guest=None))


def with_worker(page: ResponseReturnValue) -> Response:
    """Let a page of the door start the worker; no other page may start one."""
    return set_policy(make_response(page), worker_src="'self'")


def add_routes(blueprint: Blueprint) -> None:
    """Add what is kept to the pages that need no account."""
    blueprint.add_url_rule("/door-worker.js", "worker", worker)
    blueprint.add_url_rule("/in/", "offline_ticket", offline_ticket)
