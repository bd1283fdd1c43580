"""What a call's judgement means in a run: risk, reason, whether people are asked, and who may
decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from runtime.approvals import Mode, Risk, Rule, both, stricter
from runtime.ids import Value
from runtime.tools.risk_patterns import SEEN, SHIPPED, RiskPattern
from runtime.tools.tool import Judgement


class Policy(Value):
    """`risks` sets a tool's own risk, up or down, `least` only raises it; `patterns` come on top of
    the shipped ones and only raise. A gate stays open for `answer_within` seconds."""

    mode: Mode = Mode.SEMI
    risks: Mapping[str, Risk] = {}
    least: Mapping[str, Risk] = {}
    patterns: tuple[RiskPattern, ...] = ()
    rules: Mapping[Risk, Rule] = {}
    answer_within: float = 86_400.0

    def narrowed(self, other: Policy) -> Policy:
        """Whatever asks more, of either, and whoever may decide by both."""
        highest = _highest(self.risks, other.risks)
        shared = self.risks.keys() & other.risks.keys()
        # Set by one alone: by the other the tool's own judgement holds, which is known later.
        alone = {tool: risk for tool, risk in highest.items() if tool not in shared}
        return Policy(
            mode=stricter(self.mode, other.mode),
            risks={tool: highest[tool] for tool in shared},
            least=_highest(self.least, other.least, alone),
            patterns=tuple(dict.fromkeys((*self.patterns, *other.patterns))),
            rules={
                risk: both(self.rule(risk), other.rule(risk))
                for risk in (*self.rules, *other.rules)
            },
            answer_within=min(self.answer_within, other.answer_within),
        )

    def rule(self, risk: Risk) -> Rule:
        return self.rules.get(risk, Rule())

    def weigh(self, tool: str, judgement: Judgement) -> Weighed:
        """The tool's own risk (or the configured one), raised by every pattern that is found.
        What is too long for the patterns is high."""
        risk, why = judgement.risk, judgement.why
        if tool in self.risks:
            risk, why = self.risks[tool], f"the configuration sets {tool} to {self.risks[tool]}"
        if tool in self.least and self.least[tool].level > risk.level:
            risk, why = self.least[tool], f"the configuration sets {tool} to {self.least[tool]}"
        text, patterns = judgement.searched, self._patterns(tool)
        if patterns and len(text) > SEEN:
            risk, why = Risk.HIGH, f"{len(text):,} characters are too long to be judged"
        for pattern in patterns:
            if pattern.risk.level > risk.level and pattern.found(tool, text):
                risk, why = pattern.risk, pattern.why
        return Weighed(risk, why, self.rule(risk))

    def _patterns(self, tool: str) -> tuple[RiskPattern, ...]:
        return tuple(p for p in (*SHIPPED, *self.patterns) if p.applies(tool))


def _highest(*given: Mapping[str, Risk]) -> dict[str, Risk]:
    found: dict[str, Risk] = {}
    for tool, risk in chain.from_iterable(risks.items() for risks in given):
        found[tool] = max(risk, found.get(tool, risk), key=lambda each: each.level)
    return found


@dataclass(frozen=True, slots=True)
class Weighed:
    """How risky a call is here, why in words for people, and who may decide it."""

    risk: Risk
    why: str
    rule: Rule
