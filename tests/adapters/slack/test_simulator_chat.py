"""Posting, editing and deleting, refused and granted as Slack does it."""

from __future__ import annotations

from slack_sim_state import ok, open_slack, refusal, refused_with

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "one"}}
META = {"event_type": "card", "event_payload": {"key": "run-1"}}


async def test_arguments_come_as_json_as_a_form_and_in_the_query() -> None:
    async with open_slack() as slack:
        client, where = slack.client, slack.general
        await ok(client.api_call("chat.postMessage", json={"channel": where, "text": "a"}))
        await ok(client.api_call("chat.postMessage", data={"channel": where, "text": "b"}))
        await ok(client.api_call("chat.postMessage", params={"channel": where, "text": "c"}))
        assert [message.text for message in slack.sim.messages("general")] == ["a", "b", "c"]


async def test_text_alone_takes_the_blocks_away_and_leaves_a_mark() -> None:
    async with open_slack() as slack:
        post = await slack.post(blocks=[SECTION], metadata=META)
        await slack.call("chat.update", channel=post.channel, ts=post.ts, text="new")
        kept = slack.message(post.ts)
        assert (kept.text, kept.blocks, kept.metadata) == ("new", (), META)
        assert kept.edited_at is not None
        assert kept.edits == 1


async def test_blocks_leave_no_mark_and_an_empty_object_removes_metadata() -> None:
    async with open_slack() as slack:
        post = await slack.post(blocks=[SECTION], metadata=META)
        two = {"type": "section", "text": {"type": "mrkdwn", "text": "two"}}
        await slack.call("chat.update", channel=post.channel, ts=post.ts, blocks=[two], metadata={})
        kept = slack.message(post.ts)
        assert (kept.text, kept.metadata, kept.edited_at) == ("hello", None, None)
        assert kept.blocks[0]["text"]["text"] == "two"


async def test_what_may_not_be_posted() -> None:
    async with open_slack() as slack:
        where = slack.general
        quiet = slack.sim.channel("quiet").id
        assert await slack.refused("chat.postMessage", channel="C0NONE", text="x") == (
            "channel_not_found"
        )
        assert await slack.refused("chat.postMessage", channel=quiet, text="x") == "not_in_channel"
        assert await slack.refused("chat.postMessage", channel=where) == "no_text"
        assert await slack.refused("chat.postMessage", text="x") == "invalid_arguments"
        both = {"channel": where, "text": "x", "markdown_text": "y"}
        assert await slack.refused("chat.postMessage", **both) == "markdown_text_conflict"
        long = "x" * 12_001
        assert await slack.refused("chat.postMessage", channel=where, markdown_text=long) == (
            "msg_too_long"
        )
        reply = {"channel": where, "text": "x", "thread_ts": "1.000001"}
        assert await slack.refused("chat.postMessage", **reply) == "thread_not_found"
        slack.sim.archive("general")
        assert await slack.refused("chat.postMessage", channel=where, text="x") == "is_archived"


async def test_metadata_has_a_shape_and_a_size() -> None:
    async with open_slack() as slack:
        cases = {
            "invalid_metadata_format": {"event_type": "card"},
            "invalid_metadata_schema": {
                "event_type": "card", "event_payload": {"a": {"b": {"c": 1}}},
            },
            "metadata_too_large": {"event_type": "card", "event_payload": {"a": "x" * 8_000}},
        }  # fmt: skip
        for error, metadata in cases.items():
            call = {"channel": slack.general, "text": "x", "metadata": metadata}
            assert await slack.refused("chat.postMessage", **call) == error


async def test_a_long_text_is_cut_in_a_post_and_refused_in_an_edit() -> None:
    async with open_slack() as slack:
        answer = await slack.call("chat.postMessage", channel=slack.general, text="x" * 40_001)
        assert answer["warning"] == "message_truncated"
        assert len(slack.message(answer["ts"]).text) == 40_000
        edit = {"channel": slack.general, "ts": answer["ts"], "text": "x" * 4_001}
        assert await slack.refused("chat.update", **edit) == "msg_too_long"


