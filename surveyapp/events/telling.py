"""What the command line says of released figures that something moves."""

from collections.abc import Sequence

import click


def tell_released(moved: Sequence[str], *, dry_run: bool) -> None:
    """Print which released figures would come out otherwise (*dry_run*), or do now; nothing if there are none."""
    when = "would come out otherwise then" if dry_run else "would come out otherwise now"
    for figure in moved:
        click.echo(f"A released figure {when}; the release stays as it is. {figure}")
