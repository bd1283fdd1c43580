"""What people do. None of it waits: the application hears of it through the gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.simulators.discord import commanding, controls, directs, messages, openings, threads
from adapters.simulators.discord.asking import ask
from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.channel import Channel, Kind
from adapters.simulators.discord.commanding import Option
from adapters.simulators.discord.controls import Impossible
from adapters.simulators.discord.filling import Filled, filled
from adapters.simulators.discord.interaction import Ask, Interaction
from adapters.simulators.discord.message import Body, Message, MessageKind, Quote
from adapters.simulators.discord.messages import Envelope
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import sees
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.rules.files import take
from adapters.simulators.discord.rules.mentions import EVERYTHING, mentions
from adapters.simulators.discord.rules.speech import may_speak
from adapters.simulators.discord.state import State
from adapters.simulators.discord.threads import Plan


@dataclass(slots=True, eq=False)
class Acts:
    """Each raises Impossible where the client of that person would not offer it."""

    world: State

    def say(
        self,
        user: User,
        channel: Channel,
        content: str,
        files: Sequence[Sent] = (),
        reply_to: Message | None = None,
        ping: bool = True,
    ) -> Message:
        """Write a message; `ping` False answers without waking the author of the other one."""
        try:
            may_speak(self.world, channel, user)
        except Refusal as no:
            raise Impossible(f"{user.name} cannot write in {channel.name!r}: {no.text}") from None
        allowed = replace(EVERYTHING, replied=ping)
        named = mentions(channel, user, [content], allowed, reply_to)
        kept = tuple(take(self.world, channel, sent) for sent in files)
        kind = MessageKind.REPLY if reply_to else MessageKind.DEFAULT
        quote = Quote(reply_to.channel.id, reply_to.id) if reply_to else None
        body = Body(content, attachments=kept, mentions=named)
        return messages.post(self.world, channel, user, body, Envelope(kind, reply=quote))

    def edit(self, user: User, message: Message, content: str) -> None:
        if message.author is not user:
            raise Impossible(f"{user.name} did not write message {message.id}")
        named = mentions(message.channel, user, [content])
        messages.edit(self.world, message, replace(message.body, content=content, mentions=named))

    def delete(self, message: Message) -> None:
        """By somebody who may; a notice is dismissed by its reader."""
        messages.delete(self.world, message)

    def react(self, user: User, message: Message, emoji: str) -> None:
        messages.react(self.world, message, user, emoji)

    def unreact(self, user: User, message: Message, emoji: str) -> None:
        messages.unreact(self.world, message, user, emoji)

    def type(self, user: User, channel: Channel) -> None:
        messages.type_in(self.world, channel, user)

    def click(
        self, user: User, message: Message, custom_id: str, values: Sequence[str] = ()
    ) -> Interaction:
        """Press a button, or pick `values` of a select."""
        if message.only_for not in (None, user) or not sees(message.channel, user):
            raise Impossible(f"{user.name} does not see message {message.id}")
        data = controls.pressed(self.world, message, custom_id, values)
        return ask(self.world, Ask.COMPONENT, user, message.channel, data, message)

    def submit(self, user: User, modal: Interaction, values: Mapping[str, Filled]) -> Interaction:
        """Send a modal that was opened for this person, filled in by custom_id."""
        if modal.user is not user:
            raise Impossible(f"the modal was not opened for {user.name}")
        data = filled(self.world, modal, values)
        modal.submitted = True
        return ask(self.world, Ask.MODAL_SUBMIT, user, modal.channel, data, modal.message)

    def dismiss(self, modal: Interaction) -> None:
        """Close a modal without sending it. The application does not hear of that."""
        modal.submitted = True
        self.world.notify()

    def slash(
        self, user: User, channel: Channel, name: str, options: Mapping[str, Option] | None = None
    ) -> Interaction:
        """Use a slash command: `name` with its group and subcommand, if it has any."""
        data = commanding.slashed(self.world, user, channel, name, options or {})
        return ask(self.world, Ask.COMMAND, user, channel, data)

    def menu(self, user: User, message: Message, name: str) -> Interaction:
        """Use a command of the message's menu."""
        data = commanding.menu(self.world, user, message, name)
        return ask(self.world, Ask.COMMAND, user, message.channel, data)

    def open_thread(self, user: User, message: Message, name: str) -> Channel:
        if message.thread or message.channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
            raise Impossible(f"message {message.id} cannot have another thread")
        announces = message.channel.kind is Kind.ANNOUNCEMENT
        kind = Kind.ANNOUNCEMENT_THREAD if announces else Kind.PUBLIC_THREAD
        return openings.open_on(self.world, message, user, Plan(name, kind))

    def post_in_forum(self, user: User, forum: Channel, name: str, content: str) -> Channel:
        """A post: a thread whose first message has its id."""
        thread = threads.open_thread(self.world, forum, user, Plan(name, Kind.PUBLIC_THREAD))
        named = mentions(thread, user, [content])
        body = Body(content, mentions=named)
        messages.post(self.world, thread, user, body, Envelope(number=thread.id))
        return thread

    def private_thread(self, user: User, parent: Channel, name: str) -> Channel:
        return threads.open_thread(self.world, parent, user, Plan(name, Kind.PRIVATE_THREAD))

    def invite(self, thread: Channel, user: User) -> None:
        """Add somebody to a thread."""
        threads.join(self.world, thread, user)

    def archive(self, thread: Channel, archived: bool = True) -> None:
        threads.archive(self.world, thread, archived)

    def lock(self, thread: Channel, locked: bool = True) -> None:
        assert thread.thread
        thread.thread.locked = locked
        threads.changed(self.world, thread)

    def remove(self, channel: Channel) -> None:
        """Delete a channel or a thread."""
        threads.remove(self.world, channel)

    def direct(self, user: User) -> Channel:
        """This person's direct messages with the bot."""
        return directs.direct(self.world, user)
