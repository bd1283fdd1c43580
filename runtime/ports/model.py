"""The port to a language model: one streamed turn at a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: dict[str, Any]  # JSON enters here


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a person (or a note of the runtime) for the model. `author` is untrusted text."""

    text: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """The result of one tool call, by the provider's own call id."""

    provider_call_id: str
    tool: str
    content: str


@dataclass(frozen=True, slots=True)
class Responded:
    """An earlier turn of the model: the provider's message exactly as it was stored."""

    blob: str


Message = Said | Returned | Responded


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    text: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class RawCall:
    """A call as the model wrote it; `arguments` is the unparsed JSON text."""

    provider_call_id: str
    tool: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens of one turn. `measured` is false where the provider sent none; `cost` is in US
    dollars."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    measured: bool = True


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The last item of every complete turn. `cut` says that the provider stopped at its token
    limit; `notice` tells people who else ended it before the model did."""

    blob: str
    library: str
    text: str
    thinking: str
    calls: tuple[RawCall, ...]
    used: Used
    cut: bool = False
    notice: str = ""


ModelDelta = ThinkingDelta | TextDelta | TurnEnded


class Model(Protocol):
    """One language model behind one address."""

    @property
    def name(self) -> str: ...

    def turn(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        instructions: str,
        max_tokens: int,
        may_call: bool = True,
    ) -> AsyncGenerator[ModelDelta, None]:
        """Stream one turn; ends with `TurnEnded`. Raises ModelError; never retries after the first
        byte.

        Cancelling the consuming task closes the connection. `may_call=False` forbids tools but
        still names them.
        """
        ...

    async def aclose(self) -> None:
        """Close idle connections."""
        ...


class Models(Protocol):
    """The models of an installation, by the names that profiles give them."""

    async def open(self, name: str) -> Model:
        """Raises Misconfigured, with the remedy, where there is none of this name."""
        ...

    async def aclose(self) -> None:
        """Close idle connections of all of them."""
        ...
