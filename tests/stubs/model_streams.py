"""Streams that servers were seen to send, read from data files, and their bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from model_answers import Answer
from pydantic import BaseModel, ConfigDict, Field

Event = dict[str, Any]  # JSON of a provider's stream


class Stream(BaseModel):
    """One turn as a server streamed it, and what must come of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    shape: str = "openai"
    stream: list[Event]
    then: Literal["end", "silent", "comments"] = "end"
    text: str = ""
    shown: str | None = None
    """What was streamed of it, where that is not the text."""
    thinking: str = ""
    calls: list[tuple[str, str, str]] = Field(default_factory=list[tuple[str, str, str]])
    used: tuple[int, int] | None = None
    cut: bool = False
    notice: str = ""
    fails: str = ""

    def answer(self) -> Answer:
        hold = None if self.then == "end" else asyncio.Event()
        return Answer(
            garbage=b"".join(map(_sent, self.stream)),
            finish=False,
            hold=hold,
            comments=self.then == "comments",
        )


def streams(folder: Path) -> Iterator[Stream]:
    for file in sorted(folder.glob("*.yaml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield Stream.model_validate(entry)


def _sent(event: Event) -> bytes:
    match event:
        case {"raw": str(text)}:
            return text.encode()
        case {"data": dict(whole)}:  # pyright: ignore[reportUnknownVariableType] JSON
            return f"data: {json.dumps(whole)}\n\n".encode()
        case {"done": True}:
            return b"data: [DONE]\n\n"
        case {"json": dict(whole)}:  # pyright: ignore[reportUnknownVariableType] JSON
            return f"event: {whole['type']}\ndata: {json.dumps(whole)}\n\n".encode()
        case _:
            return f"data: {json.dumps(_chunk(event))}\n\n".encode()


def _chunk(event: Event) -> Event:
    delta = {name: value for name, value in event.items() if name not in {"finish", "usage"}}
    choice = {"index": 0, "delta": delta, "finish_reason": event.get("finish")}
    chunk: Event = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
    chunk["choices"] = [choice] if delta or "finish" in event else []
    if "usage" in event:
        given, made = event["usage"]
        names = ("prompt_tokens", "completion_tokens", "total_tokens")
        chunk["usage"] = dict(zip(names, (given, made, given + made), strict=True))
    return chunk
