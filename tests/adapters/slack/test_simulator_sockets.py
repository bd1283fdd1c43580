"""Socket Mode with the real client: delivery, repetition, lost and silent connections."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from slack_sim_state import Bench, HastyClock, Heard, connected, listening, new_app, ok, open_slack

from adapters.simulators.slack.faults import Swapped, Twice

Json = dict[str, Any]


class RawSocket:
    """A client that acknowledges only what it is told to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self) -> Json:
        return await asyncio.wait_for(self.socket.receive_json(), 60)

    async def acknowledge(self, envelope: Json) -> None:
        await self.socket.send_json({"envelope_id": envelope["envelope_id"]})


async def raw(slack: Bench, http: aiohttp.ClientSession) -> RawSocket:
    opened = await ok(slack.client.apps_connections_open(app_token=slack.sim.app_token))
    socket = RawSocket(await http.ws_connect(opened["url"]))
    assert (await socket.next())["type"] == "hello"
    return socket


async def test_a_mention_arrives_as_mention_and_as_message() -> None:
    heard = Heard()
    async with open_slack() as slack, connected(slack, listening(slack, heard)):
        said = await slack.sim.say("Ann", "general", "@Aether hello")
        await slack.sim.until(lambda: len(heard.events) == 2)
        mention, message = heard.of("app_mention")[0], heard.of("message")[0]
        assert mention["text"] == f"<@{slack.sim.team.bot.id}> hello"
        assert (mention["ts"], mention["channel"]) == (said.ts, said.channel)
        assert "channel_type" not in mention
        assert (message["channel_type"], message["ts"]) == ("channel", said.ts)
        assert len({body["event_id"] for body in heard.bodies}) == 2


async def test_events_of_every_kind() -> None:
    heard = Heard()
    async with open_slack() as slack, connected(slack, listening(slack, heard)):
        sim = slack.sim
        direct = await sim.say("Ann", "dm", "hi", files=[("a.txt", b"x")])
        await sim.react("Ann", direct.channel, direct.ts, "eyes")
        await sim.open_home("Ann")
        await sim.press_stop("Ann", direct.channel, direct.ts)
        await sim.invite("quiet")
        await sim.until(lambda: len(heard.events) == 5)
        assert heard.of("message")[0]["channel_type"] == "im"
        assert heard.of("message")[0]["files"][0]["name"] == "a.txt"
        assert heard.of("reaction_added")[0]["item"]["ts"] == direct.ts
        assert heard.of("app_home_opened")[0]["tab"] == "home"
        assert heard.of("agent_session_stopped")[0]["streaming_message_ts"] == []


async def test_an_app_answers_in_the_thread() -> None:
    async with open_slack() as slack:
        app = new_app(slack)

        @app.event("app_mention")
        async def answer(event: Json, say: Any) -> None:  # pyright: ignore[reportUnusedFunction]
            await say(text="here", thread_ts=event["ts"])

        async with connected(slack, app):
            said = await slack.sim.say("Ann", "general", "@aether hello")
            await slack.sim.until(lambda: len(slack.sim.thread("general", said.ts)) == 2)


async def test_an_event_without_acknowledgement_comes_again() -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        socket = await raw(slack, http)
        await slack.sim.say("Ann", "general", "hi")
        first = await socket.next()
        slack.clock.advance(3)
        second = await socket.next()
        assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
        assert second["retry_reason"] == "timeout"
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        await socket.acknowledge(second)
        await socket.socket.close()


async def test_an_event_is_given_up_after_three_repetitions() -> None:
    async with open_slack(clock=HastyClock()) as slack, aiohttp.ClientSession() as http:
        socket = await raw(slack, http)
        began = slack.clock.now()
        await slack.sim.say("Ann", "general", "hi")
        attempts = [(await socket.next())["retry_attempt"] for _ in range(4)]
        await slack.sim.until(lambda: len(slack.sim.delivery.lost) == 1)
        assert attempts == [0, 1, 2, 3]
        assert (slack.clock.now() - began).total_seconds() == 4 * 3 + 60 + 300
        await socket.socket.close()


