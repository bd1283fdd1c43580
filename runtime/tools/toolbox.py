"""The tools of a run: what the model sees of them, and what becomes of its calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, NoReturn, cast

from pydantic import JsonValue, ValidationError

from runtime.approvals import Subject
from runtime.errors import BadArguments, Misconfigured, ToolError
from runtime.events import FailureKind
from runtime.facts import PlannedCall, UnmadeCall
from runtime.ids import CallId
from runtime.ports import RawCall, ToolSpec
from runtime.profile import Profile
from runtime.tools.excerpt import one_line
from runtime.tools.parameters import unknown_keys
from runtime.tools.policy import Policy
from runtime.tools.schema import schema_of
from runtime.tools.tool import Params, Tool
from runtime.tools.validation_errors import faults, signature


class Toolbox:
    """Immutable. Raises Misconfigured if two tools have the same name."""

    def __init__(self, tools: Sequence[Tool], policy: Policy) -> None:
        self._tools = {tool.name: tool for tool in tools}
        if len(self._tools) < len(tools):
            names = sorted(tool.name for tool in tools)
            raise Misconfigured(f"two tools have the same name: {', '.join(names)}")
        self._policy = policy
        self._specs = tuple(
            ToolSpec(tool.name, tool.description, schema_of(tool.params)) for tool in tools
        )

    def specs(self, names: Collection[str] | None = None) -> tuple[ToolSpec, ...]:
        """All tools, or those named, in their stable order (it matters for prompt caches)."""
        return tuple(spec for spec in self._specs if names is None or spec.name in names)

    def tool(self, name: str) -> Tool:
        """Raises ToolError, with the names that exist."""
        try:
            return self._tools[name]
        except KeyError:
            raise ToolError(
                f"There is no tool {one_line(name, 64)!r}. Tools that exist: {self._names()}."
            ) from None

    def plan(self, raw: RawCall, call_id: CallId, cut: int = 0) -> PlannedCall:
        """Validate and judge one call. Never raises: a call that cannot run says so in `error`.
        `cut` is the number of tokens at which its turn was cut, if it was."""
        try:
            tool = self.tool(_clean(raw.tool))
        except ToolError as error:
            return _unusable(raw, call_id, "unknown_tool", str(error))
        try:
            given = _given(tool, raw.arguments, cut)
            params = _validated(tool, given)
        except BadArguments as error:
            return _unusable(raw, call_id, "invalid", str(error))
        call = self._judged(tool, params, raw, call_id)
        return call.model_copy(update={"note": unknown_keys(tool.params, given)})

    def unmade(self, raw: RawCall) -> UnmadeCall:
        """A call that is not even looked at."""
        return UnmadeCall(provider_call_id=_clean(raw.provider_call_id), tool=_clean(raw.tool))

    def _judged(self, tool: Tool, params: Params, raw: RawCall, call_id: CallId) -> PlannedCall:
        judgement = tool.judge(params)
        weighed = self._policy.weigh(tool.name, judgement)
        arguments = cast(dict[str, JsonValue], params.model_dump(mode="json"))
        digest = _digest(tool.name, arguments)
        return PlannedCall(
            call_id=call_id,
            provider_call_id=_clean(raw.provider_call_id),
            tool=tool.name,
            arguments=arguments,
            digest=digest,
            summary=judgement.summary,
            operation=judgement.operation,
            risk=weighed.risk,
            why=weighed.why,
            effects=judgement.effects,
            subject=judgement.subject if judgement.subject.value else Subject(value=digest),
            rule=weighed.rule,
            answer_within=self._policy.answer_within,
            repeatable=judgement.repeatable,
            sends=judgement.sends,
            largest=judgement.largest,
            runs=judgement.runs,
            opens=judgement.opens,
        )

    def _names(self) -> str:
        return ", ".join(self._tools) or "none"


OpenToolbox = Callable[[Profile], Awaitable[Toolbox]]
"""Asked before each turn and each call: what there is may change in between."""


def built_in(tools: Sequence[Tool]) -> OpenToolbox:
    """Of these tools, which are always there, those that a profile names."""

    async def opened(profile: Profile) -> Toolbox:
        return Toolbox([tool for tool in tools if tool.name in profile.tools], profile.policy)

    return opened


def _given(tool: Tool, arguments: str, cut: int) -> dict[str, Any]:
    """The object that the arguments spell; raises BadArguments where they spell none."""
    try:
        # strict=False: models write line breaks into strings without escaping them.
        given: Any = json.loads(arguments or "{}", strict=False, parse_constant=_no_constant)
        given = _without_surrogates(given)
        if isinstance(given, str):  # an object that was spelled twice
            given = json.loads(given, strict=False)
    except (ValueError, RecursionError) as error:
        if cut:
            raise BadArguments(_CUT.format(cut=cut)) from None
        raise BadArguments(
            f"The arguments are not JSON ({one_line(str(error))}). Send one JSON object with: "
            f"{signature(tool.params)}."
        ) from None
    if not isinstance(given, dict):
        raise BadArguments(f"Send one JSON object with: {signature(tool.params)}.")
    return cast(dict[str, Any], given)


_CUT = (
    "Your call was cut at {cut:,} tokens, the most that one turn may have, so nothing was done. "
    "Write it in parts: the beginning with write_file, then the rest piece by piece (with shell: "
    "cat >> FILE <<'EOF'), or make it shorter."
)


def _validated(tool: Tool, given: dict[str, Any]) -> Params:
    """The call's parameters; raises BadArguments with everything that is wrong with them."""
    try:
        return tool.params.model_validate(given)
    except ValidationError as error:
        raise BadArguments(faults(error, tool.params)) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _without_surrogates(given: Any) -> Any:
    # JSON escapes can spell half a character; no file, journal or terminal can hold it.
    return json.loads(_clean(json.dumps(given, ensure_ascii=False)))


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _unusable(raw: RawCall, call_id: CallId, kind: FailureKind, error: str) -> PlannedCall:
    """A call that goes back to the model as an error. Its digest is that of its raw text, so that
    endless repetition is seen too."""
    tool = _clean(raw.tool)
    return PlannedCall(
        call_id=call_id,
        provider_call_id=_clean(raw.provider_call_id),
        tool=tool,
        digest=_digest(tool, raw.arguments),
        summary=one_line(f"{tool} (not valid)"),
        error=_clean(error),
        error_kind=kind,
    )


def _digest(tool: str, arguments: JsonValue) -> str:
    """sha256 over tool and arguments; the order of keys does not matter."""
    canonical = json.dumps([tool, arguments], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
