"""Where attached files lie: names that can do no harm, distinct, and the same in every fold."""

from __future__ import annotations

import shlex
from itertools import count, pairwise
from unicodedata import category

import pytest
from core_log import ANN, CALL, Log, planned, said, turned
from hypothesis import given
from hypothesis import strategies as st

from runtime.attachments import FOLDER, LARGEST, LONGEST, attached, clean
from runtime.events import FileRef, ToolCallComplete, ToolCallStart
from runtime.folds.context import context
from runtime.ids import ArtifactHash
from runtime.ports import Returned, Said
from runtime.tools.paths import in_workspace

CONTENTS = count()


def ref(name: str, size: int = 1) -> FileRef:
    """A file that is like no other."""
    return FileRef(name=name, artifact=ArtifactHash(f"{next(CONTENTS):064}"), size=size)


def paths(*names: str) -> list[str]:
    log = Log()
    log.add(said(files=tuple(map(ref, names))))
    return [file.path.removeprefix(f"{FOLDER}/") for file in attached(log.entries).files]


NAMES = {
    "report.txt": "report.txt",
    "Q3 report (final).pdf": "Q3_report_final.pdf",
    "über_日本語-हिन्दी.csv": "über_日本語-हिन्दी.csv",
    "u\u0308.txt": "ü.txt",
    "a+b.tar.gz": "a+b.tar.gz",
    "../../etc/passwd": "passwd",
    "/etc/passwd": "passwd",
    "C:\\Users\\Ann\\notes.txt": "notes.txt",
    "folder/": "file",
    "..": "file",
    ".": "file",
    "": "file",
    "   ": "file",
    "/": "file",
    "☂.txt": "file.txt",
    ".env": "env",
    "...hidden.txt": "hidden.txt",
    "-rf": "rf",
    "--help.txt": "help.txt",
    "name.": "name",
    "a\0b.txt": "a_b.txt",
    "a\nb\r\x1b[2J.txt": "a_b_2J.txt",
    "invoice\u202efdp.exe": "invoice_fdp.exe",
    "zero\u200bwidth.txt": "zero_width.txt",
    "\ud800.png": "file.png",
    "a\N{FULLWIDTH SOLIDUS}b.txt": "a_b.txt",
    "$(reboot);`id`&|*?'\"~#!.sh": "reboot_id.sh",
    "a.long-suffix-is-no-suffix": "a.long-suffix-is-no-suffix",
}


@pytest.mark.parametrize(("name", "cleaned"), NAMES.items(), ids=map(ascii, NAMES))
def test_a_stranger_s_name_becomes_a_harmless_one(name: str, cleaned: str) -> None:
    assert clean(name) == cleaned


@pytest.mark.parametrize("mark", ["c", "ü", "日", "\N{CHERRIES}", "e\N{COMBINING ACUTE ACCENT}x"])
def test_a_long_name_is_cut_and_keeps_its_suffix(mark: str) -> None:
    first, second = paths(f"a{mark * 4000}.txt", f"a{mark * 4000}.txt")
    assert first.endswith(".txt")
    assert second.endswith("-2.txt")
    assert max(len(name.encode()) for name in (first, second)) <= LONGEST


@pytest.mark.parametrize(
    ("names", "distinct"),
    [
        (["report.txt"] * 3, ["report.txt", "report-2.txt", "report-3.txt"]),
        (["a", "a"], ["a", "a-2"]),
        (["a.txt", "A.TXT"], ["a.txt", "A-2.TXT"]),
        (["a b.txt", "a?b.txt"], ["a_b.txt", "a_b-2.txt"]),
        (["r.txt", "r.txt", "r-2.txt"], ["r.txt", "r-2.txt", "r-2-2.txt"]),
        (["r-2.txt", "r.txt", "r.txt"], ["r-2.txt", "r.txt", "r-3.txt"]),
    ],
)
def test_files_of_the_same_name_lie_apart(names: list[str], distinct: list[str]) -> None:
    assert paths(*names) == distinct


