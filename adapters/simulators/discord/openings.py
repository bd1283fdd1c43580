"""How a thread begins: the lines that Discord itself writes about it."""

from __future__ import annotations

from adapters.simulators.discord import messages, threads
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Body, Message, MessageKind, Quote
from adapters.simulators.discord.messages import Envelope
from adapters.simulators.discord.people import User
from adapters.simulators.discord.state import State
from adapters.simulators.discord.threads import Plan


def open_on(world: State, starter: Message, owner: User, plan: Plan) -> Channel:
    """A thread on a message; its first line quotes it."""
    thread = threads.open_thread(world, starter.channel, owner, plan, starter)
    starter.thread = thread
    messages.refresh(world, starter)
    quote = Quote(starter.channel.id, starter.id)
    messages.post(world, thread, owner, Body(), Envelope(MessageKind.THREAD_STARTER, reply=quote))
    return thread


def announce(world: State, thread: Channel) -> None:
    """A public thread without a message is made known in its channel."""
    if thread.parent and thread.thread:
        owner = thread.thread.owner
        envelope = Envelope(MessageKind.THREAD_CREATED, reply=Quote(thread.id, thread.id))
        messages.post(world, thread.parent, owner, Body(thread.name), envelope)
