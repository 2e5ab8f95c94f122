"""The command line around ``check``: exit codes, streams, formats, and how it speaks when it is called wrongly."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import connectory.cli
from connectory import __version__
from connectory.__main__ import main
from connectory.compiler import pipeline

SRC = Path(connectory.__file__).parents[1]

GOOD = """\
integrationId: acme
name: Acme
description: Orders and customers of Acme
version: "1.0.0"
authType: custom
methods: []
"""
WRONG = GOOD.replace("name:", "nane:")
REPORT = """\
error[D001]: the integration definition has no field 'nane'
  --> {file}:2:1
   |
 2 | nane: Acme
   | ^^^^
   = help: did you mean 'name'?

1 file checked: 1 error
connectory check --fix mends 1 of them
"""
COMMANDS = [module.name for module in pkgutil.iter_modules(connectory.cli.__path__) if module.name[0] != "_"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder: its exit code, its output, its messages."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["connectory", *arguments])
        code = main()
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return command


def write(content: str, path: str = "catalog/acme/1.0.0.yaml") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(content)


# Exit codes and streams


def test_a_clean_catalog_exits_with_0(run: Run) -> None:
    write(GOOD)
    assert run("check") == (0, "1 file checked: no findings\n", "")


def test_findings_go_to_the_output_and_exit_with_1(run: Run) -> None:
    write(WRONG)
    assert run("check") == (1, REPORT.format(file="catalog/acme/1.0.0.yaml"), "")


def test_warnings_exit_with_0_and_with_1_when_strict(run: Run) -> None:
    write(GOOD + "baseUrl: acme.example.com\n")
    write('[check.levels]\nD013 = "warning"\n', "connectory.toml")
    code, out, _ = run("check")
    assert (code, out.splitlines()[0]) == (0, "warning[D013]: 'acme.example.com' is not an http or https URL")
    assert "\n1 file checked: 1 warning\n" in out
    assert run("check", "--strict")[0] == 1


def test_strict_is_content_with_no_finding(run: Run) -> None:
    write(GOOD)
    assert run("check", "--strict")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check"], "there is no folder 'catalog'"),
        (["check", "--catalog", "none"], "there is no folder 'none'"),
        (["build"], "there is no folder 'catalog'"),
        (["check", "none.yaml"], "'none.yaml' does not exist"),
        (["check", "x.txt"], "'x.txt' must end in .yaml, .yml, .json"),
        (
            ["check", "empty"],
            "there is no definition: looked for empty/<integrationId>/<version>.yaml (or .yml, .json)",
        ),
        (["check", "x.yaml", "--catalog", "y"], "give PATHS or --catalog, not both"),
        (["check", "--catalog", "empty"], "looked for empty/<integrationId>/<version>.yaml (or .yml, .json)"),
        (["build", "--catalog", "empty"], "looked for empty/<integrationId>/<version>.yaml (or .yml, .json)"),
        (["check", "--catalog", "x.txt"], "there is no folder 'x.txt'"),
        (["check", "--format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["check", "--strickt"], "--strict"),
        (["chekc"], "there is no command 'chekc'; did you mean 'check'?"),
        (["frobnicate"], "frobnicate"),
        (["explain", "D01"], "there is no rule 'D01'; did you mean D"),
        (["explain", "Q"], "there is no rule 'Q'; 'connectory explain' lists the rules"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_wrong(arguments: list[str], message: str, run: Run) -> None:
    Path("empty").mkdir()
    Path("x.txt").touch()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_an_empty_catalog_builds_nothing(run: Run) -> None:
    Path("catalog/acme").mkdir(parents=True)
    Path("catalog/README.md").touch()
    assert run("build")[0] == 2
    assert not Path("build").exists()


def test_a_catalog_with_only_a_stray_file_has_a_finding(run: Run) -> None:
    write(GOOD, "catalog/1.0.0.yaml")
    code, out, _ = run("check")
    assert (code, out.splitlines()[0][:12]) == (1, "error[D015]:")


def test_one_of_several_catalogs_may_be_empty(run: Run) -> None:
    write(GOOD)
    Path("empty").mkdir()
    assert run("check", "--catalog", "empty", "--catalog", "catalog")[0] == 0


def test_a_bug_exits_with_3_and_says_what_to_report(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    write(GOOD)
    monkeypatch.setattr(pipeline, "check_catalogs", broken)
    code, out, err = run("check", "--strict")
    assert (code, out) == (3, "")
    assert "ZeroDivisionError: oh" in err
    assert "this is a bug of ours, not of your files" in err
    assert f"connectory {__version__}, Python {sys.version.split()[0]} on {sys.platform}" in err
    assert "and the command: connectory check --strict" in err


def test_without_a_working_directory_that_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "getcwd", gone)
    for command in ("check", "fmt", "build", "show"):
        told = "Error: there is no working directory any more: No such file or directory\n"
        assert run(command) == (2, "", told)
    assert run("--version")[0] == 0


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody may list a folder that is called so; who runs the tests may be somebody who may list any."""
    scandir = os.scandir

    def listed(path: Any = ".") -> Any:
        if Path(str(path)).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listed)


