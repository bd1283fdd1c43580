"""A surface that exists before Slack was asked who we are there."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.budget import Budget
from adapters.cards import Card, CardKey
from adapters.faults import Rejected, Unanswered
from adapters.inbound import Attachment, Reply
from adapters.limits import Limits
from adapters.slack.refusals import code_of, is_final, remedy_of
from adapters.slack.show.surface import SlackSurface
from adapters.slack.teams.seat import Seat, Seats
from adapters.slack.teams.web import client
from adapters.slack.workspace import Workspace
from adapters.surface import Place, Ref, Upload, Verb
from runtime.errors import JournalUnavailable, Misconfigured
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock


class LateSurface:
    """The port adapters/surface.py. Every verb takes the seat first, and with it the token of the
    moment: tokens that rotate live for hours, threads for days."""

    def __init__(self, team: str, seats: Seats, clock: Clock, *, outsiders: bool = False) -> None:
        """`outsiders` as in SlackSettings."""
        self._team, self._seats, self._clock = team, seats, clock
        self._outsiders = outsiders
        nobody = Workspace(team=team, bot_user="")
        self._surface = SlackSurface(client(""), nobody, clock)
        self._seat: Seat | None = None

    async def _now(self) -> SlackSurface:
        """Raises SurfaceFault."""
        try:
            seat = await self._seats.find(self._team)
        except SlackApiError as error:
            said = f"Slack refused auth.test: {code_of(error)}"
            if is_final(error):
                raise Rejected(f"{said}, {remedy_of(error)}.") from None
            raise Unanswered(said) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unanswered(f"Slack did not answer auth.test: {type(error).__name__}") from None
        except JournalUnavailable as error:
            raise Unanswered(f"the token could not be read: {error}") from None
        except Misconfigured as error:
            raise Rejected(str(error)) from None
        if seat is None:
            raise Rejected(f"the app is not installed in workspace {self._team}: install it there.")
        if seat != self._seat:
            self._seat = seat
            self._surface = SlackSurface(
                seat.web, seat.workspace, self._clock, outsiders=self._outsiders
            )
        return self._surface

    @property
    def limits(self) -> Limits:
        return self._surface.limits

    async def open(self, address: Address, title: str) -> Place:
        return await (await self._now()).open(address, title)

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        await (await self._now()).signal(address, message_id, phase)

    async def post(self, place: Place, card: Card) -> Ref:
        return await (await self._now()).post(place, card)

    async def edit(self, ref: Ref, card: Card) -> None:
        await (await self._now()).edit(ref, card)

    async def delete(self, ref: Ref) -> None:
        await (await self._now()).delete(ref)

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        return await (await self._now()).find(place, key)

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        return await (await self._now()).attach(place, key, file)

    async def history(self, address: Address, after: str) -> tuple[Reply, ...]:
        return await (await self._now()).history(address, after)

    async def fetch(self, file: Attachment) -> bytes:
        return await (await self._now()).fetch(file)

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[Budget, ...]:
        return self._surface.cost(address, verb, card, ref)
