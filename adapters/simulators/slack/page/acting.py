"""What people do on the page becomes what people do in Slack."""

from __future__ import annotations

import json
from typing import Any, cast

from aiohttp import web

from adapters.simulators.slack.delivery import Answer
from adapters.simulators.slack.elements import Choice
from adapters.simulators.slack.page import keys
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.simulator import Simulator
from adapters.simulators.slack.view import View
from adapters.simulators.slack.wire import Json

SILENT = "The app did not answer in time."
FILES = 10


async def say(request: web.Request) -> web.Response:
    """A message with its files, or a command."""
    sim, form = request.app[keys.SIM], await request.post()
    user, channel = str(form.get("user")), str(form.get("channel"))
    text, thread = str(form.get("text", "")).strip(), str(form.get("thread", "")) or None
    files = [f for f in form.getall("file", []) if isinstance(f, web.FileField)][:FILES]
    try:
        if text.startswith("/") and not files:
            return _told(await _command(sim, user, channel, text, thread))
        given = [(file.filename, file.file.read()) for file in files]
        message = await sim.say(user, channel, text, thread, given)
    except (KeyError, ValueError) as error:
        return _told(str(error.args[0]))
    return web.json_response({"ts": message.ts})


async def _command(sim: Simulator, user: str, channel: str, text: str, thread: str | None) -> str:
    if thread is not None:
        return "Slack takes commands in channels only, not in threads."
    name, _, rest = text.partition(" ")
    return _silent(await sim.slash(user, channel, name, rest.strip()))


def _told(notice: str) -> web.Response:
    return web.json_response({"notice": notice})


def _silent(answer: Answer | None) -> str:
    return SILENT if answer is not None and not answer.acknowledged else ""


async def act(request: web.Request) -> web.Response:
    """One press, named by `act`. The answer is a notice for this person, or nothing."""
    try:
        given = json.loads(await request.text())
        notice = await _acted(request, Pressed(cast("Json", given)))
    except Refusal as refusal:
        notice = f"Slack refuses what the app answered: {refusal.error}"
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        notice = f"That is not possible here: {error}"
    return _told(notice)


class Pressed:
    """What the page says of a press; every field is a text, choices may be several."""

    def __init__(self, given: Json) -> None:
        self._given = given

    def text(self, name: str) -> str:
        return str(self._given.get(name) or "")

    @property
    def choice(self) -> Choice:
        return _choice(self._given.get("value"))

    @property
    def values(self) -> dict[str, Choice]:
        return {name: _choice(value) for name, value in self._given["values"].items()}


def _choice(value: Any) -> Choice:
    if isinstance(value, list):
        return tuple(str(each) for each in cast("list[object]", value))
    return str(value) if value is not None and value != "" else None


async def _acted(request: web.Request, pressed: Pressed) -> str:
    sim, user = request.app[keys.SIM], pressed.text("user")
    channel, ts, name = pressed.text("channel"), pressed.text("ts"), pressed.text("name")
    match pressed.text("act"):
        case "click":
            return await _clicked(sim, pressed)
        case "react":
            await sim.react(user, channel, ts, name)
        case "unreact":
            await sim.unreact(user, channel, ts, name)
        case "stop":
            await sim.press_stop(user, channel, ts)
        case "shortcut":
            return _silent(await sim.shortcut(user, channel, ts, name))
        case "close":
            await sim.close(user, _view(sim, pressed))
        case "submit":
            return await _submitted(request, pressed)
        case other:
            raise ValueError(f"nobody knows the act {other!r}")
    return ""


async def _clicked(sim: Simulator, pressed: Pressed) -> str:
    user, action = pressed.text("user"), pressed.text("action")
    if pressed.text("view"):
        view = _view(sim, pressed)
        return _silent(await sim.click_in_view(user, view, action, pressed.choice))
    where = pressed.text("channel"), pressed.text("ts")
    return _silent(await sim.click(user, *where, action, pressed.choice))


def _view(sim: Simulator, pressed: Pressed) -> View:
    user, wanted = pressed.text("user"), pressed.text("view")
    home = sim.home(user)
    if home is not None and home.id == wanted:
        return home
    return sim.team.views[wanted]


async def _submitted(request: web.Request, pressed: Pressed) -> str:
    sim, view = request.app[keys.SIM], pressed.text("view")
    done = await sim.submit(pressed.text("user"), sim.team.views[view], pressed.values)
    request.app[keys.ERRORS][view] = done.errors
    sim.service.changes.note()
    return _silent(done.answer)
