"""The home tab: what waits for a person, what runs, and which permissions are in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.layout.layout import run_cards
from adapters.open_threads import OpenThread, open_threads
from adapters.ports.button import on_run
from adapters.ports.cards import Button, Buttons, Card
from adapters.ports.errors import Unanswered
from adapters.slack.home.audience import Audience
from adapters.slack.inbound.admission import REFUSAL, Admission
from adapters.slack.installations.web import write
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.render.actions import actions
from adapters.slack.render.block_kit import Json, context, plain, rich, section, text
from adapters.slack.render.card import LIMITS, render
from adapters.slack.render.text import line
from adapters.slack.render.work import PHASES
from adapters.slack.thread_address import PLATFORM, block_id
from adapters.text import lasted, waiting_for
from runtime.approvals import Grant, coverage, exactly
from runtime.ports import Clock, Sessions
from runtime.view import RunView

_GATES, _RUNNING, _GRANTS = 10, 10, 15  # drawn in at most 100 blocks, which a view may have
_CUT = "More tasks are open in this workspace than are looked into here, so some may be missing."
_UNSURE = "Slack does not say now where you are a member, so something may be missing here."


@dataclass(frozen=True, slots=True)
class Home:
    """Publishes; whoever presses there goes through the router like everybody else."""

    sessions: Sessions
    admission: Admission
    audience: Audience
    clock: Clock

    async def publish(self, client: WorkspaceClient, user: str) -> None:
        """Raises what the client raises, and JournalUnavailable."""
        view = await self._view(client, user)
        await write(client.web, "views.publish", user_id=user, view=view)

    async def _view(self, client: WorkspaceClient, user: str) -> dict[str, Any]:
        try:
            if not await self.admission.admits(client, user):
                return _view([context(REFUSAL)])
        except Unanswered:
            return _view([context(_UNSURE)])
        now = self.clock.now()
        seen: list[OpenThread] = []
        unsure = False
        threads = await open_threads(self.sessions, now, PLATFORM, client.team)
        for thread in threads.found:
            may = await self.audience.may_see(client, thread.address, user)
            unsure = unsure or may is None
            seen += [thread] if may else []
        notes = [_UNSURE] * unsure + [_CUT] * threads.cut
        return home(seen, now, notes)


def home(threads: Sequence[OpenThread], now: datetime, notes: Sequence[str] = ()) -> dict[str, Any]:
    """A view that `views.publish` takes; `notes` say why the threads may not be all. Pure."""
    waiting = [pair for thread in threads for pair in _waiting(thread)]
    running = [(thread, run) for thread in threads if (run := thread.run) is not None]
    return _view(
        [*map(context, notes), *_gates(waiting), *_running(running, now), *_grants(threads, now)]
    )


def _view(blocks: Sequence[Json]) -> dict[str, Any]:
    return {"type": "home", "blocks": [_placed(block, n) for n, block in enumerate(blocks)]}


def _waiting(thread: OpenThread) -> Iterator[tuple[OpenThread, Card]]:
    """The messages that ask for something, as they stand in the thread."""
    cards = run_cards(thread.run, LIMITS) if thread.run else ()
    for card in cards:
        if card.state == "open" and card.key.startswith(("gate:", "question:")):
            yield thread, card


def _gates(waiting: Sequence[tuple[OpenThread, Card]]) -> Iterator[Json]:
    yield _heading("Waiting for people")
    if not waiting:
        yield context("Nothing waits.")
    for thread, card in waiting[:_GATES]:
        yield rich(section(text(line(thread.title, 150), "bold"), *_where(thread)))
        for block in render(replace(card, notify=())).blocks:  # nobody is called here
            yield _of(thread, block)
    yield from _more(len(waiting) - _GATES)


def _running(running: Sequence[tuple[OpenThread, RunView]], now: datetime) -> Iterator[Json]:
    yield _heading("Running")
    if not running:
        yield context("No task is running.")
    for thread, run in running[:_RUNNING]:
        state = line(waiting_for(run.waits_for), 100) if run.waiting else PHASES[run.phase]
        worked = lasted(run.work(now))
        by = line(run.requester.name or run.requester.id, 60)
        yield rich(
            section(
                text(line(run.title, 150), "bold"),
                *_where(thread),
                text(f"\n{state}, {worked} of work, asked by {by}"),
            )
        )
        row = (
            Button("Stop", on_run(run.run_id, "stop"), "danger"),
            Button("Details", on_run(run.run_id, "details")),
        )
        for block in actions((Buttons(row),)):
            yield _of(thread, block)
    yield from _more(len(running) - _RUNNING)


def _grants(threads: Sequence[OpenThread], now: datetime) -> Iterator[Json]:
    yield _heading("Permissions in force")
    rows = [(thread, grant) for thread in threads for grant in thread.grants]
    if not rows:
        yield context("None.")
    for thread, grant in rows[:_GRANTS]:
        ends = grant.expires_at
        left = f"{lasted((ends - now).total_seconds())} more" if ends else f"for {grant.duration}"
        by = line(grant.by.name or grant.by.id, 60)
        yield rich(
            section(
                text(line(coverage(grant.tool, grant.subject), 300), "bold"),
                *_exactly(grant),
                text(f" · {left}, by {by}"),
                *_where(thread),
            )
        )
    yield from _more(len(rows) - _GRANTS)


def _exactly(grant: Grant) -> Sequence[Json]:
    value = exactly(grant.subject)
    return (text(" "), text(line(value, 300), "code")) if value else ()


def _heading(words: str) -> Json:
    return {"type": "header", "text": plain(words)}


def _where(thread: OpenThread) -> tuple[Json, ...]:
    """The channel as a link, which shows nothing to those who may not see it."""
    channel = thread.address.channel
    if channel.startswith("D"):
        return (text(" in a direct message"),)
    return (text(" in "), {"type": "channel", "channel_id": channel})


def _more(left: int) -> Iterator[Json]:
    if left > 0:
        yield context(f"{left} more are not shown here.")


def _of(thread: OpenThread, block: Json) -> Json:
    """What can be pressed says which thread it is about."""
    pressed = block.get("type") in ("actions", "context_actions")
    return block | {"block_id": block_id(thread.address, 0)} if pressed else block


def _placed(block: Json, place: int) -> Json:
    """Ids of blocks are unique in a view."""
    named = block.get("block_id")
    return block | {"block_id": f"{str(named)[:-1]}{place}"} if named else block
