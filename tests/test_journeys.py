"""How many files somebody has to read who follows what people do through the product."""

from __future__ import annotations

from pathlib import Path

from journey import traced
from slack_story import open_story

from runtime.testing.model import Line

DISPATCH = ("adapters/slack/inbound/event_dispatcher.py", "async_process")
TOLD = ("runtime/live/sessions.py", "tell")
# As they are now; who adds a file to a way in takes another one away. The goals are 12 and 6.
MENTION, PRESS = 29, 24
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))


async def test_from_a_mention_in_slack_to_the_record(tmp_path: Path) -> None:
    async with open_story(tmp_path, [Line(text="Hello.")]) as story:
        with traced(DISPATCH, TOLD) as journey:
            thread = await story.mention("hi")
            await thread.until(lambda: thread.answer == "Hello.")
    assert journey.over
    assert len(journey.files) <= MENTION, journey.files


async def test_from_a_press_to_the_record(tmp_path: Path) -> None:
    async with open_story(tmp_path, [DELETE, Line(text="Done.")]) as story:
        thread = await story.mention("clean the folder")
        await thread.offers("gate", "Approve")
        with traced(DISPATCH, TOLD) as journey:
            await thread.press("gate", "Approve")
            await thread.answered("Done.")
    assert journey.over
    assert len(journey.files) <= PRESS, journey.files
