"""The agent: folds, decisions, journal, engine, models and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runtime.manager import AgentManager, get_agent_manager
    from runtime.runtime import AetherRuntime

__all__ = ["AetherRuntime", "AgentManager", "get_agent_manager"]


def __getattr__(name: str) -> Any:
    # Lazily: adapters and the sandbox import single modules of this package, not all of it.
    if name in __all__:
        import runtime.manager

        return getattr(runtime.manager, name)
    raise AttributeError(f"module 'runtime' has no attribute {name!r}")
