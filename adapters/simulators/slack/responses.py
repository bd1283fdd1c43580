"""What an app answers to an interaction: through its response address or in the acknowledgement."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from adapters.simulators.slack.arguments import Arguments, received
from adapters.simulators.slack.body import Body, read_body
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.messages import announce_change, announce_deletion, announce_message
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.state import State
from adapters.simulators.slack.tickets import Response
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace


class Responses:
    """The endpoint behind every response_url: five posts in half an hour."""

    def __init__(self, service: State) -> None:
        self._house = service

    async def answer(self, request: web.Request) -> web.Response:
        try:
            given = await received(request)
            now = self._house.clock.now()
            response = self._house.tickets.respond(request.match_info["ticket"], now)
            carry_out(self._house, response, given)
        except Refusal as refusal:
            status = 404 if refusal.error in ("used_url", "expired_url") else 400
            return web.Response(status=status, text=refusal.error)
        return web.Response(text="ok")


def carry_out(service: State, response: Response, given: Json) -> None:
    """A new message, or another one in place of what was clicked."""
    args, team = Arguments(given), service.teams[response.team]
    if args.flag("delete_original"):
        _delete(service, team, response)
    elif args.flag("replace_original") and response.message is not None:
        _replace(service, team, response, _said(args))
    else:
        _post(service, team, response, args, _said(args))
    service.changes.note()


def _said(args: Arguments) -> Body:
    body = read_body(args)
    if body.is_empty:
        raise Refusal("no_text")
    return body


def _post(service: State, team: Workspace, response: Response, args: Arguments, body: Body) -> None:
    message = Message(
        channel=response.channel,
        ts=team.stamps.next(),
        user=team.bot.id,
        text=body.text or "",
        at=service.clock.now(),
        thread_ts=args.maybe("thread_ts") or response.thread,
        blocks=body.blocks or (),
        metadata=body.metadata or None,
        bot_id=team.bot.bot_id,
        app_id=service.registration.app_id,
    )
    if args.maybe("response_type") == "in_channel":
        team.channels[response.channel].put(message)
        announce_message(service, team, message)
    else:
        team.ephemerals.append(replace(message, seen_by=response.user))


def _replace(service: State, team: Workspace, response: Response, body: Body) -> None:
    for place, message in enumerate(team.ephemerals):
        if message.ts == response.message:
            team.ephemerals[place] = _with(message, body)
            return
    channel = team.channels[response.channel]
    message = channel.messages.get(response.message or "")
    if message is None:
        raise Refusal("message_not_found")
    announce_change(service, team, channel.rewrite(message.ts, _with(message, body)), message)


def _with(message: Message, body: Body) -> Message:
    return replace(message, text=body.text or "", blocks=body.blocks or ())


def _delete(service: State, team: Workspace, response: Response) -> None:
    kept = [message for message in team.ephemerals if message.ts != response.message]
    if len(kept) < len(team.ephemerals):
        team.ephemerals[:] = kept
        return
    message = team.channels[response.channel].messages.pop(response.message or "", None)
    if message is None:
        raise Refusal("message_not_found")
    announce_deletion(service, team, message)
