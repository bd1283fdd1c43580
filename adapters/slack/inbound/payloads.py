"""What Slack sends, as far as it is read. Everything here is untrusted: a payload of another shape
raises ValidationError and is dropped."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from adapters.slack.inbound.parts import PARTS_OF, parts
from runtime.events import Part

_ID = r"^[A-Za-z0-9]{1,64}$"
_TS = r"^[0-9]{1,16}\.[0-9]{1,9}$"


def _blank(value: object) -> object:
    """Slack writes null where it has nothing to say."""
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_blank)]
Id = Annotated[str, Field(pattern=_ID)]
Stamp = Annotated[str, Field(pattern=_TS)]
"""A message by the moment it was written; a text, never a number."""
MaybeStamp = Annotated[str, BeforeValidator(_blank), Field(pattern=rf"{_TS}|^$")]
Each = TypeVar("Each")
Listed = Annotated[tuple[Each, ...], BeforeValidator(lambda value: value or ())]
"""Slack leaves a list out, or writes null, where it is empty."""


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Edit(Shape):
    """Who changed a message last, and when."""

    ts: MaybeStamp = ""


class MessageEvent(Shape):
    """`app_mention`, or `message` of any subtype."""

    type: str
    channel: Id
    ts: Stamp
    user: Text = ""
    bot_id: Text = ""
    subtype: Text = ""
    text: Text = ""
    thread_ts: MaybeStamp = ""
    channel_type: Text = ""
    files: Listed[dict[str, Any]] = ()
    edited: Edit | None = None
    username: Text = ""
    attachments: Listed[dict[str, Any]] = ()
    blocks: Listed[dict[str, Any]] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        return parts(self.model_dump(include=PARTS_OF))

    @property
    def root(self) -> str:
        return self.thread_ts or self.ts

    @property
    def is_direct(self) -> bool:
        return self.channel_type == "im" or self.channel.startswith("D")


class ChangeEvent(Shape):
    """`message_changed` or `message_deleted`, which names the message only as it was."""

    subtype: str
    channel: Id
    channel_type: Text = ""
    message: dict[str, Any] = Field(default_factory=dict[str, Any])
    previous_message: dict[str, Any] = Field(default_factory=dict[str, Any])

    @property
    def before(self) -> MessageEvent:
        return self._of(self.previous_message)

    @property
    def after(self) -> MessageEvent:
        return self._of(self.message)

    @property
    def is_deletion(self) -> bool:
        """The root of a thread leaves a mark of Slack's own."""
        return self.subtype == "message_deleted" or self.message.get("subtype") == "tombstone"

    def _of(self, message: dict[str, Any]) -> MessageEvent:
        place = {"channel": self.channel, "channel_type": self.channel_type}
        return MessageEvent.model_validate({**message, **place, "type": "message"})


class Rooted(Shape):
    """Any message, as far as it says where its thread is."""

    ts: MaybeStamp = ""
    thread_ts: MaybeStamp = ""


class ReactionItem(Shape):
    type: str
    channel: Text = ""
    ts: MaybeStamp = ""


class ReactionEvent(Shape):
    user: Id
    reaction: str
    item: ReactionItem
    event_ts: Stamp
    item_user: Text = ""


class StopEvent(Shape):
    """`agent_session_stopped`: Slack's own stop button."""

    channel: Id
    user: Id
    thread_ts: Stamp
    event_ts: Stamp


class HomeEvent(Shape):
    user: Id
    tab: Text = ""


class Tokens(Shape):
    """The users whose tokens ended; `bot` names ours."""

    bot: Listed[str] = ()


class Revoked(Shape):
    """`tokens_revoked`."""

    tokens: Tokens


class Named(Shape):
    id: Id


class Container(Shape):
    type: str
    channel_id: Text = ""
    message_ts: MaybeStamp = ""
    thread_ts: MaybeStamp = ""


class Click(Shape):
    """One element of `actions`; what it presses is read by presses.token_of."""

    action_ts: Stamp
    block_id: Text = ""


class Clicks(Shape):
    """A `block_actions` payload."""

    user: Named
    container: Container
    actions: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]
    trigger_id: Text = ""
    message: dict[str, Any] | None = None


class Shortcut(Shape):
    """A `message_action` payload."""

    callback_id: str
    user: Named
    channel: Named
    message: dict[str, Any]
    action_ts: MaybeStamp = ""
    trigger_id: Text = ""


class Slash(Shape):
    """The fields of a slash command."""

    command: str
    user_id: Id
    channel_id: Id
    trigger_id: Text = ""
    text: Text = ""
