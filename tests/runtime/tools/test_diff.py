"""What people see of an edit before they approve it."""

from __future__ import annotations

from inline_snapshot import snapshot

from runtime.tools.diff import unified


def test_a_small_edit() -> None:
    assert unified("src/a.py", "a = 1\nb = 1\nc = 1\n", "a = 1\nb = 2\nc = 1\n") == snapshot("""\
--- src/a.py
+++ src/a.py
@@ -1,3 +1,3 @@
 a = 1
-b = 1
+b = 2
 c = 1\
""")


def test_an_edit_of_the_last_line_end_only() -> None:
    assert unified("a", "x", "x\n").endswith("(only the end of the line changes)")


def test_a_large_edit_is_shown_whole() -> None:
    diff = unified("a", "x\n" * 2000, "y\n" * 3)
    assert diff.splitlines()[:3] == ["--- a", "+++ a", "-x"]
    assert (diff.count("\n-x"), diff.count("\n+y")) == (2000, 3)