UNLISTED = """\
error[Y012]: the folder cannot be read: Permission denied
  --> {place}

{end}
"""


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize(
    ("command", "place", "end"),
    [
        ("check", "catalog/locked", "1 file checked: 1 error"),
        ("check --no-cache", "catalog/locked", "1 file checked: 1 error"),
        ("check --catalog locked", "locked", "0 files checked: 1 error"),
        ("check .", "catalog/locked", "1 file checked: 1 error"),
        ("check --fix .", "catalog/locked", "1 file checked: 1 error"),
        ("check catalog/locked", "catalog/locked", "1 file checked: 1 error"),
        ("build", "catalog/locked", "1 file checked: 1 error\nnothing was written"),
        ("fmt", "catalog/locked", "2 files checked: 1 error\n2 files: 1 in canonical form, 1 left as it is"),
        ("fmt .", "catalog/locked", "2 files checked: 1 error\n2 files: 1 in canonical form, 1 left as it is"),
    ],
)
def test_a_folder_that_cannot_be_listed_is_told(command: str, place: str, end: str, run: Run) -> None:
    write(GOOD)
    write(GOOD.replace("acme", "locked"), "catalog/locked/1.0.0.yaml")
    write(GOOD, "locked/acme/1.0.0.yaml")
    if "." in command:
        Path("locked").rename("catalog/locked/inner")
    code, out, err = run(*command.split())
    assert (code, out + err) == (1, UNLISTED.format(place=place, end=end))
    assert not Path("build").exists()


def test_an_interruption_exits_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    write(GOOD)
    monkeypatch.setattr(pipeline, "check_catalogs", interrupted)
    code, out, err = run("check")
    assert (code, out, err.strip()) == (130, "", "connectory: interrupted")


# Paths


def test_a_single_file_is_checked(run: Run) -> None:
    write(WRONG)
    write(GOOD.replace("acme", "beta"), "catalog/beta/1.0.0.yaml")
    assert run("check", "catalog/beta/1.0.0.yaml") == (0, "1 file checked: no findings\n", "")
    assert run("check", "catalog/acme/1.0.0.yaml")[1] == REPORT.format(file="catalog/acme/1.0.0.yaml")


def test_an_absolute_path_is_shown_from_the_current_folder(run: Run, tmp_path: Path) -> None:
    write(WRONG)
    absolute = str(tmp_path / "catalog" / "acme" / "1.0.0.yaml")
    assert run("check", absolute)[1] == REPORT.format(file="catalog/acme/1.0.0.yaml")


def test_a_folder_is_searched_and_a_file_counts_once(run: Run) -> None:
    write(GOOD)
    write(GOOD.replace("1.0.0", "1.1.0"), "catalog/acme/1.1.0.yml")
    assert run("check", "catalog", "catalog/acme", "catalog/acme/1.1.0.yml")[:2] == (
        0,
        "2 files checked: no findings\n",
    )


