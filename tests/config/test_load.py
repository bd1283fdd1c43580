"""Which layer decides a setting, and that secrets stay out of sight."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from config.layers import SHIPPED, file_layer
from config.load import load
from config.settings import Settings

SECRET = "s3cret-value-of-a-key"  # made up
Load = Callable[..., Settings]


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    """Settings of a folder with these files and this environment."""

    def load_with(
        aether: str | None = None, dotenv: str | None = None, mode: str | None = None, **env: str
    ) -> Settings:
        if aether is not None:
            (tmp_path / "aether.yaml").write_text(aether)
        if dotenv is not None:
            (tmp_path / ".env").write_text(dotenv)
        return load(mode=mode, environ=env, folder=tmp_path)

    return load_with


def test_the_shipped_file_alone_is_complete(loaded: Load, tmp_path: Path) -> None:
    settings = loaded()
    assert settings.mode == "semi"
    assert settings.gates.answer_within == 86_400
    assert settings.data_dir == tmp_path / ".aether"
    assert settings.database.url.get_secret_value() == ""


def test_every_shipped_key_stands_below_a_comment() -> None:
    rows = [row.strip() for row in SHIPPED.read_text().splitlines()]
    bare = {
        row.split(":")[0]
        for above, row in itertools.pairwise(rows)
        if re.match(r"\w+:.", row) and not above.startswith("#")
    }
    assert bare == {"medium", "high"}  # the comment above `low` is theirs too


def test_each_layer_wins_over_the_one_below(loaded: Load) -> None:
    assert loaded(aether="mode: ask").mode == "ask"
    assert loaded(dotenv="AETHER_MODE=auto").mode == "auto"
    assert loaded(AETHER_MODE="semi").mode == "semi"
    assert loaded(mode="auto", AETHER_MODE="ask").mode == "auto"


def test_sections_are_merged_and_lists_are_replaced(loaded: Load) -> None:
    settings = loaded(
        aether="gates: {high: {votes: 2, people: [U1, U2]}}\nlimits: {turns: 5}",
        AETHER_GATES__HIGH__PEOPLE="[U3, U4]",
        AETHER_LIMITS__COST="0.5",
    )
    assert settings.gates.high.votes == 2
    assert settings.gates.high.people == ("U3", "U4")
    assert settings.gates.low.requester
    assert (settings.limits.turns, settings.limits.cost) == (5, 0.5)
    assert settings.limits.tokens == 400_000


@pytest.mark.parametrize(
    ("variable", "text", "path", "value"),
    [
        ("AETHER_MODEL", "openai:x", "models.default", "openai:x"),
        ("AETHER_SANDBOX__MEMORY_MB", "1024", "sandbox.memory_mb", 1024),
        (
            "AETHER_SANDBOX__WORKSPACE_HOST_ROOT",
            "/srv",
            "sandbox.workspace_host_root",
            Path("/srv"),
        ),
        ("AETHER_DATA_DIR", "/srv/aether", "data_dir", Path("/srv/aether")),
        ("AETHER_EVENTS__ENABLED", "all", "events.enabled", "all"),
        ("AETHER_EVENTS__ENABLED", "[usage, notice]", "events.enabled", ("usage", "notice")),
        ("AETHER_SANDBOX", "{pids: 9}", "sandbox.pids", 9),
        ("AETHER_RISK__TOOLS", '{"shell": "high"}', "risk.tools", {"shell": "high"}),
    ],
)
def test_variables_reach_nested_keys(
    loaded: Load, variable: str, text: str, path: str, value: object
) -> None:
    found: object = loaded(**{variable: text})
    for part in path.split("."):
        found = getattr(found, part)
    assert found == value


def test_an_empty_variable_is_no_variable(loaded: Load) -> None:
    assert loaded(aether="mode: ask", AETHER_MODE="").mode == "ask"


def test_a_named_model_gets_its_key_from_the_environment(loaded: Load) -> None:
    settings = loaded(
        aether="models: {default: local, named: {local: {model: 'openai:x'}}}",
        AETHER_MODELS__NAMED__LOCAL__API_KEY=SECRET,
    )
    assert settings.models.named["local"].api_key.get_secret_value() == SECRET


def test_the_environment_of_providers_holds_both_sources(loaded: Load) -> None:
    settings = loaded(dotenv=f"OPENAI_API_KEY={SECRET}\nA=file\nB=", A="real")
    assert dict(settings.environ) == {"OPENAI_API_KEY": SECRET, "A": "real"}


def test_a_named_file_replaces_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "aether.yaml").write_text("mode: ask")
    other, third = tmp_path / "other.yaml", tmp_path / "third.yaml"
    other.write_text("limits: {turns: 7}")
    third.write_text("limits: {turns: 8}")
    environ = {"AETHER_CONFIG": str(other)}
    assert load(environ=environ, folder=tmp_path).limits.turns == 7
    assert load(environ=environ, folder=tmp_path).mode == "semi"
    assert load(third, environ=environ, folder=tmp_path).limits.turns == 8


def test_an_empty_file_changes_nothing(loaded: Load) -> None:
    assert loaded(aether="# nothing\n").mode == "semi"


def test_secrets_do_not_show(loaded: Load) -> None:
    settings = loaded(
        aether="models: {named: {local: {model: 'openai:x'}}}",
        AETHER_MODELS__NAMED__LOCAL__API_KEY=SECRET,
        AETHER_DATABASE__URL=f"postgresql://aether:{SECRET}@host/aether",
        OPENAI_API_KEY=SECRET,
    )
    shown = (repr(settings), str(settings), settings.model_dump_json(), f"{settings!r:.9000}")
    assert SECRET not in "".join(shown)


def test_the_shipped_file_is_a_layer_like_any_other() -> None:
    assert file_layer(SHIPPED).data["mode"] == "semi"
