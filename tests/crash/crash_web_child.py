"""A child whose thread is kept on a board of the workbench; when it is done, it shows the page."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
from crash_points import Fate
from crash_spec import Spec
from crash_stage import ANN, SESSION
from crash_surface_child import SurfaceChild

from adapters.ports.cards import Card
from adapters.ports.inbound import Inbound, Receipt
from adapters.ports.surface import Place, Ref, Surface
from adapters.web.access import Access
from adapters.web.cards import drawn
from adapters.web.context import About, SessionStatus, WebContext
from adapters.web.posted_cards import CardStore
from adapters.web.server import address_of, listen, serving
from adapters.web.surface import WebSurface
from runtime.folds.view import project
from runtime.ids import SessionId, Value
from runtime.journal import SqlJournal, exclusive
from runtime.live.sessions import JournalSessions


class Drawn(Value):
    """A card as the page gets it."""

    key: str
    state: str
    html: str


class Seen(Value):
    """What a child leaves behind: `board` is what its surface was told, `page` what
    `/sessions/{id}/cards` answered. A board that is not `whole` begins in the middle."""

    whole: bool
    board: tuple[Drawn, ...]
    page: tuple[Drawn, ...]


async def live(spec: Spec) -> None:
    """Serve the database until the scene is over and everything is settled; then look."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(exclusive(spec.database_url))
        child = WebChild(spec)
        opening = SqlJournal.open(
            spec.database_url,
            clock=child.clock,
            artifacts=child.artifacts,
            wake=child.engine.wake,
            published=child.published,
        )
        journal = await stack.enter_async_context(opening)
        await child.play(journal)
        (spec.data_dir / "seen.json").write_text((await child.look(journal)).model_dump_json())


class WebChild(SurfaceChild):
    """CardStore live in memory, and die with the process."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._boards = CardStore()

    def surface(self) -> Surface:
        return FatalWeb(self._boards, self.artifacts, fate=self.fate)

    async def look(self, journal: SqlJournal) -> Seen:
        """Nobody has looked before."""
        waiting = listen("127.0.0.1", 0)
        async with (
            serving(waiting, self._door(journal), Access()),
            aiohttp.ClientSession(address_of(waiting)) as http,
            http.get(f"/sessions/{SESSION}/cards") as response,
        ):
            told = await response.json()
        return Seen.model_validate(
            {
                "whole": self._boards.whole(SESSION) is not None,
                "board": drawn(tuple(self._boards.of(SESSION).cards.values()), SESSION),
                "page": told["cards"],
            }
        )

    def _door(self, journal: SqlJournal) -> WebContext:
        return WebContext(
            sessions=JournalSessions(journal, self.hub, self.engine, self.artifacts),
            artifacts=self.artifacts,
            receive=_receive,
            find=journal.session,
            standing=_standing,
            about=About("test", "scripted", "A script plays the model.", False, "semi"),
            person=ANN.model_copy(update={"local": True}),
            clock=self.clock,
            show=project,
            card_store=self._boards,
        )


async def _receive(inbound: Inbound) -> Receipt:
    raise AssertionError("nobody speaks at this workbench")


async def _standing(session: SessionId) -> SessionStatus:
    raise AssertionError("nobody asks how it stands")


@dataclass(frozen=True, kw_only=True)
class FatalWeb(WebSurface):
    """What it is told counts as a deed of the outbox."""

    fate: Fate

    async def post(self, place: Place, card: Card) -> Ref:
        ref = await super().post(place, card)
        self.fate.reach("outbox")
        return ref

    async def edit(self, ref: Ref, card: Card) -> None:
        await super().edit(ref, card)
        self.fate.reach("outbox")
