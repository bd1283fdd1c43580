"""What Slack does not take in one form is said in a simpler one: no answer is ever lost, whatever
code it is refused with, and buttons stay as long as any block is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from adapters_play import CALL, GATE, Play, Plays, started
from slack_process import Connected, HastyClock
from slack_stage import Stage, stage, texts

from adapters.simulators.slack.elements import elements
from adapters.simulators.slack.faults import Refused, Unshowable
from adapters.simulators.slack.message import Message
from adapters.testing.outbox import MemoryOutbox
from runtime.approvals import Risk, Rule, Subject
from runtime.events import (
    ApprovalRequired,
    Event,
    Outcome,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
)
from runtime.testing.clock import START

Json = dict[str, Any]
METHODS = (
    "chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream",
)  # fmt: skip
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"
ANSWER = f"# Part\n\n`a` <@U012AB3CD> <!channel> *b* & c < d\n\n{TABLE}\nand\n\n{TABLE}\n" + (
    "Words of no great weight, ünd more of them. " * 40
)
SAID: tuple[Event, ...] = (
    started(),
    ResponseStart(turn=1),
    ResponseChunk(turn=1, text=ANSWER[:300]),
    ResponseComplete(turn=1, text=ANSWER),
    RunFinished(outcome=Outcome.DONE),
)
CODES = (
    "only_one_table_allowed", "invalid_attachments", "invalid_blocks", "invalid_blocks_format",
    "msg_too_long", "msg_blocks_too_long", "msg_blocks_too_many", "markdown_text_conflict",
    "invalid_chunks", "attachment_payload_limit_exceeded", "too_many_contact_cards", "no_text",
    "invalid_arguments", "a_code_of_tomorrow",
)  # fmt: skip


def kinds(given: Json) -> list[str]:
    return [block["type"] for block in given.get("blocks") or ()]


def tables(given: Json) -> bool:
    said = "".join(block["text"] for block in given.get("blocks") or () if "text" in block)
    return said.count(f"\n\n{TABLE}") > 1 if kinds(given)[:1] == ["markdown"] else False


UNLIKED: dict[str, Callable[[Json], bool]] = {
    "two tables": tables,
    "feedback": lambda given: "context_actions" in kinds(given),
    "Markdown": lambda given: "markdown" in kinds(given) or "chunks" in given,
    "rich text": lambda given: not {"rich_text", "markdown"}.isdisjoint(kinds(given)),
    "blocks": lambda given: bool(kinds(given)) or "chunks" in given,
    "all but short text": lambda given: bool(kinds(given)) or len(given.get("text", "")) > 1_000,
    "metadata": lambda given: bool(given.get("metadata")),
}


async def told(
    it: Stage, such: Callable[[Json], bool], code: str, *events: Event
) -> tuple[Play, Plays, MemoryOutbox]:
    for method in METHODS:
        it.slack.inject(Unshowable(method, code, such))
    play, plays, outbox = Play(events[0], address=it.address), Plays(), MemoryOutbox()
    plays.add(play)
    process = Connected(it, plays, outbox, it.surface)
    await process.see(play, *events[1:])
    await process.settled(play)
    return play, plays, outbox


def read(it: Stage) -> str:
    """What people read, without what looks alone are made of."""
    return "".join("".join(_words(message)).join("\n\n") for message in it.ours())


def _words(message: Message) -> list[str]:
    if message.blocks:
        shown = [block for block in message.blocks if block["type"] not in LOOKS]
        return [*texts(shown)]
    return [message.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")]


LOOKS = ("actions", "context_actions")


def letters(text: str) -> str:
    return "".join(text.replace("```", "").replace("\u2060", "").split())


@pytest.mark.parametrize("channel", ["general", "dm"])
@pytest.mark.parametrize("unliked", UNLIKED)
async def test_an_answer_is_said_in_the_form_that_is_taken(unliked: str, channel: str) -> None:
    async with stage(HastyClock(), channel) as it:
        await told(it, UNLIKED[unliked], "invalid_blocks", *SAID)
        assert letters(read(it)) == letters(ANSWER)
        assert not [message for message in it.ours() if UNLIKED[unliked](sent(message))]


def sent(message: Message) -> Json:
    return {"blocks": [*message.blocks], "text": message.text}


@pytest.mark.parametrize("code", CODES)
async def test_an_answer_is_never_lost_whatever_the_code(code: str) -> None:
    async with stage(HastyClock()) as it:
        await told(it, UNLIKED["blocks"], code, *SAID)
        assert letters(read(it)) == letters(ANSWER)


async def test_a_refused_table_costs_nothing_but_the_table() -> None:
    async with stage(HastyClock()) as it:
        await told(it, tables, "only_one_table_allowed", *SAID)
        (message,) = it.ours()
        assert [block["type"] for block in message.blocks] == ["markdown", "actions"]
        assert "# Part" in message.blocks[0]["text"]
        assert "```\n| a | b |" in message.blocks[0]["text"]


async def test_a_new_process_leaves_the_pieces_as_they_stand() -> None:
    """Nothing is posted twice, and nothing is taken away to be posted again."""
    async with stage(HastyClock()) as it:
        play, plays, outbox = await told(it, UNLIKED["all but short text"], "x", *SAID)
        before, calls = [message.ts for message in it.ours()], len(it.called(*METHODS))
        assert len(before) > 1
        second = Connected(it, plays, outbox, it.restarted())
        await second.settled(play)
        assert [message.ts for message in it.ours()] == before
        assert len(it.called(*METHODS)) == calls
        assert it.called("chat.delete") == []


@pytest.mark.parametrize("unliked", ["rich text", "Markdown"])
async def test_a_request_for_approval_keeps_its_buttons(unliked: str) -> None:
    async with stage(HastyClock()) as it:
        await told(it, UNLIKED[unliked], "invalid_blocks", started(), asked())
        gates = [m for m in it.ours() if "rm -r x" in "".join(_words(m))]
        labels = [
            e.source["text"]["text"] for e in elements(gates[-1].blocks) if "text" in e.source
        ]
        assert labels[:2] == ["Approve", "Deny"]


async def test_a_request_without_blocks_says_where_it_is_decided() -> None:
    async with stage(HastyClock()) as it:
        await told(it, UNLIKED["blocks"], "invalid_blocks", started(), asked())
        (gate,) = [m for m in it.ours() if "rm -r x" in m.text]
        assert "Press them in the workbench: Approve, Deny" in gate.text


def asked() -> ApprovalRequired:
    return ApprovalRequired(
        approval_id=GATE, call_id=CALL, tool="shell", operation="rm -r x", risk=Risk.MEDIUM,
        why="deletes", rule=Rule(), subject=Subject(value="rm -r x"), digest="d",
        expires_at=START + timedelta(hours=1),
    )  # fmt: skip


@pytest.mark.parametrize(
    "code",
    ["channel_not_found", "not_in_channel", "is_archived", "restricted_action_thread_locked",
     "slack_connect_file_link_sharing_blocked", "token_revoked", "ekm_access_denied",
     "message_limit_exceeded", "posting_to_channel_denied"],
)  # fmt: skip
async def test_a_closed_place_is_not_asked_in_other_words(code: str) -> None:
    """Once with the answer, and once with what tells that it was refused."""
    async with stage(HastyClock()) as it:
        it.slack.inject(Refused("chat.postMessage", code, times=9))
        short = ResponseComplete(turn=1, text="Nine.")
        play, plays = Play(*SAID[:2], short, SAID[-1], address=it.address), Plays()
        plays.add(play)
        await Connected(it, plays, MemoryOutbox(), it.surface).settled(play)
        assert it.called("chat.postMessage") == ["chat.postMessage"] * 2
