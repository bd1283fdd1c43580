"""Tool calls that a model wrote as text, in the forms of the templates that models are trained on:
JSON (bare, in a fence, between tags), name and JSON apart, and XML with a tag per parameter."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, cast

from runtime.ports.model import RawCall

_NAMES = ("name", "tool", "tool_name", "function_name", "action", "function", "recipient_name")
_ARGUMENTS = ("arguments", "parameters", "args", "input", "action_input", "tool_input", "params")
_LONGEST = 400_000  # characters: beyond this nobody looks
_MOST = 32

_NAME = r"(?:functions?[.:])?([A-Za-z_][\w.-]{0,63})"
# The name stands before the JSON of its arguments: Llama, Kimi, gpt-oss, DeepSeek, Mistral, ReAct.
_BEFORE = re.compile(
    rf"(?:<function={_NAME}>"
    rf"|<\|tool_call_begin\|>\s*{_NAME}(?::\d+)?\s*<\|tool_call_argument_begin\|>"
    rf"|(?:commentary|analysis)?\s*to={_NAME}[^{{]{{0,60}}<\|message\|>"
    rf"|(?:function)?<\uff5ctool▁sep\uff5c>{_NAME}\s*(?:```json)?"
    rf"|\[TOOL_CALLS\]\s*{_NAME}(?:\[ARGS\])?"
    rf"|Action:\s*{_NAME}\s*\n\s*Action Input:)\s*\Z"
)
# Qwen-Coder, Anthropic, MiniMax: a tag for the call and one for each parameter.
_XML = re.compile(
    rf"<function={_NAME}>(?P<a>.*?)</function>"
    rf"|<(?:antml:)?invoke name=\"{_NAME}\">(?P<b>.*?)</(?:antml:)?invoke>"
    rf"|<tool_call>\s*{_NAME}\s*(?P<c><arg_key>.*?)</tool_call>",
    re.DOTALL,
)
_PARAMETER = re.compile(
    r"<parameter=([\w-]+)>(.*?)</parameter>"
    r"|<(?:antml:)?parameter name=\"([\w-]+)\"[^>]*>(.*?)</(?:antml:)?parameter>"
    r"|<arg_key>([\w-]+)</arg_key>\s*<arg_value>(.*?)</arg_value>",
    re.DOTALL,
)
_MARK = re.compile(
    r"</?(?:antml:)?(?:tool_calls?|function_calls?|tools?|function|minimax:tool_call)>"
    r"|\[/?TOOL_CALLS\]|<\|[^|<>]{1,40}\|>|<\uff5c[^\uff5c<>]{1,40}\uff5c>|</?(?:functioncall|toolcall)>",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"\s*(?:<tool_calls?>|<function_calls>|<function=|\[TOOL_CALLS\]|<\|tool_calls?_|<\uff5ctool)",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"\s*(?:```)?\s*(?:</function>)?")
_FENCE = re.compile(r"```[\w-]*[\s,\[\]]*```")
_FILLING = re.compile(r"^[\s,;\[\]]*$")


@dataclass(frozen=True, slots=True)
class Written:
    """Calls of a text, and what it says beside them."""

    calls: tuple[RawCall, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    name: str
    arguments: str


def written_calls(text: str, names: Collection[str]) -> Written:
    """The calls of known tools; everything else stays text."""
    found = [call for call in _calls(text) if call.name in names][:_MOST]
    calls = tuple(RawCall(f"written_{n}", c.name, c.arguments) for n, c in enumerate(found, 1))
    return Written(calls, _without(text, found) if found else text)


def is_call(text: str) -> bool:
    """Whether a text is nothing but calls, of whatever tools, or has begun one and not ended it."""
    if found := list(_calls(text)):
        return not _without(text, found)
    return _BEGUN.match(text) is not None


def _calls(text: str) -> Iterator[_Found]:
    if len(text) > _LONGEST or not ("{" in text or "<" in text):
        return
    found = [*_tagged(text), *_objects(text)]
    end = 0
    for call in sorted(found, key=lambda each: each.start):
        if call.start >= end:
            yield call
            end = max(end, call.end)


def _tagged(text: str) -> Iterator[_Found]:
    for match in _XML.finditer(text):
        body = next((b for b in match.group("a", "b", "c") if b is not None), "")
        pairs = (
            tuple(v for v in each.groups() if v is not None) for each in _PARAMETER.finditer(body)
        )
        given = {key: value.removeprefix("\n").removesuffix("\n") for key, value in pairs}
        if given or not body.strip():
            name = next(group for group in match.groups() if group)
            yield _Found(match.start(), match.end(), name, json.dumps(given, ensure_ascii=False))


def _objects(text: str) -> Iterator[_Found]:
    """JSON objects that are calls, or the arguments of one whose name stands before them."""
    decoder, at = json.JSONDecoder(strict=False), text.find("{")
    while at >= 0:
        try:
            given, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        window = max(0, at - 160)
        if before := _BEFORE.search(text[window:at]):
            name = next(group for group in before.groups() if group)
            closing = _CLOSING.match(text, end)
            stop = closing.end() if closing else end
            yield _Found(window + before.start(), stop, name, text[at:end])
        else:
            yield from (_Found(at, end, *call) for call in _of_object(given))
        at = text.find("{", end)


def _of_object(given: Any) -> Iterator[tuple[str, str]]:
    """(name, arguments as JSON) of an object that is a call, or a list of them."""
    if not isinstance(given, dict):
        return
    fields = cast(dict[str, Any], given)
    listed: Any = fields.get("tool_calls") or fields.get("tool_uses")
    if isinstance(listed, list):
        for each in cast(list[Any], listed):
            yield from _of_object(each)
        return
    function: Any = fields.get("function")
    if isinstance(function, dict):
        yield from _of_object(function)
        return
    name = next((fields[key] for key in _NAMES if isinstance(fields.get(key), str)), "")
    arguments = next((fields[key] for key in _ARGUMENTS if key in fields), None)
    if name and isinstance(arguments, dict | str):
        text = (
            arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        )
        if text.lstrip().startswith("{"):
            yield name.removeprefix("functions."), text


def _without(text: str, found: list[_Found]) -> str:
    """What a text says beside its calls, without the marks and fences around them."""
    rest, at = "", 0
    for call in found:
        rest += text[at : call.start] + "\n" if call.start >= at else ""
        at = max(at, call.end)
    rest = _FENCE.sub("", _MARK.sub("", rest + text[at:]))
    return "" if _FILLING.match(rest) else rest.strip()
