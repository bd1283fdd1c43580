"""The labels by which our containers are known: the only way they are ever found or removed."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.ids import SessionId
from runtime.ports import SandboxSpec

OURS = "ai.aether=sandbox"
_INSTANCE = "ai.aether.instance"
_TASK = "ai.aether.task"
_ENDS = "ai.aether.ends"
_SIZE = "ai.aether.size"


def of(instance: str, task: SessionId, ends: float, spec: SandboxSpec) -> dict[str, str]:
    """All labels of a new container. It ends at this time of the machine's monotonic clock, in
    whole seconds, as its keeper counts: nobody can set that one."""
    mark, _, kind = OURS.partition("=")
    return {
        mark: kind,
        _INSTANCE: instance,
        _TASK: task,
        _ENDS: str(int(ends)),
        _SIZE: _size(spec),
    }


def of_instance(instance: str) -> tuple[str, ...]:
    """The filter for everything of one installation."""
    return OURS, f"{_INSTANCE}={instance}"


def of_task(instance: str, task: SessionId) -> tuple[str, ...]:
    """The filter for the container of one session."""
    return *of_instance(instance), f"{_TASK}={task}"


def task(labels: Mapping[str, str]) -> SessionId:
    return SessionId(labels.get(_TASK, ""))


def is_of_size(labels: Mapping[str, str], spec: SandboxSpec) -> bool:
    """Whether the container was made for this. Before the label was born all had the standard
    size."""
    return labels.get(_SIZE, _size(SandboxSpec())) == _size(spec)


def _size(spec: SandboxSpec) -> str:
    return spec.model_dump_json()


def seconds_left(labels: Mapping[str, str], monotonic: float) -> float:
    """Until its end; negative after it. A missing or broken label counts as passed."""
    text = labels.get(_ENDS, "")
    return int(text) - monotonic if text.isdigit() else -1.0
