"""Receipts, told to the one person they are for."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.ports.errors import RateLimited
from adapters.ports.inbound import Accepted, InfoReply, Receipt, Refused
from adapters.ports.rate_limit import RateLimit
from adapters.slack.home.modal import modal, note
from adapters.slack.installations.web import write
from adapters.slack.outbound.errors import fault_of
from runtime.ports import Clock

_ANSWERS = RateLimit("slack/answers to one person", 1, 1.0)  # nobody shares it


@dataclass(frozen=True, slots=True)
class Listener:
    """Where somebody is. `trigger` opens a modal, once and within three seconds; without a
    channel (the home tab) it is the only way."""

    channel: str
    user: str
    thread: str = ""
    trigger: str = ""


async def reply(web: AsyncWebClient, clock: Clock, listener: Listener, receipt: Receipt) -> None:
    """What was accepted shows in the thread by itself. A limit is waited for once. Raises what the
    client raises."""
    try:
        await _tell(web, listener, receipt)
    except SlackApiError as error:
        fault = fault_of("an answer to one person", _ANSWERS, error)
        if not isinstance(fault, RateLimited):
            raise
        await clock.sleep(fault.retry_after)
        await _tell(web, listener, receipt)


async def _tell(web: AsyncWebClient, listener: Listener, receipt: Receipt) -> None:
    match receipt:
        case Accepted():
            return
        case InfoReply() if listener.trigger:
            await write(web, "views.open", trigger_id=listener.trigger, view=modal(receipt))
        case Refused(text) if not listener.channel:
            info = InfoReply("Not done", text)
            await write(web, "views.open", trigger_id=listener.trigger, view=modal(info))
        case Refused() | InfoReply():
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
