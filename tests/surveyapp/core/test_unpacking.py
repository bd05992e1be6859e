"""A file that only looks like a backup never writes outside of its folder and never brings the program down."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveyapp.core.backups.sealed_stream import FIRST_LINE, Unlock
from surveyapp.core.backups.unpacking import unpack
from surveyapp.core.command import RefusedError

DATABASE = b"SQLite format 3\0 and so on"


def packed(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    """A backup that would be right but for one more member."""
    raw, extra = io.BytesIO(), b"x"
    hashes = {"database": hashlib.sha256(DATABASE).hexdigest(), name: hashlib.sha256(extra).hexdigest()}
    told = {"made_on": "", "made_by": "", "database": "sqlite", "revision": "", "rows": {}, "files": hashes, "secrets": {}}
    contents = json.dumps({"form": 1, **told}).encode()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for member_name, content in (
            ("database", DATABASE),
            (name, extra),
            ("contents.json", contents),
        ):
            member = tarfile.TarInfo(member_name)
            member.size = len(content)
            if member_name == name:
                member.type, member.linkname = kind, target
                member.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(content) if member.size else None)
    return raw.getvalue()


def unpacked(content: bytes, folder: Path) -> list[str]:
    """Unpack *content* into a folder of *folder*; returns what is there afterwards."""
    (folder / "b").write_bytes(content)
    (folder / "in").mkdir(exist_ok=True)
    unpack(folder / "b", Unlock(b"word"), folder / "in")
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_of_a_feature_is_unpacked_into_its_folder(tmp_path: Path) -> None:
    assert unpacked(packed("evidence/abc"), tmp_path) == ["b", "in/database", "in/evidence/abc"]


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        *[
            (name, tarfile.REGTYPE, "")
            for name in ("../x", "/x", "evidence/../../x", "evidence/..", "secrets/pepper", "x", ".x/y", "")
        ],
        ("evidence/x", tarfile.SYMTYPE, "/etc/passwd"),
        ("evidence/x", tarfile.LNKTYPE, "database"),
        ("evidence", tarfile.SYMTYPE, ".."),
        ("evidence/x", tarfile.FIFOTYPE, ""),
        ("evidence/x", tarfile.CHRTYPE, ""),
        ("evidence", tarfile.DIRTYPE, ""),
    ],
)
def test_nothing_is_written_outside_and_nothing_but_files(tmp_path: Path, name: str, kind: bytes, target: str) -> None:
    with pytest.raises(RefusedError):
        unpacked(packed(name, kind, target), tmp_path)
    assert {path.name for path in tmp_path.rglob("*")} <= {"b", "in", "database"}


@given(st.one_of(st.binary(max_size=2000), st.binary(max_size=600).map(lambda end: FIRST_LINE + end)))
def test_no_bytes_bring_the_reader_down(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    assume(not content.startswith((b"SQLite format 3\0", b"PGDMP")))  # the older form; whoever opens the database judges it
    with pytest.raises(RefusedError):
        unpacked(content, tmp_path_factory.mktemp("any"))


@given(st.integers(0, 4000), st.binary(min_size=1, max_size=40))
def test_a_backup_in_which_anything_was_changed_is_refused_or_whole(
    tmp_path_factory: pytest.TempPathFactory, at: int, by: bytes
) -> None:
    whole = packed("evidence/abc")
    folder = tmp_path_factory.mktemp("changed")
    try:
        left = unpacked(whole[:at] + by + whole[at + len(by) :], folder)
    except RefusedError:
        return
    assert left == ["b", "in/database", "in/evidence/abc"]
    assert (folder / "in" / "database").read_bytes() == DATABASE
