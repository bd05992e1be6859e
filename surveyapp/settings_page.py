"""The page about settings, made from the table of settings."""

import sys

from surveyapp.settings import SETTINGS


def page() -> str:
    """Return docs/settings.md."""
    rows = [
        f"| `{setting.name}` | {f'`{setting.default}`' if setting.default else 'empty'} | {setting.meaning} |"
        for setting in SETTINGS
    ]
    head = [
        "# Settings",
        "",
        "Environment variables; a name that is not listed here is refused at the start. Secrets are not settings: they are",
        "made on the first run in the data folder (`secrets/`, mode 0600). `PORT` sets the port of `make run` and of",
        "`surveyapp serve`.",
        "",
        "| Variable | Default | Meaning |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(page())
