"""The page about permissions, made from the permission matrix."""

import sys

from surveyapp.core.access import ROLE_NAMES, ROWS


def page() -> str:
    """Return docs/permissions.md."""
    head = [
        "# Who may do what",
        "",
        "Made from the matrix in `surveyapp/core/access.py`: `python -m surveyapp.permissions_page > docs/permissions.md`.",
        "Each route declares one of these permissions, or it cannot be reached; tests try every route with every method as",
        "every role.",
        "",
        "Everything is looked for within the person's municipality, and for organisers within their institution: what belongs",
        "to another one answers like what does not exist (404). Coordinator, steward, administrator and national coordinator",
        "need a second factor; whoever has one and has not shown it reaches `second_step` alone, whoever has to set one up",
        "`set_up` alone.",
        "",
        "A national coordinator's account is looked after by the administrator who made it, and reads nothing of that",
        "administrator's municipality: of every municipality it reads what its coordinator handed to the national view, in",
        "comparisons of five or more.",
        "",
        f"| Permission | What it allows | {' | '.join(ROLE_NAMES)} |",
        f"| --- | --- |{' --- |' * len(ROLE_NAMES)}",
    ]
    rows = [
        f"| `{row.permission}` | {row.meaning} | {' | '.join('✓' if role in row.roles else '' for role in ROLE_NAMES)} |"
        for row in ROWS
    ]
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(page())
