"""Every call of a long day: known to Slack, complete, with nothing that it would not take."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from slack_story import Story, open_story

from adapters.simulators.slack.calls import Answered
from adapters.simulators.slack.rules.sdk import block_faults, element_faults
from adapters.simulators.slack.table import METHODS
from runtime.errors import ModelError
from runtime.ports import Exited, Output
from runtime.testing.model import Line

PLAN = {"steps": [{"id": str(n), "title": f"Step {n}" * 20} for n in range(1, 31)]}
ASK = {"question": "Which one?" * 20, "options": ["this", "that"]}
LONG = "\n\n".join(f"Part {n} <@U1> `code`\n\n```sh\nls {n}\n```\n" for n in range(400))
CHANNEL = (
    Line(thinking="I think about it. " * 60, calls=(("plan", PLAN),)),
    Line(calls=(("shell", {"command": "make"}),)),
    Line(calls=(("shell", {"command": "rm -rf 'x'"}), ("shell", {"command": "rm -rf /tmp/y"}))),
    Line(calls=(("ask", ASK),)),
    Line(calls=(("deliver", {"path": "report.csv", "title": "The report"}),)),
    Line(text=LONG, pieces=12),
    Line(fails=ModelError("the key is refused: set another one")),
)
USED = {
    "agents.sessions.setStatus", "apps.connections.open", "assistant.threads.setTitle",
    "auth.test", "chat.appendStream", "chat.postEphemeral", "chat.postMessage",
    "chat.startStream", "chat.stopStream", "chat.update", "conversations.info",
    "conversations.replies", "files.completeUploadExternal",
    "files.getUploadURLExternal", "files.info", "reactions.add", "usergroups.list", "users.info",
    "views.open", "views.publish",
}  # fmt: skip
"""What a full run calls."""


async def full_run(folder: Path) -> Sequence[Answered]:
    """Two days in one: a channel and a direct message, with everything that people can do."""
    async with open_story(folder / "channel", CHANNEL) as story:
        await _in_a_channel(story)
        calls = [*story.slack.calls.all]
    stream = [Line(text=LONG[:3_000], pieces=8)]
    async with open_story(folder / "direct", stream) as story:
        more, rest = story.model.hold(0, 1), story.model.hold(0, 2)  # in one message
        thread = await story.write("tell me all")
        await thread.until(lambda: thread.ours)
        more.set()
        await thread.until(lambda: len(story.slack.calls.of("chat.appendStream")) > 0)
        rest.set()
        await thread.until(lambda: thread.is_over)
        await thread.until(lambda: story.slack.calls.of("assistant.threads.setTitle"))
        return [*calls, *story.slack.calls.all]


async def _in_a_channel(story: Story) -> None:
    slack, ran = story.slack, asyncio.Event()
    story.sandbox.on(
        lambda argv: "make" in argv, Output("x\n" * 5_000), Exited(2, "exit", 0.1), until=ran
    )
    root = await slack.say("bob", "general", "this was said before")
    thread = story.thread(root.channel, root.ts)
    await thread.say("@aether do everything")
    story.sandbox.put(story.session(thread), "report.csv", b"name,total\nann,3\n")
    await thread.offers("run", "Details")
    await thread.press("run", "Details")
    await slack.open_home("ann")
    await slack.slash("ann", "general", "/aether", "status")
    await thread.until(lambda: slack.views("ann") and slack.home("ann"))
    ran.set()
    await thread.offers("gate", "Approve")
    await thread.press("gate", "Approve", "bob")
    await thread.until(lambda: slack.ephemerals("bob"))
    for choice, verdict in (("Deny", "Denied"), ("For 15 minutes", "Approved")):
        await thread.offers("gate", choice)
        await thread.press("gate", choice)
        await thread.until(lambda: verdict in thread.shown("gate"))  # noqa: B023
    await thread.offers("question", "this")
    await slack.open_home("ann")
    await thread.press("question", "this")
    await thread.until(lambda: thread.is_over)
    await thread.say("and again")
    await thread.until(lambda: "Failed" in thread.shown("run"))


async def test_every_call_is_one_that_slack_knows(tmp_path: Path) -> None:
    (tmp_path / "channel").mkdir()
    (tmp_path / "direct").mkdir()
    calls = await full_run(tmp_path)
    assert {call.method for call in calls} >= USED
    assert [(call.method, call.answer) for call in calls if not call.ok] == []
    assert [fault for call in calls for fault in _faults(call)] == []


def _faults(call: Answered) -> Iterator[str]:
    """By the table of methods, and by the validators of Slack's own SDK."""
    method = METHODS[call.method]
    given = {name for name, value in call.arguments.items() if value is not None}
    yield from (f"{call.method} needs {name}" for name in {*method.required} - given)
    known = {*method.required, *method.optional}
    yield from (f"{call.method} takes no {name}" for name in given - known)
    view = cast("dict[str, Any]", call.arguments.get("view") or {})
    blocks: Any = call.arguments.get("blocks") or view.get("blocks") or ()
    for block in blocks:
        yield from (f"{call.method}: {fault}" for fault in block_faults(block))
        for element in block.get("elements", ()):
            if block["type"] == "actions":
                yield from (f"{call.method}: {fault}" for fault in element_faults(element))
