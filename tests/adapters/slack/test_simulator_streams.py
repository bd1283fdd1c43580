"""Native streams: what may follow what, and how they end."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sim_state import Bench, open_slack

Json = dict[str, Any]


def text(words: str) -> Json:
    return {"type": "markdown_text", "text": words}


def task(name: str, status: str, **more: str) -> Json:
    return {"type": "task_update", "id": name, "title": name, "status": status, **more}


async def begin(slack: Bench, **more: Any) -> Json:
    """A stream under a message of Ann's; what append and stop need."""
    root = await slack.sim.say("Ann", "general", "@aether go")
    reader = {"recipient_team_id": slack.sim.team.id, "recipient_user_id": slack.user("Ann")}
    answer = await slack.call(
        "chat.startStream", channel=root.channel, thread_ts=root.ts, **reader, **more
    )
    return {"channel": root.channel, "ts": answer["ts"]}


async def test_text_grows_and_tasks_change_in_place() -> None:
    async with open_slack() as slack:
        at = await begin(slack, chunks=[text("Hel")])
        await slack.call("chat.appendStream", **at, chunks=[text("lo"), task("a", "in_progress")])
        more = [task("a", "in_progress", details="one "), task("a", "complete", details="two")]
        await slack.call("chat.appendStream", **at, chunks=more)
        message = slack.message(at["ts"])
        assert message.text == "Hello"
        card = message.blocks[1]
        assert (card["block_id"], card["status"]) == ("task-a", "complete")
        assert card["details"]["elements"][0]["elements"][0]["text"] == "one two"
        buttons = {"type": "header", "text": {"type": "plain_text", "text": "End"}}
        answer = await slack.call("chat.stopStream", **at, chunks=[text("!")], blocks=[buttons])
        assert answer["message"]["streaming_state"] == "completed"
        assert answer["message"]["text"] == "Hello!"
        assert answer["message"]["blocks"][-1]["type"] == "header"


async def test_a_plan_holds_all_tasks() -> None:
    async with open_slack() as slack:
        chunks = [{"type": "plan_update", "title": "My plan"}, task("a", "complete"), text("x")]
        at = await begin(slack, task_display_mode="plan", chunks=chunks)
        await slack.call("chat.appendStream", **at, chunks=[task("b", "pending")])
        plan, words = slack.message(at["ts"]).blocks
        assert plan["title"] == "My plan"
        assert [t["task_id"] for t in plan["tasks"]] == ["a", "b"]
        assert words["text"] == "x"


async def test_the_session_works_while_it_streams() -> None:
    async with open_slack() as slack:
        at = await begin(slack)
        root = slack.message(at["ts"]).root
        assert slack.sim.session("general", root).state == "processing"
        await slack.call("chat.stopStream", **at, session_status="suspended")
        assert slack.sim.session("general", root).state == "suspended"


async def test_recipients_are_needed_in_a_channel_only() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "go")
        where: Json = {"channel": root.channel, "thread_ts": root.ts}
        assert await slack.refused("chat.startStream", **where) == "missing_recipient_team_id"
        where["recipient_team_id"] = slack.sim.team.id
        assert await slack.refused("chat.startStream", **where) == "missing_recipient_user_id"
        direct = await slack.sim.say("Ann", "dm", "go")
        await slack.call("chat.startStream", channel=direct.channel, thread_ts=direct.ts)


async def test_a_stream_keeps_its_mode() -> None:
    async with open_slack() as slack:
        at = await begin(slack, markdown_text="a")
        other = {**at, "chunks": [text("b")]}
        assert await slack.refused("chat.appendStream", **other) == "streaming_mode_mismatch"
        both = {**other, "markdown_text": "b"}
        assert await slack.refused("chat.appendStream", **both) == (
            "cannot_provide_both_markdown_text_and_chunks"
        )
        assert await slack.refused("chat.appendStream", **at) == "no_text"
        assert slack.message(at["ts"]).text == "a"


@pytest.mark.parametrize(
    ("chunk", "error"),
    [
        ({"type": "unheard_of"}, "invalid_chunks"),
        (task("a", "cancelled"), "invalid_chunks"),
        (task("a", "pending", details="x" * 257), "invalid_chunks"),
        (text("x" * 12_001), "msg_too_long"),
        ({"type": "blocks", "blocks": [{"type": "divider"}] * 51}, "msg_blocks_too_many"),
        ({"type": "blocks", "blocks": [{"type": "unheard_of"}]}, "invalid_blocks"),
    ],
)
async def test_broken_chunks_leave_the_message_alone(chunk: Json, error: str) -> None:
    async with open_slack() as slack:
        at = await begin(slack, chunks=[text("a")])
        chunks = [text("b"), chunk]
        assert await slack.refused("chat.appendStream", **at, chunks=chunks) == error
        assert slack.message(at["ts"]).text == "a"


