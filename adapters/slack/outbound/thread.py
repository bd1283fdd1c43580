"""A thread as Slack keeps it: its messages, and which of them are ours.

Posted messages carry their card's key in their metadata, files in the id of a block beside them. A
native stream carries nothing before it stops. So the one message of ours that is or was streamed
and has no key is taken for the answer that is looked for: `Streams` never starts a second one in a
thread before the first has its key, and of an answer in parts the part before must have its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from adapters.ports.cards import CardKey
from adapters.slack.inbound.payloads import Listed, Shape, Stamp, Text
from adapters.slack.outbound.api import Api, Json, next_page
from adapters.slack.outbound.errors import Refusal
from adapters.slack.render.card import EVENT

_PAGE, _PAGES = 999, 20
_MARK = "aether:"  # before a key in a block's id


def mark(key: CardKey) -> str:
    """The id of the block that names a file; at most 255 characters."""
    return f"{_MARK}{key}"[:255]


class _Event(Shape):
    event_type: Text = ""
    event_payload: dict[str, Any] = Field(default_factory=dict[str, Any])


class _Profile(Shape):
    name: Text = ""


class Message(Shape):
    """One message, as far as it is read. `files` are for who knows them."""

    ts: Stamp
    user: Text = ""
    bot_id: Text = ""
    app_id: Text = ""
    subtype: Text = ""
    text: Text = ""
    streaming_state: Text = ""
    metadata: _Event | None = None
    blocks: Listed[dict[str, Any]] = ()
    attachments: Listed[dict[str, Any]] = ()
    files: Listed[dict[str, Any]] = ()
    username: Text = ""
    bot_profile: _Profile | None = None

    @property
    def app_name(self) -> str:
        """As what an app wrote it, untrusted; "" where Slack does not say."""
        return self.username or (self.bot_profile.name if self.bot_profile else "")

    @property
    def key(self) -> str:
        """Of the card that it is; "" for none."""
        if self.metadata is not None and self.metadata.event_type == EVENT:
            found = self.metadata.event_payload.get("key")
            return found if isinstance(found, str) else ""
        ids = (str(block.get("block_id") or "") for block in self.blocks)
        marks = (found for found in ids if found.startswith(_MARK))
        return next((found.removeprefix(_MARK) for found in marks), "")


class _Page(Shape):
    messages: Listed[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """Reads one thread. Raises SurfaceFault."""

    api: Api
    channel: str
    root: str

    async def messages(self, after: str = "") -> AsyncIterator[Message]:
        """Those after `after`, oldest first; none if the thread is gone."""
        cursor: str | None = None
        for _ in range(_PAGES):
            page = await self._page(after, cursor)
            for told in _Page.model_validate(page).messages:
                message = _message(told)
                if message is not None and order(message.ts) > order(after):
                    yield message
            cursor = next_page(page)
            if not cursor:
                return

    async def ours(self) -> list[Message]:
        """Our own, oldest first."""
        wrote = self.api.workspace.wrote
        return [m async for m in self.messages() if wrote(m.user, m.bot_id, m.app_id)]

    async def newest(self, count: int) -> list[Message]:
        """What stands in the channel itself, oldest first."""
        page = await self.api.call("conversations.history", channel=self.channel, limit=count)
        found = [_message(told) for told in _Page.model_validate(page).messages]
        return [message for message in reversed(found) if message is not None]

    async def _page(self, after: str, cursor: str | None) -> Json:
        try:
            return await self.api.call(
                "conversations.replies",
                channel=self.channel,
                ts=self.root,
                oldest=after or None,
                include_all_metadata=True,
                limit=_PAGE,
                cursor=cursor,
            )
        except Refusal as refusal:
            if refusal.code == "thread_not_found":
                return {}
            raise


def found(messages: list[Message], key: CardKey) -> str:
    """The time stamp of the oldest of our messages with this key; "" for none."""
    named = next((message.ts for message in messages if message.key == key), "")
    return named or _streamed(messages, key)


def _streamed(messages: list[Message], key: CardKey) -> str:
    nameless = [m.ts for m in messages if m.streaming_state and not m.key]
    kind, _, rest = key.partition(":")
    before, _, part = rest.rpartition(":")
    if kind != "answer" or len(nameless) != 1 or not part.isdigit():
        return ""
    earlier = f"answer:{before}:{int(part) - 1}"
    is_next = part == "1" or any(message.key == earlier for message in messages)
    return nameless[0] if is_next else ""


def order(ts: str) -> tuple[int, str]:
    """Time stamps in the order of time; they are texts, and no float holds one."""
    seconds, _, fraction = ts.partition(".")
    return (int(seconds) if seconds.isdigit() else 0, fraction)


def _message(told: dict[str, Any]) -> Message | None:
    try:
        return Message.model_validate(told)
    except ValidationError:
        return None
