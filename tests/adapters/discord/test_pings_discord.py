"""Nobody is woken but the person who must act, whatever a text says: on the first sending and on
every edit, in a server where the bot may mention everybody."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from discord_gate import gate
from discord_router import Stage, stage
from discord_thread import Scene, scene

from adapters.discord.button_ids import encode
from adapters.ports.button import on_run
from adapters.ports.cards import (
    Asked,
    Block,
    Button,
    Buttons,
    Card,
    CardKey,
    Choice,
    Decision,
    Failed,
    GateFacts,
    Heading,
    Note,
    Operation,
    Prose,
    Running,
    Status,
    StepRow,
    Steps,
    Thinking,
    Urgency,
    WorkerRow,
    Workers,
)
from adapters.ports.inbound import InfoReply, Refused
from adapters.ports.surface import Upload
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.permissions import Right
from adapters.simulators.discord.simulator import DiscordSimulator
from adapters.testing.contract import RUN
from runtime.approvals import Risk
from runtime.events import Phase
from runtime.ids import Actor
from runtime.plan import StepStatus
from runtime.testing.clock import START


def hostile(discord: DiscordSimulator) -> str:
    """Every way to call: all, those who are there, two people, a role, the bot itself."""
    ann, ben = discord.person("Ann"), discord.person("Ben")
    role = next(role for role in discord.guild.roles.values() if role.name == "team")
    people = f"{ann.mention} <@!{ben.id}> {role.mention} {discord.bot_role.mention}"
    return f"@everyone @here {people} `@everyone` \\\\@everyone"


def loud(discord: DiscordSimulator) -> None:
    discord.grant(Right.MENTION_EVERYONE)
    discord.add_role("team", discord.person("Ben"), mentionable=True)


def cards(text: str, person: str) -> dict[str, tuple[Card, set[str]]]:
    """Each kind of card with the text in every place for one, and whom it may call."""
    actor, button = Actor(id=person, name=text), Button(text, on_run(RUN, "stop"))
    facts = GateFacts(text, Risk.HIGH, text, f"{person} or {text}", START)
    decided = replace(facts, decision=Decision("approved", (actor,), START))
    asks: tuple[Block, ...] = (Buttons((button,)), Choice(text, (button,)))
    work: tuple[Block, ...] = (
        Heading(text, Phase.THINKING),
        Steps((StepRow(1, text, StepStatus.ACTIVE, text, (text,)),), 0, 1),
        Running(text, text, Risk.LOW, (text,)),
        Failed(text, text, text, text),
        Thinking((text,), None),
        Workers((WorkerRow(text, None, text),), 1),
        Note("error", text),
        Status(1.0, 1, 0.1, 1, text, text),
    )
    called, nobody = {person}, set[str]()
    return {
        "gate": (_card((facts, Operation(text), *asks), called), called),
        "decision": (_card((decided, Operation(text)), nobody), nobody),
        "question": (_card((Asked(text, open=True), *asks), called), called),
        "answered": (_card((Asked(text, open=False, answer=text, by=actor),), nobody), nobody),
        "run": (_card(work, nobody), nobody),
        "answer": (_card((Prose(text, text),), nobody), nobody),
    }


def _card(blocks: tuple[Block, ...], called: set[str]) -> Card:
    return Card(CardKey("a"), Urgency.ACT, "live", blocks, notify=tuple(called))


@asynccontextmanager
async def thread() -> AsyncGenerator[Scene]:
    async with scene() as there:
        loud(there.twin)
        yield there


def written(discord: DiscordSimulator) -> list[Json]:
    """The bodies of all messages that were sent or edited."""
    parts = ("/messages", "/messages/{message_id}", "/callback")
    bodies = [c.body for c in discord.calls if c.method != "GET" and c.route.endswith(parts)]
    return [body for body in bodies if isinstance(body, dict)]


@pytest.mark.parametrize("kind", ["gate", "decision", "question", "answered", "run", "answer"])
async def test_a_card_wakes_who_must_act_and_nobody_else(kind: str) -> None:
    async with thread() as there:
        place, text = await there.place(), hostile(there.twin)
        card, called = cards(text, str(there.ann.id))[kind]
        ref = await there.surface.post(place, card)
        longer, _ = cards(f"{text} again", str(there.ann.id))[kind]
        await there.surface.edit(ref, longer)
        message = there.message(ref)
        assert len(message.versions) == 2
        assert message.pinged == {int(person) for person in called}
        _names_nobody_else(message, called)
        # The last line of defence: what the server is told counts, however texts are escaped.
        for body in written(there.twin):
            assert body["allowed_mentions"] == {"parse": [], "users": [*map(int, called)]} or (
                not called and body["allowed_mentions"] == {"parse": []}
            )


def _names_nobody_else(message: Message, called: set[str]) -> None:
    for version in message.versions:
        named = version.body.mentions
        assert not named.everyone
        assert not named.roles
        assert {str(user.id) for user in named.users} == called


@pytest.mark.parametrize("media", ["image/png", "text/plain"])
async def test_a_file_wakes_nobody(media: str) -> None:
    async with thread() as there:
        upload = Upload(hostile(there.twin), media, b"x")
        ref = await there.surface.attach(await there.place(), CardKey("file:1"), upload)
        assert there.message(ref).pinged == frozenset()
        assert [body["allowed_mentions"] for body in written(there.twin)] == [{"parse": []}]


@pytest.mark.parametrize("kind", ["refusal", "sheet"])
@pytest.mark.parametrize("way", ["message", "button", "command", "ask"])
async def test_what_somebody_is_told_wakes_nobody(way: str, kind: str) -> None:
    async with stage() as on:
        loud(on.discord)
        message, yes, _ = await gate(on)
        text = hostile(on.discord)
        on.router.answers.append(Refused(text) if kind == "refusal" else InfoReply(text, text))
        before = len(on.discord.calls)
        match way:
            case "message":
                on.call("status", message.channel)
            case "button":
                on.discord.click(on.ann, message, encode(yes))
            case "command":
                on.discord.slash(on.ann, message.channel, "status")
            case _:
                on.discord.slash(on.ann, message.channel, "ask", {"text": text})
        await on.discord.until(lambda: _told(on, before))
        woken = [m.pinged for m in (*on.discord.said(message.channel), *_notices(on))]
        assert woken == [frozenset()] * len(woken)


def _told(on: Stage, before: int) -> bool:
    fresh = on.discord.calls[before:]
    return any(call.route.endswith(("/callback", "/messages")) for call in fresh)


def _notices(on: Stage) -> list[Message]:
    return on.discord.ephemerals(on.ann)
