"""What one opened provider looks like to a turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runtime.models.spec import Effort

if TYPE_CHECKING:  # the provider library is slow to import; see turn.py
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.models import Model

Complete = Callable[["ModelResponse"], bool]


async def _nothing_to_close() -> None: ...


@dataclass(frozen=True, slots=True)
class Connection:
    """A provider's model with what people must be told about it.

    `place` is where it answers and `key_name` the setting that holds its key; neither is secret.
    `redact` removes the key from a text. `complete` tells a whole answer from one whose stream
    merely stopped; `counts` is false where token numbers would be guesses.
    """

    model: Model
    place: str
    key_name: str
    complete: Complete
    redact: Callable[[str], str] = str
    close: Callable[[], Awaitable[None]] = _nothing_to_close
    counts: bool = True
    strict_tools: bool = False
    thinking: Effort = ""
    unfit_thinking: list[str] = field(default_factory=list[str])
    """What the server said when it refused a conversation that holds thinking; empty until then."""
