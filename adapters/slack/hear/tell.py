"""Receipts, told to the one person they are for."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from adapters.inbound import Accepted, Receipt, Refused, Sheet
from adapters.slack.private.modal import modal, note
from adapters.slack.teams.web import write


@dataclass(frozen=True, slots=True)
class Listener:
    """Where somebody is. `trigger` opens a modal, once and within three seconds; without a
    channel (the home tab) it is the only way."""

    channel: str
    user: str
    thread: str = ""
    trigger: str = ""


async def tell(web: AsyncWebClient, listener: Listener, receipt: Receipt) -> None:
    """What was accepted shows in the thread by itself. Raises what the client raises."""
    match receipt:
        case Accepted():
            return
        case Sheet() if listener.trigger:
            await write(web, "views.open", trigger_id=listener.trigger, view=modal(receipt))
        case Refused(text) if not listener.channel:
            sheet = Sheet("Not done", text)
            await write(web, "views.open", trigger_id=listener.trigger, view=modal(sheet))
        case Refused() | Sheet():
            text, blocks = note(receipt)
            await write(
                web,
                "chat.postEphemeral",
                channel=listener.channel,
                user=listener.user,
                thread_ts=listener.thread or None,
                text=text,
                blocks=blocks,
            )