def test_a_file_that_is_named_in_two_ways_counts_once(run: Run, tmp_path: Path) -> None:
    write(GOOD)
    os.symlink("catalog", "link")  # another file, as far as anybody knows
    ways = ["catalog/acme/1.0.0.yaml", "catalog/acme/../acme/1.0.0.yaml", str(tmp_path / "catalog/acme/1.0.0.yaml")]
    assert run("check", *ways, "catalog/acme", str(tmp_path / "catalog/acme")) == (
        0,
        "1 file checked: no findings\n",
        "",
    )
    assert run("check", *ways, "./catalog", ".") == (0, "1 file checked: no findings\n", "")


OTHERS = {
    ".github/workflows/ci.yaml": "on: push\n",
    ".venv/x/1.0.0.json": "{}",
    "node_modules/left-pad/1.0.0.json": "{}",
    "docker-compose.yml": "services:   {}\n",
    "package.json": '{"name":   "x"}',
    "schemas/definition-1.json": "{}",
    "docs/api/openapi.yaml": "openapi:   3.1.0\n",
}


def test_only_definitions_are_looked_for_in_folders(run: Run) -> None:
    for path, content in OTHERS.items():
        write(content, path)
    nowhere = "looked for <integrationId>/<version>.yaml (or .yml, .json) below it"
    for command in "check", "fmt":
        code, out, err = run(command, ".")
        assert (code, out) == (2, "")
        assert err.endswith(f"Error: there is no definition in '.': {nowhere}\n")
    write(WRONG, "a/catalog/acme/1.0.0.yaml")
    write(GOOD.replace("name: ", "name:   "), "b/acme/1.0.0.yml")
    write("x:   y\n", "a/notes.yaml")
    code, out, _ = run("check", ".")
    assert out.startswith(
        "error[D001]: the integration definition has no field 'nane'\n  --> a/catalog/acme/1.0.0.yaml"
    )
    assert "\n2 files checked: " in out
    assert run("check", ".", "--fix")[0] == 1  # acme 1.0.0 is there twice
    assert Path("a/catalog/acme/1.0.0.yaml").read_text() == GOOD
    assert run("fmt", ".") == (
        0,
        "formatted b/acme/1.0.0.yml\n",
        "2 files: 1 formatted, 1 in canonical form\n",
    )
    assert {path: Path(path).read_text() for path in OTHERS} == OTHERS
    assert Path("a/notes.yaml").read_text() == "x:   y\n"


def test_a_folder_is_a_catalog_with_all_that_does_not_belong_there(run: Run) -> None:
    write(GOOD)
    write(GOOD, "catalog/acme/old/1.0.0.yaml")
    whole = run("check")
    assert [run("check", path) for path in ("catalog", ".")] == [whole, whole]
    write(GOOD, "catalog/1.0.0.yaml")
    whole = run("check")
    assert whole[0] == 1
    assert whole[1].count("a definition stands at catalog/<integrationId>/<version>.yaml") == 2
    assert run("check", "catalog") == whole


def test_a_file_is_checked_in_its_own_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(GOOD)
    monkeypatch.chdir(tmp_path / "catalog" / "acme")
    assert run("check", "1.0.0.yaml")[0] == 0
    assert run("check", ".")[0] == 0
    assert run("check", "--catalog", "..")[0] == 0


def test_several_catalogs_are_checked_together(run: Run) -> None:
    write(GOOD, "ours/acme/1.0.0.yaml")
    write(GOOD, "theirs/acme/1.0.0.yaml")
    code, out, _ = run("check", "--catalog", "ours", "--catalog", "theirs")
    assert (code, out.splitlines()[0]) == (1, "error[D014]: acme 1.0.0 is released twice")