async def test_a_stream_is_full_some_time() -> None:
    """All that it was ever given counts, in bytes: other scripts are full sooner."""
    async with open_slack() as slack:
        at = await begin(slack, chunks=[text("字" * 3_000)])
        more = {"chunks": [text("字" * 600)]}
        assert await slack.refused("chat.appendStream", **at, **more) == "msg_too_long"
        await slack.call("chat.appendStream", **at, chunks=[text("字" * 500)])
        assert await slack.refused("chat.stopStream", **at, **more) == "msg_too_long"
        answer = await slack.call("chat.stopStream", **at)
        assert answer["message"]["text"] == "字" * 3_500


async def test_details_of_tasks_weigh_twice_beside_text() -> None:
    async with open_slack() as slack:
        at = await begin(slack)
        for number in range(25):
            one = [task(str(number), "complete", details="x" * 256)]
            await slack.call("chat.appendStream", **at, chunks=one)
        assert await slack.refused("chat.appendStream", **at, chunks=[text("a")]) == "msg_too_long"


async def test_blocks_of_every_kind_may_stand_beside_text() -> None:
    link: Json = {"type": "link", "url": "https://example.org"}
    section: Json = {"type": "rich_text_section", "elements": [link]}
    rich: Json = {"type": "rich_text", "elements": [section]}
    card: Json = {"type": "task_card", "task_id": "a", "title": "a", "status": "pending"}
    async with open_slack() as slack:
        at = await begin(slack, chunks=[text("a")])
        chunk: Json = {"type": "blocks", "blocks": [{**card, "details": rich}]}
        await slack.call("chat.appendStream", **at, chunks=[chunk])


async def test_a_stream_has_fifty_tasks() -> None:
    async with open_slack() as slack:
        at = await begin(slack, chunks=[task(str(number), "pending") for number in range(50)])
        one = {"chunks": [task("another", "pending")]}
        assert await slack.refused("chat.appendStream", **at, **one) == "msg_blocks_too_many"
        await slack.call("chat.appendStream", **at, chunks=[task("0", "complete")])


async def test_a_stream_ends_with_pictures_that_are_there() -> None:
    async with open_slack() as slack:
        at = await begin(slack, chunks=[text("a")])
        lost: Json = {"type": "image", "alt_text": "lost", "slack_file": {"id": "F0"}}
        assert await slack.refused("chat.stopStream", **at, blocks=[lost]) == "invalid_blocks"


async def test_edits_and_deletion_wait_for_the_end() -> None:
    async with open_slack() as slack:
        at = await begin(slack, chunks=[text("a")])
        assert await slack.refused("chat.update", **at, text="b") == "streaming_state_conflict"
        assert await slack.refused("chat.delete", **at) == "cant_delete_message"
        await slack.call("chat.stopStream", **at)
        await slack.call("chat.update", **at, text="b")
        assert await slack.refused("chat.stopStream", **at) == "message_not_in_streaming_state"


async def test_a_stream_ends_five_minutes_after_it_began() -> None:
    async with open_slack() as slack:
        at = await begin(slack, chunks=[text("a")])
        slack.clock.advance(299)
        await slack.call("chat.appendStream", **at, chunks=[text("b")])
        slack.clock.advance(1)
        for method in ("chat.appendStream", "chat.stopStream"):
            late = {**at, "chunks": [text("c")]}
            assert await slack.refused(method, **late) == "message_not_in_streaming_state"
        await slack.call("chat.update", **at, text="ab, and the rest")


async def test_running_tasks_fail_when_the_stream_stops() -> None:
    async with open_slack() as slack:
        at = await begin(slack, chunks=[task("a", "in_progress"), task("b", "complete")])
        await slack.call("chat.stopStream", **at)
        assert [card["status"] for card in slack.message(at["ts"]).blocks] == ["error", "complete"]


async def test_a_person_may_stop_it() -> None:
    async with open_slack() as slack:
        at = await begin(slack, chunks=[text("a")])
        root = slack.message(at["ts"]).root
        await slack.sim.press_stop("Ann", "general", root)
        more = {**at, "chunks": [text("b")]}
        assert await slack.refused("chat.appendStream", **more) == "stopped_by_user"
        assert slack.sim.session("general", root).state == "processing"


async def test_the_helper_of_the_sdk_streams() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "go")
        stream = await slack.client.chat_stream(
            channel=root.channel,
            thread_ts=root.ts,
            recipient_team_id=slack.sim.team.id,
            recipient_user_id=slack.user("Ann"),
            buffer_size=4,
        )
        await stream.append(markdown_text="Hello, ")
        await stream.append(markdown_text="world")
        await stream.stop()
        assert slack.sim.thread("general", root.ts)[1].text == "Hello, world"


async def test_foreign_messages_do_not_stream() -> None:
    async with open_slack() as slack:
        said = await slack.sim.say("Ann", "general", "hi")
        at = {"channel": said.channel, "ts": said.ts, "chunks": [text("a")]}
        assert await slack.refused("chat.appendStream", **at) == "message_not_owned_by_app"
        gone = {**at, "ts": "1.000001"}
        assert await slack.refused("chat.appendStream", **gone) == "message_not_found"
