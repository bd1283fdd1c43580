"""What clients of the agent socket may send. Anything else is a fault that is named."""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from runtime.approvals import Duration

LIMIT = 64 * 1024  # bytes of one frame
FILES = 10  # of one message

_ID = r"^[\w.:-]*$"

Name = Annotated[str, Field(min_length=1, max_length=200)]


class BadFrame(Exception):
    """`str()` says what is wrong, without quoting what was sent."""


class Frame(BaseModel):
    """`id` comes back with the answer. For a message it is its name too: sent twice, it counts
    once."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(default="", max_length=64, pattern=_ID)


class SentFile(BaseModel):
    """A file that was uploaded before."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    artifact: str = Field(pattern=r"^[0-9a-f]{64}$")
    name: Name
    media_type: str = Field(default="application/octet-stream", max_length=100)


class Message(Frame):
    type: Literal["message"]
    text: str = Field(default="", max_length=40_000)
    files: tuple[SentFile, ...] = Field(default=(), max_length=FILES)


class Approve(Frame):
    type: Literal["approve"]
    approval_id: Name
    duration: Duration = Duration.ONCE


class Deny(Frame):
    type: Literal["deny"]
    approval_id: Name


class Answer(Frame):
    type: Literal["answer"]
    question_id: Name
    text: str = Field(min_length=1, max_length=8_000)


class Stop(Frame):
    """Without a run it stops whatever runs."""

    type: Literal["stop"]
    run_id: str = ""


class Press(Frame):
    """A button of a card: its token, as it stands in the page and in the cards."""

    type: Literal["press"]
    token: str = Field(max_length=100)


class Pause(Frame):
    type: Literal["pause"]


class Resume(Frame):
    type: Literal["resume"]


class Retry(Frame):
    type: Literal["retry"]


class Revoke(Frame):
    type: Literal["revoke"]
    grant_id: Name


class Feedback(Frame):
    type: Literal["feedback"]
    run_id: Name
    good: bool


Sent = Message | Press | Approve | Deny | Answer | Stop | Pause | Resume | Retry | Revoke | Feedback
_TYPES: tuple[str, ...] = tuple(
    get_args(kind.model_fields["type"].annotation)[0] for kind in get_args(Sent)
)
_SENT: TypeAdapter[Sent] = TypeAdapter(Annotated[Sent, Field(discriminator="type")])


def read(data: str) -> Sent:
    """The frame that this text is. Raises BadFrame."""
    if len(data) > LIMIT or len(data.encode(errors="replace")) > LIMIT:
        raise BadFrame(f"the frame is larger than {LIMIT:,} bytes: upload large things as files")
    try:
        return _SENT.validate_json(data)
    except (ValidationError, RecursionError) as error:
        raise BadFrame(_fault(error)) from None


def id_of(data: object) -> str:
    """What a frame calls itself, whatever else is wrong with it: who sent it knows which one."""
    try:
        frame = json.loads(data) if isinstance(data, str) else None
    except (ValueError, RecursionError):
        return ""
    name = cast(dict[str, object], frame).get("id") if isinstance(frame, dict) else None
    return name if isinstance(name, str) and len(name) <= 64 and re.search(_ID, name) else ""


def _fault(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "the frame is nested too deeply"
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "the frame is not JSON"
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return f"type: must be one of {', '.join(_TYPES)}"
    where = ".".join(str(part) for part in first["loc"][1:])
    return f"{where}: {first['msg']}" if where else first["msg"]
