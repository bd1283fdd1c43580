"""What a call's judgement means in this installation: risk, reason, and who may decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runtime.approvals import Risk, Rule
from runtime.tools.risk_patterns import SEEN, SHIPPED, RiskPattern
from runtime.tools.tool import Judgement


@dataclass(frozen=True, slots=True)
class Policy:
    """`risks` sets a tool's own risk, up or down; `patterns` come on top of the shipped ones and
    only raise. A gate stays open for `answer_within` seconds."""

    risks: Mapping[str, Risk] = field(default_factory=dict[str, Risk])
    patterns: tuple[RiskPattern, ...] = ()
    rules: Mapping[Risk, Rule] = field(default_factory=dict[Risk, Rule])
    answer_within: float = 86_400.0

    def weigh(self, tool: str, judgement: Judgement) -> Weighed:
        """The tool's own risk (or the configured one), raised by every pattern that is found.
        What is too long for the patterns is high."""
        risk, why = judgement.risk, judgement.why
        if tool in self.risks:
            risk, why = self.risks[tool], f"the configuration sets {tool} to {self.risks[tool]}"
        text, patterns = judgement.searched, self._patterns(tool)
        if patterns and len(text) > SEEN:
            risk, why = Risk.HIGH, f"{len(text):,} characters are too long to be judged"
        for pattern in patterns:
            if pattern.risk.level > risk.level and pattern.found(tool, text):
                risk, why = pattern.risk, pattern.why
        return Weighed(risk, why, self.rules.get(risk, Rule()))

    def _patterns(self, tool: str) -> tuple[RiskPattern, ...]:
        return tuple(p for p in (*SHIPPED, *self.patterns) if p.applies(tool))


@dataclass(frozen=True, slots=True)
class Weighed:
    """How risky a call is here, why in words for people, and who may decide it."""

    risk: Risk
    why: str
    rule: Rule
