"""The Discord surface keeps the contract of all surfaces, over HTTP, with the library itself."""

from __future__ import annotations

import pytest
from discord_thread import scene

from adapters.ports.surface import Surface
from adapters.testing.contract import CONTRACT, Check, Subject


@pytest.mark.parametrize("keeps", CONTRACT, ids=lambda keeps: keeps.__name__)
async def test_contract(keeps: Check) -> None:
    async with scene() as there:
        surface: Surface = there.surface
        await keeps(Subject(surface, there.address, there.read))
