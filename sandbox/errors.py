"""What the engine's failures mean for people: each becomes one of ours, with the remedy in its
text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import requests
from docker.errors import APIError, ImageNotFound

from runtime.errors import SandboxError, SandboxUnavailable
from sandbox.own_container import own_container


class EngineSilent(SandboxUnavailable):
    """The engine took a request and did not answer it in time."""


class ContainerGone(SandboxError):
    """The container does not exist or does not run any more."""


@dataclass(frozen=True, slots=True)
class Remedies:
    """What helps, for whoever runs Aether."""

    no_image: str
    no_permission: str
    no_engine: str


ON_THE_MACHINE = Remedies(
    no_image="run `make image`",
    no_permission="add the bot's user to the group `docker` and log in again, or set the engine's"
    " address",
    no_engine="install or start Docker (`docker info` must work)",
)
IN_A_CONTAINER = Remedies(
    no_image="build it where the engine runs, with `make image` or `docker compose build`",
    no_permission="start this container as compose.yaml does, or add the socket's group with"
    " --group-add",
    no_engine="mount the engine's socket into this container (-v"
    " /var/run/docker.sock:/var/run/docker.sock), as compose.yaml does",
)


def remedies() -> Remedies:
    return ON_THE_MACHINE if own_container() is None else IN_A_CONTAINER


def meaning(error: Exception, host: str) -> Exception:
    """The exception of ours for a docker-py failure at the engine address `host`."""
    causes, helps = list(_causes(error)), remedies()
    for cause in causes:
        if isinstance(cause, ImageNotFound):
            text = str(cause.explanation or cause).rstrip(".")
            return SandboxUnavailable(f"{text}: the sandbox image is missing, {helps.no_image}")
        if isinstance(cause, APIError):
            return _refusal(cause)
        if isinstance(cause, PermissionError):
            return SandboxUnavailable(
                f"no permission on the Docker socket {host}: {helps.no_permission}"
            )
    if any(isinstance(cause, (requests.Timeout, TimeoutError)) for cause in causes):
        return EngineSilent(
            f"the Docker engine at {host} does not answer: look at its log, restart it"
        )
    return SandboxUnavailable(f"no Docker engine answers at {host}: {helps.no_engine}")


def _refusal(error: APIError) -> Exception:
    text = str(error.explanation or error)
    missing = error.status_code == 404 and any(
        thing in text.lower() for thing in ("container", "exec instance")
    )
    ended = error.status_code == 409 and ("not running" in text or "removal" in text)
    if missing or ended:
        return ContainerGone(text)
    return SandboxUnavailable(f"the Docker engine refused: {text}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and what it wraps: docker-py and urllib3 do all three."""
    seen: set[int] = set()
    queue: list[BaseException] = [error]
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        wrapped = (
            *current.args,
            current.__cause__,
            current.__context__,
            getattr(current, "reason", 0),
        )
        queue += [part for part in wrapped if isinstance(part, BaseException)]
