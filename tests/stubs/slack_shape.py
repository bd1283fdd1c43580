"""Cards as Block Kit, in a line of words for each block."""

from __future__ import annotations

import json
from typing import Any

from slack_blocks import complaints

from adapters.ports.cards import Block, Card, CardKey, Urgency
from adapters.slack.render.card import Payload, render


def drawn(*blocks: Block, notify: tuple[str, ...] = ()) -> Payload:
    payload = render(Card(CardKey("key"), Urgency.WORK, "live", blocks, notify))
    assert complaints(payload) == []
    return payload


def shape(*blocks: Block, notify: tuple[str, ...] = ()) -> list[str]:
    """A line of words for each block."""
    return [f"{b['type']}: {_words(b)}" for b in drawn(*blocks, notify=notify).blocks]


def _words(node: Any) -> str:
    match node:
        case {"type": "text", "text": str(words), "style": style}:
            return f"[{'+'.join(style)}]{words}[/]"
        case {"text": str(words)}:
            return words
        case {"type": "user", "user_id": user}:
            return f"@{user}"
        case {"type": "date", "fallback": words}:
            return f"<{words}>"
        case [*items]:
            return "".join(map(_words, items))
        case _:
            return _structure(node)


def _structure(node: Any) -> str:
    match node:
        case {"type": "button", "text": label, "value": value, "action_id": action, **rest}:
            return f"\n  {action} {_words(label)} {value} {rest.get('style', '')}".rstrip()
        case {"type": "static_select", "placeholder": label, "options": options, **rest}:
            picks = [f"{_words(o['text'])} {o['value']}" for o in options]
            return f"\n  {rest['action_id']} {_words(label)}: {'; '.join(picks)}"
        case {"type": "task_card", "title": title, "status": status, **rest}:
            more = [_words(rest[part]) for part in ("details", "output") if part in rest]
            return "\n  " + "; ".join([f"{status} {title}", *more])
        case {"type": "plan", "title": title, "tasks": tasks}:
            return f"{title}{_words(tasks)}"
        case {"type": "rich_text_preformatted", "elements": elements}:
            return f"\n```\n{_words(elements)}\n```"
        case {"type": "rich_text_quote", "elements": elements}:
            return f"> {_words(elements)}"
        case {"elements": elements}:
            return _words(elements)
        case _:
            return json.dumps(node)
