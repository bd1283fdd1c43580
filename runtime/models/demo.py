"""The demo model: a small real task, written down, for people who have not connected a model yet.

Everything but the thinking is real: its calls are judged, approved and run like any model's, and
its last words are about what they gave back.
"""

from __future__ import annotations

import re

from runtime.models.connection import Connection
from runtime.models.demo_story import DELETE, HOW_TO_CONNECT, PREPARE, PROGRAM, answer, steps
from runtime.models.probe import TOOL
from runtime.models.script import Aside, Call, Heard, Script, Turn
from runtime.models.turn import DirectModel

NAME = "demo"
PACE = 0.03  # seconds a piece; about as fast as people read

GREETING = f"Hello! Ask me to show you something, and I play a small task.\n\n{HOW_TO_CONNECT}"

WORK = re.compile(
    r"\b(show|demo|try|test|write|create|make|build|run|fix|code|script|program|file|plan|deliver|"
    r"delete|clean|search|find|read|start|begin|go|task|work)\b",
    re.IGNORECASE,
)


def is_small_talk(heard: Heard) -> bool:
    """Short words that name no work."""
    return len(heard.words) <= 80 and WORK.search(heard.words) is None


PLAN = Call("plan", steps)

READY = Call(TOOL.name, {"word": "yes"})

DEMO = Script(
    turns=(
        Turn(
            thinking="This is a demonstration, so a small task will do: write a program, run it, "
            "tidy up, and hand over the file. Tidying up deletes a folder, which needs approval.",
            calls=(PLAN,),
        ),
        Turn(
            thinking="First the program. I write it into the workspace and run it there, beside "
            "a folder that I can tidy up later.",
            calls=(
                PLAN,
                Call("write_file", {"path": "hello.py", "content": PROGRAM}),
                Call("shell", {"command": PREPARE}),
            ),
        ),
        Turn(
            thinking="Now the old folder. Deleting it cannot be undone, so people decide.",
            calls=(PLAN, Call("shell", {"command": DELETE}), Call("list_files", {})),
        ),
        Turn(
            thinking="The listing shows what is really there. Now I deliver the program.",
            calls=(
                PLAN,
                Call("deliver", {"path": "hello.py"}),
            ),
        ),
        Turn(calls=(PLAN,)),
        Turn(text=answer),
    ),
    asides=(
        # `doctor` offers this one tool only, and asks for it.
        Aside(lambda heard: heard.tools == frozenset({TOOL.name}), Turn(calls=(READY,))),
        Aside(is_small_talk, Turn(text=GREETING)),
    ),
)


def demo_model(script: Script = DEMO, pace: float = PACE) -> DirectModel:
    """A model that plays the script; `pace` is the delay before each piece in seconds."""

    def connect() -> Connection:
        from runtime.models import player  # imports the provider library

        return player.connect(script, NAME, pace)

    return DirectModel(NAME, connect)
