"""A snapshot and what came since are the full fold, wherever the snapshots stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.facts import FACT, Entry
from runtime.folds.context import Conversation
from runtime.folds.snapshot import (
    Folded,
    conversation_of,
    joined_conversation,
    joined_view,
    readable,
    state_of,
    version,
    view_of,
)
from runtime.ids import NO_SEQ, RunId, Seq, SessionId
from runtime.ports import Snapshot

JOURNALS = Path(__file__).parents[2] / "golden" / "journals"
NAMES = sorted(file.stem for file in JOURNALS.glob("*.jsonl"))
SESSION = SessionId("5e55")


def journal(name: str) -> list[Entry]:
    """A record as an earlier version wrote it."""
    lines = (JOURNALS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_entry(json.loads(line)) for line in lines]


def _entry(line: dict[str, str]) -> Entry:
    run = RunId(line["run_id"]) if line["run_id"] else None
    fact = FACT.validate_python(line["fact"])
    return Entry(SESSION, Seq(int(line["seq"])), datetime.fromisoformat(line["at"]), run, fact)


def folded(entries: Sequence[Entry], begun: Folded | None = None) -> Folded:
    return reduce(Folded.after, entries, begun or Folded.empty(SESSION))


def shot(entries: Sequence[Entry], cuts: Sequence[int]) -> tuple[list[Snapshot], Folded]:
    """Snapshots after these entries, each from the text of the one before, and what goes on."""
    snapshots, going, last = list[Snapshot](), Folded.empty(SESSION), 0
    for cut in cuts:
        snapshots.append(folded(entries[last:cut], going).snapshot())
        going, last = Folded.of(snapshots[-1]).further(), cut
    return snapshots, folded(entries[last:], going)


@pytest.mark.parametrize("name", NAMES)
def test_a_snapshot_and_the_tail_are_the_full_fold_at_every_seq(name: str) -> None:
    entries = journal(name)
    whole = folded(entries)
    for seq in range(len(entries) + 1):
        before = folded(entries[:seq])
        stored = Folded.of(before.snapshot())
        assert stored == before
        assert folded(entries[seq:], stored) == whole


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_snapshots_that_hold_only_what_grew_join_to_the_full_fold(
    name: str, data: st.DataObject
) -> None:
    entries = journal(name)
    places = st.integers(0, len(entries))
    cuts = sorted(data.draw(st.lists(places, max_size=6, unique=True)))
    snapshots, going = shot(entries, cuts)
    whole = folded(entries)
    views = [*(view_of(snapshot.view) for snapshot in snapshots), going.view]
    talks = [*(conversation_of(snapshot.conversation) for snapshot in snapshots)]
    assert joined_view(views) == whole.view
    assert joined_conversation([*talks, going.conversation]) == whole.conversation
    assert joined_conversation([*talks, going.conversation]).messages == (
        whole.conversation.messages
    )
    assert going.state == whole.state


def test_the_newest_part_of_a_view_has_the_newest_tasks_and_says_what_is_missing() -> None:
    entries = journal("two_tasks")
    (first, second) = [e.seq for e in entries if e.fact.type == "run_finished"]
    snapshots, _ = shot(entries, [first, second])
    newest = view_of(snapshots[-1].view)
    whole = folded(entries).view
    assert newest.since == first
    assert newest.lines == whole.lines[1:]
    assert newest.runs[-1] == whole.runs[-1]
    assert newest.earlier + len(newest.runs) == len(whole.runs) == 2
    assert newest.title == whole.runs[0].title


def test_what_grew_is_all_that_a_later_snapshot_holds() -> None:
    entries = journal("two_tasks")
    first = next(e.seq for e in entries if e.fact.type == "run_finished")
    (before, after), _ = shot(entries, [first, len(entries)])
    assert conversation_of(before.conversation).left_out == 0
    later = conversation_of(after.conversation)
    assert later.left_out == len(conversation_of(before.conversation).closed)
    assert "part 0" in before.conversation
    assert "part 0" not in after.conversation


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "{}", '{"session_id": 7}', '{"head": "many"}', "\udc80"]
)
def test_what_cannot_be_read_is_no_snapshot(text: str | None) -> None:
    assert readable(text, state_of) is None
    assert readable(text, view_of) is None


def test_the_version_is_that_of_the_source() -> None:
    assert version() == version()
    assert len(version()) == 16
    assert int(version(), 16) >= 0


def test_an_empty_conversation_has_no_messages() -> None:
    assert Conversation().messages == ()
    assert Conversation().head == NO_SEQ
