"""A frame of a client as what the desk takes."""

from __future__ import annotations

import uuid
from typing import assert_never

from adapters import press
from adapters.inbound import Attachment, Command, Inbound, Press, Reply
from adapters.web import frames
from runtime.ids import Actor, Address, ApprovalId, RunId


def inbound(frame: frames.Sent, address: Address, actor: Actor) -> Inbound:
    """Every frame goes through the front door, as a message or a button of a chat would."""
    name = frame.id or uuid.uuid4().hex
    match frame:
        case frames.Message(text=text, files=sent):
            files = tuple(Attachment(f.artifact, f.name, 0, f.media_type) for f in sent)
            return Reply(address, actor, name, text, files=files)
        case frames.Approve(approval_id=gate, duration=duration):
            return Press(address, actor, name, press.approve(ApprovalId(gate), duration))
        case frames.Deny(approval_id=gate):
            return Press(address, actor, name, press.deny(ApprovalId(gate)))
        case frames.Stop(run_id=run) if run:
            return Press(address, actor, name, press.on_run(RunId(run), "stop"))
        case frames.Feedback(run_id=run, good=good):
            choice = "good" if good else "bad"
            return Press(address, actor, name, press.on_run(RunId(run), choice))
        case frames.Answer(question_id=question, text=text):
            return Command(address, actor, name, "answer", f"{question} {text}")
        case frames.Revoke(grant_id=grant):
            return Command(address, actor, name, "revoke", grant)
        case frames.Stop() | frames.Pause() | frames.Resume() | frames.Retry():
            return Command(address, actor, name, frame.type)
        case _:
            assert_never(frame)