async def test_only_own_messages_are_edited_and_only_in_time() -> None:
    async with open_slack() as slack:
        said = await slack.sim.say("Ann", "general", "hi")
        edit = {"channel": slack.general, "ts": said.ts, "text": "x"}
        assert await slack.refused("chat.update", **edit) == "cant_update_message"
        assert await slack.refused("chat.update", **{**edit, "ts": "1.2"}) == "message_not_found"
        post = await slack.post()
        slack.sim.close_edit_window(60)
        await slack.call("chat.update", channel=post.channel, ts=post.ts, text="in time")
        slack.clock.advance(61)
        late = {"channel": post.channel, "ts": post.ts, "text": "late"}
        assert await slack.refused("chat.update", **late) == "edit_window_closed"


async def test_delete_and_permalink() -> None:
    async with open_slack() as slack:
        client, where = slack.client, slack.general
        root = await slack.post()
        reply = await slack.post("reply", thread_ts=root.ts)
        link = await ok(client.chat_getPermalink(channel=where, message_ts=reply.ts))
        assert link["permalink"].endswith(f"?thread_ts={root.ts}&cid={where}")
        await ok(client.chat_delete(channel=where, ts=reply.ts))
        assert await refusal(client.chat_delete(channel=where, ts=reply.ts)) == "message_not_found"
        said = await slack.sim.say("Ann", "general", "hi")
        assert await refusal(client.chat_delete(channel=where, ts=said.ts)) == "cant_delete_message"


async def test_an_answer_to_an_answer_goes_to_the_root() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "hi")
        reply = await slack.post("one", thread_ts=root.ts)
        other = await slack.post("two", thread_ts=reply.ts)
        assert other.thread_ts == root.ts
        assert [m.text for m in slack.sim.thread("general", root.ts)] == ["hi", "one", "two"]


async def test_an_ephemeral_message_is_for_one_member() -> None:
    async with open_slack() as slack:
        ann, where = slack.user("Ann"), slack.general
        await ok(slack.client.chat_postEphemeral(channel=where, user=ann, text="psst"))
        assert [m.text for m in slack.sim.ephemerals("Ann")] == ["psst"]
        assert slack.sim.ephemerals("Bob") == []
        assert slack.sim.messages("general") == []
        stranger = slack.client.chat_postEphemeral(channel=where, user="U0", text="psst")
        assert await refusal(stranger) == "user_not_in_channel"


async def test_reactions_are_counted_once_per_person() -> None:
    async with open_slack() as slack:
        client, post = slack.client, await slack.post()
        target = {"channel": post.channel, "timestamp": post.ts}
        await ok(client.reactions_add(name="eyes", **target))
        assert await refusal(client.reactions_add(name="eyes", **target)) == "already_reacted"
        await slack.sim.react("Ann", "general", post.ts, "eyes")
        assert len(slack.message(post.ts).reactions[0].users) == 2
        await ok(client.reactions_remove(name="eyes", **target))
        assert await refusal(client.reactions_remove(name="eyes", **target)) == "no_reaction"
        assert await refusal(client.reactions_add(name=":eyes:", **target)) == "invalid_name"


async def test_missing_rights_are_named() -> None:
    async with open_slack() as slack:
        slack.sim.limit_scopes("channels:read", "channels:history")
        sending = slack.client.chat_postMessage(channel=slack.general, text="x")
        answer = await refused_with(sending)
        assert answer["error"] == "missing_scope"
        assert answer["needed"] == "chat:write"
        assert answer["provided"] == "channels:history,channels:read"
        leads = slack.client.conversations_history(channel=slack.sim.channel("leads").id)
        assert (await refused_with(leads))["needed"] == "groups:history"
