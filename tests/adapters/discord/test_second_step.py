"""At high risk an approval for longer than once is asked about; the second press counts."""

from __future__ import annotations

from pathlib import Path

from discord_story import shown, story

from adapters.simulators.discord.controls import controls
from runtime.facts import VoteCast
from runtime.testing.model import Line

WRITTEN = ("write_file", {"path": "config/.env", "content": "KEY=1"})
SECRET = Line(calls=(WRITTEN, ("deliver", {"path": "config/.env"})))


async def test_a_pick_is_asked_about_and_the_second_press_counts(tmp_path: Path) -> None:
    async with story(tmp_path, SECRET, Line(text="So be it.")) as there:
        thread = await there.thread(there.call("send me the settings"))
        gate, number = await there.control(thread, "Approve for longer")
        select = next(c for c in controls(gate.body.components) if c["custom_id"] == number)
        options = select["options"]
        assert isinstance(options, list)
        hour = next(o["value"] for o in options if isinstance(o, dict) and "/1h" in str(o["value"]))
        there.discord.click(there.ann, gate, number, [str(hour)])
        question = await there.told(there.ann, "Approve for 1 hour")
        assert not [fact for fact in await there.facts() if isinstance(fact, VoteCast)]
        (yes,) = controls(question.body.components)
        there.discord.click(there.ann, question, str(yes["custom_id"]))
        await there.until(lambda: "Approved" in shown(gate))
        votes = [fact for fact in await there.facts() if isinstance(fact, VoteCast)]
        assert [vote.duration.value for vote in votes] == ["1h"]
        await there.until(lambda: not list(controls(question.body.components)))
