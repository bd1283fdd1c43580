"""The tools that every installation has."""

from __future__ import annotations

from runtime.tools.ask import Ask
from runtime.tools.deliver import Deliver
from runtime.tools.edit_file import EditFile
from runtime.tools.list_files import ListFiles
from runtime.tools.plan import PlanSteps
from runtime.tools.python import Python
from runtime.tools.read_file import ReadFile
from runtime.tools.search_files import SearchFiles
from runtime.tools.shell import Shell
from runtime.tools.tool import Tool
from runtime.tools.write_file import WriteFile

BUILT_IN: tuple[Tool, ...] = (
    PlanSteps(),
    Shell(),
    Python(),
    ReadFile(),
    WriteFile(),
    EditFile(),
    ListFiles(),
    SearchFiles(),
    Ask(),
    Deliver(),
)

NAMES = tuple(tool.name for tool in BUILT_IN)
