"""``connectory new``, ``init``, ``schema``: what authors start from passes everything; nothing is overwritten."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import yaml

import connectory
from connectory.__main__ import main
from connectory.compiler.canonical import format_file
from connectory.compiler.config import read_configuration
from connectory.compiler.format import schema_text
from connectory.compiler.pipeline import build, check_catalogs

SRC = Path(connectory.__file__).parents[1]
TYPES = ("integration", "ai", "documents", "database")
AUTH = ("oauth2", "apikey", "custom")
CATALOG = Path("catalog")
FILES = [
    ".github/workflows/check.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "catalog/example/1.0.0.yaml",
    "connectory.toml",
    "requirements.txt",
    "schemas/definition-1.json",
]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["connectory", *arguments])
        code = main()
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return command


def files() -> list[str]:
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


# new


def test_every_type_with_every_way_to_sign_in_passes_everything(run: Run) -> None:
    for type_, auth in product(TYPES, AUTH):
        assert run("new", f"{type_}_{auth}", "--type", type_, "--auth", auth)[0] == 0
    assert len(list(CATALOG.iterdir())) == 12
    assert check_catalogs([CATALOG]).diagnostics == []
    for file in CATALOG.glob("*/*.yaml"):
        outcome = format_file(file)
        assert outcome.after == outcome.before
        assert outcome.before.startswith("# yaml-language-server: $schema=../../schemas/definition-1.json\n")
    assert build([CATALOG], Path("build")).integrations == 12
    catalog = connectory.open("build/catalog.bundle")
    assert {(one.type, one.auth_type) for one in catalog.integrations()} == set(product(TYPES, AUTH))
    assert run("check", "--strict")[0] == 0


def test_it_says_what_it_wrote_and_what_comes_next(run: Run) -> None:
    assert run("new", "big_shop", "--auth", "apikey") == (
        0,
        "wrote catalog/big_shop/1.0.0.yaml\n"
        "wrote schemas/definition-1.json, which editors complete from\n"
        "now replace what is about example.com, and run: connectory check\n",
        "",
    )
    assert "\nname: Big Shop\n" in Path("catalog/big_shop/1.0.0.yaml").read_text()
    assert Path("schemas/definition-1.json").read_text() == schema_text()
    assert "definition-1.json" not in run("new", "other", "--auth", "custom")[1]


NAMES = ['"A": #1', "yes", "1.10", "日本 🙂", "a\\b'c", "- x", "{{ 7 * 7 }}", "\u202ehidden"]


@pytest.mark.parametrize("id_", ["acme", "no", "12", "-", "1e3", "a" * 255])
def test_any_name_and_id_is_written_so_that_it_reads_back(id_: str, run: Run) -> None:
    for number, name in enumerate(NAMES):
        folder = f"c{number}"
        arguments = ["--type", "ai", "--auth", "oauth2", f"--name={name}", "--catalog", folder]
        assert run("new", *arguments, "--", id_)[0] == 0
        data = yaml.safe_load(Path(folder, id_, "1.0.0.yaml").read_text(encoding="utf-8"))
        assert (data["integrationId"], data["name"]) == (id_, name)
        assert check_catalogs([Path(folder)]).diagnostics == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["My Shop", "--auth", "oauth2"], "'My Shop' is no integrationId"),
        (["My Shop", "--auth", "oauth2"], "did you mean 'my_shop'?"),
        (["../up", "--auth", "oauth2"], "is no integrationId"),
        (["a" * 256, "--auth", "oauth2"], "at most 255"),
        (["acme"], "give --auth: one of oauth2, apikey, custom"),
        (["acme", "--auth", "basic"], "'basic' is not one of 'oauth2', 'apikey', 'custom'"),
        (["acme", "--auth", "oauth2", "--name", " "], "--name has between 1 and 255 characters"),
        (["acme", "--auth", "oauth2", "--catalog", "file"], "cannot write to 'file'"),
    ],
)
def test_wrong_usage_writes_nothing(arguments: list[str], message: str, run: Run) -> None:
    Path("file").touch()
    code, out, err = run("new", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert files() == ["file"]
    assert not CATALOG.exists()


@pytest.mark.parametrize("folder", ["acme", "ACME"])
def test_nothing_is_overwritten(folder: str, run: Run) -> None:
    standing = CATALOG / folder / "2.0.0.json"
    standing.parent.mkdir(parents=True)
    standing.write_text("{}")
    code, out, err = run("new", "acme")  # refused before anything is asked
    assert (code, out) == (2, "")
    assert f"catalog/{folder} exists with 2.0.0.json; a further version is a file beside it" in err
    assert files() == [standing.as_posix()]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is made with pty")
def test_on_a_terminal_it_asks_how_to_sign_in(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(SRC), "TERM": "dumb"}
    command = [sys.executable, "-m", "connectory", "new", "acme"]
    os.write(ours, b"smoke\napikey\n")
    done = subprocess.run(
        command, cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment, timeout=60
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "How does one sign in? (oauth2, apikey, custom) [oauth2]:" in shown
    assert "'smoke' is not one of 'oauth2', 'apikey', 'custom'" in shown
    assert "\nauthType: apikey " in (tmp_path / "catalog/acme/1.0.0.yaml").read_text()


# init


def test_a_new_repository_passes_everything(run: Run) -> None:
    code, out, err = run("init")
    assert (code, err) == (0, "")
    assert sorted(line.removeprefix("wrote ") for line in out.splitlines()[:-1]) == FILES
    assert out.splitlines()[-1] == "now: git init && pre-commit install; then: connectory new ID"
    assert files() == FILES
    assert run("check", "--strict") == (0, "1 file checked: no findings\n", "")
    assert run("fmt", "--check")[0] == 0
    assert run("build")[0] == 0
    assert run("schema", "--check")[0] == 0
    read_configuration(Path())
    assert tomllib.loads(Path("connectory.toml").read_text()) == {}
    assert f"connectory[build]=={connectory.__version__}\n" in Path("requirements.txt").read_text()


def test_what_stands_as_an_example_in_its_configuration_is_one(run: Run) -> None:
    run("init")
    lines = Path("connectory.toml").read_text().splitlines()
    examples = [
        line[2:] for line in lines if line.startswith("# ") and ("=" in line or "[" in line) and '"#' not in line
    ]
    Path("connectory.toml").write_text("\n".join(examples))
    configuration = read_configuration(Path())
    assert configuration.bundle.exclude == ("*.delete_*",)
    assert [allow.code for allow in configuration.check.allow] == ["D033"]


def test_its_workflow_runs_commands_that_there_are(run: Run) -> None:
    run("init")
    (job,) = yaml.safe_load(Path(".github/workflows/check.yml").read_text())["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step and step["run"].startswith("connectory ")]
    assert len(commands) == 3
    for command in commands:
        assert run(*command.split()[1:])[0] == 0
    (upload,) = [step for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert Path(upload["with"]["path"], "catalog.bundle").is_file()


def test_a_folder_of_its_own_is_made(run: Run) -> None:
    code, out, _ = run("init", "a/b")
    assert (code, out.splitlines()[-1]) == (
        0,
        "now: cd a/b && git init && pre-commit install; then: connectory new ID",
    )
    assert files() == [f"a/b/{name}" for name in FILES]


def test_it_refuses_to_overwrite_and_names_what_is_there(run: Run) -> None:
    Path("README.md").write_text("ours")
    Path(".gitignore").symlink_to("nowhere")
    code, out, err = run("init")
    assert (code, out) == (2, "")
    assert "nothing was written, for these exist: .gitignore, README.md; --keep writes the others" in err
    assert files() == ["README.md"]
    assert run("init", "--keep")[0] == 0
    assert (Path("README.md").read_text(), Path(".gitignore").is_symlink()) == ("ours", True)
    assert files() == [name for name in FILES if name != ".gitignore"]
    assert run("init", "--keep")[:2] == (0, "now: git init && pre-commit install; then: connectory new ID\n")


def test_a_catalog_gets_no_example(run: Run) -> None:
    run("new", "acme", "--auth", "custom")
    assert run("init", "--keep")[0] == 0
    assert [path.name for path in CATALOG.iterdir()] == ["acme"]


def test_a_failure_leaves_nothing_behind(run: Run) -> None:
    Path("new").mkdir()
    Path("new/.github").write_text("a file")
    code, out, err = run("init", "new")
    assert (code, out) == (2, "")
    assert "nothing was written to 'new':" in err
    assert files() == ["new/.github"]
    assert [path.name for path in Path("new").iterdir()] == [".github"]


# schema


def test_the_schema_is_written_and_brought_up_to_date(run: Run) -> None:
    copy = Path("schemas/definition-1.json")
    assert run("schema", "--check") == (1, "", "schemas/definition-1.json is missing\n")
    assert run("schema") == (0, "wrote schemas/definition-1.json\n", "")
    assert run("schema") == (0, "schemas/definition-1.json was up to date\n", "")
    run("new", "acme", "--auth", "custom")
    assert run("check") == (0, "1 file checked: no findings\n", "")
    copy.write_text("{}")
    stale = "connectory: schemas/definition-1.json is of another version; run: connectory schema\n"
    assert run("check") == (0, "1 file checked: no findings\n", stale)
    assert run("schema", "--check")[0] == 1
    assert run("schema")[0] == 0
    assert copy.read_text() == schema_text()
    assert run("schema", "--print") == (0, schema_text(), "")
