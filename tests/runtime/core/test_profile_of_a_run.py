"""What a run may do is taken from the run: from its start, through restarts, beside other runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from core_host import ActingModel, House, any_command, only, scripted
from core_log import ANN, BOB

from runtime.approvals import Mode, Risk
from runtime.errors import Misconfigured
from runtime.events import (
    ApprovalRequired,
    Limits,
    MessageReceived,
    Outcome,
    QuestionAsked,
    RunStarted,
    ToolCallFailed,
)
from runtime.facts import Entry
from runtime.ids import Actor, Address, ArtifactHash, session_id
from runtime.journal import FileArtifacts
from runtime.ports import Model, SandboxSpec, ToolSpec
from runtime.profile import Profile, always
from runtime.profiles import Profiles
from runtime.testing.model import Line, ScriptedModel
from runtime.tools.catalog import BUILT_IN
from runtime.tools.policy import Policy
from runtime.tools.toolbox import Toolbox

LOOK = Line(calls=(("shell", {"command": "ls"}),))
ASK = Line(calls=(("ask", {"question": "Which?"}),))
DONE = Line(text="Done.")


@dataclass(slots=True)
class Listening(ScriptedModel):
    """Remembers with what each turn was asked for."""

    offered: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    given: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def turn(self, messages: Any, tools: Any, **more: Any) -> Any:  # as the port says
        specs: tuple[ToolSpec, ...] = tools
        self.offered.append(tuple(spec.name for spec in specs))
        self.given.append(more)
        # Not super(): a dataclass with slots is another class than its body was written in.
        return ScriptedModel.turn(self, messages, tools, **more)


@dataclass
class Shelf:
    """Implements ports.Models."""

    models: dict[str, Model]

    async def open(self, name: str) -> Model:
        if name not in self.models:
            raise Misconfigured(f"there is no model {name!r}: name another")
        return self.models[name]

    async def aclose(self) -> None:
        """Nothing is open."""


def house_of(folder: Path, *script: Line, **profile: Any) -> tuple[House, Listening]:
    model = Listening(script)
    service = House(folder, model)
    service.sandbox.on(any_command)
    service.profile_for = always(service.profile.model_copy(update=profile))
    return service, model


async def test_a_run_names_its_profile_and_the_artifact_that_holds_it(tmp_path: Path) -> None:
    service, _ = house_of(tmp_path, DONE, name="careful", instructions="Ask twice.")
    async with service.open():
        await service.say("Go")
        await service.ended()
        started = only(await service.facts(), RunStarted)
    assert started.profile == "careful"
    digest = ArtifactHash(started.profile_digest)
    kept = await FileArtifacts(tmp_path / "artifacts").get(digest)
    profile = Profile.model_validate_json(kept)
    assert (profile.name, profile.instructions) == ("careful", "Ask twice.")
    assert profile.digest == started.profile_digest


async def test_the_run_that_follows_at_once_has_its_own(tmp_path: Path) -> None:
    """It starts in the very append that ends the one before."""
    model = ActingModel((DONE,))
    service = House(tmp_path, model)

    def profile_for(address: Address, actor: Actor) -> Profile:
        return service.profile.model_copy(update={"name": actor.id, "tools": ("ask",)})

    async def go_on(turn: int) -> None:
        if turn == 1:
            await service.say("And go on", BOB)

    service.profile_for, model.act = profile_for, go_on
    async with service.open():
        await service.say("Go")
        await service.ended(2)
        names = [f.profile for f in await service.facts() if isinstance(f, RunStarted)]
        digests = {f.profile_digest for f in await service.facts() if isinstance(f, RunStarted)}
    assert names == ["ann", "bob"]
    assert all((tmp_path / "artifacts" / d[:2] / d).is_file() for d in digests)


async def test_everything_of_a_run_comes_from_its_profile(tmp_path: Path) -> None:
    size = SandboxSpec(memory_mb=64, pids=9)
    service, model = house_of(
        tmp_path, LOOK, LOOK, DONE, tools=("shell", "ask"), instructions="Be loud.",
        max_tokens=77, sandbox=size, policy=Policy(risks={"shell": Risk.MEDIUM}),
    )  # fmt: skip
    async with service.open():
        await service.say("Go")
        gate = only(await service.has("approval_required"), ApprovalRequired)
    assert gate.risk is Risk.MEDIUM
    assert model.offered == [("shell", "ask")]
    assert model.given[0]["instructions"] == "Be loud."
    assert model.given[0]["max_tokens"] == 77
    assert service.sandbox.sizes == {service.id: size}


async def test_two_places_of_one_process_have_two_profiles(tmp_path: Path) -> None:
    service, _ = house_of(tmp_path, LOOK, DONE)
    narrow = service.profile.model_copy(update={"policy": Policy(mode=Mode.ASK)})
    there = Address(platform="embedded", thread="there")
    service.profile_for = lambda address, actor: narrow if address == there else service.profile
    async with service.open():
        message = MessageReceived(actor=ANN, text="Go", message_id="1")
        await service.serving.sessions.tell(there, (message,))
        await service.say("Go")
        assert (await service.ended()).outcome is Outcome.DONE
        entries: list[Entry] = []
        while not any(isinstance(entry.fact, ApprovalRequired) for entry in entries):
            await service.stirs()
            entries = await service.serving.service.journal.read(session_id(there))


async def parked(service: House) -> None:
    """A run that waits for an answer, left behind by a process that ended."""
    async with service.open():
        await service.say("Go")
        await service.has("question_asked")


async def answered(service: House) -> None:
    """Another process; somebody answers."""
    asked = only(await service.facts(), QuestionAsked)
    assert await service.runtime.answer(asked.question_id, "This", ANN) is None


WIDE = Profile(
    model="scripted",
    tools=("shell", "ask", "python"),
    policy=Policy(mode=Mode.AUTO, risks={"shell": Risk.LOW}),
    limits=Limits(turns=100),
    max_tokens=5000,
    sandbox=SandboxSpec(memory_mb=900),
)
SMALL = Profile(
    name="small",
    model="scripted",
    tools=("shell", "ask"),
    policy=Policy(mode=Mode.SEMI, risks={"shell": Risk.MEDIUM}),
    limits=Limits(turns=1),
    max_tokens=500,
    sandbox=SandboxSpec(memory_mb=90),
)


@pytest.mark.parametrize(("first", "second"), [(WIDE, SMALL), (SMALL, WIDE)], ids=["cut", "grown"])
async def test_a_restart_has_no_more_than_before_and_than_today(
    tmp_path: Path, first: Profile, second: Profile
) -> None:
    service, model = house_of(tmp_path, ASK, LOOK, LOOK)
    service.profile_for = always(first.model_copy(update={"limits": Limits(turns=2)}))
    await parked(service)
    service.profile_for = always(second.model_copy(update={"limits": Limits(turns=2)}))
    async with service.open():
        await answered(service)
        gate = only(await service.has("approval_required"), ApprovalRequired)
    assert gate.risk is Risk.MEDIUM
    assert model.offered[-1] == ("shell", "ask")
    assert model.given[-1]["max_tokens"] == 500


async def test_limits_are_those_of_the_narrower_day(tmp_path: Path) -> None:
    service, _ = house_of(tmp_path, ASK, LOOK, LOOK, DONE, limits=Limits(turns=10))
    await parked(service)
    service.profile_for = always(service.profile.model_copy(update={"limits": Limits(turns=2)}))
    async with service.open():
        await answered(service)
        facts = await service.has("question_asked", 2)
    asked = [fact for fact in facts if isinstance(fact, QuestionAsked)][-1]
    assert asked.question.startswith("2 model turns used")


async def test_a_tool_that_was_taken_away_is_not_run(tmp_path: Path) -> None:
    calls = Line(calls=(("ask", {"question": "Which?"}), ("shell", {"command": "ls"})))
    service, _ = house_of(tmp_path, calls, DONE)
    await parked(service)
    service.profile_for = always(service.profile.model_copy(update={"tools": ("ask",)}))
    async with service.open():
        await answered(service)
        await service.ended()
        failed = only(await service.facts(), ToolCallFailed)
    assert failed.kind == "unknown_tool"
    assert service.sandbox.effects == {}


async def test_the_size_of_the_container_is_the_smaller_one(tmp_path: Path) -> None:
    service, _ = house_of(tmp_path, ASK, LOOK, DONE, sandbox=SandboxSpec(memory_mb=90, pids=50))
    await parked(service)
    today = SandboxSpec(memory_mb=900, pids=5)
    service.profile_for = always(service.profile.model_copy(update={"sandbox": today}))
    async with service.open():
        await answered(service)
        await service.ended()
    assert service.sandbox.sizes[service.id] == SandboxSpec(memory_mb=90, pids=5)


async def test_a_run_goes_on_with_the_model_it_began_with(tmp_path: Path) -> None:
    old, new = Listening((ASK, DONE)), Listening((ASK, DONE))
    service = House(tmp_path, old, models=Shelf({"old": old, "new": new}))
    service.profile_for = always(service.profile.model_copy(update={"model": "old"}))
    await parked(service)
    service.profile_for = always(service.profile.model_copy(update={"model": "new"}))
    async with service.open():
        await answered(service)
        await service.ended()
    assert (len(old.offered), len(new.offered)) == (2, 0)


async def test_where_its_model_is_gone_a_run_goes_on_with_todays(tmp_path: Path) -> None:
    old, new = Listening((ASK, DONE)), Listening((ASK, DONE))
    service = House(tmp_path, old, models=Shelf({"old": old}))
    service.profile_for = always(service.profile.model_copy(update={"model": "old"}))
    await parked(service)
    service.models = Shelf({"new": new})
    service.profile_for = always(service.profile.model_copy(update={"model": "new"}))
    async with service.open():
        await answered(service)
        assert (await service.ended()).outcome is Outcome.DONE
    assert len(new.offered) == 1


async def test_a_model_that_there_is_not_is_told_in_words(tmp_path: Path) -> None:
    service = House(tmp_path, ScriptedModel((DONE,)), models=Shelf({}))
    async with service.open():
        await service.say("Go")
        end = await service.ended()
    assert (end.outcome, end.reason) == (
        Outcome.FAILED,
        "there is no model 'scripted': name another",
    )


async def test_tools_may_change_between_turns(tmp_path: Path) -> None:
    service, model = house_of(tmp_path, LOOK, LOOK, DONE)
    opened: list[str] = []

    async def open_toolbox(profile: Profile) -> Toolbox:
        opened.append(profile.name)
        names = ("shell",) if len(model.offered) == 0 else ("shell", "ask")
        return Toolbox([tool for tool in BUILT_IN if tool.name in names], profile.policy)

    service.open_toolbox = open_toolbox
    async with service.open():
        await service.say("Go")
        await service.ended()
    assert model.offered == [("shell",), ("shell", "ask"), ("shell", "ask")]
    assert set(opened) == {"standard"}


async def test_a_record_of_before_there_were_profiles_goes_on_with_todays(tmp_path: Path) -> None:
    service = scripted(tmp_path, ASK, DONE)
    await parked(service)
    artifacts = FileArtifacts(tmp_path / "artifacts")
    today = Profile(name="today")
    async with service.open():
        run = (await service.state()).run
        assert run is not None
        profiles = Profiles(always(today), artifacts)
        assert await profiles.of(service.address, replace(run, profile="")) == today
        assert await profiles.of(service.address, replace(run, profile="ab" * 32)) == today, "gone"
        assert (await profiles.of(service.address, run)).tools == (), "narrowed"
