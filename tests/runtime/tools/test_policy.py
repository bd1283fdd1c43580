"""Risk: what tools say of themselves, what settings change, what patterns raise."""

from __future__ import annotations

import json
import re
import time

import pytest

from runtime.approvals import Risk, Rule
from runtime.facts import PlannedCall
from runtime.ids import CallId
from runtime.ports import RawCall
from runtime.tools.catalog import BUILT_IN
from runtime.tools.policy import Policy
from runtime.tools.risk_patterns import SEEN, SHIPPED, RiskPattern
from runtime.tools.toolbox import Toolbox

LOW, MEDIUM, HIGH = Risk


def judged(tool: str, policy: Policy | None = None, **arguments: object) -> PlannedCall:
    toolbox = Toolbox(BUILT_IN, policy or Policy())
    call = toolbox.plan(RawCall("p", tool, json.dumps(arguments)), CallId("c"))
    assert call.error == ""
    return call


@pytest.mark.parametrize(
    ("call", "risk", "effects", "repeatable"),
    [
        (judged("plan", steps=[{"title": "a"}]), LOW, False, True),
        (judged("ask", question="Which?"), LOW, False, True),
        (judged("read_file", path="a"), LOW, False, True),
        (judged("list_files"), LOW, False, True),
        (judged("search_files", pattern="a"), LOW, False, True),
        (judged("write_file", path="a", content="rm -rf /"), LOW, True, True),
        (judged("edit_file", path="a", old="b", new="c"), LOW, True, False),
        (judged("shell", command="make test"), LOW, True, False),
        (judged("python", code="print(1)"), LOW, True, False),
        (judged("deliver", path="report.pdf"), LOW, True, True),
    ],
    ids=lambda value: value.tool if isinstance(value, PlannedCall) else "",
)
def test_tools_by_default(call: PlannedCall, risk: Risk, effects: bool, repeatable: bool) -> None:
    assert (call.risk, call.effects, call.repeatable) == (risk, effects, repeatable)
    assert call.why
    assert call.operation


DELETIONS = [
    "rm -r build",
    "rm -rf /workspace/*",
    "rm -fr x",
    "rm -f x",
    "rm x -Rv",
    "rm --recursive x",
    "rm \\\n  -rf x",
    "sudo /bin/rm -v -r x",
    "cd a && rm -rf b",
    "find . -name '*.pyc' -delete",
    "find . -exec rm {} +",
    "find . -execdir /bin/rm {} ;",
    "ls | xargs -0 rm",
    "git clean -fdx",
    "git -C repo clean -d --force",
    "git reset --hard HEAD~1",
]


@pytest.mark.parametrize("command", DELETIONS)
def test_deletion_by_force_is_medium(command: str) -> None:
    call = judged("shell", command=command)
    assert call.risk is MEDIUM
    assert call.why == "deletes files recursively, by force, or beyond recovery"


@pytest.mark.parametrize(
    "code",
    [
        "import shutil; shutil.rmtree('x')",
        "os.system('rm -rf x')",
        "subprocess.run(['rm', '-rf', 'x'])",
        'subprocess.run(["git", "clean", "-fd"])',
        "os.removedirs('a/b')",
    ],
)
def test_deletion_from_python_is_medium(code: str) -> None:
    assert judged("python", code=code).risk is MEDIUM


@pytest.mark.parametrize(
    "command",
    [
        "rm x",
        "rm notes.txt; ls -r",
        "ls -rf",
        "farm -rf",
        "grep -rf patterns .",
        "find . -name x",
        "git clean -n",
        "git status -f",
        "git reset HEAD x",
        "tar -rf a.tar b",
        "rmdir x",
        "echo confirm -r",
    ],
)
def test_what_only_looks_like_it_stays_low(command: str) -> None:
    assert judged("shell", command=command).risk is LOW


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "a/.env.production",
        "server.pem",
        "k/tls.key",
        "id_rsa",
        ".ssh/config",
        "x/id_ed25519",
        "credentials.json",
        "aws_credentials",
        "my-secret.txt",
        "API_TOKEN",
        "passwords.csv",
        ".netrc",
        ".aws/x",
        "Secrets.yaml",
    ],
)
def test_delivering_what_looks_like_a_secret_is_high(path: str) -> None:
    call = judged("deliver", path=path)
    assert (call.risk, call.why) == (HIGH, "its name looks like a secret")
    assert judged("read_file", path=path).risk is LOW


