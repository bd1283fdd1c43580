"""The labels by which our containers are known: the only way they are ever found or removed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from runtime.ids import SessionId
from runtime.ports import SandboxSpec

OURS = "ai.aether=sandbox"
_INSTANCE = "ai.aether.instance"
_TASK = "ai.aether.task"
_DEADLINE = "ai.aether.deadline"
_SIZE = "ai.aether.size"


def of(instance: str, task: SessionId, deadline: datetime, spec: SandboxSpec) -> dict[str, str]:
    """All labels of a new container; the deadline is in whole seconds of Unix time."""
    mark, _, kind = OURS.partition("=")
    return {
        mark: kind,
        _INSTANCE: instance,
        _TASK: task,
        _DEADLINE: str(int(deadline.timestamp())),
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


def seconds_left(labels: Mapping[str, str], now: datetime) -> float:
    """Until the deadline; negative after it. A missing or broken label counts as passed."""
    text = labels.get(_DEADLINE, "")
    return int(text) - now.timestamp() if text.isdigit() else -1.0