Names = st.lists(st.text(max_size=30) | st.sampled_from(list(NAMES)), max_size=12)


@given(Names)
def test_every_path_is_safe_plain_and_its_own(names: list[str]) -> None:
    found = paths(*names)
    assert len({path.casefold() for path in found}) == len(names)
    for path in found:
        assert "/" not in path
        assert path[0] not in ".-"
        assert len(path.encode()) <= LONGEST
        assert not any(category(c)[0] in "CZ" for c in path)
        assert in_workspace(f"{FOLDER}/{path}") == f"{FOLDER}/{path}"
        assert shlex.quote(path) == path or not path.isascii()


@given(Names)
def test_what_comes_later_moves_nothing(names: list[str]) -> None:
    folds = [paths(*names[:n]) for n in range(len(names) + 1)]
    assert all(after[: len(before)] == before for before, after in pairwise(folds))


def test_files_of_all_messages_share_one_folder_but_asides_have_none() -> None:
    log = Log().started()
    log.add(said(message_id="2", files=(ref("a"),)))
    log.add(said(message_id="3", files=(ref("a"),), aside=True))
    log.add(said(message_id="4", files=(ref("a"),)))
    found = attached(log.entries).files
    assert [(file.seq, file.path) for file in found] == [
        (4, "attachments/a"), (6, "attachments/a-2"),
    ]  # fmt: skip


def test_a_file_that_comes_again_before_any_call_is_the_same_one() -> None:
    """As when a task failed before its first call, and is tried again."""
    log, file = Log().started(), ref("a.txt")
    log.add(said(message_id="2", files=(file,)), said(message_id="3", files=(file,)))
    log.add(said(message_id="4", files=(ref("a.txt"),)))
    assert [found.path for found in attached(log.entries).files] == [
        "attachments/a.txt", "attachments/a.txt", "attachments/a-3.txt",
    ]  # fmt: skip


def test_a_file_that_comes_again_after_a_call_is_brought_anew() -> None:
    """The tool may have changed the one that stands there."""
    log, file = Log().started(), ref("a.txt")
    log.add(said(message_id="2", files=(file,)), turned(planned(), seen=4))
    log.add(ToolCallStart(call_id=CALL, tool="shell", summary="s", attached=1))
    log.add(said(message_id="3", files=(file,)))
    assert [found.path for found in attached(log.entries).files] == [
        "attachments/a.txt", "attachments/a-2.txt",
    ]  # fmt: skip


def test_the_newest_start_says_what_was_dealt_with() -> None:
    log = Log().started()
    assert attached(log.entries).brought == 0
    log.add(turned(planned(), seen=3))
    log.add(ToolCallStart(call_id=CALL, tool="shell", summary="s", attached=3))
    assert attached(log.entries).brought == 3


def test_the_model_reads_the_path_and_the_name_where_they_differ() -> None:
    log = Log()
    log.add(said("look", files=(ref("a.txt"), ref("a.txt"), ref("b c"), ref("d", LARGEST + 1))))
    (told,) = context(log.entries)
    assert told == Said(
        "look\n"
        "[attached file attachments/a.txt]\n"
        "[attached file attachments/a-2.txt, sent as: a.txt]\n"
        "[attached file attachments/b_c, sent as: b c]\n"
        "[attached file, not in the workspace (10,485,761 bytes, more than the 10,485,760 that can "
        "be): d]",
        author=ANN.name,
    )


def test_the_model_is_told_once_which_file_is_not_there() -> None:
    log = Log().started()
    start = ToolCallStart(
        call_id=CALL, tool="shell", summary="s", attached=1, lacking=("a: no]\n[room",)
    )
    log.add(turned(planned(), seen=3), start, start.model_copy(update={"attempt": 2}))
    log.add(ToolCallComplete(call_id=CALL, output="ok"))
    assert context(log.entries)[-1] == Returned("p1.1", "shell", "[note: a: no) (room]\nok")
