"""What a run of tests works out once and uses again: every test makes an app of its own, but all are made of the same parts."""

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

_Build = Callable[..., tuple[str, str]]
_builders: dict[tuple[str, bool, str], _Build] = {}
_templates: dict[str, CodeType] = {}
_statements: LRUCache[Any, Any] = LRUCache(5000)


class _Rule(Rule):
    """Werkzeug compiles two functions for each address of an app; the same address gives the same functions."""

    def _compile_builder(self, append_unknown: bool = True) -> _Build:  # noqa: FBT001, FBT002 - as Werkzeug calls it
        key = (self.rule, append_unknown, repr((self._trace, self.defaults)))
        if key not in _builders:
            _builders[key] = super()._compile_builder(append_unknown)
        return _builders[key]


class _Templates(BytecodeCache):
    """Jinja compiles a template for each app; the same source (its checksum is kept beside the code) gives the same code."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code of a template that was compiled before."""
        bucket.code = _templates.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code:
            _templates[bucket.key + bucket.checksum] = bucket.code


def start() -> None:
    """Have every app of this run made of parts that are worked out once."""
    Flask.url_rule_class = _Rule
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # part of the name under which a statement is kept
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]


def share_templates(app: Flask) -> None:
    """Have *app* use the templates that were compiled for another app of this run."""
    app.jinja_env.bytecode_cache = _Templates()


def share_statements(engine: Engine) -> None:
    """Have *engine* use the SQL that was written for another engine of this run on a database of the same kind."""
    engine._compiled_cache = _statements
