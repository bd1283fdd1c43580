"""A task in a channel of Slack, from its mention to the next one, over real HTTP and WebSocket."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from slack_story import open_story
from slack_story_model import words
from slack_story_thread import written

from runtime.ports import Message
from runtime.testing.model import Line

PLAN = {"steps": [{"id": "1", "title": "Look around"}, {"id": "2", "title": "Clean up"}]}
THOUGHT = "I look at the folder before I touch it. " * 12
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))


def heard(messages: Sequence[Message]) -> Line:
    return Line(text=f"All clean. Last I heard: {words(messages)[-1]}")


async def test_a_task_from_its_mention_to_the_next_one(tmp_path: Path) -> None:
    script = [Line(thinking=THOUGHT, calls=(("plan", PLAN),)), DELETE, heard, heard]
    async with open_story(tmp_path, script) as story:
        begun = story.model.hold(0, 0)
        thread = await story.mention("clean the folder")
        slack = story.slack
        root = slack.team.place(thread.channel).messages

        await thread.until(lambda: root[thread.root].reactions)
        await thread.until(lambda: slack.session(thread.channel, thread.root).state == "processing")
        assert not thread.ours
        begun.set()

        await thread.offers("gate", "Approve")
        print(written(thread.messages("run")[0]))
        print(written(thread.messages("gate")[0]))
        await thread.press("gate", "Approve", "bob")
        await thread.until(lambda: slack.ephemerals("bob"))
        print(slack.ephemerals("bob")[0].text)
        await thread.press("gate", "15 min")
        await thread.until(lambda: thread.is_over)
        print(thread.answer)
        print(written(thread.messages("run")[0]))
        print(written(thread.messages("gate")[0]))
