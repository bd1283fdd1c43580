"""Interactions by the real client: buttons after a restart, deadlines, modals, commands."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
import pytest
from discord import app_commands, ui
from discord_sim_client import Bot, calling, online

from adapters.simulators.discord import messages
from adapters.simulators.discord.controls import Impossible, controls
from adapters.simulators.discord.interaction import Interaction
from adapters.simulators.discord.message import Body
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from runtime.testing.clock import ManualClock

Asked = discord.Interaction[Any]
Json = dict[str, Any]


class Decide(ui.DynamicItem[ui.Button[Any]], template=r"gate/(?P<id>\w+)/(?P<choice>\w+)"):
    """A button whose state is its custom_id."""

    def __init__(self, gate: str, choice: str) -> None:
        super().__init__(ui.Button(label=choice, custom_id=f"gate/{gate}/{choice}"))
        self.choice = choice

    @classmethod
    async def from_custom_id(
        cls, interaction: Asked, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["id"], match["choice"])

    async def callback(self, interaction: Asked) -> None:
        said = ui.LayoutView(timeout=None)
        said.add_item(ui.TextDisplay(f"{interaction.user.display_name}: {self.choice}"))
        await interaction.response.edit_message(view=said)


def card() -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("May I?"))
    view.add_item(ui.ActionRow[Any](Decide("7", "yes"), Decide("7", "no")))
    return view


def plain() -> ui.LayoutView:
    """The same with buttons that do nothing by themselves."""
    view = ui.LayoutView(timeout=None)
    buttons = [ui.Button[Any](label=c, custom_id=f"gate/7/{c}") for c in ("yes", "no")]
    view.add_item(ui.ActionRow[ui.LayoutView](*buttons))
    return view


async def posted(sim: DiscordSimulator, bot: Bot, view: ui.LayoutView | None = None) -> None:
    place = bot.get_partial_messageable(sim.channel("general").id, guild_id=sim.guild.id)
    await place.send(view=view or plain())


async def test_a_button_counts_after_a_restart() -> None:
    async with twin(ManualClock()) as sim:
        async with online(sim) as bot:
            await posted(sim, bot, card())
        message = sim.said(sim.channel("general"))[0]
        ben = sim.person("Ben")
        late = sim.click(ben, message, "gate/7/yes")
        async with online(sim) as bot:
            bot.add_dynamic_items(Decide)
            assert late.answer is None
            sim.click(ben, message, "gate/7/yes")
            await sim.until(lambda: len(message.versions) == 2)
            assert message.body.components[0]["content"] == "Ben: yes"
            with pytest.raises(Impossible):
                sim.click(ben, message, "gate/7/yes")


async def test_after_three_seconds_it_is_too_late() -> None:
    clock = ManualClock()
    async with twin(clock) as sim, online(sim) as bot:
        await posted(sim, bot)
        asked = sim.click(sim.person("Ben"), sim.said(sim.channel("general"))[0], "gate/7/no")
        heard = await bot.interaction()
        clock.advance(3.1)
        assert asked.late(clock.now())
        with pytest.raises(discord.NotFound) as late:
            await heard.response.defer()
        assert late.value.code == 10062


async def test_a_second_answer_is_refused_and_followups_are_not() -> None:
    clock = ManualClock()
    async with twin(clock) as sim, online(sim) as bot:
        await posted(sim, bot)
        ben, general = sim.person("Ben"), sim.channel("general")
        sim.click(ben, sim.said(general)[0], "gate/7/no")
        heard = await bot.interaction()
        done = await heard.response.send_message("only you", ephemeral=True)
        assert done.message_id == sim.ephemerals(ben)[0].id
        assert sim.ephemerals(sim.person("Ann")) == []
        assert len(sim.messages(general)) == 1
        heard.response._response_type = None  # pyright: ignore[reportPrivateUsage]
        with pytest.raises(discord.HTTPException) as twice:
            await heard.response.send_message("again")
        assert twice.value.code == 40060
        said = await heard.followup.send("and this", wait=True)
        await said.edit(content="and that")
        await heard.edit_original_response(content="changed")
        assert [m.content for m in sim.ephemerals(ben)] == ["changed"]
        assert sim.messages(general)[-1].content == "and that"
        with pytest.raises(discord.NotFound):
            await heard.followup.fetch_message(sim.said(general)[0].id)
        await heard.delete_original_response()
        assert sim.ephemerals(ben) == []
        clock.advance(15 * 60 + 1)
        with pytest.raises(discord.HTTPException) as ended:
            await heard.followup.send("too late")
        assert ended.value.code == 50027


async def test_a_deferred_answer_is_filled_in_place() -> None:
    async with twin(ManualClock()) as sim, online(sim) as bot:
        await posted(sim, bot)
        ben, general = sim.person("Ben"), sim.channel("general")
        sim.click(ben, sim.said(general)[0], "gate/7/no")
        heard = await bot.interaction()
        await heard.response.defer(thinking=True, ephemeral=True)
        assert sim.ephemerals(ben)[0].body.flags.name == "EPHEMERAL|LOADING"
        await heard.edit_original_response(view=plain())
        assert sim.ephemerals(ben)[0].body.components
        sim.click(ben, sim.ephemerals(ben)[0], "gate/7/yes")
        with pytest.raises(Impossible):
            sim.click(sim.person("Ann"), sim.ephemerals(ben)[0], "gate/7/yes")


class Form(ui.Modal, title="Why?"):
    why: ui.Label[Any] = ui.Label(text="Reason", component=ui.TextInput[Any](max_length=20))
    colour: ui.Label[Any] = ui.Label(
        text="Colour",
        component=ui.Select[Any](options=[discord.SelectOption(label="red", value="r")]),
    )

    def __init__(self) -> None:
        super().__init__()
        self.said: tuple[str, list[str]] | None = None

    async def on_submit(self, interaction: Asked, /) -> None:
        why, colour = self.why.component, self.colour.component
        assert isinstance(why, ui.TextInput)
        assert isinstance(colour, ui.Select)
        self.said = (why.value, colour.values)
        await interaction.response.edit_message(view=plain())


async def test_a_modal_is_filled_in_and_sent() -> None:
    async with twin(ManualClock()) as sim, online(sim) as bot:
        await posted(sim, bot)
        ben, message = sim.person("Ben"), sim.said(sim.channel("general"))[0]
        sim.click(ben, message, "gate/7/no")
        form = Form()
        await (await bot.interaction()).response.send_modal(form)
        modal = (await sim.until(lambda: sim.modals(ben)))[0]
        assert modal.modal
        parts = modal.modal["components"]
        assert isinstance(parts, list)
        fields = {str(control["custom_id"]) for control in controls(parts)}
        why, colour = form.why.component, form.colour.component
        assert isinstance(why, ui.TextInput)
        assert isinstance(colour, ui.Select)
        assert fields == {why.custom_id, colour.custom_id}
        for wrong in ({why.custom_id: "x" * 21, colour.custom_id: ["r"]}, {why.custom_id: "x"}):
            with pytest.raises(Impossible):
                sim.submit(ben, modal, wrong)
        sim.submit(ben, modal, {why.custom_id: "because", colour.custom_id: ["r"]})
        await sim.until(lambda: len(message.versions) == 2)
        assert form.said == ("because", ["r"])
        assert sim.modals(ben) == []


def picker(**more: object) -> Json:
    options = [{"label": "x", "value": "x"}]
    return {"type": 3, "custom_id": "s", "options": options, **more}


def labelled(control: Json, **more: object) -> Json:
    return {"type": 18, "label": "x", "component": control, **more}


def words(content: str = "x") -> Json:
    return {"type": 10, "content": content}


WRONG: dict[str, tuple[Json, str]] = {
    "title": ({"title": "x" * 46}, "title"),
    "nothing in it": ({"components": []}, "components"),
    "six parts": ({"components": [words()] * 6}, "components"),
    "text": ({"components": [words("x" * 4_001)]}, "components.0.content"),
    "empty text": ({"components": [words("")]}, "components.0.content"),
    "bare select": ({"components": [picker()]}, "components.0.type"),
    "button": ({"components": [labelled({"type": 2})]}, "components.0.component.type"),
    "label": ({"components": [labelled(picker(), label="x" * 46)]}, "components.0.label"),
    "disabled": (
        {"components": [labelled(picker(disabled=True))]},
        "components.0.component.disabled",
    ),
    "same custom id": (
        {"components": [labelled(picker()), labelled(picker())]},
        "components.1.component.custom_id",
    ),
}


@pytest.mark.parametrize(("data", "place"), WRONG.values(), ids=WRONG)
async def test_a_modal_has_limits(data: Json, place: str) -> None:
    async with twin(ManualClock()) as sim, calling(sim) as rest:
        asked = opened(sim)
        usual: Json = {"title": "x" * 45, "custom_id": "m", "components": [words("x" * 4_000)]}
        callback = f"/interactions/{asked.id}/{asked.token}/callback"
        status, said = await rest("POST", callback, {"type": 9, "data": usual | data})
        assert (status, said["code"]) == (400, 50035)
        below = said["errors"]["data"]
        for step in place.split("."):
            below = below[step]
        assert below["_errors"]
        assert (await rest("POST", callback, {"type": 9, "data": usual}))[0] == 204
        assert sim.modals(sim.person("Ben")) == [asked]


def opened(sim: DiscordSimulator) -> Interaction:
    """Ben presses a button."""
    button: Json = {"type": 2, "style": 2, "label": "x", "custom_id": "b", "id": 2}
    row: Json = {"type": 1, "id": 1, "components": [button]}
    message = messages.post(
        sim.world, sim.channel("general"), sim.bot, Body("x", components=(row,))
    )
    return sim.click(sim.person("Ben"), message, "b")


async def test_commands_and_menus_reach_the_tree() -> None:
    async with twin(ManualClock()) as sim, online(sim) as bot:
        tree = app_commands.CommandTree(bot)
        got: list[object] = []

        @tree.command(name="task", description="Begin")
        async def task(interaction: Asked, text: str, who: discord.Member | None = None) -> None:  # pyright: ignore[reportUnusedFunction]
            got.append((text, who and who.display_name))
            await interaction.response.send_message("begun")

        @tree.context_menu(name="Look at this")
        async def look(interaction: Asked, message: discord.Message) -> None:  # pyright: ignore[reportUnusedFunction]
            got.append(message.content)
            await interaction.response.send_message("seen", ephemeral=True)

        await tree.sync()
        ann, general = sim.person("Ann"), sim.channel("general")
        said = sim.say(ann, general, "this one")
        options = {"text": "clean up", "who": str(sim.person("Ben").id)}
        asked = sim.slash(ann, general, "task", options)
        await sim.until(lambda: asked.original)
        sim.menu(ann, said, "Look at this")
        await sim.until(lambda: sim.ephemerals(ann))
        assert got == [("clean up", "Ben"), "this one"]
        assert asked.original
        assert asked.original.kind == discord.MessageType.chat_input_command.value
        with pytest.raises(Impossible):
            sim.slash(ann, general, "task")
        with pytest.raises(Impossible):
            sim.slash(ann, general, "nothing")
