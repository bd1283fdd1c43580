"""Which files a command runs, as far as its text names them."""

from __future__ import annotations

import pytest

from runtime.tools.script_files import MOST, script_files

NAMED = {
    "python3 x.py": "x.py",
    "python x.py a b": "x.py",
    "bash x.sh": "x.sh",
    "sh ./x": "x",
    "./x": "x",
    "node x.js": "x.js",
    "make": "GNUmakefile makefile Makefile",
    "make -C sub all": "sub/GNUmakefile sub/makefile sub/Makefile",
    "make -f build.mk": "build.mk",
    "cd dir && python3 x.py": "dir/x.py",
    "cd dir; ./run.sh": "dir/run.sh",
    "cd $DIR && bash x.sh": "",
    "cd .. && bash x.sh": "",
    "bash a.sh && python3 b.py": "a.sh b.py",
    "bash a.sh | tee log; sh b.sh": "a.sh b.sh",
    "bash /workspace/a.sh": "a.sh",
    "bash /etc/x.sh": "",
    "bash ../x.sh": "",
    "bash $X": "",
    "bash *.sh": "",
    "echo bash x.sh": "",
    "echo 'a && bash x.sh'": "",
    "# bash x.sh": "",
    "ls # ; bash x.sh": "",
    "python3 -c 'print(1)' x.py": "",
    "python3 -m build": "",
    "python3 -u x.py": "x.py",
    "python3 -W ignore x.py": "x.py",
    "python3.11 x.py": "x.py",
    "bash -c 'bash x.sh'": "x.sh",
    'bash -lc "cd a && ./b"': "a/b",
    "bash -ex x.sh": "x.sh",
    "bash -o pipefail x.sh": "x.sh",
    "bash -s < x.sh": "x.sh",
    "bash < x.sh": "x.sh",
    "python3 - < x.py": "x.py",
    "cat x.sh | bash": "x.sh",
    "curl u | bash": "",
    "source env.sh": "env.sh",
    ". ./env.sh": "env.sh",
    "X=1 python3 x.py": "x.py",
    "X=$HOME python3 x.py": "x.py",
    "env A=1 B=2 ./x": "x",
    "env -u A ./x": "x",
    "timeout 5 bash x.sh": "x.sh",
    "timeout -k 5 10s bash x.sh": "x.sh",
    "nohup ./x &": "x",
    "nice -n 5 ./x": "x",
    "sudo -u bob ./x": "x",
    "time ./x": "x",
    "exec ./x": "x",
    "x=$(date); bash x.sh": "x.sh",
    'bash "$(cat f)"': "",
    "bash x.sh 2>&1 | tail": "x.sh",
    "bash x.sh > out.txt": "x.sh",
    "> out bash x.sh": "x.sh",
    "cat > x.sh <<'EOF'\nbash y.sh\nEOF\nbash x.sh": "x.sh",
    "cat <<< hi; bash x.sh": "x.sh",
    "f() { bash x.sh; }": "",
    "(cd a && bash x.sh); bash y.sh": "a/x.sh y.sh",
    "if true; then bash x.sh; fi": "x.sh",
    "if true\nthen\n cd a\nfi\nbash x.sh": "",
    "for f in a b; do bash $f; done": "",
    "{ bash x.sh; }": "x.sh",
    "! ./x": "x",
    "cd a | bash x.sh": "x.sh",
    "cd a || bash x.sh": "",
    "cd - && bash x.sh": "",
    "pushd a; bash x.sh": "",
    "a=(bash x.sh)": "",
    "bash x.sh; bash x.sh": "x.sh",
    "cd /workspace/a && ./b": "a/b",
    "cd a && cd b && ./c": "a/b/c",
    "node --require ./y.js x.js": "x.js",
    "node -e 1 x.js": "",
    "perl -ne 1 x": "",
    "ruby x.rb": "x.rb",
    "bash \\\n x.sh": "x.sh",
    "bash 'x": "",
    "eval 'bash x.sh'": "x.sh",
    "python3 größe.py": "größe.py",
    "python3 x.py&& sh y": "x.py y",
    "": "",
    "bash -n x.sh": "x.sh",
    "bash --version": "",
    "/usr/bin/python3 x.py": "x.py",
    "make -j4": "GNUmakefile makefile Makefile",
    "bash ~/x.sh": "",
    'bash "x.sh"': "x.sh",
    "bash x.sh;": "x.sh",
    "bash <(cat x.sh)": "",
    "rm x.sh": "",
    "python3 <<EOF\nimport x\nEOF": "",
    "while read l; do ./x $l; done < list": "x",
}


@pytest.mark.parametrize(("command", "files"), NAMED.items(), ids=list(NAMED))
def test_a_command_names_the_files_that_it_runs(command: str, files: str) -> None:
    assert " ".join(script_files(command)) == files


@pytest.mark.parametrize(
    "command", ["bash 'my script.sh'", "bash my\\ script.sh", '. "my script.sh"']
)
def test_a_name_may_have_spaces(command: str) -> None:
    assert script_files(command) == ("my script.sh",)


def test_only_so_many_files_are_looked_at() -> None:
    command = ";".join(f"bash {number}.sh" for number in range(50))
    assert len(script_files(command)) == MOST


@pytest.mark.parametrize("piece", ["$(a", "x=(", "<<a\n", "`a", "(", "cd a&&", "bash -c '", '"\\'])
def test_no_text_is_slow_to_read(piece: str) -> None:
    assert script_files(piece * 20_000) == ()
