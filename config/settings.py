"""The settings, as one frozen tree. Defaults stand in agent-runtime.yaml, next to their meaning.

Nothing here has a default in code, so that the shipped file is complete and says the truth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    PrivateAttr,
    SecretStr,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.chats import Discord, Slack, Threads
from config.gates import Gates
from config.layers import Layer
from config.places import Limits, Mode, Place, Placed, Size
from config.section import Section

Level = Literal["low", "medium", "high"]
Thinking = Literal["", "minimal", "low", "medium", "high", "xhigh", "max"]


def _origin(address: str) -> str:
    """An address of the web without a path, as `https://aether.example.org`; or nothing."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 -- raises ValueError for what is no number
    except ValueError:
        parts = urlsplit("")
    beside = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    known = parts.scheme in ("http", "https") and parts.hostname and address.isprintable()
    if address and (beside or not known or any(letter in address for letter in " <>()|\\\"'")):
        raise ValueError("write it as https://aether.example.org, without a path")
    return address.rstrip("/")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"must be a regular expression ({error})") from None
    return pattern


class Raise(Section):
    """Calls in which the regular expression is found are at least this risky. No tools: all."""

    pattern: Annotated[str, Field(min_length=1), AfterValidator(_compiles)]
    to: Level
    why: str = ""
    tools: tuple[str, ...] = ()


class Risks(Section):
    tools: dict[str, Level]
    patterns: tuple[Raise, ...]


class Places(Section):
    total: NonNegativeInt
    per_person: NonNegativeInt
    per_channel: NonNegativeInt


class Admission(Section):
    """What may be at work at once, in all, of one person and in one channel, 0 without limit; the
    rest waits."""

    runs: Places
    model_calls: Places
    containers: Places


class NamedModel(Section):
    """A model under a name of the operator's: "openai:NAME", "anthropic:NAME" and the like.
    `vision`: it may be sent pictures. `strict_tools`: its server can hold calls to a schema."""

    model: str = Field(min_length=1)
    base_url: str = ""
    api_key: SecretStr = SecretStr("")
    max_tokens: PositiveInt | None = None
    thinking: Thinking = ""
    vision: bool = False
    strict_tools: bool = False


class Models(Section):
    default: str
    max_tokens: PositiveInt
    thinking: Thinking
    named: dict[str, NamedModel]


class Events(Section):
    """Which wire tags clients of the API get; the page always draws everything."""

    enabled: Literal["all"] | tuple[str, ...]


class Sandbox(Size):
    image: str = Field(min_length=1)
    workspace_mb: NonNegativeInt
    workspace_files: NonNegativeInt
    disk_reserve_mb: NonNegativeInt
    workspace_host_root: Path | None
    docker_host: str
    runtime: str


class Database(Section):
    """The address may hold a password, so it is a secret."""

    url: SecretStr


class Web(Section):
    """The workbench. `hosts` are the names by which people reach it, beside its own address;
    `public_url` is where messages in chats lead to it."""

    host: str = Field(min_length=1)
    port: Annotated[int, Field(ge=0, le=65_535)]
    token: SecretStr
    hosts: tuple[str, ...]
    public_url: Annotated[str, AfterValidator(_origin)]


class Logs(Section):
    level: Literal["debug", "info", "warning", "error"]
    format: Literal["auto", "json", "text"]


class Settings(BaseSettings):
    """Everything. Build it with `config.load.load`, which overlays the layers."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        env_prefix="AETHER_",
        env_nested_delimiter="__",
    )

    mode: Mode
    instructions: str
    tools: tuple[str, ...]
    gates: Gates
    risk: Risks
    limits: Limits
    admission: Admission
    models: Models
    events: Events
    sandbox: Sandbox
    database: Database
    data_dir: Path
    web: Web
    slack: Slack
    discord: Discord
    threads: Threads
    installations_key: SecretStr
    logs: Logs
    profiles: dict[str, dict[str, Any]]
    places: dict[str, Any]  # the name of a profile, or a section

    _environ: Mapping[str, str] = PrivateAttr(default_factory=dict[str, str])
    _layers: tuple[Layer, ...] = PrivateAttr(default=())
    _placed: tuple[Placed, ...] = PrivateAttr(default=())

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment over the .env file: where keys of providers are. Never part of repr."""
        return self._environ

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Where the values come from; the first that names a key decides it."""
        return self._layers

    @property
    def placed(self) -> tuple[Placed, ...]:
        """What holds in the places that the settings name, in their order."""
        return self._placed

    @property
    def base(self) -> Place:
        """What holds where no place says otherwise."""
        shared = {name: getattr(self, name) for name in Place.model_fields if name != "model"}
        return Place.model_construct(model=self.models.default, **shared)
