"""A local Slack that an app connects to unchanged; loopback only."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
from aiohttp import web

from adapters.slack.simulator.api import Api
from adapters.slack.simulator.calls import Calls
from adapters.slack.simulator.consent import Consent
from adapters.slack.simulator.delivery import Delivery
from adapters.slack.simulator.house import House
from adapters.slack.simulator.limits import Gate, Profile, Unlimited
from adapters.slack.simulator.post import Post
from adapters.slack.simulator.registration import Registration
from adapters.slack.simulator.responses import Responses
from adapters.slack.simulator.sockets import Sockets
from adapters.slack.simulator.storage import Storage
from adapters.slack.simulator.troubles import Troubles
from adapters.slack.simulator.workspace import Workspace
from runtime.ports import Clock

UPLOAD_LIMIT = 64 * 1024 * 1024


@dataclass(slots=True)
class Simulator(Troubles):
    """A running Slack. `team` is the first workspace, where the app is installed: Ann, Bob and Cy
    share #general (with the bot) and #quiet (without it), Ann and Bob the private #leads."""

    @property
    def base_url(self) -> str:
        """For `AsyncWebClient(base_url=...)`."""
        return f"{self.house.base_url}/api/"

    @property
    def registration(self) -> Registration:
        return self.house.registration

    @property
    def bot_token(self) -> str:
        """Of `team`: the newest that was granted."""
        return self.house.grants.of(self.team.id)[-1].token

    @property
    def app_token(self) -> str:
        return self.registration.app_token

    @property
    def signing_secret(self) -> str:
        return self.registration.signing_secret

    @property
    def calls(self) -> Calls:
        return self.house.calls

    def deliver_to(self, request_url: str) -> None:
        """Events go by signed HTTP from now on."""
        self.house.registration = replace(self.registration, request_url=request_url)

    async def changed(self) -> None:
        """Until anything happens: a call, a message, a connection."""
        await self.house.changes.changed()

    async def until(self, holds: Callable[[], bool], patience: float = 60.0) -> None:
        """Raises TimeoutError after `patience` real seconds."""
        await self.house.changes.until(holds, patience)


def _furnished(house: House) -> Workspace:
    """One workspace with three people, where the app is installed."""
    team = house.add_team("Acme")
    ann = team.add_user("ann", "Ann", is_admin=True)
    bob, cy = team.add_user("bob", "Bob"), team.add_user("cy", "Cy")
    people = (ann.id, bob.id, cy.id)
    team.add_channel("general", "channel", *people, team.bot.id)
    team.add_channel("quiet", "channel", *people)
    team.add_channel("leads", "group", ann.id, bob.id, team.bot.id)
    team.add_group("reviewers", "Reviewers", bob.id, cy.id)
    house.grants.make(team.id, house.registration.scopes, house.clock.now(), False)
    return team


@asynccontextmanager
async def simulator(
    clock: Clock,
    profile: Profile | None = None,
    registration: Registration | None = None,
    port: int = 0,
) -> AsyncGenerator[Simulator]:
    """Runs while the block runs, on a free port of this machine unless one is named."""
    house = House(clock, registration or Registration(), Gate(profile or Unlimited()))
    sockets = Sockets(house)
    async with aiohttp.ClientSession() as http:
        delivery = Delivery(house, sockets, Post(house, http))
        house.emit = delivery.emit
        sim = Simulator(house, _furnished(house), delivery, sockets)
        runner = web.AppRunner(_application(sim), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            await site.start()
            host, taken = runner.addresses[0][:2]
            house.base_url = f"http://{host}:{taken}"
            yield sim
        finally:
            await delivery.close()
            sockets.drop()
            await runner.cleanup()


def _application(sim: Simulator) -> web.Application:
    app = web.Application(client_max_size=UPLOAD_LIMIT)
    api = Api(sim.house, sim.sockets)
    app.router.add_route("*", "/api/{method}", api.answer)
    app.router.add_get("/link/", sim.sockets.serve)
    app.router.add_post("/actions/{ticket}", Responses(sim.house).answer)
    app.router.add_get("/oauth/v2/authorize", Consent(sim.house).answer)
    Storage(sim.house).add_routes(app)
    return app
