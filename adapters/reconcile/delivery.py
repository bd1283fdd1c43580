"""One step: the call to the platform, between the words that the outbox needs before and after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.ports.cards import Attached, Card
from adapters.ports.errors import Deleted, Immutable, RateLimited, Rejected, Unanswered, Unshowable
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Surface, Upload
from adapters.reconcile.messages import Messages
from adapters.reconcile.steps import RECREATED, Step
from runtime.errors import ToolError
from runtime.ids import Address, ArtifactHash
from runtime.view import ThreadView

TRIES = 6
"""Times that a file is sent without an answer, with growing waits in between: half a minute."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Does steps in one thread. Raises SurfaceFault after it has noted what that means."""

    address: Address
    messages: Messages
    surface: Surface
    artifact: Callable[[ArtifactHash], Awaitable[bytes]]

    def cost(self, step: Step) -> tuple[RateLimit, ...]:
        """What the step's next call will spend: the place is opened before anything else."""
        if self.messages.place is None:
            return self.surface.cost(self.address, "open")
        return self.surface.cost(self.address, step.verb, step.card, step.ref)

    async def do(self, step: Step, view: ThreadView) -> None:
        """One call to the platform."""
        place = self.messages.place
        if place is None:
            title = view.runs[0].title if view.runs else ""
            await self.messages.opened(await self.surface.open(self.address, title))
            return
        try:
            await self._do(step, place)
        except Unshowable as fault:
            await self.messages.simplify(step.of, step.card, fault.why)
            raise
        except Rejected as fault:
            self.messages.known[step.card.key].refuses(step.card, fault.why)
            raise
        except Unanswered as fault:
            self._count(step, fault)
            raise

    def _count(self, step: Step, fault: Unanswered) -> None:
        """A file that is never answered for is given up; people are told which."""
        message = self.messages.known[step.card.key]
        message.tries += step.verb == "attach"
        if step.verb == "attach" and message.tries == TRIES:
            message.refuses(step.card, str(fault))

    async def _do(self, step: Step, place: Place) -> None:
        match step.verb:
            case "post" | "attach":
                await self._new(step.card, place)
            case "edit":
                await self._edit(step)
            case "find":
                await self._find(step.card, place)
            case "delete":
                assert step.ref is not None, "steps deletes what stands somewhere"
                await self.surface.delete(step.ref)
                await self.messages.vanished(step.card.key, again=False)

    async def _new(self, card: Card, place: Place) -> None:
        message = await self.messages.intend(card.key)
        data = await self._data(card)
        message.absent = False  # from here on nobody knows, until the answer comes
        try:
            ref = await self._post(card, place, data)
        except (RateLimited, Rejected):
            message.absent = True
            raise
        await self.messages.stands(card.key, ref, card)

    async def _post(self, card: Card, place: Place, data: Upload | None) -> Ref:
        if data is not None:
            return await self.surface.attach(place, card.key, data)
        return await self.surface.post(place, card)

    async def _data(self, card: Card) -> Upload | None:
        block = card.blocks[0]
        if not isinstance(block, Attached):
            return None
        try:
            data = await self.artifact(block.file.artifact)
        except ToolError as error:
            raise Rejected(f"{block.file.name!r} cannot be delivered: {error}") from error
        return Upload(block.file.name, block.file.media_type, data)

    async def _edit(self, step: Step) -> None:
        assert step.ref is not None, "steps edits what stands somewhere"
        key = step.card.key
        message, said = self.messages.known[key], self.messages.known[key].card
        await self.messages.changes(key)
        try:
            await self.surface.edit(step.ref, step.card)
        except (RateLimited, Rejected):
            message.card = said
            raise
        except Immutable:
            await self.messages.froze(key)
            raise
        except Deleted:
            again = step.card.kept and message.lost < RECREATED
            await self.messages.vanished(key, again=again)
            raise
        await self.messages.changed(key, step.card)

    async def _find(self, card: Card, place: Place) -> None:
        found = await self.surface.find(place, card.key)
        if found is not None:
            await self.messages.stands(card.key, found, None)
        elif card.blocks:
            self.messages.known[card.key].absent = True
        else:
            await self.messages.vanished(card.key, again=False)
