"""Buttons, signs and commands, over the real SDK: each reaches the router with the thread it is
about, and only the one who acted is told what came of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_router import UNAVAILABLE, SlackBench, slack_bench
from slack_stage import texts
from slack_strangers import STRANGERS, let_in

from adapters.ports.button import ButtonToken
from adapters.ports.cards import Button, Buttons, Card, CardKey, Urgency
from adapters.ports.inbound import Command, InfoReply, Press, Refused
from adapters.simulators.slack.faults import Refused as Refusing
from adapters.simulators.slack.message import Message
from adapters.slack.inbound.admission import REFUSAL
from adapters.slack.installations.web import client, write
from adapters.slack.render.card import render
from runtime.ids import Address

STOP = ButtonToken("run", "r.1", "stop")
DETAILS = ButtonToken("run", "r.1", "details")


async def thread_with_card(bench: SlackBench) -> tuple[Message, str]:
    """A root by Ann, and the time stamp of a card of ours in its thread."""
    root = await bench.slack.say("ann", "general", "@aether hello")
    await bench.settled()
    bench.router.got.clear()
    row = Buttons((Button("Stop", STOP), Button("Details", DETAILS)))
    blocks = render(Card(CardKey("run:1"), Urgency.RECORD, "live", (row,))).blocks
    web = client(bench.slack.base_url, bench.slack.bot_token)
    said: dict[str, Any] = {"channel": root.channel, "thread_ts": root.ts, "text": "a card"}
    posted = await write(web, "chat.postMessage", **said, blocks=list(blocks))
    return root, str(posted["ts"])


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_press_names_thread_person_and_button(tmp_path: Path, http: bool) -> None:
    async with slack_bench(tmp_path, http=http) as bench:
        await bench.connected()
        root, card = await thread_with_card(bench)
        answer = await bench.slack.click("bob", "general", card, "press:0")
        assert answer.acknowledged
        (press,) = bench.router.got
        assert isinstance(press, Press)
        assert press.token == STOP
        assert press.address == Address(
            platform="slack", team=bench.slack.team.id, channel=root.channel, thread=root.ts
        )
        # The roles are the handles of Bob's user groups.
        assert (press.actor.name, press.actor.roles) == ("Bob", ("reviewers",))


async def test_a_double_click_is_two_presses_of_one_button(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        _, card = await thread_with_card(bench)
        for _ in range(2):
            await bench.slack.click("ann", "general", card, "press:0")
        first, second = bench.router.got
        assert isinstance(first, Press)
        assert isinstance(second, Press)
        assert first.token == second.token
        assert first.message_id != second.message_id


async def test_a_refused_click_is_told_to_the_stranger_alone(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root, card = await thread_with_card(bench)
        bench.router.answers = [Refused("You cannot decide this. It is for Ann.")]
        assert (await bench.slack.click("cy", "general", card, "press:0")).acknowledged
        await bench.until(lambda: bench.slack.ephemerals("cy"))
        (told,) = bench.slack.ephemerals("cy")
        assert (told.text, told.thread_ts) == ("You cannot decide this. It is for Ann.", root.ts)
        assert bench.slack.ephemerals("ann") == []


@pytest.mark.parametrize("who", STRANGERS)
async def test_who_does_not_belong_here_presses_nothing(tmp_path: Path, who: str) -> None:
    async with slack_bench(tmp_path, prepare=let_in) as bench:
        await bench.connected()
        _, card = await thread_with_card(bench)
        assert (await bench.slack.click(who, "general", card, "press:0")).acknowledged
        await bench.until(lambda: bench.slack.ephemerals(who))
        (told,) = bench.slack.ephemerals(who)
        assert (told.text, bench.router.got) == (REFUSAL, [])


async def test_details_open_as_a_modal(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        _, card = await thread_with_card(bench)
        title = "A task with a title that is too long for a modal"
        body = "3 of 4 steps\n- shell `ls <!here>` 1.2 s\n**strong** & <b>\n" + "x" * 9_000
        bench.router.answers = [InfoReply(title, body)]
        await bench.slack.click("ann", "general", card, "press:1")
        await bench.until(lambda: bench.slack.views("ann"))
        (view,) = bench.slack.views("ann")
        read = list(texts(view.source))
        assert view.source["title"]["text"] == "Details"
        assert title in read
        assert {"ls <!here>", "strong"} <= set(read)
        assert any("• shell" in words for words in read)
        assert "".join(read).count("x") == 9_000


async def test_a_command_is_read_letter_by_letter(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        _, card = await thread_with_card(bench)
        command = "rm `x` *y* <!here>\n" * 200
        bench.router.answers = [InfoReply("shell", "Why: it deletes", command + "\u202e")]
        await bench.slack.click("ann", "general", card, "press:1")
        await bench.until(lambda: bench.slack.views("ann"))
        (view,) = bench.slack.views("ann")
        drawn = [part for block in view.source["blocks"] for part in block["elements"]]
        exact = [part for part in drawn if part["type"] == "rich_text_preformatted"]
        assert "".join(texts(exact)) == command + r"\u202e"


async def test_a_press_that_could_not_be_written_is_not_acknowledged(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, http=True) as bench:
        await bench.connected()
        _, card = await thread_with_card(bench)
        bench.router.answers = [UNAVAILABLE]
        assert not (await bench.slack.click("ann", "general", card, "press:0")).acknowledged
        assert (await bench.slack.click("ann", "general", card, "press:0")).acknowledged
        assert len(bench.router.got) == 1


@pytest.mark.parametrize("on_card", [True, False], ids=["card", "root"])
async def test_a_stop_sign_stops(tmp_path: Path, on_card: bool) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root, card = await thread_with_card(bench)
        await bench.slack.react("bob", "general", card if on_card else root.ts, "octagonal_sign")
        (stop,) = await bench.got(1)
        assert isinstance(stop, Command)
        assert (stop.name, stop.actor.name, stop.address.thread) == ("stop", "Bob", root.ts)


async def test_other_signs_and_signs_elsewhere_stop_nothing(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root, card = await thread_with_card(bench)
        reply = await bench.slack.say("bob", "general", "fine", thread_ts=root.ts)
        other = await bench.slack.say("bob", "general", "lunch?")
        await bench.slack.react("bob", "general", card, "heart")
        await bench.slack.react("bob", "general", reply.ts, "octagonal_sign")
        await bench.slack.react("bob", "general", other.ts, "octagonal_sign")
        assert [said.message_id for said in await bench.settled()] == [reply.ts]


async def test_a_stop_sign_that_cannot_be_placed_is_asked_about_once(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, http=True) as bench:
        await bench.connected()
        _, card = await thread_with_card(bench)
        bench.slack.inject(Refusing("conversations.replies", "thread_not_found"))
        await bench.slack.react("bob", "general", card, "octagonal_sign")
        await bench.until(lambda: bench.slack.calls.of("conversations.replies"))
        assert await bench.settled(0) == []
        assert len(bench.slack.calls.of("conversations.replies")) == 1


async def test_slacks_own_button_stops(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root, _ = await thread_with_card(bench)
        await bench.slack.press_stop("ann", "general", root.ts)
        (stop,) = await bench.got(1)
        assert isinstance(stop, Command)
        assert (stop.name, stop.address.thread) == ("stop", root.ts)


async def test_the_command_helps_and_says_when_nothing_is_open(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        helped = await bench.slack.slash("ann", "general", "/aether", "help")
        nothing = await bench.slack.slash("ann", "general", "/aether", "stop")
        assert helped.payload["response_type"] == "ephemeral"
        assert "mention me" in helped.payload["text"]
        assert nothing.payload["text"] == "Nothing is running in this channel."
        assert bench.router.got == []


async def test_settings_are_those_of_the_channel_whatever_runs_there(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.router.answers.append(InfoReply("Settings", "`mode`: `ask` (aether.yaml line 3)"))
        shown = await bench.slack.slash("ann", "general", "/aether", "settings")
        (asked,) = await bench.got(1)
        assert isinstance(asked, Command)
        assert (asked.name, asked.address.thread) == ("settings", "")
        assert asked.address.channel.startswith("C")
        assert shown.payload["response_type"] == "ephemeral"
        assert "aether.yaml line 3" in str(shown.payload)


async def test_a_person_whose_name_and_groups_are_hidden_is_an_id(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, change=lambda s: replace(s, allow_guests=True)) as bench:
        await bench.connected()
        bench.slack.limit_scopes("app_mentions:read", "chat:write", "im:history")
        await bench.slack.say("bob", "general", "@aether hello")
        (heard,) = await bench.settled()
        assert (heard.actor.name, heard.actor.roles) == ("", ())