async def test_several_sockets_share_the_events() -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        one, two = await raw(slack, http), await raw(slack, http)
        await slack.sim.say("Ann", "general", "first")
        await slack.sim.say("Ann", "general", "second")
        texts = {(await s.next())["payload"]["event"]["text"] for s in (one, two)}
        assert texts == {"first", "second"}
        await one.socket.close()
        await two.socket.close()


async def test_a_disconnect_frame_brings_the_client_back() -> None:
    heard = Heard()
    async with open_slack() as slack, connected(slack, listening(slack, heard)):
        before = slack.sim.sockets.connections[0]
        await slack.sim.ask_to_reconnect()
        await slack.sim.until(
            lambda: (
                bool(slack.sim.sockets.connections)
                and slack.sim.sockets.connections[-1] is not before
            )
        )
        await slack.sim.say("Ann", "general", "after")
        await slack.sim.until(lambda: len(heard.events) == 1)


async def test_dropped_sockets_lose_nothing_that_is_repeated() -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        socket = await raw(slack, http)
        await slack.sim.say("Ann", "general", "hi")
        event = await socket.next()
        slack.sim.drop_sockets()
        await slack.sim.until(lambda: not slack.sim.sockets.connections)
        again = await raw(slack, http)
        slack.clock.advance(3)
        repeated = await again.next()
        assert repeated["payload"]["event_id"] == event["payload"]["event_id"]
        await again.acknowledge(repeated)
        await again.socket.close()
        await socket.socket.close()


async def test_what_is_sent_while_a_socket_ends_comes_again_in_time() -> None:
    """As what is sent and not acknowledged: neither at once nor only after a minute."""
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        socket = await raw(slack, http)
        slack.sim.drop_sockets()
        await slack.sim.say("Ann", "general", "hi")
        await slack.sim.until(lambda: not slack.sim.sockets.connections)
        again = await raw(slack, http)
        slack.clock.advance(3)
        event = await again.next()
        assert event["retry_attempt"] == 1
        await again.acknowledge(event)
        await again.socket.close()
        await socket.socket.close()


async def test_a_deaf_socket_gets_nothing_and_answers_no_ping() -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        socket = await raw(slack, http)
        slack.sim.deafen()
        await slack.sim.say("Ann", "general", "hi")
        await socket.socket.ping()
        other = await raw(slack, http)
        slack.clock.advance(3)
        event = await other.next()
        assert event["retry_attempt"] == 1
        await other.acknowledge(event)
        assert not socket.socket.closed
        await socket.socket.close()
        await other.socket.close()


async def test_an_event_comes_twice_under_one_id() -> None:
    heard = Heard()
    async with open_slack() as slack, connected(slack, listening(slack, heard)):
        slack.sim.inject(Twice("message"))
        await slack.sim.say("Ann", "general", "one")
        await slack.sim.until(lambda: len(heard.events) == 2)
        assert len({body["event_id"] for body in heard.bodies}) == 1


async def test_events_change_places() -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        socket = await raw(slack, http)
        slack.sim.inject(Swapped("message"))
        for text in ("one", "two", "three"):
            await slack.sim.say("Ann", "general", text)
        texts = [(await socket.next())["payload"]["event"]["text"] for _ in range(3)]
        assert texts == ["two", "one", "three"]
        await socket.socket.close()


async def test_what_is_not_subscribed_is_not_heard() -> None:
    heard = Heard()
    async with open_slack() as slack, connected(slack, listening(slack, heard)):
        await slack.sim.say("Ann", "quiet", "@aether nobody hears")
        await slack.sim.say("Ann", "general", "heard")
        await slack.sim.until(lambda: len(heard.events) == 1)
        assert heard.events[0]["text"] == "heard"
