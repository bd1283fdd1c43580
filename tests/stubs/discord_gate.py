"""An approval in a thread on the local Discord, and the gestures around it."""

from __future__ import annotations

from discord_router import Stage

from adapters.discord.button_ids import encode, pick
from adapters.ports.button import ButtonToken, approve, deny
from adapters.simulators.discord import messages
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.interaction import Answer, Interaction
from adapters.simulators.discord.message import Body, Message
from adapters.simulators.discord.payload import Json
from runtime.approvals import Duration
from runtime.ids import Address, ApprovalId, session_id


def gate_of(address: Address) -> ApprovalId:
    return ApprovalId(f"{session_id(address)}.1.t1.0.a1")


def place(on: Stage, thread: Channel) -> Address:
    parent = thread.parent
    assert parent
    return Address(
        platform="discord",
        team=str(on.discord.guild.id),
        channel=str(parent.id),
        thread=str(thread.id),
    )


def card(on: Stage, where: Channel, *tokens: ButtonToken) -> Message:
    """A message of ours with a button for each token, and a choice of all of them."""
    buttons: list[Json] = [
        {"type": 2, "style": 1, "label": "x", "custom_id": encode(token), "id": 10 + number}
        for number, token in enumerate(tokens)
    ]
    options: list[Json] = [{"label": "x", "value": encode(token)} for token in tokens]
    select: Json = {
        "type": 3, "custom_id": pick(0), "options": [*options], "id": 9,
        "min_values": 1, "max_values": 1,
    }  # fmt: skip
    rows: tuple[Json, ...] = (
        {"type": 1, "id": 1, "components": [*buttons]},
        {"type": 1, "id": 2, "components": [select]},
    )
    return messages.post(on.discord.world, where, on.discord.bot, Body("May I?", components=rows))


async def gate(on: Stage) -> tuple[Message, ButtonToken, ButtonToken]:
    """A thread of ours, with an approval in it."""
    thread = await on.thread()
    opened = gate_of(place(on, thread))
    yes, no = approve(opened, Duration.HOUR), deny(opened)
    return card(on, thread, yes, no), yes, no


async def answered(on: Stage, interaction: Interaction) -> Answer:
    answer = await on.discord.until(lambda: interaction.answer)
    assert answer
    return answer


def notices(on: Stage) -> list[str]:
    """What only Ann sees."""
    return [message.content for message in on.discord.ephemerals(on.ann)]


def refused_answers(on: Stage) -> list[int]:
    """Codes of the answers that Discord did not take."""
    answers = [call for call in on.discord.calls if call.route.endswith("/callback")]
    return [call.code for call in answers if call.code]
