"""What stands beside the talk: plan, permissions, capabilities, status."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ports.button import on_run
from adapters.ports.cards import Button
from adapters.text import LASTS, lasted, waiting_for
from adapters.web.context import About
from adapters.web.render.buttons import act, press
from adapters.web.render.tags import Html, clock, div, el, icon, since, span
from adapters.web.render.text import PHASES, one_line
from adapters.web.render.timeline import name
from runtime.approvals import Grant, coverage, exactly
from runtime.plan import Plan, Step, StepStatus, progress
from runtime.view import RunView, Spend

_MARKS = {
    StepStatus.PENDING: "to do",
    StepStatus.ACTIVE: "in progress",
    StepStatus.DONE: "done",
    StepStatus.FAILED: "failed",
}
_MODES = {
    "semi": "asked for at medium and high risk",
    "auto": "asked for at high risk only",
    "ask": "asked for whatever has effects",
}


def plan(steps_: Plan) -> Html:
    if not steps_:
        return el("p", {"class": "quiet"}, "A task with several steps shows its plan here.")
    done, total = progress(steps_)
    steps = [_step(number, step) for number, step in enumerate(steps_, 1)]
    bar = el("progress", {"max": total, "value": done, "aria-label": "Steps finished"}, "")
    count = span("quiet", f"{done} of {total}")
    return div("plan", div("plan-head", bar, count), el("ol", {"class": "steps"}, *steps))


def _step(number: int, step: Step) -> Html:
    badges = [span("kind-badge", one_line(kind, 30)) for kind in step.tool_types]
    drawing = {StepStatus.DONE: icon("check"), StepStatus.FAILED: icon("cross")}.get(step.status)
    note = one_line(step.note or step.description, 200)
    return el(
        "li",
        {"class": f"step {step.status}"},
        span("step-mark", drawing or str(number)),
        div(
            "step-text",
            div(
                "step-title", one_line(step.title, 200), span("hidden", f" ({_MARKS[step.status]})")
            ),
            div("step-note", note) if note else None,
            div("kinds", *badges) if badges else None,
        ),
    )


def grants(current: Sequence[Grant]) -> Html:
    if not current:
        return el("p", {"class": "quiet"}, "Nothing is allowed beyond the policy.")
    rows = [
        el(
            "li",
            None,
            div(
                "grant-what",
                span("quiet", one_line(coverage(grant.tool, grant.subject))),
                el("code", None, one_line(value)) if (value := exactly(grant.subject)) else None,
            ),
            div("grant-foot", span("quiet", *_until(grant)), _revoke(grant)),
        )
        for grant in current
    ]
    return el("ul", {"class": "grants"}, *rows)


def _until(grant: Grant) -> tuple[str | Html, ...]:
    by = f", by {name(grant.by)}"
    if grant.expires_at is None:
        return (LASTS[grant.duration], by)
    return ("until ", clock(grant.expires_at), by)


def _revoke(grant: Grant) -> Html:
    hint = f"Revoke {grant.tool} {one_line(grant.subject.value, 60)}"
    return act("revoke", "Revoke", "small", {"grant": grant.grant_id}, hint)


def capabilities(about: About, model: str, isolation: str) -> Html:
    """What this house can do, as it really is."""
    tools = [
        el("li", None, el("span", {"class": "kind-badge", "title": said}, tool))
        for tool, said in about.tools
    ]
    sandbox = isolation or "said here as soon as a tool has run"
    return el(
        "dl",
        {"class": "about"},
        el("dt", None, "Model"),
        el("dd", None, model or about.model),
        el("dd", {"class": "quiet"}, about.why),
        el("dt", None, "Sandbox"),
        el("dd", {"class": "" if isolation else "quiet"}, sandbox),
        el("dt", None, "Approvals"),
        el("dd", None, _MODES.get(about.mode, about.mode)),
        el("dt", None, "Tools"),
        el("dd", None, el("ul", {"class": "kinds"}, *tools)),
    )


def banner(about: About) -> Html | None:
    """Said plainly, and always in sight: nobody should take a script for a mind."""
    if not about.demo:
        return None
    return el("p", {"class": "banner"}, el("span", None, el("strong", None, "Demo. "), about.why))


def sandbox_trouble(problem: str) -> Html | None:
    """Before somebody asks for what cannot be done now."""
    if not problem:
        return None
    words = one_line(problem[:1].upper() + problem[1:], 400)
    return el(
        "p",
        {"class": "banner", "role": "status"},
        el("span", None, el("strong", None, "Commands and files do not work now. "), words),
    )


def status(run: RunView | None, paused: bool, about: About) -> Html:
    if run is None:
        return div("status", span("phase idle", "Ready"), span("quiet", about.model))
    spend = _spent(run.spend)
    return div(
        "status",
        _phase(run, paused),
        span("figure", icon("clock"), _elapsed(run)),
        span("figure", spend[0]) if spend[0] else None,
        span("figure", spend[1]) if spend[1] else None,
        span("figure quiet model", run.model or about.model),
    )


def _phase(run: RunView, paused: bool) -> Html:
    if run.outcome is not None:
        return span(f"phase {run.outcome}", run.outcome.value.capitalize())
    if run.waiting:
        return span("phase waiting", one_line(waiting_for(run.waits_for), 80))
    if paused:
        return span("phase waiting", "Paused")
    if run.place:
        return span("phase waiting", run.place.removesuffix("."))
    return span("phase live", PHASES[run.phase])


def _elapsed(run: RunView) -> Html | str:
    """Of work: it stands still while the task waits for people."""
    began = run.counted_from
    return lasted(run.worked) if began is None else since(began)


def _spent(spend: Spend) -> tuple[str, str]:
    tokens = spend.input_tokens + spend.output_tokens
    counted = f"{tokens:,} tokens" if tokens else ""
    return counted, "" if spend.cost is None else f"${spend.cost:.4f}"


def controls(run: RunView | None, paused: bool) -> Html:
    if run is None or run.finished_at is not None:
        return div("controls")
    hold = (
        act("resume", icon("play"), "bare", hint="Resume")
        if paused
        else act("pause", icon("pause"), "bare", hint="Pause")
    )
    button = Button("Stop", on_run(run.run_id, "stop"), "danger")
    stop = press(button, "small", "Stop the task (Escape twice)")
    return div("controls", hold, stop)


def title(text: str) -> Html:
    return span("title-text", one_line(text, 120) or "New session")
