"""What the web adapter is given: the service, the router, and who sits at the workbench."""

from __future__ import annotations

import getpass
import os
from urllib.parse import urlsplit

import structlog

from adapters.ports.inbound import Attachment
from adapters.web.access import Access
from adapters.web.context import About, SessionStatus, WebContext
from bot import __version__
from bot.router import InboundRouter
from bot.service import Service
from config.settings import Settings
from runtime.clock import SystemClock
from runtime.errors import ToolError
from runtime.events import FileRef
from runtime.folds.view import project
from runtime.ids import Actor, Address, ArtifactHash, SessionId
from runtime.journal import FileArtifacts
from runtime.ports import SessionRow
from runtime.tools.catalog import BUILT_IN

log = structlog.get_logger(__name__)


def access(settings: Settings) -> Access:
    """Whoever knows the token: the service has one, see `bot.web_token`."""
    public = urlsplit(settings.web.public_url).hostname
    hosts = {*settings.web.hosts, public} if public else {*settings.web.hosts}
    return Access(settings.web.host, settings.web.token.get_secret_value(), frozenset(hosts))


def context(settings: Settings, service: Service) -> WebContext:
    clock, artifacts = SystemClock(), FileArtifacts(settings.data_dir / "artifacts")

    async def keep(address: Address, file: Attachment) -> FileRef:
        """Uploaded before; its handle is the artifact. Raises ToolError if it is not there."""
        name = ArtifactHash(file.handle)
        try:
            data = await artifacts.get(name)
        except ToolError as error:
            log.warning("file.unread", address=address, why=str(error))
            raise ToolError("the workbench does not have it: upload it once more") from error
        return FileRef(name=file.name, artifact=name, size=len(data), media_type=file.media_type)

    async def find(session: SessionId) -> SessionRow | None:
        return await service.manager.session(session)

    async def standing(session: SessionId) -> SessionStatus:
        stands = await service.standing(session)
        return SessionStatus(idle=stands.idle, paused=stands.paused, shown=stands.shown)

    enabled = settings.events.enabled
    return WebContext(
        sessions=service.sessions,
        artifacts=artifacts,
        receive=InboundRouter(service.sessions, clock, keep, settings=service.settings).receive,
        find=find,
        standing=standing,
        about=about(settings, service),
        person=person(),
        clock=clock,
        show=project,
        problem=service.problem,
        enabled=None if isinstance(enabled, str) else frozenset(enabled),
    )


def about(settings: Settings, service: Service) -> About:
    return About(
        version=__version__,
        model=service.model,
        why=service.why,
        demo=service.model == "demo",
        mode=settings.mode,
        tools=tuple((tool.name, tool.description) for tool in BUILT_IN),
    )


def person() -> Actor:
    """The local operator: whoever the operating system says is sitting here."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        name = str(os.getuid())
    return Actor(id=name, name=name, local=True)
