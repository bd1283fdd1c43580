"""Native streams in direct messages: appended while they can be, and exact in the end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_answers import CALLS, RUN, STREAMS, done, exactly, grows, shown
from slack_stage import client, stage, workspace, written

from adapters.ports.cards import Card, CardKey, Prose
from adapters.ports.errors import RateLimited, Unanswered
from adapters.simulators.slack.faults import CutAfter, Limited, Refused
from adapters.simulators.slack.registration import Registration
from adapters.slack.outbound.api import Api
from adapters.slack.outbound.streams import Streams
from runtime.testing.clock import ManualClock


async def test_an_answer_is_appended_and_stopped() -> None:
    async with stage(ManualClock(), "dm") as it:
        ref = await shown(it, [grows("One. "), grows("One. Two. "), done("One. Two. Three.")])
        assert it.called(*CALLS) == ["chat.startStream", "chat.appendStream", "chat.stopStream"]
        assert exactly(it, ref) == "One. Two. Three."
        start = it.slack.calls.of("chat.startStream")[0].arguments
        assert start["recipient_user_id"] == it.slack.person("ann").id
        assert start["thread_ts"] == it.address.thread


async def test_a_seam_that_slack_may_lose_is_made_good() -> None:
    async with stage(ManualClock(), "dm") as it:
        ref = await shown(it, [grows("One."), grows("One. Two"), done("One. Two.")])
        assert it.called(*CALLS)[-2:] == ["chat.stopStream", "chat.update"]
        assert exactly(it, ref) == "One. Two."


async def test_code_streams_although_each_frame_closes_its_fence() -> None:
    def fenced(source: str) -> Card:
        prose = Prose(f"{source}```", source, growing=True)
        return replace(grows(""), blocks=(prose,))

    async with stage(ManualClock(), "dm") as it:
        frames = [fenced("```py\nx = 1\n"), fenced("```py\nx = 1\ny = 2\n")]
        ref = await shown(it, [*frames, done("```py\nx = 1\ny = 2\n```\nSo.")])
        assert it.called(*CALLS) == ["chat.startStream", "chat.appendStream", "chat.stopStream"]
        assert exactly(it, ref) == "```py\nx = 1\ny = 2\n```\nSo."


async def test_a_stream_that_ends_in_a_fence_is_closed() -> None:
    clock = ManualClock()
    async with stage(clock, "dm") as it:
        prose = Prose("```py\nx = 1\n```", "```py\nx = 1\n", growing=True)
        ref = await it.surface.post(it.place, replace(grows(""), blocks=(prose,)))
        clock.advance(241)
        await it.surface.edit(ref, replace(grows(""), blocks=(prose,)))
        assert await it.read(ref) == "```py\nx = 1\n```"


async def test_text_that_does_not_go_on_ends_the_stream() -> None:
    """A turn was tried again: its words are others."""
    async with stage(ManualClock(), "dm") as it:
        cards = [grows("One"), grows("Uno"), grows("Uno due"), done("Uno due tre")]
        ref = await shown(it, cards)
        assert it.called(*CALLS) == [
            "chat.startStream", "chat.stopStream", "chat.update", "chat.update", "chat.update",
        ]  # fmt: skip
        assert exactly(it, ref) == "Uno due tre"


async def test_a_long_answer_outlives_its_stream() -> None:
    clock = ManualClock()
    async with stage(clock, "dm") as it:
        ref = await shown(it, [grows("One. ")])
        clock.advance(241)
        await it.surface.edit(ref, grows("One. Two. "))
        assert it.called(*CALLS) == ["chat.startStream", "chat.stopStream"]
        await it.surface.edit(ref, done("One. Two. Three."))
        assert it.called(*CALLS)[-1] == "chat.update"
        assert exactly(it, ref) == "One. Two. Three."


async def test_what_slack_does_not_offer_stays_so_whatever_it_says_next() -> None:
    """Two answers may begin at once, and be refused for different reasons."""
    async with stage(ManualClock(), "dm") as it:
        streams = Streams(Api(client(it.slack), workspace(it.slack)), it.clock)
        for error in ("feature_not_enabled", "not_in_channel"):
            it.slack.inject(Refused("chat.startStream", error))
            assert await streams.start(it.place, grows("One")) is None
        assert not streams.may_start(it.place, grows("One"))


async def test_an_answer_too_heavy_for_a_stream_goes_on_by_edits() -> None:
    """Slack counts what a stream holds in bytes, and other scripts have three for a letter."""
    async with stage(ManualClock(), "dm") as it:
        answer = "字" * 8_000
        frames = [grows(answer[:size]) for size in range(2_000, 8_001, 500)]
        ref = await shown(it, [*frames, done(answer)])
        assert it.slack.calls.of("chat.appendStream")[-1].error == "msg_too_long"
        assert exactly(it, ref) == answer


async def test_a_stream_that_expired_goes_on_by_edits() -> None:
    clock = ManualClock()
    async with stage(clock, "dm") as it:
        ref = await shown(it, [grows("One. ")])
        clock.advance(400)
        await it.surface.edit(ref, done("One. Two."))
        assert exactly(it, ref) == "One. Two."


async def test_a_reader_who_stops_the_stream_still_gets_the_end() -> None:
    async with stage(ManualClock(), "dm") as it:
        ref = await shown(it, [grows("One. ")])
        await it.slack.press_stop("ann", "dm", it.address.thread)
        await it.surface.edit(ref, grows("One. Two. "))
        await it.surface.edit(ref, done("One. Two."))
        assert exactly(it, ref) == "One. Two."


async def test_a_lost_append_is_not_repeated() -> None:
    async with stage(ManualClock(), "dm") as it:
        ref = await shown(it, [grows("One. ")])
        it.slack.inject(CutAfter("chat.appendStream"))
        with pytest.raises(Unanswered):
            await it.surface.edit(ref, grows("One. Two. "))
        await it.surface.edit(ref, grows("One. Two. Three. "))
        await it.surface.edit(ref, done("One. Two. Three."))
        assert it.called(*STREAMS).count("chat.appendStream") == 1
        assert exactly(it, ref) == "One. Two. Three."


async def test_a_lost_stop_is_made_good() -> None:
    async with stage(ManualClock(), "dm") as it:
        ref = await shown(it, [grows("One. ")])
        it.slack.inject(CutAfter("chat.stopStream"))
        with pytest.raises(Unanswered):
            await it.surface.edit(ref, done("One. Two."))
        await it.surface.edit(ref, done("One. Two."))
        assert exactly(it, ref) == "One. Two."


async def test_a_stop_that_is_limited_comes_again() -> None:
    async with stage(ManualClock(), "dm") as it:
        ref = await shown(it, [grows("One. ")])
        it.slack.inject(Limited("chat.stopStream"))
        with pytest.raises(RateLimited):
            await it.surface.post(it.place, grows("Two. ", 2))  # the first needs its key before
        it.slack.inject(Limited("chat.stopStream"))
        with pytest.raises(RateLimited):
            await it.surface.edit(ref, done("One. Two."))
        await it.surface.edit(ref, done("One. Two."))
        assert exactly(it, ref) == "One. Two."
        assert len(it.ours()) == 1


async def test_a_restart_takes_the_stream_over() -> None:
    """The next process knows the message, and not that it is a stream."""
    async with stage(ManualClock(), "dm") as it:
        ref = await shown(it, [grows("One. ")])
        await it.restarted().edit(ref, done("One. Two."))
        assert it.called(*CALLS) == [
            "chat.startStream", "chat.update", "chat.stopStream", "chat.update",
        ]  # fmt: skip
        assert exactly(it, ref) == "One. Two."


async def test_a_stream_whose_start_was_lost_is_found() -> None:
    async with stage(ManualClock(), "dm") as it:
        it.slack.inject(CutAfter("chat.startStream"))
        with pytest.raises(Unanswered):
            await it.surface.post(it.place, grows("One. "))
        for surface in (it.surface, it.restarted()):
            ref = await surface.find(it.place, grows("").key)
            assert ref is not None
            assert await surface.find(it.place, CardKey(f"run:{RUN}")) is None
        await it.surface.edit(ref, done("One. Two."))
        assert exactly(it, ref) == "One. Two."
        assert await it.surface.find(it.place, grows("").key) == ref
        assert len(it.ours()) == 1


async def test_a_part_is_not_taken_for_the_one_before() -> None:
    """The first part is streamed and has no key yet, the second was only intended."""
    async with stage(ManualClock(), "dm") as it:
        first = await shown(it, [grows("One. ")])
        assert await it.restarted().find(it.place, grows("", 2).key) is None
        second = await it.surface.post(it.place, grows("Two. ", 2))
        restarted = it.restarted()
        assert await restarted.find(it.place, grows("").key) == first
        assert await restarted.find(it.place, grows("", 2).key) == second


@pytest.mark.parametrize("error", ["unknown_method", "channel_type_not_supported"])
async def test_without_streams_answers_are_edited(error: str) -> None:
    async with stage(ManualClock(), "dm") as it:
        it.slack.inject(Refused("chat.startStream", error))
        ref = await shown(it, [grows("One. "), grows("One. Two"), done("One. Two.")])
        assert exactly(it, ref) == "One. Two."
        await it.surface.post(it.place, grows("Again", 2))
        assert it.called(*STREAMS) == ["chat.startStream"]


async def test_in_a_channel_everybody_sees_it_grow() -> None:
    async with stage(ManualClock(), "general") as it:
        ref = await shown(it, [grows("One. "), grows("One. Two. "), done("One. Two.")])
        assert it.called(*CALLS) == ["chat.postMessage", "chat.update", "chat.update"]
        assert exactly(it, ref) == "One. Two."


async def test_a_call_that_grows_piece_by_piece_never_forms() -> None:
    """Each piece alone is harmless; together they would call the channel."""
    async with stage(ManualClock(), "dm") as it:
        ref = await it.surface.post(it.place, grows("Hey <"))
        for text in ("Hey <!", "Hey <!chan", "Hey <!channel", "Hey <!channel> now"):
            await it.surface.edit(ref, grows(text))
            message = it.message(ref)
            assert message is not None
            assert "<!channel" not in written(message)
        await it.surface.edit(ref, done("Hey <!channel> now"))
        assert exactly(it, ref) == "Hey <\u2060!channel> now"


async def test_a_streaming_message_can_be_deleted() -> None:
    async with stage(ManualClock(), "dm") as it:
        ref = await it.surface.post(it.place, grows("One"))
        await it.surface.delete(ref)
        await it.restarted().delete(ref)
        assert it.ours() == []


async def test_an_app_that_is_no_agent_still_streams_or_edits() -> None:
    async with stage(ManualClock(), "dm", Registration(is_agent=False)) as it:
        ref = await shown(it, [grows("One. "), done("One.")])
        assert exactly(it, ref) == "One."
