"""A whole task on Slack, with the real reconciler: what stands there in the end is what the view
says, once, through lost answers, refusals and a restart."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from adapters_play import ANN, CALL, FILE, GATE, Play, Plays, started
from slack_process import Connected, HastyClock
from slack_stage import Stage, stage

from adapters.layout.layout import layout
from adapters.simulators.slack.faults import Broken, CutAfter, CutBefore, Fault, Limited
from adapters.slack.render.card import LIMITS, render
from adapters.testing.outbox import MemoryOutbox
from runtime.approvals import Risk, Rule, Subject
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    Event,
    FileCreated,
    FileRef,
    Outcome,
    PlanCreated,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallStart,
)
from runtime.ids import StepId
from runtime.plan import Step
from runtime.testing.clock import START

WORDS = "Some `words` and [a link](https://example.org).\n\n```py\nx = 1\n```\n\n"
EVENTS: tuple[Event, ...] = (
    PlanCreated(steps=(Step(id=StepId("1"), title="Look"),)),
    ToolCallStart(call_id=CALL, tool="shell", summary="ls"),
    ToolCallChunk(call_id=CALL, text="a\nb\n"),
    ApprovalRequired(
        approval_id=GATE, call_id=CALL, tool="shell", operation="rm -r x", risk=Risk.MEDIUM,
        why="deletes", rule=Rule(), subject=Subject(value="rm -r x"), digest="d",
        expires_at=START + timedelta(hours=1),
    ),
    ApprovalReceived(approval_id=GATE, approved=True, actors=(ANN,)),
    ToolCallComplete(call_id=CALL, output="a\nb\n"),
    FileCreated(file=FileRef(name="a.txt", artifact=FILE, size=1), call_id=CALL),
    ResponseStart(turn=2),
    ResponseChunk(turn=2, text=WORDS),
    ResponseChunk(turn=2, text=WORDS * 3),
    ResponseComplete(turn=2, text=WORDS * 200),
    RunFinished(outcome=Outcome.DONE),
)  # fmt: skip
SEEN = [n for n, event in enumerate(EVENTS, start=1) if not isinstance(event, ResponseStart)]
"""Places of the events that change what stands in the thread."""


def stands(it: Stage) -> dict[str, str]:
    """What our messages say, by key."""
    found: dict[str, str] = {}
    for message in it.ours():
        marks = [str(block.get("block_id")) for block in message.blocks]
        key = (message.metadata or {}).get("event_payload", {}).get("key") or next(
            mark.removeprefix("aether:") for mark in marks if mark.startswith("aether:")
        )
        assert key not in found, f"doubled: {key}"
        found[key] = repr(bare(message.blocks)) if message.metadata else "a file"
    return found


def bare(node: object) -> object:
    """Blocks without the ids that Slack gives."""
    if isinstance(node, dict):
        part = cast(dict[str, object], node)
        return {name: bare(value) for name, value in part.items() if name != "block_id"}
    if isinstance(node, list | tuple):
        return [bare(item) for item in cast(list[object], node)]
    return node


def wanted(play: Play) -> dict[str, str]:
    cards = layout(play.view, LIMITS)
    return {
        card.key: "a file" if card.key.startswith("file:") else repr(bare(render(card).blocks))
        for card in cards
        if card.blocks
    }


TROUBLES: tuple[tuple[Fault, ...], ...] = (
    (),
    (CutAfter("chat.postMessage"), CutAfter("chat.update"), CutAfter("chat.startStream")),
    (CutBefore("chat.postMessage"), Broken("chat.update", 2), CutAfter("chat.stopStream")),
    (Limited("chat.postMessage"), Limited("chat.update", 2), Limited("chat.stopStream")),
    (CutAfter("files.completeUploadExternal"), CutAfter("chat.appendStream")),
)


@pytest.mark.parametrize("channel", ["general", "dm"])
@pytest.mark.parametrize("faults", TROUBLES, ids=["none", "lost", "broken", "limited", "more"])
async def test_the_thread_says_what_the_view_says(channel: str, faults: tuple[Fault, ...]) -> None:
    async with stage(HastyClock(), channel) as it:
        play, plays, outbox = Play(started(), address=it.address), Plays(), MemoryOutbox()
        plays.add(play)
        plays.files[FILE] = b"x"
        for fault in faults:
            it.slack.inject(fault)
        process = Connected(it, plays, outbox, it.surface)
        await process.see(play, *EVENTS)
        await process.settled(play)
        assert stands(it) == wanted(play)


@pytest.mark.parametrize("channel", ["general", "dm"])
@pytest.mark.parametrize("place", SEEN)
async def test_a_restart_doubles_nothing(channel: str, place: int) -> None:
    async with stage(HastyClock(), channel) as it:
        play, plays, outbox = Play(started(), address=it.address), Plays(), MemoryOutbox()
        plays.add(play)
        plays.files[FILE] = b"x"
        first = Connected(it, plays, outbox, it.surface)
        await first.see(play, *EVENTS[: place - 1])
        play.see(EVENTS[place - 1])
        first.settler.published(play.session)
        await it.slack.changed()  # in the middle of a call, or right after one
        await first.kill()
        play.lose_chunks()
        second = Connected(it, plays, outbox, it.restarted())
        await second.see(play, *EVENTS[place:])
        await second.settled(play)
        assert stands(it) == wanted(play)
