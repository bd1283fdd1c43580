"""A surface that exists before Slack was asked who we are there."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.ports.cards import Card, CardKey
from adapters.ports.errors import Rejected, Unanswered
from adapters.ports.inbound import Attachment, Reply
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Upload, Verb
from adapters.slack.error_codes import code_of, is_final, remedy_of
from adapters.slack.installations.web import client
from adapters.slack.installations.workspace_client import WorkspaceClient, WorkspaceClients
from adapters.slack.outbound.surface import SlackSurface
from adapters.slack.workspace import Workspace
from runtime.errors import JournalUnavailable, Misconfigured
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock


class LazySurface:
    """The port adapters/ports/surface.py. Every verb takes the workspace's client first, and with
    it the token of the moment: tokens that rotate live for hours, threads for days."""

    def __init__(
        self, team: str, clients: WorkspaceClients, clock: Clock, *, allow_guests: bool = False
    ) -> None:
        """`allow_guests` as in SlackSettings."""
        self._team, self._clients, self._clock = team, clients, clock
        self._outsiders = allow_guests
        nobody = Workspace(team=team, bot_user="")
        self._surface = SlackSurface(client(""), nobody, clock)
        self._client: WorkspaceClient | None = None

    async def _now(self) -> SlackSurface:
        """Raises SurfaceFault."""
        try:
            client = await self._clients.find(self._team)
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
        if client is None:
            raise Rejected(f"the app is not installed in workspace {self._team}: install it there.")
        if client != self._client:
            self._client = client
            self._surface = SlackSurface(
                client.web, client.workspace, self._clock, allow_guests=self._outsiders
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
    ) -> tuple[RateLimit, ...]:
        return self._surface.cost(address, verb, card, ref)