def test_a_catalog_that_is_named_twice_counts_once(run: Run, tmp_path: Path) -> None:
    write(GOOD)
    twice = ["--catalog", "catalog", "--catalog", "./catalog/", "--catalog", str(tmp_path / "catalog")]
    assert run("check", *twice)[:2] == (0, "1 file checked: no findings\n")


# Formats


def test_the_report_as_json(run: Run) -> None:
    write(GOOD + "name: Again\n")
    code, out, err = run("check", "--format", "json")
    assert (code, err) == (1, "")
    file = "catalog/acme/1.0.0.yaml"
    assert json.loads(out) == {
        "diagnostics": [
            {
                "code": "Y002",
                "severity": "error",
                "message": "the key 'name' is given twice",
                "span": {"path": file, "line": 7, "column": 1, "end_line": 7, "end_column": 5},
                "help": "remove one of them",
                "pointer": None,
                "fix": [],
                "related": [
                    {
                        "span": {"path": file, "line": 2, "column": 1, "end_line": 2, "end_column": 5},
                        "message": "first defined here",
                    }
                ],
            }
        ],
        "suppressed": [],
        "errors": 1,
        "warnings": 0,
        "files": 1,
    }
    assert out == json.dumps(json.loads(out), indent=2) + "\n"


def test_the_report_as_json_without_findings(run: Run) -> None:
    write(GOOD)
    empty = '{\n  "diagnostics": [],\n  "suppressed": [],\n  "errors": 0,\n  "warnings": 0,\n  "files": 1\n}\n'
    assert run("check", "--format", "json") == (0, empty, "")


def test_no_escape_code_leaves_for_what_is_no_terminal(run: Run) -> None:
    write(WRONG.replace("Orders", "Or\x1b[31mders"))
    for arguments in (["check"], ["build"], ["explain"], ["--help"]):
        _, out, err = run(*arguments)
        assert "\x1b" not in out + err


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is made with pty")
@pytest.mark.parametrize(("variables", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_gets_color_unless_it_does_not_want_it(run: Run, variables: dict[str, str], colored: bool) -> None:
    import pty

    write(WRONG)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(SRC)} | variables
    if not variables:
        environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "connectory", "check"]
    done = subprocess.run(command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 1
    assert ("\x1b[1;31merror[D001]\x1b[0m" in shown) is colored
    assert ("\x1b" in shown) is colored


# The command itself


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=str)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help_with_an_example(command: list[str], flag: str, run: Run) -> None:
    code, out, err = run(*command, flag)
    assert (code, err) == (0, "")
    assert "Example:\n" in out
    assert f"connectory {' '.join(command)}" in out.partition("Example:")[2]


def test_the_version_is_told(run: Run) -> None:
    assert run("--version") == (0, f"connectory, version {__version__}\n", "")


def test_without_a_command_it_helps(run: Run) -> None:
    code, out, err = run()
    assert code == 2
    assert "Usage: connectory" in out + err


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "--format", "json"], ["chekc"], ["--version"], ["check", "-h"]]
)
def test_python_m_connectory_is_connectory(arguments: list[str], run: Run) -> None:
    write(WRONG)
    environment = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONWARNINGS": "error"}
    environment.pop("COLUMNS", None)
    command = [sys.executable, "-m", "connectory", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout, done.stderr) == run(*arguments)


def test_a_reader_that_leaves_early_is_no_error(run: Run) -> None:
    write("\n".join(f"field{n}: 1" for n in range(5_000)))
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    command = [sys.executable, "-m", "connectory", "check"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("arguments", [["check", "--help"], ["explain", "D001"]])
def test_a_file_that_takes_no_more_is_one_line(arguments: list[str], tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    code = f"{limit}; import sys; sys.argv[1:] = {arguments}; from connectory.__main__ import main; sys.exit(main())"
    with open(tmp_path / "out", "wb") as out:
        command = [sys.executable, "-B", "-c", code]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "connectory: cannot write: File too large\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", [["check", "--help"], ["explain", "D001"]])
def test_a_full_disk_is_one_line(arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "connectory", *arguments]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "connectory: cannot write: No space left on device\n")
