"""Buttons and selects. They only carry tokens: the front door reads them, no view listens."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from adapters.discord.button_ids import encode, encode_question, pick
from adapters.discord.render.text import label
from adapters.ports.cards import Button, Buttons, Choice

Row = discord.ui.ActionRow[discord.ui.LayoutView]

_STYLES = {
    "plain": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.success,
    "danger": discord.ButtonStyle.danger,
}
# "Component Reference": letters of a button, of an option; options of a select, buttons of a row.
_LABEL, _OPTION, _OPTIONS, _ABREAST = 80, 100, 25, 5


def buttons(block: Buttons) -> Iterator[Row]:
    for first in range(0, len(block.row), _ABREAST):
        yield Row(*(_button(button) for button in block.row[first : first + _ABREAST]))


def _button(button: Button) -> discord.ui.Button[discord.ui.LayoutView]:
    return discord.ui.Button(
        label=label(button.label, _LABEL),
        style=_STYLES[button.style],
        custom_id=encode(button.press),
    )


def choice(block: Choice, number: int) -> Row:
    """The n-th select of the message. Discord has no dialog that confirms a pick, so what must be
    confirmed comes back as a question first."""
    value = encode_question if block.confirm else encode
    select = discord.ui.Select[discord.ui.LayoutView](
        custom_id=pick(number),
        placeholder=label(block.label, _OPTION),
        options=[
            discord.SelectOption(label=label(option.label, _OPTION), value=value(option.press))
            for option in block.options[:_OPTIONS]
        ],
    )
    return Row(select)
