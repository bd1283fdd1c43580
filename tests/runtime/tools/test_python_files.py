"""Which files a Python script runs, as far as its text names them."""

from __future__ import annotations

import pytest

from runtime.tools.python_files import python_files
from runtime.tools.script_files import MOST

NAMED = {
    "import os; os.system('bash x.sh')": "x.sh",
    "from os import system as s; s('cd a && ./b')": "a/b",
    "import subprocess; subprocess.run(['bash', 'x.sh', 'a'])": "x.sh",
    "import subprocess as sp; sp.run(('python3', 'x.py'), check=True)": "x.py",
    "from subprocess import check_call; check_call('./x', shell=True)": "x",
    "import subprocess\nfor n in range(3):\n    subprocess.Popen(['./x', str(n)])": "x",
    "import subprocess; subprocess.run(['bash', 'x.sh'], cwd='jobs')": "jobs/x.sh",
    "import subprocess; subprocess.run(['bash', 'x.sh'], cwd=where)": "",
    "import subprocess; subprocess.run(['bash', name])": "",
    "import asyncio; asyncio.run(asyncio.create_subprocess_exec('bash', 'x.sh'))": "x.sh",
    "import os; os.execv('/bin/bash', ['bash', 'x.sh'])": "x.sh",
    "import os; os.execlp('python3', 'python3', 'x.py')": "x.py",
    "import os; os.posix_spawn('./x', ['x'], {})": "x",
    "exec(open('x.py').read())": "x.py",
    "exec(open('/workspace/a/../x.py', 'rb').read())": "x.py",
    "with open('x.py') as f:\n    exec(f.read())": "x.py",
    "from pathlib import Path; exec(compile(Path('x.py').read_text(), 'x.py', 'exec'))": "x.py",
    "import runpy; runpy.run_path('jobs/x.py')": "jobs/x.py",
    "import runpy; runpy.run_module('jobs')": "jobs.py jobs/__init__.py",
    "import helper": "helper.py helper/__init__.py",
    "import helper.deep as d": "helper/deep.py helper/__init__.py helper/deep/__init__.py",
    "from helper import work": "helper.py helper/__init__.py helper/work.py",
    "def f():\n    import helper": "helper.py helper/__init__.py",
    "__import__('helper')": "helper.py helper/__init__.py",
    "import importlib; importlib.import_module('helper')": "helper.py helper/__init__.py",
    "import json, os.path, collections.abc": "",
    "from . import helper": "",
    "print(open('x.sh').read())": "",
    "# os.system('bash x.sh')": "",
    "text = 'bash x.sh'": "",
    "exec('print(1)')": "",
    "exec(open(name).read())": "",
    "os = mine; os.system('bash x.sh')": "x.sh",
    "this is no python (": "",
    "\0": "",
    "import subprocess; subprocess.run(['bash', '../x.sh'])": "",
    "import subprocess; subprocess.run(['bash', 'данные/скрипт.sh'])": "данные/скрипт.sh",
}


@pytest.mark.parametrize(("code", "paths"), NAMED.items())
def test_the_files_that_a_script_names(code: str, paths: str) -> None:
    assert python_files(code) == tuple(paths.split())


def test_there_are_bounds() -> None:
    code = "import os\n" + "".join(f"os.system('bash {n}.sh')\n" for n in range(99))
    assert len(python_files(code)) == MOST
    assert python_files("(" * 100_000) == ()
    assert python_files("x = " + "-" * 50_000 + "1") == ()
