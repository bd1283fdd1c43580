"""A settler for a small chat platform: one message per approval, one per final answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from runtime.facts import Entry, envelope_of
from runtime.folds.view import project
from runtime.ids import Seq, SessionId
from runtime.journal import Posting
from runtime.ports import Journal
from runtime.testing.chat import Chat
from runtime.view import GateView, ThreadView


class Outbox(Protocol):
    """The memory of what was posted; `runtime.journal.Refs` is the durable one."""

    async def intend(self, session: SessionId, key: str) -> None: ...
    async def record(self, session: SessionId, key: str, ref: JsonValue) -> None: ...
    async def lookup(self, session: SessionId, key: str) -> Posting | None: ...


@dataclass(frozen=True, slots=True)
class ChatSettler:
    """Implements ports.Settler. Posting is not idempotent: the intent is on record before a post,
    and an intent without a reference is looked for before it is posted again."""

    journal: Journal
    outbox: Outbox
    chat: Chat

    async def settle(self, session: SessionId) -> Seq:
        """Raises ConnectionError; whoever settles again goes on where it was."""
        view = seen(session, await self.journal.read(session))
        for key, text in messages(view):
            await self._converge(session, key, text)
        return view.seq

    async def _converge(self, session: SessionId, key: str, text: str) -> None:
        posting = await self.outbox.lookup(session, key)
        if posting is None:
            await self.outbox.intend(session, key)
            await self._post(session, key, text)
        elif posting.ref is not None:
            await self._edit(session, key, posting.ref, text)
        elif (found := await self.chat.find(f"{session}/{key}")) is not None:
            # Its text may be an older one: nobody wrote down what was posted.
            await self._edit(session, key, [found, None], text)
        else:
            await self._post(session, key, text)

    async def _post(self, session: SessionId, key: str, text: str) -> None:
        message = await self.chat.post(f"{session}/{key}", text)
        await self.outbox.record(session, key, [message, text])

    async def _edit(self, session: SessionId, key: str, ref: JsonValue, text: str) -> None:
        assert isinstance(ref, list), "only `_post` and `_edit` write references"
        message, before = ref
        assert isinstance(message, int)
        if before != text:
            await self.chat.edit(message, text)
            await self.outbox.record(session, key, [message, text])


def seen(session: SessionId, entries: Iterable[Entry]) -> ThreadView:
    """The view after these entries, from the first on."""
    view = ThreadView(session)
    for envelope in filter(None, map(envelope_of, entries)):
        view = project(view, envelope)
    return view


def messages(view: ThreadView) -> Iterator[tuple[str, str]]:
    """Key and text of every message that the thread should have, in the order of their birth."""
    for run in view.runs:
        for gate in run.gates:
            yield f"gate:{gate.approval_id}", _gate(gate)
        for answer in run.answers:
            if answer.state == "final":
                yield f"answer:{run.run_id}:{answer.turn}", answer.text


def _gate(gate: GateView) -> str:
    names = ", ".join(actor.name or actor.id for actor in gate.actors)
    decided = f"{gate.decided or 'open'} {names}".strip()
    return f"{gate.operation}\n[{decided}]"
