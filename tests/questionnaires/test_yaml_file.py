"""The loader takes plain YAML with every value as text, and refuses whatever could hide, repeat or explode."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.messages import FILE
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.yaml_file import MOST_BYTES, MOST_DEPTH, ListNode, MapNode, Node, ScalarNode, read_nodes, read_text


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(FileRefusedError) as refused:
        read_nodes(text, "f.yaml")
    return refused.value.problems


def plain(node: Node) -> object:
    match node:
        case ScalarNode():
            return node.text
        case ListNode():
            return [plain(item) for item in node.items]
        case MapNode():
            return {name.text: plain(value) for name, value in node.entries}


def test_every_value_stays_the_text_that_was_written() -> None:
    text = "a: no\nb: 1.0\nc: 2026-08-31\nd: null\ne: 0x1F\nf: 'true'\ng: 12:30:45\n"
    expected = {"a": "no", "b": "1.0", "c": "2026-08-31", "d": "null", "e": "0x1F", "f": "true", "g": "12:30:45"}
    assert plain(read_nodes(text, "f.yaml")) == expected


def test_a_node_knows_its_line_and_the_ids_on_the_way_to_it() -> None:
    root = read_nodes("items:\n  - id: role\n    label:\n      lv: Loma\n  - kind: single\n    empty:\n", "f.yaml")
    assert isinstance(root, MapNode)
    items = root.get("items")
    assert isinstance(items, ListNode)
    role, other = items.items
    assert isinstance(role, MapNode)
    assert isinstance(other, MapNode)
    label = role.get("label")
    assert isinstance(label, MapNode)
    assert [(node.line, node.key) for node in (label.get("lv"), other.get("kind"), other.get("empty")) if node] == [
        (4, "items[role].label.lv"),
        (5, "items[2].kind"),
        (6, "items[2].empty"),
    ]


def test_letters_are_composed_and_line_ends_and_byte_order_mark_do_not_matter() -> None:
    assert read_nodes("\ufeffa: s\u0304\r\nb: c\r", "f") == read_nodes("a: s\u0304\nb: c\n", "f")
    assert plain(read_nodes("a: a\u0304", "f")) == {"a": "ā"}
    assert plain(read_nodes('a: "a\\u0304"', "f")) == {"a": "ā"}


REFUSED = [
    ("alias", "a: &x 1\nb: *x\n", 2),
    ("anchor", "a: &x 1\n", 1),
    ("merge_key", "a:\n  <<: {b: 1}\n", 2),
    ("tag", "a: 1\nb: !!python/object/apply:os.system [ls]\n", 2),
    ("tag", "a: !!int 1\n", 1),
    ("duplicate_key", "a: 1\nb: 2\na: 3\n", 3),
    ("duplicate_key", 'ā: 1\n"a\\u0304": 3\n', 2),
    ("key_not_a_word", "? [a, b]\n: 1\n", 1),
    ("second_document", "a: 1\n---\nb: 1\n", 2),
    ("syntax", "a: 1\n b: 2\n", 2),
    ("syntax", "a: [1, 2\nb: 1\n", 2),
    ("syntax", "a:\n\t- b\n", 2),
    ("forbidden_character", "a: 1\nb: x\u202ey\n", 2),
    ("forbidden_character", "a: 1\nb: x\x00y\n", 2),
    ("forbidden_character", 'a: 1\nb: "x\\u200fy"\n', 2),
    ("forbidden_character", "a: 1\nb: \ud800\n", 2),
    ("forbidden_character", "a: 1\nb: \U0001ffff\n", 2),
    ("too_many_marks", "a: 1\nb: e" + "\u0301\u0323" * 200_000, 2),
    ("too_many_marks", 'a: 1\nb: "e' + "\\u0301\\u0323" * 50_000 + '"', 2),
    ("empty_file", "# only a comment\n", None),
    ("empty_file", "", None),
    ("too_large", "a: " + "x" * MOST_BYTES, None),
    ("too_large", "a: " + "ā" * (MOST_BYTES // 2), None),
    ("too_deep", "[" * (MOST_DEPTH + 1), 1),
    ("too_deep", "[" * 900_000, 1),
    ("too_deep", "{a: " * 200_000, 1),
    ("too_deep", "- " * 200_000, 1),
    ("too_many_nodes", "- a\n" * 200_000, 100_000),
]


@pytest.mark.parametrize(("code", "text", "line"), REFUSED, ids=[f"{code}-{n}" for n, (code, _, _) in enumerate(REFUSED)])
def test_what_we_do_not_read_is_named_with_its_line(code: str, text: str, line: int | None) -> None:
    first = next(problem for problem in problems_of(text) if problem.code == code)
    assert first.line == line
    assert first.file == "f.yaml"
    assert "{" not in first.message


def test_every_message_about_a_file_has_an_example_here() -> None:
    elsewhere = {"file_missing", "file_unreadable", "not_utf8", "more_problems"}
    assert {code for code, _, _ in REFUSED} | elsewhere == set(FILE)


def test_an_alias_bomb_is_refused_where_expanding_it_would_never_end() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" if n else "l0: &l0 x" for n in range(60)]
    assert {problem.code for problem in problems_of("\n".join(levels))} >= {"alias", "anchor", "more_problems"}


def test_a_merge_key_bomb_is_refused() -> None:
    levels = [f"l{n}: &l{n} {{<<: [{', '.join([f'*l{n - 1}'] * 9)}]}}" if n else "l0: &l0 {a: b}" for n in range(30)]
    assert "merge_key" in {problem.code for problem in problems_of("\n".join(levels))}


def test_a_few_marks_on_a_letter_and_a_long_line_of_dashes_are_read() -> None:
    assert plain(read_nodes("a: e\u0323\u0301\nb: " + "—" * 500, "f")) == {"a": "ẹ\u0301", "b": "—" * 500}


def test_nesting_up_to_the_limit_is_read() -> None:
    assert read_nodes("[" * MOST_DEPTH + "]" * MOST_DEPTH, "f").line == 1


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    found = problems_of("a: &x 1\na: *x\nb: !t 1\nb: 2\n")
    assert [(problem.line, problem.code) for problem in found] == [
        (1, "anchor"),
        (2, "alias"),
        (2, "duplicate_key"),
        (3, "tag"),
        (4, "duplicate_key"),
    ]


def test_a_file_in_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "q.yaml"
    path.write_bytes("a: 1\nb: ā\n".encode("windows-1257"))
    with pytest.raises(FileRefusedError) as refused:
        read_text(path)
    assert [(problem.line, problem.code) for problem in refused.value.problems] == [(2, "not_utf8")]


def test_a_missing_file_a_folder_and_a_large_file_are_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_text("#" * (MOST_BYTES + 1), encoding="ascii")
    for path, code in ((tmp_path / "none.yaml", "file_missing"), (tmp_path, "file_missing"), (large, "too_large")):
        with pytest.raises(FileRefusedError) as refused:
            read_text(path)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_a_file_that_the_system_does_not_give_is_refused_with_its_reason() -> None:
    with pytest.raises(FileRefusedError, match=r"cannot be read \(Input/output error\)"):
        read_text(Path("/proc/self/mem"))  # a file of the system that refuses its first byte to everybody


def codes(read: Callable[[], object]) -> list[str]:
    """Return the codes of the problems with which *read* refuses its file, none if it reads it."""
    try:
        read()
    except FileRefusedError as refused:
        return [problem.code for problem in refused.problems] or ["refused without a reason"]
    return []


@given(st.text() | st.text(alphabet="[]{}:,-?&*!|>'\"%@`#\n\t a<~.0é\u0304"))
@settings(deadline=None)
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    assert set(codes(lambda: read_nodes(text, "f.yaml"))) <= set(FILE)


@given(data=st.binary())
@settings(deadline=None)
def test_any_bytes_are_read_or_refused_and_never_crash(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    assert codes(lambda: read_text(path)) in ([], ["not_utf8"])
