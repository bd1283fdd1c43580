"""Checks a request as a provider does: what it would refuse must never be sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from model_server import Received

Item = dict[str, Any]  # JSON of a provider's request


def check_history(received: Received) -> None:
    """Every call has a result, exactly one, right behind its turn; nothing is empty."""
    if received.path.endswith("/chat/completions"):
        _check_chat(received.body["messages"])
    elif received.path.endswith("/messages"):
        _check_anthropic(received.body["messages"])


def _check_chat(messages: list[Item]) -> None:
    waiting: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            assert message["tool_call_id"] in waiting, "a result without a call, or a second one"
            waiting.remove(message["tool_call_id"])
            assert message["content"], "an empty result"
            continue
        assert not waiting, f"calls without a result: {waiting}"
        calls: list[Item] = message.get("tool_calls") or []
        for call in calls:
            arguments = json.loads(call["function"]["arguments"])
            assert isinstance(arguments, dict)
            json.dumps(arguments, allow_nan=False)
            assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", call["function"]["name"])
        waiting = [call["id"] for call in calls]
        assert len(waiting) == len(set(waiting)), f"the same id twice: {waiting}"
        assert calls or message.get("content"), f"an empty message: {message}"
    assert not waiting, f"calls without a result: {waiting}"
    assert messages[-1]["role"] in {"user", "tool"}


def _check_anthropic(messages: list[Item]) -> None:
    known: list[str] = []
    waiting: list[str] = []
    for message in messages:
        blocks = list(_blocks(message))
        assert blocks, "an empty message"
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        assert sorted(results) == sorted(waiting), f"{waiting} were answered by {results}"
        waiting = [block["id"] for block in blocks if block["type"] == "tool_use"]
        assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", b["name"]) for b in blocks if "name" in b)
        known += waiting
        assert all(b["text"].strip() for b in blocks if b["type"] == "text"), "an empty text"
    assert not waiting, f"calls without a result: {waiting}"
    assert len(known) == len(set(known)), f"the same id twice: {known}"
    assert messages[-1]["role"] == "user"


def _blocks(message: Item) -> Iterator[Item]:
    content: str | list[Item] = message["content"]
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    yield from content
