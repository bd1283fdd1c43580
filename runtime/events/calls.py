"""What tools do."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from runtime.approvals import Risk
from runtime.events.messages import FileRef
from runtime.ids import CallId, Value


class ToolCallStart(Value):
    """The effect begins now: validated, judged, and approved where that was needed. `attempt`
    counts from 1; only a lost call is begun again. `attached` counts the files of messages that
    were dealt with before it, in the order of the journal; `lacking` says which of them could not
    be put into the workspace, and why."""

    type: Literal["tool_call_start"] = "tool_call_start"
    call_id: CallId
    attempt: int = 1
    tool: str
    summary: str
    arguments: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    risk: Risk = Risk.LOW
    isolation: str = ""
    container: str = ""
    attached: int = 0
    lacking: tuple[str, ...] = ()


class ToolCallChunk(Value):
    """Broadcast: output as it comes."""

    type: Literal["tool_call_chunk"] = "tool_call_chunk"
    call_id: CallId
    text: str
    stream: Literal["stdout", "stderr"] = "stdout"


class ToolCallComplete(Value):
    """`notes` are sentences about the call, such as what was not looked at. `reported`: the driver
    that began it was gone, so all of this is what the container says, which is not trusted."""

    type: Literal["tool_call_complete"] = "tool_call_complete"
    call_id: CallId
    output: str
    exit_code: int | None = None
    seconds: float = 0.0
    changed: tuple[str, ...] = ()
    truncated: bool = False
    notes: tuple[str, ...] = ()
    reported: bool = False


FailureKind = Literal[
    "invalid",
    "unknown_tool",
    "denied",
    "expired",
    "failed",
    "timeout",
    "oom",
    "output_limit",
    "quota",
    "stopped",
    "unknown_outcome",
    "unavailable",
]


class ToolCallFailed(Value):
    """`output` is what it had written until then; `notes` and `reported` as in ToolCallComplete."""

    type: Literal["tool_call_failed"] = "tool_call_failed"
    call_id: CallId
    tool: str = ""
    kind: FailureKind
    message: str
    output: str = ""
    seconds: float = 0.0
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reported: bool = False


class FileCreated(Value):
    """A file that the run delivers to the thread."""

    type: Literal["file_created"] = "file_created"
    file: FileRef
    call_id: CallId
