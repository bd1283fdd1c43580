"""What the demo tells people: marks in its plan and last words, from the results alone."""

from __future__ import annotations

import re
from typing import Any

from runtime.models.script import Heard, Result

HOW_TO_CONNECT = """\
I am the demo model built into Aether: my part is a script. What my calls did is real, the \
thinking is not. To connect a real model, set one of these and restart:

- `OPENAI_API_KEY` for OpenAI, or `OPENAI_BASE_URL` for any server that speaks its API
- `ANTHROPIC_API_KEY` for Anthropic
- `AETHER_MODEL`, such as `openai:NAME` or `anthropic:NAME`, to name the model

Without these, a local Ollama, llama-server or LM Studio is found by itself."""

# Its output cannot stand in the text of the command: who sees it knows that the program ran.
PROGRAM = 'print("Hello from the sandbox. 2 to the power of 64 is", 2**64)\n'
PROOF = str(2**64)

PREPARE = "mkdir -p build-demo && date > build-demo/old.txt && python3 hello.py"
DELETE = "rm -rf build-demo"

FAILURE = re.compile(r"\AERROR \(\w+\): ")
"""`runtime.folds.context` marks every failure, refusal and time-out with these words."""


def result(heard: Heard, tool: str, part: str = "") -> Result | None:
    """The newest result of a tool whose arguments contain a text."""
    found = [r for r in heard.results if r.tool == tool and part in r.arguments]
    return found[-1] if found else None


def worked(found: Result | None) -> bool:
    return found is not None and FAILURE.match(found.content) is None


def ran(heard: Heard) -> bool:
    printed = result(heard, "shell", "hello.py")
    return printed is not None and PROOF in printed.content


def deleted(heard: Heard) -> bool:
    """The folder was there and is gone: the listing tells, whatever was decided."""
    listing = result(heard, "list_files")
    return ran(heard) and listing is not None and "build-demo" not in listing.content


def steps(heard: Heard) -> dict[str, Any]:
    """The whole plan with the marks that the results so far allow."""
    listed = result(heard, "list_files") is not None
    sent = result(heard, "deliver")
    marks = (
        _mark(heard.played, 1, tried=result(heard, "shell") is not None, good=ran(heard)),
        _mark(heard.played, 2, tried=listed, good=deleted(heard)),
        _mark(heard.played, 3, tried=sent is not None, good=worked(sent)),
    )
    told = (
        ("run", "Write and run a program", "A greeting in Python, run in the sandbox.", "shell"),
        ("clean", "Delete the old build folder", "Deleting needs somebody's approval.", "shell"),
        ("deliver", "Deliver the program", "The file comes into this thread.", "deliver"),
    )
    keys = ("id", "title", "description")
    return {
        "steps": [
            {**dict(zip(keys, texts, strict=True)), "tool_types": [tool], "status": mark}
            for (*texts, tool), mark in zip(told, marks, strict=True)
        ]
    }


def _mark(played: int, step: int, *, tried: bool, good: bool) -> str:
    if tried:
        return "done" if good else "failed"
    return "active" if played >= step else "pending"


def answer(heard: Heard) -> str:
    """What really happened, from the results alone."""
    return "\n\n".join(
        (
            _about_the_program(heard),
            _about_the_folder(heard),
            _about_the_file(heard),
            HOW_TO_CONNECT,
        )
    )


def _about_the_program(heard: Heard) -> str:
    printed = result(heard, "shell", "hello.py")
    if ran(heard):
        return f"I wrote `hello.py` and ran it in the sandbox. It printed the number {PROOF}."
    return f"I could not run `hello.py`. {_quote(printed or result(heard, 'write_file'))}"


def _about_the_folder(heard: Heard) -> str:
    asked = result(heard, "shell", DELETE)
    if deleted(heard):
        return "Deleting `build-demo` was allowed, and the folder is gone."
    return f"`build-demo` was not deleted. {_quote(asked)}"


def _about_the_file(heard: Heard) -> str:
    sent = result(heard, "deliver")
    if worked(sent):
        return "`hello.py` is in this thread."
    return f"`hello.py` was not delivered. {_quote(sent)}"


def _quote(found: Result | None) -> str:
    """A tool's own words, short enough for an answer."""
    words = " ".join(found.content.replace("`", "'").split()) if found is not None else ""
    return f"The tool said: {FAILURE.sub('', words)[:200]}" if words else "It was not tried."
