"""A fake place where every built-in tool can be called the way the agent calls it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from runtime.errors import ToolError
from runtime.ids import ArtifactHash, CallId, SessionId
from runtime.plan import Plan
from runtime.ports import RawCall, Sandbox
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import BUILT_IN
from runtime.tools.policy import Policy
from runtime.tools.tool import Item, Workplace
from runtime.tools.toolbox import Toolbox

BOX = SessionId("box")


class Cellar:
    """Artifacts in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, data: bytes) -> ArtifactHash:
        name = ArtifactHash(hashlib.sha256(data).hexdigest())
        self.kept[name] = data
        return name

    async def get(self, name: ArtifactHash) -> bytes:
        if name not in self.kept:
            raise ToolError(f"no artifact {name}")
        return self.kept[name]


@pytest.fixture
def toolbox() -> Toolbox:
    return Toolbox(BUILT_IN, Policy())


@pytest.fixture
def sandbox() -> FakeSandbox:
    return FakeSandbox()


@pytest.fixture
def artifacts() -> Cellar:
    return Cellar()


@pytest.fixture
def kept(artifacts: Cellar) -> dict[str, bytes]:
    """What was put into the artifacts."""
    return artifacts.kept


@pytest.fixture
def call(
    toolbox: Toolbox, sandbox: Sandbox, artifacts: Cellar
) -> Callable[..., Awaitable[list[Item]]]:
    """call("shell", attach=False, plan=(), command="ls") plans the call, runs it, gives all its
    items."""

    async def make(
        name: str,
        *,
        call_id: str = "c1",
        attach: bool = False,
        plan: Plan = (),
        **arguments: object,
    ) -> list[Item]:
        raw = RawCall("p", name, json.dumps(arguments))
        planned = toolbox.plan(raw, CallId(call_id))
        assert planned.error == ""
        tool = toolbox.tool(planned.tool)
        params = tool.params.model_validate(planned.arguments)
        place = Workplace(BOX, planned.call_id, sandbox, artifacts, plan, attach)
        async with aclosing(tool.run(params, place)) as items:
            return [item async for item in items]

    return make
