"""Profiles and places: what holds where, what is wrong with them, and what the report says."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import BadSettings
from config.load import load
from config.places import Place, placed_at
from config.report import place_report, report
from config.settings import Settings

SECRET = "xoxb-s3cret-value"  # made up


def settings_of(folder: Path, text: str, **environ: str) -> Settings:
    (folder / "aether.yaml").write_text(text)
    return load(environ=environ, folder=folder)


def at(settings: Settings, place: str) -> Place:
    entry = placed_at(settings.placed, *place.split("/"))
    return entry.values if entry else settings.base


def complaint(folder: Path, text: str, **environ: str) -> str:
    with pytest.raises(BadSettings) as raised:
        settings_of(folder, text, **environ)
    assert "\n" not in str(raised.value)
    return str(raised.value).replace(f"{folder}/", "")


def test_a_profile_is_the_base_with_changes(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
mode: auto
limits: {turns: 7}
gates: {high: {people: [U1, U2]}}
profiles:
  careful:
    mode: ask
    model: local
    instructions: Ask twice.
    limits: {cost: 0.5}
    tools: {add: [plan], remove: [shell, python]}
    gates: {high: {people: {add: [U3], remove: [U1]}, votes: 2}}
    sandbox: {memory_mb: 64}
    threads: {reply: mention}
places:
  slack/T1/C1: careful
""",
    )
    here, there = at(settings, "slack/T1/C1"), at(settings, "slack/T1/C2")
    assert (here.mode, here.model, here.instructions) == ("ask", "local", "Ask twice.")
    assert (here.limits.turns, here.limits.cost) == (7, 0.5)
    assert here.tools == tuple(t for t in there.tools if t not in ("shell", "python"))
    assert here.gates.high.people == ("U2", "U3")
    assert (here.gates.high.votes, here.gates.low) == (2, there.gates.low)
    assert (here.sandbox.memory_mb, here.sandbox.pids) == (64, there.sandbox.pids)
    assert (here.threads.reply, there.threads.reply) == ("mention", "smart")
    assert (there.mode, there.model, there.limits.turns) == ("auto", "", 7)


ENTRIES = """
places:
  "*": {limits: {turns: 1}}
  slack: {limits: {turns: 2}}
  slack/T1: {limits: {turns: 3}}
  slack/T*: {limits: {turns: 4}}
  slack/T1/D*: {limits: {turns: 5}}
  slack/*/C7: {limits: {turns: 6}}
  slack/T1/C7: {limits: {turns: 7}}
  slack/*/*7: {limits: {turns: 8}}
  discord//123: {limits: {turns: 9}}
"""


@pytest.mark.parametrize(
    ("place", "turns"),
    [
        ("discord/1/2", 1),
        ("terminal//", 1),
        ("slack/E9/C1", 2),
        ("slack/T1/C1", 3),
        ("slack/t1/c1", 3),
        ("slack/T2/C1", 4),
        ("slack/T1/D55", 5),
        ("slack/T2/D55", 4),
        ("slack/T2/C7", 6),
        ("slack/T1/C7", 7),
        ("slack/T1/G7", 8),
        ("discord//123", 9),
        ("discord/5/123", 1),
    ],
)
def test_the_most_exact_entry_holds(tmp_path: Path, place: str, turns: int) -> None:
    assert at(settings_of(tmp_path, ENTRIES), place).limits.turns == turns


@pytest.mark.parametrize(("first", "turns"), [("s*/T1", 1), ("slack*/T1", 2)])
def test_of_equally_exact_entries_the_first_holds(tmp_path: Path, first: str, turns: int) -> None:
    texts = {"slack/*1": "{limits: {turns: 1}}", "slack/T*": "{limits: {turns: 2}}"}
    rows = texts if turns == 1 else dict(reversed(texts.items()))
    written = "\n".join(f"  {name}: {value}" for name, value in rows.items())
    assert at(settings_of(tmp_path, f"places:\n{written}"), "slack/T1/C1").limits.turns == turns


