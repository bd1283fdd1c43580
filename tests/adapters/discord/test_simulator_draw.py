"""What the page of the local Discord shows, as HTML: what a browser need not be asked for."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from discord_clock import Still

from adapters.simulators.discord import messages
from adapters.simulators.discord.message import Body, Flag
from adapters.simulators.discord.render.markdown import markdown
from adapters.simulators.discord.render.messages import stream
from adapters.simulators.discord.render.viewer import Viewer
from adapters.simulators.discord.simulator import DiscordSimulator, twin


@asynccontextmanager
async def seat() -> AsyncGenerator[tuple[DiscordSimulator, Viewer]]:
    async with twin(Still()) as sim:
        yield sim, Viewer(sim.world, sim.person("Ann"), sim.channel("general"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- one\n- two\nafter it", "<p>after it</p>"),
        ("1. one\n2. two\n**after** it", "<p><strong>after</strong> it</p>"),
        ("- one\n  - in it\nafter it", "<p>after it</p>"),
    ],
)
async def test_a_list_ends_with_its_last_line(text: str, html: str) -> None:
    """Unlike in other Markdown, where a line after it belongs to the last item."""
    async with seat() as (_, here):
        assert html in markdown(here, text)


async def test_a_list_in_code_is_left_alone() -> None:
    async with seat() as (_, here):
        assert "- one\nafter" in markdown(here, "```\n- one\nafter\n```")


async def test_an_answer_to_a_card_quotes_its_first_words() -> None:
    async with seat() as (sim, here):
        text = {"type": 10, "id": 2, "content": "### ⏳ Find the *leak*\n-# Thinking"}
        body = Body(components=({"type": 17, "id": 1, "components": [{**text}]},), flags=Flag.V2)
        card = messages.post(sim.world, here.channel, sim.bot, body)
        sim.say(here.user, here.channel, "thanks", reply_to=card)
        quote = stream(here).partition('class="quote"')[2]
        assert "Find the <em>leak</em>" in quote
        assert "Thinking" not in quote
        assert "attachment" not in quote
