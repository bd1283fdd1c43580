"""What a call's judgement means in this installation: risk, reason, and who may decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runtime.approvals import Risk, Rule
from runtime.tools.risk_patterns import SHIPPED, RiskPattern
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
        """The tool's own risk (or the configured one), raised by every pattern that is found."""
        risk, why = judgement.risk, judgement.why
        if tool in self.risks:
            risk, why = self.risks[tool], f"the configuration sets {tool} to {self.risks[tool]}"
        text = f"{judgement.subject.value}\n{judgement.operation}"
        if judgement.subject.value == judgement.operation:
            text = judgement.operation
        for pattern in (*SHIPPED, *self.patterns):
            if pattern.risk.level > risk.level and pattern.found(tool, text):
                risk, why = pattern.risk, pattern.why
        return Weighed(risk, why, self.rules.get(risk, Rule()))


@dataclass(frozen=True, slots=True)
class Weighed:
    """How risky a call is here, why in words for people, and who may decide it."""

    risk: Risk
    why: str
    rule: Rule
