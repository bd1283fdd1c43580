"""/applications/{application_id}/commands, for everybody or for one guild."""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import refusals
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.rules.commands import crowded, read_command
from adapters.simulators.discord.rules.form import Form

PATH = "/applications/{application_id}/commands"
GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


async def every(call: Call) -> JsonValue:
    return [*_shelf(call).values()]


async def replace_all(call: Call) -> JsonValue:
    """The whole set at once; those that keep their kind and name keep their id."""
    shelf, given = _shelf(call), call.body
    if not isinstance(given, list):
        what = "Only iterables may be used in a ListType."
        raise refusals.invalid_at((), "LIST_TYPE_CONVERT", what)
    tree: Json = {}
    forms = [Form(d if isinstance(d, dict) else {}, tree, (n,)) for n, d in enumerate(given)]
    read = [read_command(form) for form in forms]
    _each_once(forms, read)
    Form({}, tree).done()
    _store(call, shelf, read, keep=False)
    return [*shelf.values()]


def _each_once(forms: list[Form], read: list[Json]) -> None:
    names = [(said["type"], said["name"]) for said in read]
    for place, form in enumerate(forms):
        if names[place] in names[:place]:
            what = "Application command names must be unique"
            form.fail("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", what)


async def create(call: Call) -> JsonValue:
    form = Form(call.form)
    read = read_command(form)
    form.done()
    return _store(call, _shelf(call), [read], keep=True)[0]


async def change(call: Call) -> JsonValue:
    shelf = _shelf(call)
    old = _command(call, shelf)
    form = Form(old | call.form)
    read = read_command(form)
    form.done()
    old |= read
    call.world.notify()
    return old


async def fetch(call: Call) -> JsonValue:
    return _command(call, _shelf(call))


async def remove(call: Call) -> JsonValue:
    shelf = _shelf(call)
    del shelf[int(str(_command(call, shelf)["id"]))]
    call.world.notify()
    return None


def _shelf(call: Call) -> dict[int, Json]:
    """Raises Refusal 10002 for another application, 10004 for an unknown guild."""
    if call.number("application_id") != call.world.application:
        raise Refusal(404, 10002, "Unknown Application")
    guild = call.number("guild_id") if "guild_id" in call.params else None
    if guild is not None and guild not in call.world.guilds:
        raise refusals.unknown_guild()
    return call.world.commands.setdefault(guild, {})


def _command(call: Call, shelf: dict[int, Json]) -> Json:
    try:
        return shelf[call.number("command_id")]
    except KeyError:
        raise Refusal(404, 10063, "Unknown application command") from None


def _store(call: Call, shelf: dict[int, Json], read: list[Json], keep: bool) -> list[Json]:
    old = {(said["type"], said["name"]): number for number, said in shelf.items()}
    fresh: dict[int, Json] = {}
    for said in read:
        number = old.get((said["type"], said["name"])) or call.world.ids.next()
        fresh[number] = said | {
            "id": str(number),
            "application_id": str(call.world.application),
            "version": str(call.world.ids.next()),
        }
        if "guild_id" in call.params:
            fresh[number]["guild_id"] = call.params["guild_id"]
    merged = shelf | fresh if keep else fresh
    if (refusal := crowded(merged.values())) is not None:
        raise refusal
    shelf.clear()
    shelf.update(merged)
    call.world.notify()
    return [*fresh.values()]


ROUTES = tuple(
    route
    for path in (PATH, GUILD)
    for route in (
        Route("GET", path, every, "commands"),
        Route("PUT", path, replace_all, "commands"),
        Route("POST", path, create, "commands"),
        Route("GET", path + "/{command_id}", fetch, "commands"),
        Route("PATCH", path + "/{command_id}", change, "commands"),
        Route("DELETE", path + "/{command_id}", remove, "commands"),
    )
)
