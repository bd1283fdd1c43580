"""A person at a terminal and one session: shows what happens, passes on what is typed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import aclosing

from bot.terminal.actions import Actions
from bot.terminal.gates import (
    CONFIRM,
    grant_lines,
    in_force,
    open_gates,
    open_lines,
    open_questions,
    second_step,
)
from bot.terminal.help import HELP, status_lines
from bot.terminal.keyboard import END, HANGUP, Key, Terminal
from bot.terminal.lines import Item, Line, line
from bot.terminal.live import live
from bot.terminal.parsing import Command, Confirm, Decide, Reply, is_decision, understand
from bot.terminal.report import report
from bot.terminal.session_client import SessionClient
from runtime.events import (
    ApprovalRequired,
    Envelope,
    FileCreated,
    Outcome,
    Phase,
    RunStarted,
    StateChange,
)
from runtime.folds.view import project
from runtime.ids import NO_SEQ, Actor, Address, Seq, session_id
from runtime.ports import Clock
from runtime.view import ThreadView

_LOOK = 0.25  # seconds between two looks whether the session is idle
LEFT = 130
NOBODY = 1
EXIT = {Outcome.DONE: 0, Outcome.FAILED: 1, Outcome.CANCELLED: 130, None: 0}

_Happened = Envelope | Key | None
"""None: time to look."""


class Client:
    """Follows a session until it is idle or the person leaves. Holds only what is on the screen."""

    def __init__(
        self,
        router: SessionClient,
        terminal: Terminal,
        address: Address,
        actor: Actor,
        clock: Clock,
        actions: Actions | None = None,
    ) -> None:
        self._desk, self._desktop, self._clock = router, terminal, clock
        self._session = session_id(address)
        self._actions = actions or Actions(router, address, actor, clock)
        self._view = ThreadView(self._session)
        self._quiet = NO_SEQ  # what stands up to here was on the screen some other day
        self._paused = self._stopping = self._deaf = False
        self._happened = asyncio.Queue[_Happened]()
        self._held = deque[str]()  # decisions that were piped in before anything was asked
        self._unconfirmed: Decide | None = None  # waits for its second step
        self._sent = set[str]()  # gates and questions that we answered

    async def run(self, task: str | None) -> int:
        """The exit code: 0 done, 1 failed or nobody there to decide, 130 stopped or left."""
        if task:
            self._quiet = Seq(await self._actions.say(task) - 1)
        self._paused = (await self._desk.standing(self._session)).paused
        async with asyncio.TaskGroup() as tasks:
            pumps = [
                tasks.create_task(pump) for pump in (self._events(), self._keys(), self._looks())
            ]
            code = None
            while code is None:
                code = await self._take(await self._happened.get())
            for pump in pumps:
                pump.cancel()
        return code

    def press(self, key: Key) -> None:
        """A key that came as a signal."""
        self._happened.put_nowait(key)

    async def _events(self) -> None:
        async with aclosing(self._desk.events(self._session)) as events:
            async for envelope in events:
                self._happened.put_nowait(envelope)

    async def _keys(self) -> None:
        async with aclosing(self._desktop.keys(self._below)) as keys:
            async for key in keys:
                self._happened.put_nowait(key)

    async def _looks(self) -> None:
        while True:
            await self._clock.sleep(_LOOK)
            self._happened.put_nowait(None)

    async def _take(self, what: _Happened) -> int | None:
        """An exit code when it is over."""
        code = None
        if isinstance(what, Envelope):
            code = await self._event(what)
        elif isinstance(what, str):
            code = await self._typed(what)
        elif what is not None:
            code = await self._key(what)
        return code if code is not None else await self._over()

    async def _event(self, envelope: Envelope) -> int | None:
        before, self._view = self._view, project(self._view, envelope)
        if envelope.seq > self._quiet:
            if before.seq <= self._quiet:
                await self._show(*open_lines(before.run, self._clock.now()))
            await self._show(*report(before, envelope))
        match envelope.event:
            case StateChange(after=phase):
                self._paused = phase is Phase.PAUSED and not self._asked()
            case RunStarted():
                self._stopping = False
            case FileCreated(file=file) if envelope.seq > self._quiet:
                path = await self._desk.save(self._session, file)
                await self._show(line(("  saved as ", "dim"), str(path)))
            case ApprovalRequired() if self._held:
                return await self._typed(self._held.popleft())
            case _:
                pass
        return None

    async def _typed(self, text: str) -> int | None:
        if not self._desktop.interactive and is_decision(text) and not open_gates(self._view.run):
            self._held.append(text)
            return None
        meaning = understand(text, self._view, paused=self._paused)
        if meaning is None:
            return None
        if isinstance(meaning, Command):
            return await self._command(meaning.name)
        confirmed, self._unconfirmed = self._unconfirmed, None
        if isinstance(meaning, Confirm):
            if confirmed is None or confirmed.gate not in open_gates(self._view.run):
                await self._show(line("There is nothing to confirm."))
                return None
            meaning = confirmed
        elif isinstance(meaning, Decide) and meaning.must_be_confirmed:
            return await self._ask_again(meaning)
        told = await self._actions.perform(meaning, self._view)
        if not told and isinstance(meaning, Decide):
            self._sent.add(meaning.gate.approval_id)
        if not told and isinstance(meaning, Reply):
            self._sent.add(meaning.question.question_id)
        await self._show(*told)
        return None

    async def _ask_again(self, decision: Decide) -> int | None:
        """The word that confirms may have been piped in with the decision."""
        self._unconfirmed = decision
        await self._show(second_step(decision.duration))
        piped = self._held and self._held[0].strip().lower() == CONFIRM
        return await self._typed(self._held.popleft()) if piped else None

    async def _command(self, name: str) -> int | None:
        now = self._clock.now()
        match name:
            case "stop":
                await self._stop()
            case "pause":
                await self._show(*await self._actions.pause())
            case "resume":
                await self._show(*await self._actions.resume())
            case "status":
                await self._show(*status_lines(self._view, now, paused=self._paused))
            case "grants":
                await self._show(*grant_lines(in_force(self._view.grants, now), now))
            case "leave":
                return await self._leave()
            case _:
                await self._show(*HELP)
        return None

    async def _key(self, key: Key) -> int | None:
        """Ctrl-C stops the task, a second one leaves; the end of input leaves a terminal at once,
        but a pipe only when somebody must decide."""
        if key == END:
            self._deaf = True
            return await self._leave() if self._desktop.interactive else None
        if key == HANGUP or self._stopping or not self._running():
            return await self._leave()
        await self._stop()
        return None

    async def _stop(self) -> None:
        self._stopping = True
        await self._show(*await self._actions.stop())

    async def _leave(self) -> int:
        await self._show(
            line("Left. It goes on where it was with:"),
            line((f"  python -m bot run --session {self._session}", "bold")),
        )
        return LEFT

    async def _over(self) -> int | None:
        """Idle by the record, and everything of it is on the screen; or stuck for want of a
        person."""
        stuck = self._deaf and self._asked() and not self._held
        if self._running() and not stuck:
            return None
        standing = await self._desk.standing(self._session)
        if self._view.seq < standing.shown:
            return None
        if stuck:
            await self._show(line(("Standard input has ended: nobody can decide.", "warn")))
            await self._leave()
            return NOBODY
        return EXIT[self._view.run.outcome if self._view.run else None] if standing.idle else None

    def _running(self) -> bool:
        run = self._view.run
        return run is not None and run.finished_at is None

    def _asked(self) -> bool:
        """Whether something waits for a person who has not answered it yet."""
        run = self._view.run
        names = [gate.approval_id for gate in open_gates(run)]
        names += [question.question_id for question in open_questions(run)]
        return any(name not in self._sent for name in names)

    def _below(self, width: int) -> Sequence[Line]:
        return live(self._view, self._clock.now(), width, paused=self._paused)

    async def _show(self, *items: Item) -> None:
        await self._desktop.show(items)
