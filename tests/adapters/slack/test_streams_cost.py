"""Streams are scarce, and say what they cost and change beside their text."""

from __future__ import annotations

from slack_answers import CALLS, done, exactly, grows, shown
from slack_stage import stage

from adapters.ports.cards import Card, Prose, Urgency
from adapters.ports.surface import Ref
from adapters.simulators.slack.faults import Limited
from runtime.events import Phase
from runtime.testing.clock import ManualClock


async def test_starts_are_scarce() -> None:
    """Stopping is as scarce as starting: what is begun must end in time."""
    clock = ManualClock()
    async with stage(clock, "dm") as it:
        for number in range(1, 14):
            await it.surface.post(it.place, grows(f"{number}", number))
        assert it.called(*CALLS).count("chat.startStream") == 10
        clock.advance(61)
        await it.surface.post(it.place, grows("again", 14))
        assert it.called(*CALLS).count("chat.startStream") == 11


async def test_who_comes_when_starting_is_refused_is_edited() -> None:
    async with stage(ManualClock(), "dm") as it:
        it.slack.inject(Limited("chat.startStream", retry_after=30))
        ref = await shown(it, [grows("One. "), done("One.")])
        assert it.called(*CALLS) == ["chat.startStream", "chat.postMessage", "chat.update"]
        assert exactly(it, ref) == "One."


async def test_calls_cost_what_they_do() -> None:
    clock = ManualClock()
    async with stage(clock, "dm") as it:

        def costs(card: Card, ref: Ref | None = None) -> list[str]:
            found = it.surface.cost(it.address, "edit" if ref else "post", card, ref)
            return [rate_limit.name.rpartition("/")[2] for rate_limit in found]

        assert costs(grows("One")) == ["chat.startStream"]
        assert costs(done("One")) == ["chat.postMessage", it.address.channel]
        ref = await it.surface.post(it.place, grows("One"))
        assert costs(grows("One, two"), ref) == ["chat.appendStream"]
        assert costs(done("One, two"), ref) == ["chat.stopStream", "chat.update"]
        clock.advance(241)
        assert costs(grows("One, two"), ref) == ["chat.stopStream", "chat.update"]
        await it.surface.edit(ref, done("One, two"))
        assert costs(grows("One, two"), ref) == ["chat.update"]


async def test_the_state_that_a_stream_changes_is_said_again() -> None:
    async with stage(ManualClock(), "dm") as it:
        await it.surface.signal(it.address, None, Phase.THINKING)
        await shown(it, [grows("One. "), done("One.")])
        assert it.slack.session(it.address.channel, it.address.thread).state == "active"
        await it.surface.signal(it.address, None, Phase.THINKING)
        assert it.slack.session(it.address.channel, it.address.thread).state == "processing"


async def test_a_note_leaves_the_task_at_work() -> None:
    async with stage(ManualClock(), "dm") as it:
        note = Card(grows("").key, Urgency.FINAL, "done", (Prose("One.", "One."),))
        await shown(it, [grows("One."), note])
        assert it.slack.session(it.address.channel, it.address.thread).state == "processing"
