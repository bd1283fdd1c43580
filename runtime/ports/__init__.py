"""What the runtime asks of the world. Each port is a handful of verbs; bot composes the real
ones."""

from runtime.ports.engine import (
    Clock,
    Drive,
    Engine,
    Settler,
    Work,
)
from runtime.ports.installations import Installations
from runtime.ports.journal import (
    Appended,
    Artifacts,
    Behind,
    Guard,
    Journal,
    Known,
    Refused,
    SessionRow,
)
from runtime.ports.model import (
    Message,
    Model,
    ModelDelta,
    RawCall,
    Responded,
    Returned,
    Said,
    TextDelta,
    ThinkingDelta,
    ToolSpec,
    TurnEnded,
    Used,
)
from runtime.ports.sandbox import (
    Command,
    Exited,
    FileBytes,
    FileEntry,
    Output,
    Prepared,
    Running,
    Sandbox,
)
from runtime.ports.sessions import (
    Sessions,
    ViewFeed,
)

__all__ = [
    "Appended",
    "Artifacts",
    "Behind",
    "Clock",
    "Command",
    "Drive",
    "Engine",
    "Exited",
    "FileBytes",
    "FileEntry",
    "Guard",
    "Installations",
    "Journal",
    "Known",
    "Message",
    "Model",
    "ModelDelta",
    "Output",
    "Prepared",
    "RawCall",
    "Refused",
    "Responded",
    "Returned",
    "Running",
    "Said",
    "Sandbox",
    "SessionRow",
    "Sessions",
    "Settler",
    "TextDelta",
    "ThinkingDelta",
    "ToolSpec",
    "TurnEnded",
    "Used",
    "ViewFeed",
    "Work",
]
