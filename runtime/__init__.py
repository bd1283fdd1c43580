"""The agent: folds, decisions, journal, engine, models and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runtime.manager import AgentManager
    from runtime.runtime import AetherRuntime, get_agent_manager

__all__ = ["AetherRuntime", "AgentManager", "get_agent_manager"]


def __getattr__(name: str) -> Any:
    # Lazily: adapters and the sandbox import single modules of this package, not all of it.
    if name == "AgentManager":
        from runtime.manager import AgentManager

        return AgentManager
    if name in __all__:
        import runtime.runtime

        return getattr(runtime.runtime, name)
    raise AttributeError(f"module 'runtime' has no attribute {name!r}")
