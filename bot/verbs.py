"""What somebody does at a door, as the verb that they must be allowed."""

from __future__ import annotations

from typing import assert_never

from adapters import commands
from adapters.ports.button import DETAILS, RETRY, ButtonToken
from adapters.ports.inbound import Command, Deleted, Edited, Inbound, Mention, Press, Reply
from runtime.ports import No, Sessions, Verb, Yes

_OF_COMMANDS: dict[str, Verb] = {
    "stop": "stop",
    "pause": "pause",
    "resume": "pause",
    "status": "read",
    "grants": "read",
    "settings": "read",
    "revoke": "revoke",
    "aside": "steer",
    "retry": "start",
    "answer": "approve",
}


async def verdict_of(sessions: Sessions, inbound: Inbound) -> Yes | No:
    """Whether they may. A chat delivers what people do in a channel only from those who are in it:
    so they are present. Of a command about a thread in another channel that is not proved."""
    said = inbound.said if isinstance(inbound, Edited) else inbound
    admitted = said.admitted if isinstance(said, Reply) else True
    return await sessions.may(
        said.actor, verb_of(said), said.address, present=True, admitted=admitted
    )


def verb_of(inbound: Mention | Reply | Deleted | Press | Command) -> Verb:
    match inbound:
        case Mention():
            return "start"
        case Reply(text=text, files=files):
            order = None if files else commands.read(text)
            return "steer" if order is None else _OF_COMMANDS[order.spec.word]
        case Deleted():
            return "stop"  # all that it may do is to end what the message began
        case Press(token=token):
            return _of_button(token)
        case Command(name=name):
            return _OF_COMMANDS.get(name.strip().lower(), "read")
        case _:
            assert_never(inbound)


def _of_button(token: ButtonToken) -> Verb:
    if token.choice in (DETAILS, RETRY):
        return "read" if token.choice == DETAILS else "start"
    match token.kind:
        case "gate" | "question":
            return "approve"
        case "run":
            return "stop" if token.choice == "stop" else "steer"
