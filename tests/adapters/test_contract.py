"""The memory surface keeps the contract of all surfaces."""

from __future__ import annotations

import pytest
from adapters_play import ADDRESS

from adapters.ports.cards import Card
from adapters.ports.surface import Ref, Surface, Upload
from adapters.testing.contract import CONTRACT, Check, Subject
from adapters.testing.memory import MemorySurface
from runtime.testing.clock import ManualClock


@pytest.mark.parametrize("keeps", CONTRACT, ids=lambda keeps: keeps.__name__)
async def test_contract(keeps: Check) -> None:
    surface = MemorySurface(ManualClock())

    async def read(ref: Ref) -> str | None:
        message = surface.books.messages[int(ref.message)]
        return None if message.deleted else words(message.said[-1])

    as_port: Surface = surface
    await keeps(Subject(as_port, ADDRESS, read))


def words(said: Card | Upload) -> str:
    return said.name if isinstance(said, Upload) else repr(said.blocks)
