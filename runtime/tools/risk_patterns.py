"""Texts that make a call riskier than its tool. They only ever raise: the walls of the container
are what keeps people safe, a pattern merely asks before something regrettable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runtime.approvals import Risk

SEEN = 64 * 1024
"""Characters of a call that patterns can read; a longer one is judged high without them."""


@dataclass(frozen=True, slots=True)
class RiskPattern:
    """`regex` is searched in what the call acts on and in what people would approve; flags stand in
    its text, which is all that is recorded. `tools` limits it to these names; empty means all."""

    regex: re.Pattern[str]
    risk: Risk
    why: str
    tools: tuple[str, ...] = ()

    def applies(self, tool: str) -> bool:
        return not self.tools or tool in self.tools

    def found(self, tool: str, text: str) -> bool:
        if not self.applies(tool):
            return False
        # A line that goes on after a backslash is one command.
        return self.regex.search(text[:SEEN].replace("\\\n", " ")) is not None


_RUNNERS = ("shell", "python")

# Everything is bounded and no part can match in two ways, so that no text makes a search slow.
_REST = r"[^\n;|&]{0,200}?"  # what may stand between, within one command
_GAP = r"[\s\"',]{1,8}"  # between the words of a command line, or of a Python list of them
_WORD = r"[^\s\"',-][^\s\"',]{0,80}"
_FLAG = r"[\s\"']-"
_GIT = rf"\bgit(?:{_GAP}-[^\s\"',]{{1,80}}(?:{_GAP}{_WORD})?){{0,3}}{_GAP}"

_DELETIONS = (
    rf"\brm\b{_REST}{_FLAG}(?:[a-zA-Z]{{0,16}}[rRf]|-(?:recursive|force)\b)",
    rf"\bfind\b{_REST}{_FLAG}(?:delete\b|exec(?:dir)?{_GAP}(?:/[\w/]{{0,40}})?rm\b)",
    rf"\bxargs\b{_REST}\brm\b",
    r"\brmtree\b|\brimraf\b|\bremovedirs\b",
    rf"{_GIT}clean\b{_REST}{_FLAG}(?:[a-zA-Z]{{0,16}}f|-force\b)",
    rf"{_GIT}reset\b{_REST}{_FLAG}-hard\b",
)

_CONFIDENTIAL = (
    r"\.env(?:\.[\w.-]{1,40})?",
    r"[^/\n]{0,255}\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk)",
    r"id_[a-z0-9_-]{1,40}",
    # whole words only: a tokenizer and a secretary are no secrets
    r"(?:[^/\n]{0,255}[^a-z/\n])?(?:credential|passwd|password|secret|token)s?(?![a-z])[^/\n]{0,255}",
    r"\.(?:netrc|pgpass|npmrc|pypirc|git-credentials|htpasswd)",
    r"kubeconfig|shadow",
)

SECRET_NAME = re.compile(
    rf"^(?:[^\n]{{0,1000}}/)?(?:{'|'.join(_CONFIDENTIAL)})$"
    r"|^(?:[^\n]{0,1000}/)?\.(?:ssh|aws|gnupg|kube|docker)/",
    re.IGNORECASE | re.MULTILINE,
)
"""Paths of files that should not be shown to everybody."""

SHIPPED: tuple[RiskPattern, ...] = (
    RiskPattern(
        re.compile("|".join(_DELETIONS)),
        Risk.MEDIUM,
        "deletes files recursively, by force, or beyond recovery",
        _RUNNERS,
    ),
    RiskPattern(SECRET_NAME, Risk.HIGH, "its name looks like a secret", ("deliver",)),
)
