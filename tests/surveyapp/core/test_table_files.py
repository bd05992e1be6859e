"""Tables of text are read within limits, whatever a file repeats."""

import tracemalloc

import pytest

from questionnaires.problems import FileRefusedError
from surveyapp.core import table_files


@pytest.mark.parametrize(
    "repeated", [b"1\n", b'"1"\r\n', b"1,2,3\n", b"," * 499 + b"1\n"], ids=["rows", "quoted", "short", "wide"]
)
def test_a_file_of_endless_rows_is_refused_before_it_fills_the_memory(repeated: bytes) -> None:
    content = b"a,b\n" + repeated * (8_000_000 // len(repeated))
    tracemalloc.start()
    try:
        with pytest.raises(FileRefusedError) as refused:
            table_files.read(content, "events.csv")
        assert tracemalloc.get_traced_memory()[1] < 250_000_000
    finally:
        tracemalloc.stop()
    assert [problem.code for problem in refused.value.problems] == ["table_too_large"]


def test_empty_lines_cost_nothing_and_rows_keep_their_numbers() -> None:
    assert table_files.read(b"a,b\n" + b"\n" * 500_000 + b",\n1,2\n", "events.csv") == {
        "": [(1, ["a", "b"]), (500_003, ["1", "2"])]
    }
