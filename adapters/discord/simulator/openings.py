"""How a thread begins: the lines that Discord itself writes about it."""

from __future__ import annotations

from adapters.discord.simulator import talk, threads
from adapters.discord.simulator.channel import Channel
from adapters.discord.simulator.message import Body, Message, MessageKind, Quote
from adapters.discord.simulator.people import User
from adapters.discord.simulator.talk import Envelope
from adapters.discord.simulator.threads import Plan
from adapters.discord.simulator.world import World


def open_on(world: World, starter: Message, owner: User, plan: Plan) -> Channel:
    """A thread on a message; its first line quotes it."""
    thread = threads.open_thread(world, starter.channel, owner, plan, starter)
    starter.thread = thread
    talk.refresh(world, starter)
    quote = Quote(starter.channel.id, starter.id)
    talk.post(world, thread, owner, Body(), Envelope(MessageKind.THREAD_STARTER, reply=quote))
    return thread


def announce(world: World, thread: Channel) -> None:
    """A public thread without a message is made known in its channel."""
    if thread.parent and thread.thread:
        owner = thread.thread.owner
        envelope = Envelope(MessageKind.THREAD_CREATED, reply=Quote(thread.id, thread.id))
        talk.post(world, thread.parent, owner, Body(thread.name), envelope)
