"""Settings become plain values of the rooms."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import composition
from bot.models import model_of
from bot.profiles import policy_of
from bot.service import safe_name
from config.load import load
from runtime.approvals import Risk, Subject
from runtime.errors import Misconfigured
from runtime.tools.tool import Judgement


def judgement(risk: Risk, operation: str) -> Judgement:
    return Judgement("", operation, risk, "", Subject(), effects=True, repeatable=False)


def test_policy(tmp_path: Path) -> None:
    (tmp_path / "aether.yaml").write_text(
        "gates: {answer_within: 60, high: {votes: 2, people: [U1, U2], requester: false}}\n"
        "risk: {tools: {write_file: medium}, patterns: [{pattern: 'git push', to: high}]}\n"
    )
    settings = load(environ={}, folder=tmp_path)
    policy = policy_of(settings, settings.base)
    assert policy.answer_within == 60
    assert policy.weigh("write_file", judgement(Risk.LOW, "x")).risk is Risk.MEDIUM
    pushed = policy.weigh("shell", judgement(Risk.LOW, "git push"))
    assert (pushed.risk, pushed.why) == (Risk.HIGH, "the configuration calls git push risky")
    assert (pushed.rule.votes, pushed.rule.people, pushed.rule.requester) == (
        2,
        ("U1", "U2"),
        False,
    )


def test_database_url(tmp_path: Path) -> None:
    settings = load(environ={}, folder=tmp_path)
    assert composition.database_url(settings) == f"sqlite:///{tmp_path}/.aether/aether.db"
    url = "postgresql://me:hunter2@host/name"
    settings = load(environ={"AETHER_DATABASE__URL": url}, folder=tmp_path)
    assert composition.database_place(settings) == "name on host"


async def test_the_named_model_is_used(tmp_path: Path) -> None:
    (tmp_path / "aether.yaml").write_text(
        "models: {default: mine, named: {mine: {model: 'openai:x', base_url: 'http://127.0.0.1:9'}}}"
    )
    chosen = await model_of(load(environ={}, folder=tmp_path))
    assert chosen.model.name == "openai:x"
    await chosen.model.aclose()


def test_events_that_do_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("events: {enabled: [usage, tool_call_strat]}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Misconfigured, match="tool_call_strat is not an event; did you mean tool_"):
        composition.read_settings(file)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a b\x1b[2J\ncité.pdf", "a_b_2J_cité.pdf"),
        ("C:\\x\\y.doc", "y.doc"),
        ("", "file"),
    ],
)
def test_names_of_delivered_files(name: str, safe: str) -> None:
    assert safe_name(name) == safe
