"""What a run of tests works out once and uses again: every test makes an app of its own, but all are made of the same parts."""

from types import CodeType
from typing import Any, NamedTuple

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


class _Address(NamedTuple):
    parts: list[Any]
    trace: list[Any]
    converters: dict[str, Any]
    arguments: frozenset[str]
    build: Any
    build_unknown: Any


_addresses: dict[tuple[Any, ...], _Address] = {}
_templates: dict[str, CodeType] = {}
_statements: LRUCache[Any, Any] = LRUCache(5000)


class _Rule(Rule):
    """Werkzeug takes each address of an app to pieces and compiles two functions for it; the same address gives the same."""

    def compile(self) -> None:
        """Take what was made of the same address in another app; nothing of it is changed afterwards."""
        known = (self.rule, self.subdomain, self.host, self.merge_slashes, repr(self.defaults), repr(self.map.converters))
        if known not in _addresses:
            super().compile()
            _addresses[known] = _Address(
                self._parts, self._trace, self._converters, frozenset(self.arguments), self._build, self._build_unknown
            )
        made = _addresses[known]
        self._parts, self._trace, self._converters, self.arguments = (
            made.parts,
            made.trace,
            made.converters,
            set(made.arguments),
        )
        self._build = made.build.__func__.__get__(self, None)
        self._build_unknown = made.build_unknown.__func__.__get__(self, None)


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
