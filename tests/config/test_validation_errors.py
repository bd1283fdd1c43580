"""What is said about settings that cannot be used: one line with place, key and remedy."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from config.errors import BadSettings
from config.load import load

SECRET = "s3cret-value-of-a-key"


def complaint(folder: Path, text: str | bytes | None = None, **environ: str) -> str:
    """The line, with the folder's own name taken out."""
    if text is not None:
        data = text if isinstance(text, bytes) else text.encode()
        (folder / "aether.yaml").write_bytes(data)
    with pytest.raises(BadSettings) as raised:
        load(environ=environ, folder=folder)
    line = str(raised.value)
    assert "\n" not in line
    assert SECRET not in "".join(traceback.format_exception(raised.value))
    return line.replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "sandbox: {memory: 3}",
            "aether.yaml line 1: sandbox.memory is not a setting; did you mean sandbox.memory_mb?",
        ),
        ("sandbx: {pids: 3}", "aether.yaml line 1: sandbx is not a setting; did you mean sandbox?"),
        (
            "memory_mb: 3",
            "aether.yaml line 1: memory_mb is not a setting; did you mean sandbox.memory_mb?",
        ),
        (
            "logs: {qqqq: 1}",
            "aether.yaml line 1: logs.qqqq is not a setting; there is level, format",
        ),
        (
            "gates: {high: {peple: [U1]}}",
            "aether.yaml line 1: gates.high.peple is not a setting;"
            " did you mean gates.high.people?",
        ),
        (
            "models: {named: {x: {mdel: y}}}",
            "aether.yaml line 1: models.named.x.mdel is not a setting;"
            " did you mean models.named.x.model? (1 more)",
        ),
        (
            "models: {named: {x: {base_url: y}}}",
            "aether.yaml line 1: models.named.x.model is missing;"
            " config/agent-runtime.yaml shows how",
        ),
        (
            "limits: {turns: many}",
            "aether.yaml line 1: limits.turns must be a whole number, not 'many';"
            " the shipped value is 40",
        ),
        (
            "limits: {turns: 0, cost: -1}",
            "aether.yaml line 1: limits.turns must be greater than 0, not 0;"
            " the shipped value is 40 (1 more)",
        ),
        (
            "mode: fast",
            "aether.yaml line 1: mode must be 'semi', 'auto' or 'ask', not 'fast';"
            " the shipped value is semi",
        ),
        (
            "gates: {high: {votes: 3}}",
            "aether.yaml line 1: gates.high.votes must be 1 or 2, not 3; the shipped value is 1",
        ),
        (
            "gates: {high: {people: U1}}",
            "aether.yaml line 1: gates.high.people must be a list, not 'U1';"
            " config/agent-runtime.yaml shows how",
        ),
        (
            "sandbox: 3",
            "aether.yaml line 1: sandbox must be a section with keys of its own, not 3;"
            " config/agent-runtime.yaml shows how",
        ),
        (
            "risk: {tools: {shell: huge}}",
            "aether.yaml line 1: risk.tools.shell must be 'low', 'medium' or 'high', not 'huge';"
            " config/agent-runtime.yaml shows how",
        ),
        (
            "risk: {patterns: [{pattern: '(', to: high}]}",
            "aether.yaml line 1: risk.patterns.0.pattern must be a regular expression (missing ),"
            " unterminated subpattern at position 0), not '('; config/agent-runtime.yaml shows how",
        ),
        ("a: [", "aether.yaml line 1: expected the node content, but found '<stream end>';"
                 " mend the YAML there"),
        ("mode: semi\n\tx: 3", "aether.yaml line 2: found character '\\t' that cannot start any"
                               " token; mend the YAML there"),
        ("- mode", "aether.yaml: holds a list, not settings; write lines like 'mode: semi'"),
        (b"mode: \xff", "aether.yaml: is not YAML text; write it as UTF-8"),
        (b"mode: \x01", "aether.yaml: is not YAML text; write it as UTF-8"),
    ],
)  # fmt: skip
def test_files(tmp_path: Path, text: str | bytes, line: str) -> None:
    assert complaint(tmp_path, text) == line


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        (
            "AETHER_SANDBOX__MEMORY",
            "1",
            "AETHER_SANDBOX__MEMORY is not a setting; did you mean AETHER_SANDBOX__MEMORY_MB?",
        ),
        (
            "AETHER_SANDBX",
            "1",
            "AETHER_SANDBX is not a setting; did you mean AETHER_SANDBOX?",
        ),
        ("AETHER_MODLE", "x", "AETHER_MODLE is not a setting; did you mean AETHER_MODEL?"),
        ("AETHER_MODE__X", "1", "AETHER_MODE__X is not a setting; did you mean AETHER_MODE?"),
        (
            "AETHER_QQQQQQQQ",
            "1",
            "AETHER_QQQQQQQQ is not a setting; unset it; config/agent-runtime.yaml names all",
        ),
        (
            "AETHER_SANDBOX__MEMORY_MB",
            "lots",
            "AETHER_SANDBOX__MEMORY_MB must be a whole number, not 'lots';"
            " the shipped value is 512",
        ),
        (
            "AETHER_GATES__HIGH__PEOPLE",
            "[a",
            "AETHER_GATES__HIGH__PEOPLE must be a list, not '[a'; config/agent-runtime.yaml"
            " shows how",
        ),
    ],
)
def test_variables(tmp_path: Path, name: str, value: str, line: str) -> None:
    assert complaint(tmp_path, **{name: value}) == line


def test_a_variable_of_the_dotenv_file_is_judged_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AETHER_MDOE=ask\n")
    assert complaint(tmp_path) == "AETHER_MDOE is not a setting; did you mean AETHER_MODE?"


def test_the_layer_that_is_wrong_is_the_one_that_is_named(tmp_path: Path) -> None:
    line = complaint(tmp_path, "mode: fast", AETHER_LIMITS__TURNS="9")
    assert line.startswith("aether.yaml line 1: mode ")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    line = complaint(tmp_path, AETHER_CONFIG=str(tmp_path / "none.yaml"))
    assert line == (
        "none.yaml: no such file or directory; mend that, or name another file with --config or"
        " AETHER_CONFIG"
    )


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "aether.yaml").mkdir()
    assert complaint(tmp_path).startswith("aether.yaml: is a directory; ")


@pytest.mark.parametrize(
    "text",
    [
        f"database: {{url: [{SECRET}]}}",
        f"database: {{url: {{password: {SECRET}}}}}",
        f"models: {{named: {{x: {{model: y, api_key: [{SECRET}]}}}}}}",
        f"models: {{named: {{x: {{model: y, api_kye: {SECRET}}}}}}}",
        f"database: {{ulr: {SECRET}}}",
    ],
)
def test_secrets_are_never_quoted(tmp_path: Path, text: str) -> None:
    assert SECRET not in complaint(tmp_path, text)