def test_a_variable_can_hold_them(tmp_path: Path) -> None:
    given = {"AETHER_PROFILES__SHY__MODE": "ask", "AETHER_PLACES": "{slack/T1: shy}"}
    assert at(settings_of(tmp_path, "", **given), "slack/T1/C1").mode == "ask"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "profiles:\n  shy:\n    mode: sime",
            "aether.yaml line 3: profiles.shy.mode must be 'semi', 'auto' or 'ask', not 'sime';"
            " the shipped value is semi",
        ),
        (
            "profiles:\n  shy:\n    limits:\n      turnz: 3",
            "aether.yaml line 4: profiles.shy.limits.turnz is not a setting;"
            " did you mean profiles.shy.limits.turns?",
        ),
        (
            "places:\n  slack/T1:\n    limits: {turns: 0}",
            "aether.yaml line 3: places.slack/T1.limits.turns must be greater than 0, not 0;"
            " the shipped value is 40",
        ),
        (
            "profiles:\n  shy: {base: careful}",
            "aether.yaml line 2: profiles.shy.base is not a setting; there is model, mode,"
            " instructions, tools, gates, limits, sandbox, threads",
        ),
        (
            "profiles: {careful: {}}\nplaces:\n  slack/T1: carefull",
            "aether.yaml line 3: places.slack/T1 names a profile 'carefull';"
            " did you mean careful?",
        ),
        (
            "places: {slack/T1: shy}",
            "aether.yaml line 1: places.slack/T1 names a profile 'shy'; write it under profiles",
        ),
        (
            "profiles:\n  shy:\n    tools:\n      remove: [shel]",
            "aether.yaml line 4: profiles.shy.tools.remove takes away 'shel'; there is plan, shell,"
            " python, read_file, write_file, edit_file, list_files, search_files, ask, deliver",
        ),
        (
            "profiles:\n  shy:\n    tools: {add: shell}",
            "aether.yaml line 3: profiles.shy.tools.add must be a list of names",
        ),
        (
            "profiles:\n  shy:\n    tools: {ad: [shell]}",
            "aether.yaml line 3: profiles.shy.tools must be a list;"
            " config/agent-runtime.yaml shows how",
        ),
        (
            "profiles:\n  shy:\n    gates: {high: {requester: false}}",
            "aether.yaml line 3: profiles.shy.gates.high lets nobody say yes: requester is false"
            " and nobody else is named: name more people or roles, or set anyone: true;"
            " config/agent-runtime.yaml shows how",
        ),
        (
            "places:\n  slack/T1/C1/123.4: {mode: ask}",
            "aether.yaml line 2: places.slack/T1/C1/123.4 must be written as platform/team/channel,"
            " such as slack/T0123/C0456",
        ),
        (
            "places:\n  slak/T1: {mode: ask}",
            "aether.yaml line 2: places.slak/T1 begins with no platform; there is slack, discord,"
            " web, terminal, embedded, or *",
        ),
        (
            "places:\n  'slack/T1/#general': {mode: ask}",
            "aether.yaml line 2: places.slack/T1/#general names '#general' where an id belongs:"
            " write the ids that the platform shows",
        ),
        (
            "places:\n  slack/T1:",
            "aether.yaml line 2: places.slack/T1 must name a profile, or hold changes of its own",
        ),
        (
            "profiles:\n  shy: ask",
            "aether.yaml line 2: profiles.shy must be a section with keys of its own, not 'ask';"
            " config/agent-runtime.yaml shows how",
        ),
        ("profiles: {}\nx: &a [*a]", "aether.yaml line 2: x is not a setting; there is"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line_with_its_place(tmp_path: Path, text: str, line: str) -> None:
    said = complaint(tmp_path, text)
    assert said == line or (line.endswith("there is") and said.startswith(line))


def test_a_variable_is_named_by_its_name(tmp_path: Path) -> None:
    said = complaint(tmp_path, "", AETHER_PROFILES__SHY__MODE="sime")
    assert said.startswith("AETHER_PROFILES__SHY__MODE must be 'semi', 'auto' or 'ask'")


REPORTED = f"""
slack:
  bot_token: {SECRET}
models:
  named:
    mine: {{model: "openai:x", base_url: "http://me:{SECRET}@host/v1", api_key: {SECRET}}}
profiles:
  careful:
    mode: ask
    gates:
      high:
        people:
          add: [U3]
places:
  slack/T1: careful
  slack/T1/C1:
    limits:
      turns: 3
"""


def lines(settings: Settings, place: str) -> dict[str, tuple[str, str]]:
    entry = placed_at(settings.placed, *place.split("/")) if place else None
    return {value.key: (value.text, value.origin) for value in report(settings, entry)}


def test_every_value_is_shown_with_the_line_that_says_so(tmp_path: Path) -> None:
    environ = {"AETHER_MODEL": "mine", "AETHER_SANDBOX__PIDS": "9"}
    settings = settings_of(tmp_path, REPORTED, **environ)
    file = f"{tmp_path}/aether.yaml"
    here = lines(settings, "slack/T1/C9")
    assert here["mode"] == ("ask", f"{file} line 9")
    assert here["gates.high.people"] == ('["U3"]', f"{file} line 12")
    assert here["models.default"] == ("mine", "AETHER_MODEL")
    assert here["sandbox.pids"] == ("9", "AETHER_SANDBOX__PIDS")
    assert here["models.named.mine.model"] == ("openai:x", f"{file} line 6")
    text, origin = here["limits.turns"]
    assert text == "40"
    assert origin.startswith("config/agent-runtime.yaml line ")
    there = lines(settings, "slack/T1/C1")
    assert there["limits.turns"] == ("3", f"{file} line 18")
    assert there["mode"][0] == "semi", "places are no chain: C1 has nothing of careful"
    assert lines(settings, "")["mode"][0] == "semi"


def test_the_shipped_line_is_the_one_that_says_so(tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "config" / "agent-runtime.yaml").read_text()
    for key, (_, origin) in lines(settings_of(tmp_path, ""), "").items():
        number = int(origin.rpartition(" ")[2])
        assert key.rpartition(".")[2] in shipped.splitlines()[number - 1]


def test_no_secret_is_shown(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, REPORTED, AETHER_DATABASE__URL=f"postgresql://me:{SECRET}@h/n",
        AETHER_INSTALLATIONS_KEY=SECRET,
    )  # fmt: skip
    shown = lines(settings, "slack/T1/C1")
    assert SECRET not in str(shown)
    assert shown["slack.bot_token"][0] == "set"
    assert shown["slack.app_token"][0] == "not set"
    assert shown["models.named.mine.base_url"][0] == "http://…@host/v1"
    assert shown["models.named.mine.api_key"][0] == "set"


def test_what_may_differ_is_what_chats_are_shown(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, REPORTED)
    keys = [value.key for _, value in place_report(settings, settings.placed[0])]
    assert keys[:4] == ["models.default", "mode", "instructions", "tools"]
    assert not any(key.startswith(("web.", "database.", "slack.", "data_dir")) for key in keys)
