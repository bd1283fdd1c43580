"""Where untrusted work happens: containers, calls in them, and the files of their workspaces."""

from sandbox.docker_sandbox import DockerSandbox
from sandbox.reaper import Reaper
from sandbox.settings import SandboxSettings

__all__ = ["DockerSandbox", "Reaper", "SandboxSettings"]