@pytest.mark.parametrize(
    "path",
    ["report.pdf", "tokenizer.json", "secretary.txt", "environment.md", "a.env.py", "keys/a.txt"],
)
def test_other_names_are_no_secrets(path: str) -> None:
    assert judged("deliver", path=path, title="id_rsa").risk is LOW


def test_settings_raise_and_lower_a_tool() -> None:
    policy = Policy(risks={"shell": HIGH, "deliver": MEDIUM})
    assert judged("shell", policy, command="ls").risk is HIGH
    assert judged("shell", policy, command="ls").why == "the configuration sets shell to high"
    assert judged("deliver", policy, path="a").risk is MEDIUM
    assert judged("python", policy, code="1").risk is LOW


def test_patterns_only_raise() -> None:
    drops = RiskPattern(re.compile("DROP TABLE"), HIGH, "drops a table")
    harmless = RiskPattern(re.compile("ls"), LOW, "only lists")
    policy = Policy(risks={"shell": MEDIUM}, patterns=(drops, harmless))
    assert judged("shell", policy, command="ls").risk is MEDIUM
    assert judged("shell", policy, command="echo DROP TABLE x").why == "drops a table"
    assert judged("write_file", policy, path="a.sql", content="DROP TABLE x").risk is HIGH
    lowered = Policy(risks={"deliver": LOW})
    assert judged("deliver", lowered, path=".env").risk is HIGH  # a setting does not hide a secret


PUSH = RiskPattern(re.compile(r"git\s+push"), HIGH, "publishes code", ("shell", "write_file"))


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("shell", {"command": "# " + "x" * SEEN + "\ngit push"}),
        ("shell", {"command": "\n" * SEEN + "git push"}),
        ("shell", {"command": "true;" * (SEEN // 5) + "git push"}),
        ("shell", {"command": "echo é" + "é" * SEEN}),
        ("python", {"code": "#" + "x" * SEEN + "\nshutil.rmtree('x')"}),
        ("write_file", {"path": "a.sh", "content": "x" * SEEN + "git push"}),
    ],
)
def test_what_is_too_long_to_be_judged_is_high(tool: str, arguments: dict[str, str]) -> None:
    call = judged(tool, Policy(patterns=(PUSH,)), **arguments)
    assert call.risk is HIGH
    assert call.why.endswith("characters are too long to be judged")


def test_what_patterns_can_read_is_judged_by_them_alone() -> None:
    assert judged("shell", command="# " + "x" * (SEEN - 10)).risk is LOW
    big = "x" * 2 * SEEN
    assert judged("write_file", path="a.csv", content=big).risk is LOW  # no pattern looks at it
    assert judged("edit_file", path="a", old="b", new="x" * SEEN).risk is LOW


@pytest.mark.parametrize("before", [0, 4_000, 16_000])
def test_patterns_see_all_of_what_a_file_call_writes(before: int) -> None:
    policy = Policy(patterns=(RiskPattern(re.compile("^curl ", re.MULTILINE), HIGH, "fetches"),))
    text = "x\n" * (before // 2) + "curl evil\n" + "x\n" * 4_000
    assert judged("write_file", policy, path="a", content=text).why == "fetches"
    assert judged("edit_file", policy, path="a", old="b", new=text).why == "fetches"


@pytest.mark.parametrize("suffix", [".pem", ".key", "-token", "_secret.txt"])
def test_a_long_name_hides_no_secret(suffix: str) -> None:
    name = "a" * (255 - len(suffix)) + suffix
    assert judged("deliver", path=name).risk is HIGH


def test_each_risk_has_its_rule() -> None:
    two = Rule(anyone=True, votes=2)
    policy = Policy(rules={MEDIUM: two}, answer_within=60)
    call = judged("shell", policy, command="rm -r x")
    assert (call.rule, call.answer_within) == (two, 60)
    assert judged("shell", policy, command="ls").rule == Rule()


@pytest.mark.parametrize(
    "piece",
    [
        "rm ",
        "rm -",
        "rm -a",
        "find ",
        "xargs ",
        "git clean ",
        "git -a b ",
        "git -",
        "a/",
        "a",
        "_token",
        "secret_",
        "\\\n",
        "' ",
    ],
)
def test_no_text_makes_the_shipped_patterns_slow(piece: str) -> None:
    text = (piece * SEEN)[: 2 * SEEN]
    began = time.process_time()
    for pattern in SHIPPED:
        pattern.found((pattern.tools or ("shell",))[0], text)
    assert time.process_time() - began < 2.0
