"""The bytes of an answer in the shape of OpenAI's Responses API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_answers import Answer, ToolCall

Item = dict[str, Any]  # JSON of a provider's stream


def response_words(answer: Answer, model: str) -> Iterator[bytes]:
    item: Item
    yield _event("response.created", response=_response(answer, model, "in_progress"))
    if answer.thinking:
        item = {"id": "rs_0", "type": "reasoning", "summary": []}
        at = {"item_id": "rs_0", "output_index": 0, "summary_index": 0}
        part = {"type": "summary_text", "text": ""}
        yield _event("response.output_item.added", output_index=0, item=item)
        yield _event("response.reasoning_summary_part.added", **at, part=part)
        for piece in answer.thinking.split(" "):
            yield _event("response.reasoning_summary_text.delta", **at, delta=f"{piece} ")
        yield _event("response.output_item.done", output_index=0, item=item)
    if answer.text:
        item = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
        at = {"item_id": "msg_1", "output_index": 1, "content_index": 0}
        yield _event("response.output_item.added", output_index=1, item=item)
        yield _event("response.output_text.delta", **at, delta=answer.text, logprobs=[])


def response_end(answer: Answer, model: str) -> Iterator[bytes]:
    for index, call in enumerate(answer.calls, start=2):
        at = {"item_id": f"fc_{index}", "output_index": index}
        yield _event("response.output_item.added", output_index=index, item=_call(index, call, ""))
        yield _event("response.function_call_arguments.delta", **at, delta=call.arguments)
        done = _call(index, call, call.arguments)
        yield _event("response.output_item.done", output_index=index, item=done)
    if answer.finish:
        status = "incomplete" if answer.cut else "completed"
        yield _event(f"response.{status}", response=_response(answer, model, status))


def _call(index: int, call: ToolCall, arguments: str) -> Item:
    return {
        "id": f"fc_{index}",
        "type": "function_call",
        "call_id": call.id,
        "name": call.tool,
        "arguments": arguments,
        "status": "completed",
    }


def _response(answer: Answer, model: str, status: str) -> Item:
    given, made = answer.usage or (0, 0)
    usage: Item = {
        "input_tokens": given,
        "output_tokens": made,
        "total_tokens": given + made,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": model,
        "status": status,
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "incomplete_details": {"reason": "max_output_tokens"} if answer.cut else None,
        "usage": None if status == "in_progress" else usage,
    }


def _event(kind: str, **fields: Any) -> bytes:  # JSON
    event = {"type": kind, "sequence_number": 0, **fields}
    return f"event: {kind}\ndata: {json.dumps(event)}\n\n".encode()
