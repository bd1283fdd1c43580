"""Calls as text: what models write where a server does not read their calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.tools.written_calls import is_call, written_calls

NAMES = ("shell", "python", "write_file", "plan")
TABLE: dict[str, list[Any]] = yaml.safe_load(
    (Path(__file__).parent / "written_calls.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("row", TABLE["calls"], ids=lambda row: row["form"])
def test_a_call_that_is_written_as_text_is_read(row: dict[str, Any]) -> None:
    written = written_calls(row["text"], NAMES)
    wanted = row.get("calls", [["shell", '{"command": "ls"}']])
    assert [[call.tool, call.arguments] for call in written.calls] == wanted
    assert written.rest == row.get("rest", "")
    assert len({call.provider_call_id for call in written.calls}) == len(wanted)


@pytest.mark.parametrize("text", TABLE["words"])
def test_other_words_are_no_call(text: str) -> None:
    written = written_calls(text, NAMES)
    assert (written.calls, written.rest) == ((), text)
    assert not is_call(text)


@pytest.mark.parametrize("text", TABLE["unknown"])
def test_a_text_that_is_nothing_but_an_unknown_call_is_seen(text: str) -> None:
    assert not written_calls(text, NAMES).calls
    assert is_call(text)


def test_a_long_text_of_brackets_costs_little() -> None:
    assert not written_calls("{" * 20_000, NAMES).calls
    assert not written_calls('{"a":' * 5_000, NAMES).calls
