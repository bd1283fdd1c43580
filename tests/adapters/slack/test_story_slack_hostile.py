"""Too much of everything, and words that want to be more than words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from slack_story import open_story
from slack_story_thread import said

from runtime.ports import Output
from runtime.testing.model import Line

CALLS = "<!channel> <!here> <@U001BOT> <#C001> @here @channel <!subteam^S001>"
_MARKS = re.compile(r"<(?:!|@U|#C)[^>]*>|@here|@channel")
SHELL = Line(calls=(("shell", {"command": "make"}),))


def called(node: object) -> Iterator[str]:
    """What would call somebody: parts of blocks that are made for it, and markup in text that
    Slack reads. The texts of `plain_text` and of rich text are characters and nothing else."""
    if isinstance(node, dict):
        part = cast("dict[str, Any]", node)
        kind = part.get("type")
        if kind in ("user", "usergroup", "broadcast"):
            yield str(part.get("user_id", kind))
        plain = kind in ("text", "plain_text", "task_card", "plan")
        for name, value in part.items():
            if isinstance(value, str) and not plain:
                yield from _MARKS.findall(value)
            elif name != "metadata":
                yield from called(value)
    elif isinstance(node, list):
        for item in cast("list[Any]", node):
            yield from called(item)


async def test_what_a_model_says_calls_nobody(tmp_path: Path) -> None:
    plan = {"steps": [{"id": "1", "title": CALLS}]}
    script = [
        Line(thinking=CALLS * 20, calls=(("plan", plan),)),
        Line(calls=(("shell", {"command": f"rm -rf '{CALLS}'"}),)),
        Line(text=CALLS),
    ]
    async with open_story(tmp_path, script) as story:
        story.sandbox.on(lambda _: True, Output(CALLS))
        thread = await story.mention("call everybody")
        await thread.offers("gate", "Approve")
        await thread.press("gate", "Approve")
        await thread.until(lambda: thread.is_over)
        sent = [call.arguments for call in story.slack.calls.all]
        assert set(called(sent)) == {story.slack.person("ann").id}, "who must act is called"
        shown = said(thread.messages("answer")[-1])
        assert shown.replace("\u2060", "") == CALLS, "nothing is lost, only parted"


async def test_much_output_is_cut_and_the_answer_is_whole(tmp_path: Path) -> None:
    answer = "\n\n".join(f"Paragraph {n}. " + "All of it was read. " * 10 for n in range(200))
    async with open_story(tmp_path, [SHELL, Line(text=answer)]) as story:
        lines = "".join(f"line {n}: {'x' * 90}\n" for n in range(2_000))
        story.sandbox.on(lambda _: True, Output(lines))
        thread = await story.mention("build it")
        await thread.until(lambda: thread.is_over)
        assert len(lines) > 200_000
        assert len(thread.messages("answer")) > 4
        assert thread.answer.split() == answer.split()
        assert all(call.ok for call in story.slack.calls.all)
        thread.standing()
