"""A frame of a client as what the router takes."""

from __future__ import annotations

import uuid
from typing import assert_never

from adapters.ports import button
from adapters.ports.inbound import Attachment, Command, Inbound, Press, Reply
from adapters.web import frames
from runtime.ids import Actor, Address, ApprovalId, RunId


def inbound(frame: frames.Sent, address: Address, actor: Actor) -> Inbound:
    """Every frame goes through the front door, as a message or a button of a chat would. Raises
    BadFrame."""
    name = frame.id or uuid.uuid4().hex
    match frame:
        case frames.Message(text=text, files=sent):
            files = tuple(Attachment(f.artifact, f.name, 0, f.media_type) for f in sent)
            return Reply(address, actor, name, text, files=files)
        case frames.Answer(question_id=question, text=text):
            return Command(address, actor, name, "answer", f"{question} {text}")
        case frames.Revoke(grant_id=grant):
            return Command(address, actor, name, "revoke", grant)
        case frames.Stop(run_id="") | frames.Pause() | frames.Resume() | frames.Retry():
            return Command(address, actor, name, frame.type)
        case frames.Press():
            return Press(address, actor, name, _token(frame))
        case _:
            return Press(address, actor, name, _token(frame), by_name=True)


Pressed = frames.Press | frames.Approve | frames.Deny | frames.Feedback | frames.Stop


def _token(frame: Pressed) -> button.ButtonToken:
    match frame:
        case frames.Press(token=text):
            token = button.parse(text)
            if token is None:
                raise frames.BadFrame("token: is not that of a button")
            return token
        case frames.Approve(approval_id=gate, duration=duration):
            return button.approve(ApprovalId(gate), duration)
        case frames.Deny(approval_id=gate):
            return button.deny(ApprovalId(gate))
        case frames.Feedback(run_id=run, good=good):
            return button.on_run(RunId(run), "good" if good else "bad")
        case frames.Stop(run_id=run):
            return button.on_run(RunId(run), "stop")
        case _:
            assert_never(frame)
