"""One request of the REST interface, parsed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from adapters.simulators.discord import refusals
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User
from adapters.simulators.discord.state import State


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of a multipart request. `name` is untrusted."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answered request, for tests and for people who look. `route` has its parameters by
    name; `status` 0 says that the connection broke before an answer."""

    method: str
    route: str
    path: str
    body: JsonValue
    files: tuple[str, ...]
    at: datetime
    status: int
    code: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """`files` by the number in their field's name."""

    world: State
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: JsonValue
    files: Mapping[int, Sent] = field(default_factory=dict[int, Sent])

    @property
    def bot(self) -> User:
        return self.world.bot

    def number(self, name: str) -> int:
        """Raises Refusal 50035 if this parameter is no snowflake."""
        return snowflake(self.params[name], name)

    def asked(self, name: str) -> int | None:
        """A snowflake of the query."""
        return snowflake(self.query[name], name) if name in self.query else None

    def limit(self, most: int, usual: int) -> int:
        text = self.query.get("limit", str(usual))
        if not text.isdigit() or not 1 <= int(text) <= most:
            what = f"int value should be between 1 and {most}."
            raise refusals.invalid_at(("limit",), "NUMBER_TYPE_MAX", what)
        return int(text)

    @property
    def form(self) -> Json:
        """The body. Raises Refusal 50035 if it is no object."""
        if isinstance(self.body, dict):
            return self.body
        raise refusals.invalid_at((), "MODEL_TYPE_CONVERT", "Only dictionaries may be used.")

    def channel(self) -> Channel:
        return self.world.channel(self.number("channel_id"))

    def message(self) -> Message:
        return self.world.message(self.channel(), self.number("message_id"))


Handler = Callable[[Call], Awaitable[JsonValue]]


@dataclass(frozen=True, slots=True)
class Route:
    """`bucket` is what its calls share a rate limit with; "" for those that have none. `open`
    routes carry their own token in the path."""

    method: str
    path: str
    handler: Handler
    bucket: str = "rest"
    open: bool = False


def snowflake(text: str, name: str) -> int:
    if not text.isdigit() or not text.isascii() or int(text) >= 1 << 63:
        raise refusals.invalid_at(
            (name,), "NUMBER_TYPE_COERCE", f'Value "{text[:64]}" is not snowflake.'
        )
    return int(text)
