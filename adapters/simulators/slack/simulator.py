"""A local Slack that an app connects to unchanged; loopback only."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
from aiohttp import web

from adapters.simulators.slack.api import Api
from adapters.simulators.slack.calls import Calls
from adapters.simulators.slack.consent import Consent
from adapters.simulators.slack.delivery import Delivery
from adapters.simulators.slack.limits import Gate, Profile, Unlimited
from adapters.simulators.slack.post import Post
from adapters.simulators.slack.registration import Registration
from adapters.simulators.slack.responses import Responses
from adapters.simulators.slack.sockets import Sockets
from adapters.simulators.slack.state import State
from adapters.simulators.slack.storage import Storage
from adapters.simulators.slack.troubles import Troubles
from adapters.simulators.slack.workspace import Workspace
from runtime.ports import Clock

UPLOAD_LIMIT = 64 * 1024 * 1024


@dataclass(slots=True)
class Simulator(Troubles):
    """A running Slack. `team` is the first workspace, where the app is installed: Ann, Bob and Cy
    share #general (with the bot) and #quiet (without it), Ann and Bob the private #leads."""

    @property
    def base_url(self) -> str:
        """For `AsyncWebClient(base_url=...)`."""
        return f"{self.service.base_url}/api/"

    @property
    def registration(self) -> Registration:
        return self.service.registration

    @property
    def bot_token(self) -> str:
        """Of `team`: the newest that was granted."""
        return self.service.grants.of(self.team.id)[-1].token

    @property
    def app_token(self) -> str:
        return self.registration.app_token

    @property
    def signing_secret(self) -> str:
        return self.registration.signing_secret

    @property
    def calls(self) -> Calls:
        return self.service.calls

    def deliver_to(self, request_url: str) -> None:
        """Events go by signed HTTP from now on."""
        self.service.registration = replace(self.registration, request_url=request_url)

    async def changed(self) -> None:
        """Until anything happens: a call, a message, a connection."""
        await self.service.changes.changed()

    async def until(self, holds: Callable[[], bool], patience: float = 60.0) -> None:
        """Raises TimeoutError after `patience` real seconds."""
        await self.service.changes.until(holds, patience)


def _furnished(service: State) -> Workspace:
    """One workspace with three people, where the app is installed."""
    team = service.add_team("Acme")
    ann = team.add_user("ann", "Ann", is_admin=True)
    bob, cy = team.add_user("bob", "Bob"), team.add_user("cy", "Cy")
    people = (ann.id, bob.id, cy.id)
    team.add_channel("general", "channel", *people, team.bot.id)
    team.add_channel("quiet", "channel", *people)
    team.add_channel("leads", "group", ann.id, bob.id, team.bot.id)
    team.add_group("reviewers", "Reviewers", bob.id, cy.id)
    service.grants.make(team.id, service.registration.scopes, service.clock.now(), False)
    return team


@asynccontextmanager
async def simulator(
    clock: Clock,
    profile: Profile | None = None,
    registration: Registration | None = None,
    port: int = 0,
) -> AsyncGenerator[Simulator]:
    """Runs while the block runs, on a free port of this machine unless one is named."""
    service = State(clock, registration or Registration(), Gate(profile or Unlimited()))
    sockets = Sockets(service)
    async with aiohttp.ClientSession() as http:
        delivery = Delivery(service, sockets, Post(service, http))
        service.emit = delivery.emit
        sim = Simulator(service, _furnished(service), delivery, sockets)
        runner = web.AppRunner(_application(sim), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            await site.start()
            host, taken = runner.addresses[0][:2]
            service.base_url = f"http://{host}:{taken}"
            yield sim
        finally:
            await delivery.close()
            sockets.drop()
            await runner.cleanup()


def _application(sim: Simulator) -> web.Application:
    app = web.Application(client_max_size=UPLOAD_LIMIT)
    api = Api(sim.service, sim.sockets)
    app.router.add_route("*", "/api/{method}", api.answer)
    app.router.add_get("/link/", sim.sockets.serve)
    app.router.add_post("/actions/{ticket}", Responses(sim.service).answer)
    app.router.add_get("/oauth/v2/authorize", Consent(sim.service).answer)
    Storage(sim.service).add_routes(app)
    return app
