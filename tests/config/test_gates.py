"""Rules that nobody could satisfy end the start with one line; all others pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import BadSettings
from config.load import load


def start(folder: Path, rule: str, risk: str = "high", **environ: str) -> str:
    """What the start says to this rule; "" if nothing."""
    if rule:
        (folder / "aether.yaml").write_text(f"gates: {{{risk}: {{{rule}}}}}")
    try:
        load(environ=environ, folder=folder)
    except BadSettings as error:
        return str(error).replace(f"{folder}/", "")
    return ""


@pytest.mark.parametrize("risk", ["low", "medium", "high"])
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("requester: false", "requester is false and nobody else is named"),
        ("requester: false, votes: 2", "requester is false and nobody else is named"),
        ("not_requester: true", "not_requester is true and nobody else is named"),
        ("not_requester: true, requester: false", "not_requester is true"),
        ("not_requester: true, votes: 2", "not_requester is true"),
        ("requester: false, people: [], roles: []", "requester is false"),
        ("votes: 2", "votes: 2 needs two people, it names only the requester"),
        ("people: [dana], votes: 2", "it names only 'dana', who may ask too"),
        ("people: [dana], requester: false, votes: 2", "it names only 'dana'"),
        ("people: [dana], not_requester: true, votes: 2", "it names only 'dana'"),
    ],
)
def test_a_rule_that_nobody_can_satisfy(tmp_path: Path, risk: str, rule: str, words: str) -> None:
    line = start(tmp_path, rule, risk)
    assert line.startswith(f"aether.yaml line 1: gates.{risk} lets nobody say yes: ")
    assert words in line
    assert "name more people or roles, or set anyone: true" in line


@pytest.mark.parametrize("key", ["people", "roles"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("['']", "must not hold empty names"),
        ("['  ']", "must not hold empty names"),
        ('["\\t\\u00a0"]', "must not hold empty names"),
        ("[dana, '']", "must not hold empty names"),
        ("[' dana']", "must not hold spaces around a name, as in ' dana'"),
        ('["dana\\n"]', "must not hold spaces around a name"),
        ("[dana, eve, dana]", "names 'dana' twice"),
    ],
)
def test_names_that_can_be_nobody(tmp_path: Path, key: str, given: str, words: str) -> None:
    line = start(tmp_path, f"{key}: {given}")
    assert line.startswith(f"aether.yaml line 1: gates.high.{key} {words}")


@pytest.mark.parametrize(
    "rule",
    [
        "requester: true",
        "anyone: true, requester: false",
        "anyone: true, not_requester: true, votes: 2",
        "requester: false, people: [dana]",
        "people: [dana], not_requester: true",
        "people: [dana, eve], votes: 2",
        "people: [dana, eve], requester: false, not_requester: true, votes: 2",
        "requester: false, roles: [oncall]",
        "roles: [oncall], not_requester: true, votes: 2",
        "people: [dana], roles: [oncall], votes: 2",
    ],
)
def test_a_rule_that_somebody_can_satisfy(tmp_path: Path, rule: str) -> None:
    assert start(tmp_path, rule) == ""


def test_the_layer_that_makes_it_impossible_is_named(tmp_path: Path) -> None:
    line = start(tmp_path, "", AETHER_GATES__HIGH__REQUESTER="false")
    assert line.startswith("AETHER_GATES__HIGH lets nobody say yes: ")
