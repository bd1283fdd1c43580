"""The router: what people do at any door becomes facts of the session it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import assert_never

from adapters import commands
from adapters.commands import Order
from adapters.open_threads import OpenThread
from adapters.ports.button import DETAILS, RETRY, ButtonToken
from adapters.ports.inbound import (
    Accepted,
    Attachment,
    Command,
    Deleted,
    Edited,
    Inbound,
    InfoReply,
    Mention,
    Press,
    Receipt,
    Refused,
    Reply,
)
from adapters.target import called, target
from bot import answers, changes, guards, replies
from bot.button_check import CHANGED, as_seen
from bot.chat.audience import ForUs, everything
from bot.chat.thread_history import ThreadHistory
from bot.retry import again, asked_for
from bot.verbs import verdict_of
from runtime import ports
from runtime.decide import inbox
from runtime.errors import ToolError
from runtime.events import FileRef, MessageReceived, Unread
from runtime.facts import Fact
from runtime.ids import Address, QuestionId, session_id
from runtime.ports import Clock, Guard, No, Sessions
from runtime.view import RunView, ThreadView

Said = Mention | Reply | Press | Command

Keep = Callable[[Address, Attachment], Awaitable[FileRef]]
"""Fetches a message's file from its platform and stores it. Raises ToolError, whose text is a
clause that says why it cannot be read."""

Before = Callable[[Mention], Awaitable[ThreadHistory]]
"""What the thread of a first call said before it. Never raises."""

_LOOKS = frozenset({"status", "grants", "revoke", "settings", "retry"})
"""Words whose meaning depends on what is shown."""
_NOTHING = Accepted(known=True, aside=True)
_STALE = "This button is of another version, or of something that is not here."


def unknown_settings(address: Address) -> InfoReply:
    """For programs that have none."""
    return InfoReply("Settings", "Nothing is set here beside what the program says.")


async def no_past(said: Mention) -> ThreadHistory:
    """For doors whose threads are all in the journal."""
    return ThreadHistory()


class InboundRouter:
    """Where inbound things are judged. Who may do what is decided in the append, by `inbox`."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        keep: Keep,
        before: Before = no_past,
        workbench: str = "",
        for_us: ForUs = everything,
        *,
        stops_deleted: bool = True,
        settings: Callable[[Address], InfoReply] = unknown_settings,
    ) -> None:
        """`workbench` is its public address; without one nothing leads there. `stops_deleted`: a
        task ends when the message that asked for it is deleted. `settings` are what holds in a
        place."""
        self._stops_deleted = stops_deleted
        self._workbench, self._settings = workbench, settings
        self._sessions, self._clock = sessions, clock
        self._keep, self._before, self._for_us = keep, before, for_us

    async def receive(self, inbound: Inbound) -> Receipt:
        """Returns when it is durable. Refusals are for the person who asked, and nobody else.
        Raises AetherError if it could not be written: then it must come again."""
        may = await verdict_of(self._sessions, inbound)
        return Refused(may.reason) if isinstance(may, No) else await self._receive(inbound)

    async def _receive(self, inbound: Inbound) -> Receipt:
        match inbound:
            case Mention() | Reply():
                return await self._hear(inbound)
            case Edited():
                return await self._edited(inbound)
            case Deleted():
                return await self._deleted(inbound)
            case Press(token=token):
                return await self._press(inbound, token)
            case Command(name="answer", text=text):
                question, _, words = text.partition(" ")
                guard = inbox.answer(QuestionId(question), inbound.actor, words)
                return await self._tell(inbound.address, guard)
            case Command(name=name, text=text):
                order = commands.command(name, text)
                if order is None:
                    known = f"There is {commands.LISTED}."
                    return Refused(f"There is no command {name!r}. {known}")
                return await self._obey(inbound, order)
            case _:
                assert_never(inbound)

    async def _edited(self, edited: Edited) -> Receipt:
        said = edited.said
        line = changes.line_of(await self._view(said.address), said)
        if changes.now_calls(said, line):
            return await self._hear(said, edited=line is not None)
        facts = changes.edited(edited, line)
        return replace(await self._tell(said.address, facts), aside=True) if facts else _NOTHING

    async def _deleted(self, gone: Deleted) -> Receipt:
        line = changes.line_of(await self._view(gone.address), gone)
        if line is None:
            return _NOTHING
        guard = changes.deleted(gone, line, stops=self._stops_deleted)
        return await self._tell(gone.address, guard)

    async def _hear(self, said: Mention | Reply, *, edited: bool = False) -> Receipt:
        """`edited`: it stands on the record, as it was before it called."""
        is_call = isinstance(said, Mention) and not said.direct
        past = ThreadHistory()
        if not (said.text.strip() or said.files or said.parts):
            past = await self._before(said) if isinstance(said, Mention) else past
            if not (is_call and past.said):
                return Refused("Say what to do.")
        order = None if said.files else commands.read(said.text)
        if order is not None and (receipt := await self._order(said, order)) is not None:
            return receipt
        if not is_call and not await self._for_us(said, await self._view(said.address)):
            return await self._overhear(said)
        message = _message(said, said.text, *await self._kept(said))
        message = message.model_copy(update={"edited": edited})
        if isinstance(said, Mention):
            past = past if past.said else await self._before(said)
            message = message.model_copy(update={**past.fields, "read_to": said.read_to})
        return await self._tell(said.address, answers.speak(message))

    async def _overhear(self, said: Mention | Reply) -> Receipt:
        """Talk among people: on the record, where it starts and steers nothing."""
        words = _message(said, said.text, *await self._kept(said))
        words = words.model_copy(update={"aside": True, "overheard": True})
        receipt = await self._tell(said.address, (words,))
        return replace(receipt, aside=True) if isinstance(receipt, Accepted) else receipt

    async def _kept(self, said: Mention | Reply) -> tuple[tuple[FileRef, ...], tuple[Unread, ...]]:
        """The files of a message, and those that cannot be read: the others and the words count."""
        files: list[FileRef] = []
        unread: list[Unread] = []
        for file in said.files:
            try:
                files.append(await self._keep(said.address, file))
            except ToolError as error:
                unread.append(Unread(name=file.name, why=str(error)))
        return tuple(files), tuple(unread)

    async def _order(self, said: Mention | Reply, order: Order) -> Receipt | None:
        """None where the words are said to the task after all: they are an option of an open
        question, or less than a sure order and there is nothing that they could be for."""
        word = order.spec.word
        if (elsewhere := await self._elsewhere(said, order)) is not None:
            return elsewhere
        if word in _LOOKS:
            run = (await self._view(said.address)).run
            live = run is not None and run.finished_at is None
            questions = [q for q in run.questions if not q.closed] if run else []
            if answers.is_option(said.text, questions) or not (order.sure or live):
                return None
        receipt = await self._obey(said, order)
        if isinstance(receipt, Refused) and not order.sure:
            return None
        done = "" if word == "retry" else order.spec.done
        return replace(receipt, done=done) if isinstance(receipt, Accepted) else receipt

    async def _elsewhere(self, said: Mention | Reply, order: Order) -> Receipt | None:
        """What is said beside all threads is about the one thread that it fits; None if it is about
        the place where it stands."""
        is_beside = said.address.thread in (said.message_id, said.address.channel)
        if not (isinstance(said, Mention) and is_beside and order.sure and order.spec.roams):
            return None
        run = (await self._view(said.address)).run
        if run is not None and run.finished_at is None and not order.code:
            return None
        now = self._clock.now()
        found = await target(self._sessions, now, said.address, order, said.actor)
        if not isinstance(found, OpenThread):
            return found if isinstance(found, InfoReply) else None
        word = order.spec.word
        command = Command(found.address, said.actor, said.message_id, word, order.rest)
        receipt = await self._obey(command, order)
        done = InfoReply(word.title(), f"{called(found)}: {order.spec.done}")
        return done if isinstance(receipt, Accepted) else receipt

    async def _obey(self, inbound: Said, order: Order) -> Receipt:
        """Words and buttons end at the same guards."""
        actor, address, word, rest = inbound.actor, inbound.address, order.spec.word, order.rest
        match word:
            case "stop":
                return await self._act(inbound, inbox.stop(actor, inbound.message_id))
            case "pause":
                return await self._act(inbound, inbox.pause(actor))
            case "resume":
                return await self._act(inbound, inbox.resume(actor))
            case "settings":
                return self._settings(address)
            case "aside":
                aside = _message(inbound, rest).model_copy(update={"aside": True})
                return await self._tell(address, (aside,))
            case _:
                return await self._look_first(inbound, word, rest)

    async def _look_first(self, inbound: Said, word: str, rest: str) -> Receipt:
        view, now = await self._view(inbound.address), self._clock.now()
        match word:
            case "revoke":
                grant = replies.named_grant(rest, view, now)
                return await self._act(inbound, inbox.revoke(grant, inbound.actor))
            case "retry":
                return await self._retry(inbound, view.run, view)
            case "grants":
                return replies.grants(view, now)
            case _:
                return replies.status(view, now)

    async def _press(self, press: Press, token: ButtonToken) -> Receipt:
        if token.choice == DETAILS:
            view, now = await self._view(press.address), self._clock.now()
            info = replies.of_token(view, token, now)
            link = f"{self._workbench}/s/{view.session_id}" if self._workbench else ""
            return replace(info, link=link) if info else Refused(_STALE)
        if token.choice == RETRY:
            view = await self._view(press.address)
            run = next((run for run in view.runs if run.run_id == token.id), None)
            return await self._retry(press, run, view)
        guard = guards.of_token(token, press.actor, press.message_id, self._clock.now())
        if guard is None:
            return Refused(_STALE)
        return await self._tell(press.address, guard if press.by_name else as_seen(token, guard))

    async def _retry(self, inbound: Said, run: RunView | None, view: ThreadView) -> Receipt:
        if run is None:
            return Refused("There is no task here that could be tried again.")
        message = _message(inbound, *asked_for(view, run))
        return await self._tell(inbound.address, again(run.run_id, message))

    async def _act(self, inbound: Said, guard: Guard) -> Receipt:
        """What is a message too stays in the thread, by its key: delivered or read again it does
        nothing, though "revoke 1" means another permission by then."""
        if not isinstance(inbound, Mention | Reply):
            return await self._tell(inbound.address, guard)
        words = _message(inbound, inbound.text)
        order = guards.heard(guard, words.model_copy(update={"aside": True}))
        return await self._tell(inbound.address, answers.unless_option(words, order))

    async def _view(self, address: Address) -> ThreadView:
        feed = await self._sessions.view(session_id(address))
        try:
            return feed.view
        finally:
            await feed.aclose()

    async def _tell(self, address: Address, facts: Sequence[Fact] | Guard) -> Receipt:
        answer = await self._sessions.tell(address, facts)
        if isinstance(answer, ports.Refused):
            return Refused(answer.text, outdated=answer == CHANGED)
        return Accepted(known=isinstance(answer, ports.Known))


def _message(
    inbound: Said,
    text: str,
    files: tuple[FileRef, ...] = (),
    unread: tuple[Unread, ...] = (),
) -> MessageReceived:
    channel = inbound.channel if isinstance(inbound, Mention | Reply) else "command"
    return MessageReceived(
        actor=inbound.actor,
        text=text,
        channel=channel,
        message_id=inbound.message_id,
        files=files,
        unread=unread,
        parts=inbound.parts if isinstance(inbound, Mention | Reply) else (),
    )
