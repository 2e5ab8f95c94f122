"""diff, changelog, bump, impact, and check against what was released, in repositories of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from connectory.cli import cli
from connectory.compiler import git
from connectory.compiler.asked import asked
from connectory.compiler.pipeline import Means, build, check_asked

ACME = """\
integrationId: acme
name: Acme
description: Orders and customers of Acme
version: "1.0.0"
authType: custom
methods:
  - id: get
    name: Get
    description: Gets an order
    inputSchema: {type: object, properties: {id: *, region: *}, required: [id]}
    outputSchema: {type: object, properties: {status: {type: string, enum: [paid, open]}}}
""".replace("*", "{type: string, description: Of the order}")

NARROWER = ACME.replace("required: [id]", "required: [id, region]")
WIDER = ACME.replace(", required: [id]", "")


def run_git(*words: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose main branch has acme 1.0.0; it is the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    write("1.0.0", ACME)
    run_git("init", "-q", "-b", "main")
    run_git("add", "-A")
    run_git("commit", "-qm", "acme")
    return tmp_path


def write(version: str, text: str) -> Path:
    path = Path("catalog/acme", f"{version}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace('"1.0.0"', f'"{version}"'), encoding="utf-8")
    return path


def run(*words: str) -> int:
    code: int = cli.main(list(words), standalone_mode=False)
    return code


def test_a_released_file_does_not_change(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    write("1.0.0", "# a comment\n" + ACME.replace("name: Acme", 'name: "Acme"'))
    assert run("check") == 0
    write("1.0.0", NARROWER)
    capsys.readouterr()
    assert run("check") == 1
    said = capsys.readouterr().out
    assert said.startswith("error[C030]: acme 1.0.0 is released (main (")
    assert "and changed at methods.0.inputSchema.required.1\n" in said
    assert run("check", "--against", "none") == 0


def test_a_released_file_does_not_disappear(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("catalog/acme/1.0.0.yaml").rename("catalog/acme/1.0.0.yml")
    assert run("check") == 0  # it only has another name
    write("1.0.1", ACME)
    Path("catalog/acme/1.0.0.yml").unlink()
    capsys.readouterr()
    assert run("check") == 1
    assert capsys.readouterr().out.startswith("error[C031]: acme 1.0.0 is released (main (")
    Path("connectory.toml").write_text(
        '[[check.allow]]\ncode = "C031"\npath = "catalog/acme/*"\nreason = "a mistake"\n'
    )
    assert run("check") == 0
    assert "a mistake" in capsys.readouterr().out


def test_the_last_released_file_does_not_disappear_either(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = "error[C031]: acme 1.0.0 is released (main ("
    Path("catalog/acme/1.0.0.yaml").unlink()
    assert run("check") == 1
    assert capsys.readouterr().out.startswith(gone)
    Path("catalog/acme").rmdir()
    Path("catalog").rmdir()
    assert run("check") == 1
    assert capsys.readouterr().out.startswith(gone)
    for words in ("check", "--against", "none"), ("check", "--catalog", "catalog", "--catalog", "none"):
        with pytest.raises(click.UsageError, match="there is no folder"):
            run(*words)


def test_work_on_a_branch_is_compared_with_where_it_left_main(repository: Path) -> None:
    run_git("checkout", "-qb", "work")
    write("1.0.1", ACME.replace("Gets", "Fetches"))
    run_git("add", "-A")
    run_git("commit", "-qm", "one more")
    assert run("check") == 0
    Path("catalog/acme/1.0.1.yaml").unlink()  # nobody released it
    assert run("check") == 0
    assert run("check", "--against", "HEAD") == 1


def test_a_catalog_that_is_moved_is_compared_with_where_it_was(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write("1.0.1", ACME.replace("Gets", "Fetches"))
    Path("fixtures/acme").mkdir(parents=True)
    Path("fixtures/acme/1.0.0.yaml").write_text(WIDER)  # alike, but it stays where it is
    run_git("add", "-A")
    run_git("commit", "-qm", "more")
    Path("other").mkdir()
    Path("catalog").rename("other/catalog")
    assert run("check", "--catalog", "other/catalog") == 0
    assert capsys.readouterr().err == ""
    Path("other/catalog/acme/1.0.0.yaml").write_text(NARROWER)
    Path("other/catalog/acme/1.0.1.yaml").unlink()
    for words in ("check", "--catalog", "other/catalog"), ("check", "--catalog", "other/catalog", "--against", "main"):
        assert run(*words) == 1
        said = capsys.readouterr().out
        assert "error[C030]: acme 1.0.0 is released (main (" in said
        assert "error[C031]: acme 1.0.1 is released (main (" in said
        assert "  --> other/catalog/acme/1.0.1.yaml\n" in said
    monkeypatch.chdir("other")
    assert run("check") == 1
    assert "error[C030]: acme 1.0.0 is released (main (" in capsys.readouterr().out


def test_what_is_compared_with_nothing_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("other/acme").mkdir(parents=True)
    Path("other/acme/1.0.0.yaml").write_text(ACME)
    assert run("check", "--catalog", "other") == 0
    said = capsys.readouterr().err
    assert said.startswith("connectory: main (")
    assert said.endswith(") has nothing in other: nothing there counts as released\n")


def test_the_main_branch_by_other_names(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_git("branch", "-m", "trunk")
    run_git("config", "init.defaultBranch", "none")
    write("1.0.0", NARROWER)
    assert run("check") == 0
    assert capsys.readouterr().err == (
        "connectory: not compared with what was released: there is no main branch here: "
        "name what was released: 'connectory check --against REF'\n"
    )
    run_git("config", "init.defaultBranch", "trunk")
    assert run("check") == 1
    assert "acme 1.0.0 is released (trunk (" in capsys.readouterr().out
    run_git("config", "init.defaultBranch", "-x")  # no name of a branch
    assert run("check") == 0
    run_git("clone", "-q", "--origin", "up", ".", "clone")
    monkeypatch.chdir("clone")
    run_git("checkout", "-q", "--detach")
    run_git("branch", "-qD", "trunk")
    write("1.0.0", NARROWER)
    assert run("check") == 1
    assert "acme 1.0.0 is released (up/HEAD (" in capsys.readouterr().out
    run_git("checkout", "-q", "--orphan", "main")
    run_git("commit", "-qm", "of its own")
    assert run("check") == 0
    assert "this work and up/HEAD have no commit in common" in capsys.readouterr().err


def test_against_what_there_is_not(repository: Path) -> None:
    with pytest.raises(click.UsageError, match=r"^'build/nope.bundle' is neither a file nor a commit: there is no"):
        run("check", "--against", "build/nope.bundle")


def test_against_a_bundle(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build([Path("catalog")], Path("build"))
    assert run("check", "--against", "build/catalog.bundle") == 0
    write("1.0.0", WIDER)
    assert run("check", "--against", "build/catalog.bundle") == 1
    assert "C030" in capsys.readouterr().out


def test_a_shallow_clone_is_explained(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_git("checkout", "-qb", "work")
    write("1.0.1", ACME)
    run_git("add", "-A")
    run_git("commit", "-qm", "more")
    run_git("checkout", "-q", "main")
    run_git("commit", "-qm", "later", "--allow-empty")
    run_git("clone", "-q", "--depth", "1", "--no-single-branch", "--branch", "work", f"file://{repository}", "clone")
    monkeypatch.chdir("clone")
    assert run("check") == 0
    assert "the clone is shallow; run 'git fetch --unshallow'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["--upload-pack=touch x", "-x", "a..b", "", "nothing", "HEAD:catalog", "main;touch x", "$(touch x)", "a\nb"]
)
def test_names_that_are_no_commits(repository: Path, name: str) -> None:
    with pytest.raises(git.GitError):
        git.commit_of(Path("catalog"), name)
    assert not Path("x").exists()


def test_git_runs_nothing_of_the_repository(repository: Path) -> None:
    hook = Path("hook.sh")
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "core.editor"):
        run_git("config", name, str(hook.absolute()))
    Path("ran").unlink(missing_ok=True)
    write("1.0.0", NARROWER)
    assert run("check") == 1
    assert not Path("ran").exists()


def test_without_a_repository_there_is_nothing_to_compare_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write("1.0.0", ACME)
    assert run("check") == 0


def test_bump_copies_tells_and_renames(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("bump", "acme") == 0
    path = Path("catalog/acme/1.1.0.yaml")
    assert path.read_text() == ACME.replace("1.0.0", "1.1.0")
    assert run("bump", "acme") == 0
    path.write_text(path.read_text().replace("required: [id]", "required: [id, region]"))
    assert run("bump", "acme") == 1
    assert run("bump", "acme", "--to", "major") == 0
    assert sorted(each.name for each in Path("catalog/acme").iterdir()) == ["1.0.0.yaml", "2.0.0.yaml"]
    assert run("bump", "acme") == 0
    assert capsys.readouterr().out.splitlines() == [
        "catalog/acme/1.1.0.yaml: edit it, then 'connectory bump acme' tells what the change needs",
        "acme 1.0.0 -> 1.1.0: nothing changed yet",
        "acme 1.0.0 -> 1.1.0: needs a major version (the input of the method 'get' accepts less: /required: "
        "\"region\" is a required property): 'connectory bump acme --to major' renames it to 2.0.0",
        "catalog/acme/2.0.0.yaml: edit it, then 'connectory bump acme' tells what the change needs",
        "acme 1.0.0 -> 2.0.0: needs a major version (the input of the method 'get' accepts less: /required: "
        '"region" is a required property)',
    ]


@pytest.mark.parametrize("id_", ["acne", "..", "../catalog/acme", ""])
def test_bump_of_what_there_is_not(repository: Path, id_: str) -> None:
    with pytest.raises(Exception, match=r"there is no release of"):
        run("bump", id_)


def test_bump_of_what_has_only_pre_releases(repository: Path) -> None:
    write("1.0.0", ACME).unlink()
    write("1.0.0-beta.2", ACME)
    write("1.0.0-beta.1", ACME)
    with pytest.raises(Exception, match=r"in catalog, only 1\.0\.0-beta\.2; rename its file when it is one$"):
        run("bump", "acme")


def test_diff_of_one_integration_is_not_about_others(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("catalog/other").mkdir()
    Path("catalog/other/1.0.0.yaml").write_text(ACME.replace("integrationId: acme", "integrationId: other"))
    for name in ("acme@1.0.0", "catalog/acme/1.0.0.yaml"):
        assert run("diff", name) == 0
        assert capsys.readouterr().out == "nothing changed\n"
    assert run("diff", "main") == 0
    assert capsys.readouterr().out == "other 1.0.0: is new\n"


def test_diff_of_files_versions_bundles_and_commits(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build([Path("catalog")], Path("build"))
    new = write("1.1.0", WIDER)
    run_git("add", "-A")
    run_git("commit", "-qm", "wider")
    said = (
        "acme 1.0.0 -> 1.1.0: needs a minor version\n"
        "  minor  C015  the input of the method 'get' accepts more\n"
        "                at /methods/0/inputSchema\n"
    )
    for names in (
        ("catalog/acme/1.0.0.yaml", str(new)),
        ("acme@1.0.0", "acme@1.1.0"),
        ("build/catalog.bundle", "HEAD"),
        ("HEAD~1", "HEAD"),
        ("HEAD~1",),
        ("HEAD~1", "catalog"),
    ):
        assert run("diff", *names) == 0
        assert capsys.readouterr().out == said, names
    assert run("diff", "HEAD") == 0
    assert capsys.readouterr().out == "nothing changed\n"


@pytest.mark.parametrize("name", ["acme@9.0.0", "../x@1.0.0", "nothing"])
def test_diff_of_what_there_is_not(repository: Path, name: str) -> None:
    with pytest.raises(Exception, match="no"):
        run("diff", name)


def test_changelog(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("1.0.1", ACME.replace("Gets an", "Fetches an"))
    write("1.1.0", WIDER)
    assert run("changelog", "acme", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["old"], one["new"], one["needed"]) for one in told] == [
        ("1.0.1", "1.1.0", "minor"),
        ("1.0.0", "1.0.1", "patch"),
        (None, "1.0.0", "patch"),
    ]
    with pytest.raises(Exception, match="did you mean 'acme'"):
        run("changelog", "acne")


def test_what_is_allowed_in_one_place_is_not_in_another(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wide = ACME.replace("{id: ", "{state: {enum: [a, b], description: S}, size: {type: integer, maximum: 9}, id: ")
    narrow = wide.replace("enum: [a, b]", "enum: [a]").replace("maximum: 9", "maximum: 5")
    assert narrow != wide
    write("1.0.0", wide)
    write("1.0.1", narrow)
    Path("connectory.toml").write_text(
        '[[check.allow]]\ncode = "C002"\npath = "catalog/acme/*"\npointer = "/methods/0/inputSchema/properties/state"\n'
        'reason = "unused"\n'
    )
    assert run("check", "--against", "none") == 1
    said = capsys.readouterr().out
    (error,) = (line for line in said.splitlines() if line.startswith("error"))
    assert error.startswith("error[C002]: the input of the method 'get' accepts less: /properties/size/maximum: ")


def test_what_is_allowed_shows_with_its_reason_and_needs_nothing(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    comment = "    # connectory: allow C013 -- shown as it is\n    outputSchema"
    write("1.1.0", ACME.replace("[paid, open]", "[paid, open, void]").replace("    outputSchema", comment))
    Path("service.json").write_text('{"acme": "^1"}')
    message = (
        "C013  the output of the method 'get' has more values to choose from: "
        '/properties/status/enum: "void" is not one of "paid" or "open"'
    )
    said = [
        "acme 1.0.0 -> 1.1.0: needs a patch version",
        f"  allowed  {message}",
        "                at /methods/0/outputSchema/properties/status/enum",
        '                for example {"status":"void"}',
        "                reason: shown as it is",
    ]
    run_git("checkout", "-qb", "work")
    for names in (("main",), ("acme@1.0.0", "acme@1.1.0")):
        assert run("diff", *names) == 0
        assert capsys.readouterr().out.splitlines() == said
    assert run("changelog", "acme") == 0
    assert capsys.readouterr().out.splitlines() == [*said, "", "acme 1.0.0: is new"]
    assert run("bump", "acme") == 0
    assert capsys.readouterr().out == "acme 1.0.0 -> 1.1.0: needs a patch version; 1 allowed with a reason\n"
    assert run("impact", "--requires", "service.json") == 0
    assert capsys.readouterr().out.splitlines() == [
        "service.json is affected: acme 1.0.0 -> 1.1.0",
        f"  {message} (allowed: shown as it is)",
    ]
    assert run("diff", "main", "--format", "markdown") == 0
    assert capsys.readouterr().out.splitlines()[4].startswith("| allowed | C013 | ")
    assert run("diff", "main", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)[0]["changes"][0]["allowed"] == "shown as it is"
    run_git("add", "-A")
    run_git("commit", "-qm", "more")
    assert run("diff", "main", "HEAD") == 0
    assert capsys.readouterr().out.splitlines() == said
    write("1.1.0", ACME.replace("[paid, open]", "[paid, open, void]"))
    Path("connectory.toml").write_text('[check.levels]\nC013 = "off"\n')
    assert run("diff", "main") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "                reason: connectory.toml turns C013 off"


def test_a_repository_that_git_refuses_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("1.1.0", ACME)
    Path("catalog/acme/1.0.0.yaml").unlink()
    Path(".git/HEAD").write_text("of nobody")
    assert run("check") == 0
    assert capsys.readouterr().err.startswith(
        "connectory: not compared with what was released: Git says: not a git rep"
    )
    with pytest.raises(click.UsageError, match="not a git repository"):
        run("check", "--against", "main")


def test_what_git_does_not_follow_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = run_git("rev-parse", "HEAD").strip()
    Path("where").write_text("1.0.0.yaml")
    link = run_git("hash-object", "-w", "where").strip()
    for mode, id_, path in (
        ("160000", head, "catalog/beta"),
        ("160000", head, "catalog/acme/notes"),  # nobody looks for a definition there
        ("120000", link, "catalog/gamma"),
        ("120000", link, "catalog/acme/1.1.0.yaml"),
        ("120000", link, "catalog/LICENSE"),
        ("160000", head, "elsewhere"),
    ):
        run_git("update-index", "--add", "--cacheinfo", f"{mode},{id_},{path}")
    run_git("commit", "-qm", "more")
    commit = run_git("rev-parse", "--short=10", "HEAD").strip()
    told = {
        path: f"connectory: main ({commit}) has a {kind} at {path}, which is not followed: "
        "nothing there counts as released\n"
        for kind, path in (
            ("link", "catalog/acme/1.1.0.yaml"),
            ("submodule", "catalog/beta"),
            ("link", "catalog/gamma"),
        )
    }
    for path in "catalog/beta", "catalog/gamma":
        Path(path).mkdir()
        Path(path, "1.0.0.yaml").write_text(ACME.replace("acme", Path(path).name))
    assert run("check") == 0
    assert capsys.readouterr().err == "".join(told.values())
    for asked_for, path in (
        ("catalog/beta", "catalog/beta"),
        ("catalog/gamma/1.0.0.yaml", "catalog/gamma"),
        ("catalog/acme", "catalog/acme/1.1.0.yaml"),
    ):
        assert run("check", asked_for) == 0
        assert capsys.readouterr().err == told[path]


def test_bump_renames_nothing_in_a_submodule(repository: Path) -> None:
    head = run_git("rev-parse", "HEAD").strip()
    run_git("update-index", "--add", "--cacheinfo", f"160000,{head},catalog/beta")
    run_git("commit", "-qm", "more")
    Path("catalog/beta").mkdir()
    for version, text in ("1.0.0", ACME), ("1.1.0", WIDER):
        Path(f"catalog/beta/{version}.yaml").write_text(text.replace("acme", "beta").replace("1.0.0", version))
    assert run("bump", "beta", "--to", "major") == 0
    names = ["1.0.0.yaml", "1.1.0.yaml", "2.0.0.yaml"]
    assert sorted(path.name for path in Path("catalog/beta").iterdir()) == names


def test_bump_copies_what_is_released_under_another_ending(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("1.1.0", WIDER)
    run_git("add", "-A")
    run_git("commit", "-qm", "wider")
    Path("catalog/acme/1.1.0.yaml").rename("catalog/acme/1.1.0.yml")
    for catalog in "catalog", str(repository / "catalog"):
        assert run("bump", "acme", "--to", "major", "--catalog", catalog) == 0
        made = Path("catalog/acme/2.0.0.yml")
        assert sorted(path.name for path in made.parent.iterdir()) == ["1.0.0.yaml", "1.1.0.yml", "2.0.0.yml"]
        made.unlink()


def test_impact_of_a_version_that_is_gone(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("pinned.json").write_text(json.dumps({"acme": "^1"}))
    Path("any.json").write_text(json.dumps({"acme": "*"}))
    write("2.0.0", ACME)
    Path("catalog/acme/1.0.0.yaml").unlink()
    assert run("diff", "main") == 0
    assert capsys.readouterr().out == "acme 1.0.0 -> 2.0.0: nothing changed\n\nacme 1.0.0: is gone\n"
    assert run("impact", "--requires", "pinned.json", "--requires", "any.json") == 1
    assert capsys.readouterr().out.splitlines()[:2] == ["pinned.json breaks: acme 1.0.0", "  C031  acme 1.0.0 is gone"]
    assert run("impact", "catalog/acme/2.0.0.yaml", "--requires", "pinned.json") == 0  # which says nothing of others
    write("1.0.1", ACME)
    capsys.readouterr()
    assert run("impact", "--requires", "pinned.json") == 0  # that holds 1.0.1


ORDER = "{type: object, properties: {total: {type: *}}}"
SHARED = f"\n$defs:\n  Order: {ORDER}\n  More: {{type: object, properties: {{total: {{$ref: '#/$defs/Order'}}}}}}\n"


@pytest.mark.parametrize(
    ("output", "broken"),
    [
        ("properties: {order: {$ref: '#/$defs/Order'}, total: {}}", ["order"]),
        ("properties: {order: {$ref: '#/$defs/Order'}, last: {$ref: '#/$defs/Order'}, total: {}}", ["order", "last"]),
        ("properties: {more: {type: array, items: {$ref: '#/$defs/More'}}, total: {}}", ["more"]),
        ("properties: {own: {$ref: '#/$defs/Own'}, total: {}}, $defs: {Own: " + ORDER + "}", ["own"]),
        ("properties: {own: " + ORDER + ", total: {}}", ["own"]),
        ("allOf: [{$ref: '#/$defs/Order'}]", ["total"]),
        ("allOf: [{properties: {order: " + ORDER + "}}]", ["order"]),
        ("patternProperties: {'^o': " + ORDER + "}", ["order", "last", "more", "own", "total"]),
        ("additionalProperties: {$ref: '#/$defs/Order'}", ["order", "last", "more", "own", "total"]),
    ],
)
def test_impact_is_on_the_fields_that_lead_to_a_change(output: str, broken: list[str], repository: Path) -> None:
    text = ACME.replace(
        "{type: object, properties: {status: {type: string, enum: [paid, open]}}}", f"{{type: object, {output}}}"
    )
    assert text != ACME
    for version, type_ in ("1.0.0", "integer"), ("1.1.0", "[integer, 'null']"):
        write(version, (text + SHARED).replace("type: *", f"type: {type_}"))
    found = []
    for field in ("order", "last", "more", "own", "total"):
        Path("service.json").write_text(json.dumps({"acme": {"version": "^1", "methods": {"get": [field]}}}))
        if run("impact", "--old", "acme@1.0.0", "acme@1.1.0", "--requires", "service.json") == 1:
            found.append(field)
    assert found == broken


def test_impact(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("1.1.0", ACME.replace("[paid, open]", "[paid, open, void]"))
    requirements = {
        "stays": {"acme": "1.0.0"},
        "breaks": {"acme": {"version": "^1", "methods": ["get"]}},
        "affected": {"acme": {"version": "^1", "methods": {"get": ["id"]}}},
        "elsewhere": {"other": "^1"},
    }
    for name, said in requirements.items():
        Path(f"{name}.json").write_text(json.dumps(said))
    assert run("impact", "--requires", "*s.json", "--requires", "affected.json", "--requires", "elsewhere.json") == 1
    message = (
        "  C013  the output of the method 'get' has more values to choose from: "
        '/properties/status/enum: "void" is not one of "paid" or "open"'
    )
    assert capsys.readouterr().out.splitlines() == [
        "breaks.json breaks: acme 1.0.0 -> 1.1.0",
        message,
        "affected.json is affected: acme 1.0.0 -> 1.1.0",
        f"{message} (does not break it)",
        "stays.json stays: acme 1.0.0 -> 1.1.0",
        "  its range does not reach this version",
    ]
    assert run("impact", "--requires", "stays.json") == 0
    assert run("impact", "catalog/acme/1.1.0.yaml", "--requires", "breaks.json", "--format", "markdown") == 1
    assert "| breaks.json | **breaks** | acme 1.0.0 -&gt; 1.1.0 | C013" in capsys.readouterr().out
    with pytest.raises(Exception, match="no file matches"):
        run("impact", "--requires", "none*.json")


# PATHS

MEASURED = """\
error[C002]: the input of the method 'get' accepts less: /required: "region" is a required property, for example \
{"id":""}; from 1.0.0 to 1.1.0 a major change is too much
"""
"""What is said first of 1.1.0 that is narrower than 1.0.0."""


@pytest.mark.parametrize(
    ("path", "files"),
    [("catalog", 3), (".", 3), ("catalog/acme", 2), ("catalog/acme/1.1.0.yaml", 1), ("./catalog/acme/1.1.0.yaml", 1)],
)
def test_what_a_path_asks_for_is_measured(
    path: str, files: int, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("1.1.0", NARROWER)
    other = Path("catalog/beta/1.0.0.yaml")
    other.parent.mkdir()
    other.write_text(ACME.replace("acme", "beta").replace("Acme", "Beta"))
    assert run("check", path) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith(f"{MEASURED}  --> catalog/acme/1.1.0.yaml:10:145\n"), shown.out
    assert shown.out.endswith(f"\n{files} file{'s' * (files > 1)} checked: 1 error\n")
    assert shown.err == ""


def test_findings_stand_only_in_files_that_were_asked_for(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("1.1.0", NARROWER)
    write("1.2.0", WIDER)
    write("1.3.0", NARROWER)
    assert run("check", "catalog/acme/1.0.0.yaml", "catalog/acme/1.2.0.yaml") == 0
    assert capsys.readouterr().out == "2 files checked: no findings\n"
    assert run("check", "catalog/acme/1.1.0.yaml") == 1
    assert "= help: release it as 2.0.0, or keep what 1.0.0 promises" in capsys.readouterr().out
    write("1.0.1", WIDER)
    assert run("check", "catalog/acme/1.0.1.yaml") == 1
    assert "= help: release it as 1.4.0, or keep what 1.0.0 promises" in capsys.readouterr().out


def test_a_promise_of_any_release_before_a_file_holds(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = ACME.replace("id: get", 'id: fetch\n    deprecated: {since: "1.0.0", sunset: "2999-01-01"}')
    write("1.1.0", ACME.replace("methods:\n", "methods:\n" + gone.partition("methods:\n")[2]))
    write("1.2.0", ACME.replace("methods:\n", "methods:\n" + gone.partition("methods:\n")[2].replace("2999", "2020")))
    write("2.0.0", ACME)
    for words in ["check", "catalog/acme/2.0.0.yaml"], ["check"]:
        assert run(*words, "--against", "none") == 1
        assert "error[C032]: the method 'fetch' is gone, and was promised until 2999-01-01\n" in capsys.readouterr().out


def test_versions_that_are_unsound_are_passed_over(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("1.0.1", "[")
    write("1.0.2", ACME.replace("get", "no id", 1).replace("name: Get\n", ""))
    write("1.0.3-rc.1", WIDER)
    write("1.1.0", NARROWER)
    assert run("check", "catalog/acme/1.1.0.yaml") == 1
    assert capsys.readouterr().out.startswith(MEASURED)


def test_no_more_is_looked_at_than_a_file_is_measured_against(repository: Path, tmp_path: Path) -> None:
    for version in ("1.0.1", "1.0.2", "1.1.0"):
        write(version, ACME)
    for number in range(5):
        other = Path(f"catalog/i{number}/1.0.0.yaml")
        other.parent.mkdir()
        other.write_text("[")
    means = Means(cache=tmp_path / "cache")
    checked = check_asked(asked([Path("catalog/acme/1.1.0.yaml")]), means)
    assert (list(checked.files), checked.diagnostics) == (["catalog/acme/1.1.0.yaml"], [])
    assert len([file for file in (tmp_path / "cache/examined").rglob("*") if file.is_file()]) == 2


@pytest.mark.parametrize("path", ["catalog", "catalog/acme", "catalog/acme/1.0.0.yaml", "."])
def test_released_files_that_a_path_asks_for_do_not_change(
    path: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("1.0.0", ACME.replace("Gets", "Fetches"))
    assert run("check", path) == 1
    said = capsys.readouterr().out
    assert said.startswith("error[C030]: acme 1.0.0 is released (main (")
    assert ", and changed at methods.0.description\n  --> catalog/acme/1.0.0.yaml:9:5\n" in said
    assert run("check", path, "--against", "none") == 0
    assert run("check", path, "--against", "HEAD") == 1
    capsys.readouterr()
    write("1.0.0", ACME.replace("\n", "  # and\n"))
    assert run("check", path) == 0
    write("1.0.0", ACME.replace("integrationId: acme", "integrationId: beta"))
    run("check", path)
    assert "), and its file defines something else now\n" in capsys.readouterr().out


def test_a_released_file_is_known_under_another_ending(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("catalog/acme/1.0.0.yaml").rename("catalog/acme/1.0.0.yml")
    assert run("check", "catalog/acme/1.0.0.yml") == 0
    Path("catalog/acme/1.0.0.yml").write_text(ACME.replace("Gets", "Fetches"))
    capsys.readouterr()
    assert run("check", "catalog/acme/1.0.0.yml") == 1
    assert "error[C030]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "found"), [("catalog", 1), ("catalog/acme", 1), (".", 1), ("catalog/acme/1.1.0.yaml", 0)]
)
def test_what_is_gone_from_a_folder_is_found(
    path: str, found: int, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("1.0.0", ACME).rename("catalog/acme/1.1.0.yaml")
    write("1.1.0", ACME)
    assert run("check", path) == found
    assert capsys.readouterr().out.count("error[C031]: acme 1.0.0 is released (main (") == found


def test_a_catalog_that_lost_its_last_file_is_one(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("catalog/acme/1.0.0.yaml").unlink()
    assert run("check", "catalog") == 1
    assert capsys.readouterr().out.startswith("error[C031]: acme 1.0.0 is released (main (")


def test_paths_against_a_bundle(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build([Path("catalog")], Path("build"))
    against = ["--against", "build/catalog.bundle"]
    write("1.0.0", ACME.replace("Gets", "Fetches"))
    write("1.1.0", ACME)
    assert run("check", "catalog/acme/1.1.0.yaml", *against) == 0
    assert run("check", "catalog/acme/1.0.0.yaml", *against) == 1
    capsys.readouterr()
    Path("catalog/acme/1.0.0.yaml").unlink()
    assert run("check", "catalog/acme/1.1.0.yaml", *against) == 0
    assert run("check", "catalog/acme", *against) == 1
    gone = "\nerror[C031]: acme 1.0.0 is released (build/catalog.bundle), and is gone\n  --> catalog/acme/1.0.0.yaml\n"
    assert capsys.readouterr().out.count(gone) == 1


def test_a_path_in_a_catalog_that_was_moved(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("catalog").rename("other")
    file = Path("other/acme/1.0.0.yaml")
    file.write_text(ACME.replace("Gets", "Fetches"))
    assert run("check", str(file)) == 1
    assert capsys.readouterr().out.startswith("error[C030]: acme 1.0.0 is released (main (")
    Path("new/acme").mkdir(parents=True)
    Path("new/acme/2.0.0.yaml").write_text(ACME.replace("1.0.0", "2.0.0"))
    Path("other").rename("catalog")
    assert run("check", "new/acme/2.0.0.yaml") == 0
    assert capsys.readouterr().err.endswith(") has nothing in new: nothing there counts as released\n")


def test_a_file_is_measured_from_wherever_it_is_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write("1.1.0", NARROWER).absolute()
    write("1.0.0", ACME.replace("Gets", "Fetches"))
    assert run("check", str(file), str(file.with_name("1.0.0.yaml"))) == 1
    assert re.findall("error.(C...)", capsys.readouterr().out) == ["C030", "C002"]
    monkeypatch.chdir(file.parent)
    assert run("check", "1.1.0.yaml", "1.0.0.yaml", "../acme/1.0.0.yaml") == 1
    assert re.findall("error.(C...)", capsys.readouterr().out) == ["C030", "C002"]
    assert run("check", ".") == 1
    assert re.findall("error.(C...)", capsys.readouterr().out) == ["C030", "C002"]


ALLOWED = NARROWER.replace("    inputSchema", "    # connectory: allow C002 -- nobody calls it\n    inputSchema")


def test_a_suppression_is_unneeded_only_where_its_finding_was_looked_for(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("connectory.toml").write_text('[[check.allow]]\ncode = "C030"\npath = "catalog/*"\nreason = "a slip"\n')
    write("1.1.0", ALLOWED)
    write("1.0.0", ACME.replace("Gets", "Fetches"))
    for path in "catalog", "catalog/acme", "catalog/acme/1.1.0.yaml":
        run("check", path, "--strict")
        assert "error" not in capsys.readouterr().out
    for words in ["check", "--against", "none"], ["check", "catalog", "--against", "none"], ["build"]:
        assert run(*words) == 0
        assert "D016" not in capsys.readouterr().out
    write("1.0.0", ACME)
    assert run("check", "--strict") == 1
    assert "D016]: nothing is suppressed: there is no finding of C030 in catalog/*\n" in capsys.readouterr().out
    assert run("check", "catalog/acme/1.1.0.yaml", "--strict") == 0  # another file may have it
    write("1.0.0", "[")
    run("check", "catalog/acme/1.1.0.yaml", "--strict", "--against", "none")
    assert "D016" not in capsys.readouterr().out  # it could not be measured


@pytest.mark.parametrize(
    "words",
    [
        ["diff", "*", "*"],
        ["diff", "*"],
        ["impact", "*", "--old", "*", "--requires", "svc.json"],
        ["check", "--against", "*"],
    ],
    ids=" ".join,
)
def test_a_bundle_that_is_damaged_inside_is_one_line(words: list[str], repository: Path) -> None:
    Path("svc.json").write_text(json.dumps({"acme": "^1"}))
    assert run("build") == 0
    bundle = Path("build/catalog.bundle")
    at = bundle.read_bytes().index(b"region")
    bundle.write_bytes(bundle.read_bytes().replace(b"region", b"rEgion", 1))
    command = [sys.executable, "-m", "connectory", *(str(bundle) if word == "*" else word for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    offset = int(told.removeprefix(f"Error: {bundle}: a record is damaged (at byte ").rstrip(")"))
    assert offset <= at < offset + 1000


def test_what_stood_is_fetched_some_files_at_a_time(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [f"1.0.{number}" for number in range(1, 200)]
    for version in versions:
        write(version, ACME)
    run_git("add", "-A")
    run_git("commit", "-qm", "many")
    for version in versions:
        write(version, ACME.replace("name: Acme", 'name: "Acme"'))
    asked_for: list[int] = []
    contents = git.contents

    def counted(folder: Path, ids: list[str]) -> dict[str, bytes]:
        asked_for.append(len(ids))
        return contents(folder, ids)

    monkeypatch.setattr(git, "contents", counted)
    assert run("check") == 0
    assert asked_for == [1, 2, 4, 8, 16, 32, 64, 64, 8]  # all but the one that did not change
    asked_for.clear()
    assert run("diff", "main") == 0
    assert sum(asked_for) == 200
    assert len(asked_for) == 9
