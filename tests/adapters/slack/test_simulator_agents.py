"""Sessions and status lines of an agent."""

from __future__ import annotations

from slack_sim_state import ok, open_slack, refusal

from adapters.simulators.slack.registration import EVENTS, Registration


async def test_a_session_has_a_state_that_reads_back() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "go")
        at = {"channel_id": root.channel, "thread_ts": root.ts}
        await slack.call("agents.sessions.setStatus", **at, status="processing", title="Go")
        read = await slack.call("conversations.replies", channel=root.channel, ts=root.ts)
        session = read["messages"][0]["agent_session"]
        assert session["status"] == "processing"
        assert session["agent_statuses"][0]["is_stoppable"]
        await slack.call("agents.sessions.rename", **at, title="Gone")
        assert slack.sim.session("general", root.ts).title == "Gone"
        slack.clock.advance(3600)
        assert slack.sim.session("general", root.ts).state == "active"


async def test_what_a_session_refuses() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "go")
        at = {"channel_id": root.channel, "thread_ts": root.ts}
        method = "agents.sessions.setStatus"
        assert await slack.refused(method, **at, status="busy") == "invalid_status"
        assert await slack.refused(method, channel_id=root.channel, status="active") == (
            "thread_ts_required"
        )
        assert await slack.refused("agents.sessions.rename", **at, title="x") == (
            "session_not_found"
        )


async def test_an_app_that_is_no_agent_has_no_sessions() -> None:
    async with open_slack(registration=Registration(is_agent=False)) as slack:
        at = {"channel_id": slack.general, "thread_ts": "1.1", "status": "active"}
        assert await slack.refused("agents.sessions.setStatus", **at) == "not_authorized"


async def test_without_its_event_there_is_no_stop_button() -> None:
    events = EVENTS - {"agent_session_stopped"}
    async with open_slack(registration=Registration(events=events)) as slack:
        root = await slack.sim.say("Ann", "general", "go")
        at = {"channel_id": root.channel, "thread_ts": root.ts}
        answer = await slack.call("agents.sessions.setStatus", **at, status="processing")
        assert answer["warning"] == "missing_agent_session_stopped_event_subscription"


async def test_a_status_line_goes_with_a_message_or_after_two_minutes() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "go")
        at = {"channel_id": root.channel, "thread_ts": root.ts}
        client = slack.client
        await ok(client.assistant_threads_setStatus(**at, status="reads"))
        assert slack.sim.session("general", root.ts).said == "reads"
        slack.clock.advance(120)
        assert slack.sim.session("general", root.ts).said == ""
        await ok(client.assistant_threads_setStatus(**at, status="reads"))
        await slack.post("done", thread_ts=root.ts)
        assert slack.sim.session("general", root.ts).said == ""
        wrong = client.assistant_threads_setStatus(
            channel_id=root.channel, thread_ts="1.1", status="x"
        )
        assert await refusal(wrong) == "invalid_thread_ts"


async def test_titles_and_prompts_belong_to_direct_messages() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "dm", "go")
        at = {"channel_id": root.channel, "thread_ts": root.ts}
        prompts = [{"title": "Help", "message": "What can you do?"}]
        await ok(slack.client.assistant_threads_setTitle(**at, title="Go"))
        await ok(slack.client.assistant_threads_setSuggestedPrompts(**at, prompts=prompts))
        session = slack.sim.session(root.channel, root.ts)
        assert (session.title, session.prompts) == ("Go", (("Help", "What can you do?"),))
