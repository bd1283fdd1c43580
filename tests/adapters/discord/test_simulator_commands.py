"""Application commands: what Discord takes, and what it does not."""

from __future__ import annotations

import pytest
from discord_sim_client import calling

from adapters.simulators.discord.simulator import twin
from runtime.clock import SystemClock


async def test_commands_have_names_and_numbers() -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        path = f"/applications/{sim.application_id}/commands"
        for command, place in (
            ({"name": "Shout", "description": "x"}, "name"),
            ({"name": "x" * 33, "description": "x"}, "name"),
            ({"name": "x", "description": "x" * 101}, "description"),
        ):
            status, said = await rest("PUT", path, [command])
            assert (status, list(said["errors"]["0"])) == (400, [place])
        twice = [{"name": "x", "description": "x"}] * 2
        assert list((await rest("PUT", path, twice))[1]["errors"]) == ["1"]
        assert (await rest("PUT", path, {"name": "x"}))[0] == 400
        many = [{"name": f"c{n}", "description": "x"} for n in range(101)]
        assert (await rest("PUT", path, many))[1]["code"] == 30032
        first = (await rest("PUT", path, many[:100]))[1]
        assert [said["id"] for said in (await rest("PUT", path, many[:100]))[1]] == [
            said["id"] for said in first
        ]


def option(name: str = "x", kind: int = 3, **more: object) -> dict[str, object]:
    return {"name": name, "description": "x", "type": kind, **more}


SUB = option("sub", 1)
CHOICE = {"name": "One", "value": "1"}
OPTIONS = {
    "required after optional": [option("a"), option("b", required=True)],
    "required after null": [option("a", required=None), option("b", 4, required=True)],
    "in a subcommand": [option("s", 1, options=[option("a"), option("b", required=True)])],
    "name twice": [option("a"), option("a", 4)],
    "subcommand beside a value": [SUB, option("a")],
    "subcommand in a subcommand": [option("s", 1, options=[SUB])],
    "group in a group": [option("g", 2, options=[option("h", 2)])],
    "value in a group": [option("g", 2, options=[option("a")])],
    "options of a value": [option("a", options=[option("b")])],
    "no such type": [option("a", 12)],
    "name in capitals": [option("A")],
    "without a description": [{"name": "a", "type": 3}],
    "choices of a user": [option("a", 6, choices=[CHOICE])],
    "number as a choice of text": [option("a", choices=[{"name": "One", "value": 1}])],
    "text as a choice of numbers": [option("a", 4, choices=[CHOICE])],
    "long value": [option("a", choices=[{"name": "One", "value": "x" * 101}])],
    "choice twice": [option("a", choices=[CHOICE, CHOICE])],
    "choices and autocomplete": [option("a", choices=[CHOICE], autocomplete=True)],
    "length of a number": [option("a", 4, max_length=3)],
    "length too long": [option("a", max_length=6_001)],
    "least of a text": [option("a", min_value=1)],
    "channels of a text": [option("a", channel_types=[0])],
    "too many": [option(f"a{n}") for n in range(26)],
    "too much": [
        option(f"a{n}", choices=[{"name": f"{m}" * 40, "value": "x" * 90} for m in range(10, 30)])
        for n in range(4)
    ],
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
async def test_options_that_discord_does_not_take(options: list[object]) -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        path = f"/applications/{sim.application_id}/commands"
        command = {"name": "x", "description": "x", "options": options}
        status, said = await rest("POST", path, command)
        assert (status, said["code"]) == (400, 50035)
        assert (await rest("GET", path))[1] == []


async def test_options_and_places_that_discord_takes() -> None:
    options = [
        option("a", required=True, choices=[CHOICE], max_length=6_000),
        option("b", 4, required=None, min_value=0, max_value=9),
        option("c", 7, channel_types=[0, 11]),
    ]
    group = option("g", 2, options=[option("s", 1, options=options)])
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        path = f"/applications/{sim.application_id}/commands"
        for place, taken in enumerate((options, [group, SUB], [])):
            command = {"name": f"x{place}", "description": "x", "options": taken}
            status, said = await rest("POST", path, {**command, "contexts": [0, 1]})
            assert (status, len(said["options"])) == (200, len(taken))
        for key, wrong in (("contexts", [3]), ("contexts", [0, 0]), ("integration_types", [2])):
            command = {"name": "y", "description": "x", key: wrong}
            assert (await rest("POST", path, command))[0] == 400
        menu = {"name": "Look at it", "type": 3}
        assert (await rest("POST", path, {**menu, "description": "x"}))[0] == 400
        assert (await rest("POST", path, menu))[0] == 200
