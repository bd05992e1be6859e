"""Putting a release before the public: the one act that makes it open data, on the page and on the command line."""

from analysis import steps
from surveyapp.core import municipalities
from surveyapp.core.command import RefusedError
from surveyapp.ledger import publication_store
from surveyapp.ledger import store as ledger
from surveyapp.ledger.store import Release
from surveyapp.opendata import published_files
from surveyapp.settings import current_settings


def publish(municipality_id: int, number: int, by: str) -> None:
    """Publish a release that was made for the public; its files are written now and never again.

    Raises:
        RefusedError: there is no such release for the public, it was made by an older program, or it is public already.
        AlteredReleaseError: it was changed after it was made.
    """
    settings = current_settings()
    place, release = municipalities.by_id(municipality_id), fit(municipality_id, number)
    licence = settings.open_data_licence
    steps.at("write")
    found = published_files.written(place.slug, place.name, release, licence, settings.base_url)
    publication_store.publish(municipality_id, number, by, licence, found)


def fit(municipality_id: int, number: int) -> Release:
    """Return a release that can be published as things stand. Raises as `publish`."""
    release = ledger.find(municipality_id, number)
    if release is None or release.asked.level != "public":
        raise RefusedError(f"There is no release {number} for the public: make one with release create --level public.")
    if "invented" not in release.document:
        raise RefusedError(f"Release {number} was made by an older program; make a new one for the public and publish that.")
    if publication_store.is_public(publication_store.statements(municipality_id, number)):
        raise RefusedError(f"Release {number} is published already.")
    return release
