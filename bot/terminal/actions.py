"""Carries what a person means into the session, and brings back what they must be told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import assert_never

from adapters.commands import BY_WORD
from bot.terminal.gates import in_force
from bot.terminal.lines import Line, line
from bot.terminal.parsing import Decide, Nonsense, Reply, Revoke, Say
from bot.terminal.session_client import SessionClient
from runtime.decide import inbox
from runtime.events import MessageReceived
from runtime.facts import Fact
from runtime.ids import Actor, Address, GrantId, Seq
from runtime.ports import Appended, Clock, Guard, Known, Refused
from runtime.view import ThreadView

CHANNEL = "terminal"


class Actions:
    """One person's way into one session. Who may do what is judged in the append, not here."""

    def __init__(self, router: SessionClient, address: Address, actor: Actor, clock: Clock) -> None:
        self._desk, self._address, self._actor, self._clock = router, address, actor, clock

    async def say(self, text: str) -> Seq:
        """Start a task, or steer the running one; where it stands on the record."""
        said = MessageReceived(
            actor=self._actor, text=text, channel=CHANNEL, message_id=uuid.uuid4().hex
        )
        answer = await self._desk.tell(self._address, (said,))
        assert isinstance(answer, Appended), "a fresh message id is never known or refused"
        return answer.entries[0].seq

    async def perform(
        self, meaning: Say | Decide | Reply | Revoke | Nonsense, view: ThreadView
    ) -> tuple[Line, ...]:
        """Lines only where something was refused: what was done comes back as an event."""
        match meaning:
            case Say(text=text):
                await self.say(text)
                return ()
            case Decide(gate=gate, approve=approve, duration=duration):
                now = self._clock.now()
                return await self._tell(
                    inbox.vote(
                        gate.approval_id, self._actor, approve=approve, duration=duration, now=now
                    )
                )
            case Reply(question=question, text=text):
                return await self._tell(inbox.answer(question.question_id, self._actor, text))
            case Revoke(number=number):
                return await self._revoke(number, view)
            case Nonsense(text=text):
                return (line((text, "warn")),)
            case _:
                assert_never(meaning)

    async def _revoke(self, number: int, view: ThreadView) -> tuple[Line, ...]:
        grants = in_force(view.grants, self._clock.now())
        if number not in grants:
            return (line((f"There is no permission {number}; /grants lists them.", "warn")),)
        return await self.take_back(grants[number].grant_id)

    async def take_back(self, grant: GrantId) -> tuple[Line, ...]:
        return await self._tell(inbox.revoke(grant, self._actor))

    async def stop(self) -> tuple[Line, ...]:
        return await self._tell(inbox.stop(self._actor, uuid.uuid4().hex)) or (
            line((BY_WORD["stop"].done, "warn"), (" Ctrl-C again leaves it.", "dim")),
        )

    async def pause(self) -> tuple[Line, ...]:
        return await self._tell(inbox.pause(self._actor))

    async def resume(self) -> tuple[Line, ...]:
        return await self._tell(inbox.resume(self._actor))

    async def _tell(self, guard: Guard | Sequence[Fact]) -> tuple[Line, ...]:
        match await self._desk.tell(self._address, guard):
            case Appended():
                return ()
            case Known():
                return (line(("You decided this already.", "warn")),)
            case Refused(text=text):
                return (line((text, "warn")),)
