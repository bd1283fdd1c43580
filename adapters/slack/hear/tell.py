"""Receipts, told to the one person they are for."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.budget import Budget
from adapters.faults import RateLimited
from adapters.inbound import Accepted, Receipt, Refused, Sheet
from adapters.slack.private.modal import modal, note
from adapters.slack.show.faults import fault_of
from adapters.slack.teams.web import write
from runtime.ports import Clock

_ANSWERS = Budget("slack/answers to one person", 1, 1.0)  # nobody shares it


@dataclass(frozen=True, slots=True)
class Listener:
    """Where somebody is. `trigger` opens a modal, once and within three seconds; without a
    channel (the home tab) it is the only way."""

    channel: str
    user: str
    thread: str = ""
    trigger: str = ""


async def tell(web: AsyncWebClient, clock: Clock, listener: Listener, receipt: Receipt) -> None:
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
