"""What is kept between runs: it is used where nothing changed, never where something did, and is never needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import yaml
from click import UsageError

from connectory.cli import cli
from connectory.compiler import examine, pipeline
from connectory.compiler.cache import Cache, Kind, NotKept, Status, status_of
from connectory.compiler.definition import Definition
from connectory.compiler.pipeline import Built, Checked, Means, build, check_catalogs, check_files
from test_cli_build import MINIMAL, connectory, contents

SRC = Path(__file__).parent.parent / "src"
OLD = 1_700_000_000
"""A time long ago, in seconds."""
KEY = "a" * 64


def write(path: str, text: str, *, when: int = OLD) -> Path:
    """A definition that was written long ago, so that its looks tell that it is the same."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (when, when))
    return file


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three definitions, two of one integration, that the system has known for long."""
    monkeypatch.chdir(tmp_path)
    write("catalog/acme/1.0.0.yaml", MINIMAL)
    write("catalog/acme/1.1.0.yaml", MINIMAL.replace("1.0.0", "1.1.0"))
    write("catalog/zeta/1.0.0.yaml", MINIMAL.replace("acme", "zeta"))
    forget_the_present(monkeypatch)
    return tmp_path


def forget_the_present(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every file be old enough: the system does not let anybody set when a file was changed last."""
    monkeypatch.setattr("connectory.compiler.cache._RACY", -(10**18))


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are checked, as they are."""
    seen: list[str] = []
    examine_one = examine.examine

    def noting(definition: Definition) -> examine.Examined:
        seen.append(definition.source.path)
        return examine_one(definition)

    monkeypatch.setattr(examine, "examine", noting)
    return seen


CACHE = Means(cache=Path("kept"))


def check(means: Means = CACHE) -> Checked:
    return check_catalogs([Path("catalog")], means)


def built(means: Means = CACHE, out: str = "build") -> Built:
    return build([Path("catalog")], Path(out), means)


def outputs() -> dict[str, str]:
    return contents(Path("build"))


# What is known


@pytest.mark.usefixtures("catalog")
def test_a_file_is_looked_at_once(looked_at: list[str]) -> None:
    first = check()
    assert sorted(looked_at) == ["catalog/acme/1.0.0.yaml", "catalog/acme/1.1.0.yaml", "catalog/zeta/1.0.0.yaml"]
    looked_at.clear()
    assert check().diagnostics == first.diagnostics
    assert looked_at == []


@pytest.mark.usefixtures("catalog")
def test_only_what_changed_is_looked_at(looked_at: list[str]) -> None:
    built()
    before = outputs()
    looked_at.clear()
    write("catalog/acme/1.1.0.yaml", MINIMAL.replace("1.0.0", "1.1.0").replace("one anvil", "one rocket"))
    assert not built().current
    assert looked_at == ["catalog/acme/1.1.0.yaml"]
    assert outputs() != before


@pytest.mark.usefixtures("catalog")
def test_content_is_known_again_whatever_its_time(looked_at: list[str]) -> None:
    check()
    looked_at.clear()
    for file in Path("catalog").rglob("*.yaml"):
        os.utime(file)
    check()
    assert looked_at == []


CHANGES: dict[str, Callable[[Path], object]] = {
    "same size and time": lambda file: write(str(file), file.read_text().replace("anvil", "enemy")),
    "a newer time": lambda file: write(str(file), file.read_text() + "\n", when=OLD + 1),
    "an older time": lambda file: write(str(file), file.read_text() + "\n", when=OLD - 1000),
    "a time in the future": lambda file: write(str(file), file.read_text() + "\n", when=4_000_000_000),
    "another file in its place": lambda file: os.replace(
        write("other", file.read_text().replace("anvil", "enemy")), file
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.usefixtures("catalog")
def test_no_change_goes_unseen(change: Callable[[Path], object], looked_at: list[str]) -> None:
    check()
    looked_at.clear()
    time.sleep(0.02)  # the clock of the file system ticks so often
    change(Path("catalog/acme/1.0.0.yaml"))
    check()
    assert looked_at == ["catalog/acme/1.0.0.yaml"]


def test_what_was_written_just_now_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Cache(Path("kept"))
    file = write("catalog/acme/2.0.0.yaml", MINIMAL)
    store.remember(str(file), status_of(file), "key", "found")
    store.save()
    assert Cache(Path("kept")).key_of(str(file)) is None


@pytest.mark.usefixtures("catalog")
def test_findings_are_kept_with_the_file() -> None:
    write("catalog/zeta/1.0.0.yaml", MINIMAL.replace("acme", "zeta").replace("authType", "authTyp"))
    first = check()
    assert {found.code for found in first.diagnostics} >= {"D001"}
    assert check().diagnostics == first.diagnostics
    write("catalog/zeta/1.0.0.yaml", MINIMAL.replace("acme", "zeta"))
    assert all(found.severity == "warning" for found in check().diagnostics)


@pytest.mark.usefixtures("catalog")
def test_another_place_is_another_file(looked_at: list[str]) -> None:
    check()
    looked_at.clear()
    os.rename("catalog/zeta", "catalog/beta")
    assert {found.code for found in check().diagnostics if found.severity == "error"} == {"D005"}
    assert looked_at == ["catalog/beta/1.0.0.yaml"]


@pytest.mark.usefixtures("catalog")
def test_another_compiler_looks_at_everything(looked_at: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    check()
    looked_at.clear()
    for module in (examine, pipeline):
        monkeypatch.setattr(module, "compiler_digest", lambda: b"another")
    check()
    assert len(looked_at) == 3


# Outputs


@pytest.mark.usefixtures("catalog")
def test_a_build_of_the_same_writes_nothing() -> None:
    assert not built().current
    before = {path: status_of(path) for path in Path("build").rglob("*")}
    assert built().current
    assert {path: status_of(path) for path in Path("build").rglob("*")} == before


@pytest.mark.parametrize(
    "touch",
    [
        lambda: Path("build/catalog.bundle").unlink(),
        lambda: Path("build/catalog.bundle").write_bytes(Path("build/catalog.bundle").read_bytes()[:-1] + b"x"),
        lambda: Path("build/migrations/0009_more.sql").write_text("-- Generated by connectory"),
        lambda: os.utime("build/manifest.json"),
    ],
    ids=["gone", "damaged", "one more", "touched"],
)
@pytest.mark.usefixtures("catalog")
def test_outputs_that_somebody_touched_are_written_again(touch: Callable[[], object]) -> None:
    built()
    before = outputs()
    time.sleep(0.02)
    touch()
    assert not built().current
    assert outputs() == before


@pytest.mark.usefixtures("catalog")
def test_however_it_is_built_it_is_the_same() -> None:
    built(Means())
    plain = outputs()
    for means in (CACHE, CACHE, Means(processes=3), Means(cache=Path("other"), processes=2)):
        built(means)
        assert outputs() == plain
    write("catalog/acme/1.2.0.yaml", MINIMAL.replace("1.0.0", "1.2.0"))
    built()
    changed = outputs()
    built(Means(), "again")
    assert contents(Path("again")) == changed


# Damage


def kept() -> list[Path]:
    return sorted(path for path in Path("kept").rglob("*") if path.is_file() and path.name != "pruned")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a flipped bit": lambda path: path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:]),
    "something else": lambda path: path.write_bytes(b"\xff" * 100),
    "gone": lambda path: path.unlink(),
    "a folder": lambda path: _folder(path),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("kind", ["index-*", "examined", "bundled", "seeded", "*"])
@pytest.mark.usefixtures("catalog")
def test_damage_heals_itself(kind: str, damage: Callable[[Path], object]) -> None:
    found = built().checked.diagnostics
    before = outputs()
    for path in kept():
        if path.match(f"kept/{kind}") or path.match(f"{kind}/*/*"):
            damage(path)
    Path("build/catalog.bundle").unlink()
    assert built().checked.diagnostics == found
    assert outputs() == before


@pytest.mark.usefixtures("catalog")
def test_what_a_killed_run_left_behind_is_no_harm() -> None:
    built()
    before = outputs()
    for path in kept():
        (path.parent / ".new-1").write_bytes(b"half")
    Path("build/manifest.json").unlink()
    built()
    assert outputs() == before


# Places that cannot be written


@pytest.mark.parametrize("folder", ["/proc/nowhere", "a-file", "a-file/below", "bad\0name"], ids=repr)
@pytest.mark.usefixtures("catalog")
def test_without_a_place_everything_is_done_again(folder: str, looked_at: list[str]) -> None:
    Path("a-file").touch()
    means = Means(cache=Path(folder))
    first = built(means)
    assert first.sizes
    assert check(means).diagnostics == first.checked.diagnostics
    assert len(looked_at) == 6


@pytest.mark.parametrize("kinds", [*([kind] for kind in get_args(Kind)), get_args(Kind)], ids="+".join)
@pytest.mark.usefixtures("catalog")
def test_what_the_folder_does_not_take_is_worked_out_again(kinds: Sequence[str]) -> None:
    """A part of the folder cannot be written to: nobody is told, and what is made is the same."""
    found = check(Means()).diagnostics
    built(Means())
    plain = outputs()
    Path("kept").mkdir()
    for kind in kinds:
        Path("kept", kind).touch()
    for means in (CACHE, CACHE, Means(cache=Path("kept"), processes=2)):
        assert check(means).diagnostics == found
        assert built(means, "again").checked.diagnostics == found
        assert contents(Path("again")) == plain
        Path("again/manifest.json").unlink()


@pytest.mark.usefixtures("catalog")
def test_rows_do_not_need_the_folder_either() -> None:
    Path("kept").mkdir()
    Path("kept/seeded").touch()
    with (
        pipeline.seeded([Path("catalog")], Means()) as (_, plain),
        pipeline.seeded([Path("catalog")], CACHE) as (_, made),
    ):
        assert plain is not None
        assert made is not None
        assert list(plain.state.rows) == list(made.state.rows)


def test_what_no_place_takes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("kept", "spare"):
        Path(folder).mkdir()
        Path(folder, "seeded").touch()
    store = Cache(Path("kept"), spare=Path("spare"))
    with pytest.raises(NotKept, match=r"^cannot keep what was worked out in kept: Not a directory$"):
        store.put("seeded", KEY, b"data")
    store.put("bundled", KEY, b"data")
    assert [store.get("bundled", KEY), store.get("seeded", KEY)] == [b"data", None]
    assert kept() == [Path("kept/bundled/aa", KEY), Path("kept/seeded")]


def test_what_another_run_has_kept_need_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every system lets a file be replaced while somebody reads it."""
    monkeypatch.chdir(tmp_path)
    store = Cache(Path("kept"))
    store.put("bundled", KEY, b"data")

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("connectory.compiler.cache.os.replace", refused)
    store.put("bundled", KEY, b"data")
    with pytest.raises(NotKept, match=r"^cannot keep what was worked out in kept: Permission denied$"):
        store.put("bundled", KEY, b"other")
    assert store.get("bundled", KEY) == b"data"
    assert [path.name for path in kept()] == [KEY]


@pytest.mark.usefixtures("catalog")
def test_without_any_place_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = built().sizes
    monkeypatch.setattr("tempfile.tempdir", "nowhere")
    with pytest.raises(NotKept, match=r"^there is no folder for temporary files$"):
        built(Means(), "other")
    assert not Path("other").exists()
    migrate = ["migrate", "--dir", "sql", "--layout", "dbmate"]
    with pytest.raises(UsageError, match=r"^there is no folder for temporary files$"):
        cli.main([*migrate, "--no-cache"], standalone_mode=False)
    assert not Path("sql").exists()
    assert built(out="other").sizes == plain
    monkeypatch.setenv("CONNECTORY_CACHE", "kept")
    assert cli.main(migrate, standalone_mode=False) == 0


# Commands and processes


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return connectory(*arguments, cwd=Path.cwd(), env=environment)


@pytest.mark.usefixtures("catalog")
def test_without_a_cache_nothing_is_kept_nor_used() -> None:
    for command in ("check", "build"):
        assert run(command, "--no-cache", "-j", "2", CONNECTORY_CACHE="kept").returncode == 0
    assert not Path("kept").exists()
    assert run("check", CONNECTORY_CACHE="kept").returncode == 0
    assert Path("kept").exists()


@pytest.mark.parametrize(("variables", "folder"), [({"CONNECTORY_CACHE": "a"}, "a"), ({"XDG_CACHE_HOME": "b"}, "b")])
@pytest.mark.usefixtures("catalog")
def test_where_things_are_kept(variables: dict[str, str], folder: str) -> None:
    assert run("check", **{"CONNECTORY_CACHE": "", **variables}).returncode == 0
    assert {path.name for path in Path(folder).iterdir()} & {"connectory", "examined"}


def large(count: int = 40) -> None:
    """As much as is worth several processes."""
    properties = "".join(f"        p{n}: {{type: string, description: Parameter {n}}}\n" for n in range(1000))
    text = MINIMAL.replace("        weight:", properties + "        weight:")
    for number in range(count):
        write(f"catalog/i{number}/1.0.0.yaml", text.replace("acme", f"i{number}"))


@pytest.mark.usefixtures("catalog")
def test_runs_at_once_share_a_folder() -> None:
    large(8)
    alone = built(Means()).sizes
    plain = outputs()
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "connectory", "build", "--out", f"build{number % 2}", "-j", "2"],
            env={**os.environ, "PYTHONPATH": str(SRC), "CONNECTORY_CACHE": "kept"},
            stdout=subprocess.DEVNULL,
        )
        for number in range(4)
    ]
    assert [process.wait(timeout=600) for process in runs] == [0] * 4
    assert alone
    assert contents(Path("build0")) == contents(Path("build1")) == plain
    assert built().sizes == alone


def start_large() -> subprocess.Popen[str]:
    """A build with processes of its own, in a group of its own."""
    large()
    return subprocess.Popen(
        [sys.executable, "-m", "connectory", "build", "-j", "2"],
        env={**os.environ, "PYTHONPATH": str(SRC), "CONNECTORY_CACHE": "kept"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what runs in the background ignores it
    )


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Its processes, once it has some."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        found = [int(number) for number in listed.read_text().split()]
        if len(found) == 2:
            return found
        time.sleep(0.01)
    raise AssertionError("it ended before it had any")


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found in /proc")


@linux
@pytest.mark.usefixtures("catalog")
def test_a_worker_that_is_killed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with start_large() as process:
        os.kill(workers_of(process)[0], signal.SIGKILL)
        _, err = process.communicate(timeout=600)
    assert process.returncode == 2
    assert "a process that worked on the catalog was killed; try again with --jobs 1" in err
    assert "Traceback" not in err
    assert not Path("build").exists()
    assert run("build", CONNECTORY_CACHE="kept").returncode == 0


@linux
@pytest.mark.usefixtures("catalog")
def test_a_run_that_is_interrupted_leaves_nothing_half_done() -> None:
    with start_large() as process:
        workers = workers_of(process)
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)  # the run cannot end before it is interrupted
        os.killpg(process.pid, signal.SIGINT)
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
        out, err = process.communicate(timeout=600)
    assert (process.returncode, out, err.lstrip("\n")) == (130, "", "connectory: interrupted\n")
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert not Path("build").exists()
    assert run("build", CONNECTORY_CACHE="kept").returncode == 0


@linux
@pytest.mark.usefixtures("catalog")
def test_workers_end_with_a_run_that_is_killed() -> None:
    with start_large() as process:
        workers = workers_of(process)
        process.kill()
        process.wait(timeout=600)
        ended = threading.Event()
        deadline = time.monotonic() + 120
        while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < deadline:
            ended.wait(0.05)
        assert not any(_runs(worker) for worker in workers)


def _runs(process: int) -> bool:
    """Whether a process is there and no zombie that nobody has asked after."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# What made it


def _another_version(library: str) -> tuple[str, object]:
    version = metadata.version
    return "importlib.metadata.version", lambda name: "0.0.1" if name == library else version(name)


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("connectory.compiler.examine.schema_text", lambda: "{}"),
        ("sys.implementation.cache_tag", "cpython-399"),
        ("connectory.compiler.examine._has_libyaml", lambda: not yaml.__with_libyaml__),
        *map(_another_version, ("msgspec", "jsonschema-rs", "jsonschema", "PyYAML", "Jinja2")),
    ],
    ids=["format", "Python", "libyaml", "msgspec", "jsonschema-rs", "jsonschema", "PyYAML", "Jinja2"],
)
def test_what_findings_and_outputs_depend_on_makes_another_compiler(
    place: str, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = examine.compiler_digest.__wrapped__()
    assert examine.compiler_digest.__wrapped__() == one
    monkeypatch.setattr(place, other)
    assert examine.compiler_digest.__wrapped__() != one


# Guards that stand behind others


@pytest.mark.parametrize(("passed", "is_known"), [(0, False), (1_999_999_999, False), (2_000_000_001, True)])
def test_a_file_is_known_by_its_looks_once_it_cannot_change_within_them(
    passed: int, is_known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock of a file system may tick once in two seconds: so long a file can change and look the same."""
    monkeypatch.chdir(tmp_path)
    file = write("catalog/acme/1.0.0.yaml", MINIMAL)
    status = status_of(file)
    assert status is not None
    for later in (status, msgspec.structs.replace(status, modified=status.changed, changed=OLD)):
        monkeypatch.setattr("connectory.compiler.cache.time.time_ns", lambda: status.changed + passed)
        store = Cache(tmp_path / f"kept{later.changed}")
        store.remember(str(file), later, "key", "found")
        assert list(store._now.files) == [str(file.absolute())] * is_known
        assert list(store._now.examined) == ["key"] * is_known


def test_findings_of_equal_files_name_each_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = [write(f"{catalog}/acme/1.0.0.yaml", "integrationId: acme\nversion: no\n") for catalog in ("a", "b")]
    for file in (*files, *files):
        found = check_files([file], CACHE).diagnostics
        assert {one.span.path for one in found} == {file.as_posix()}
        assert "Y005" in {one.code for one in found}


# Growth


USED, ASKED, UNUSED = (digit * 64 for digit in "abc")


def aged(*folders: str) -> None:
    """Have everything in the folders be of long ago."""
    for path in [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]:
        os.utime(path, (OLD, OLD))


def test_what_no_run_has_used_for_long_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget_the_present(monkeypatch)
    file = write("catalog/acme/1.0.0.yaml", MINIMAL)
    other = Cache(Path("kept"), b"another compiler, or in another folder")
    other.remember(str(file), status_of(file), USED, "found")
    other.save()
    for kind in get_args(Kind):
        for key in (USED, ASKED, UNUSED):
            Cache(Path("kept")).put(kind, key, b"data")
    unfinished = [Path("kept/.new-abcd_123"), Path("kept/seeded/aa/.new-abcd_123")]
    for path in [*unfinished, Path("kept/index-" + "0" * 32)]:
        path.touch()
    aged("kept")
    for path in unfinished[:1]:
        os.utime(path)
    assert Cache(Path("kept"), b"another compiler, or in another folder").key_of(str(file)) == USED
    for kind in get_args(Kind):
        assert Cache(Path("kept")).get(kind, USED) == b"data"
        assert Cache(Path("kept")).holds(kind, ASKED)
    store = Cache(Path("kept"))
    store.remember_output(Path("kept"), [], "made of")
    store.save()
    left = {path.relative_to("kept").as_posix() for path in kept()}
    indexes = {cache._index_path.name for cache in (store, other)}
    entries = {f"{kind}/{key[:2]}/{key}" for kind in get_args(Kind) for key in (USED, ASKED)}
    assert left == {*indexes, *entries, ".new-abcd_123"}


@pytest.mark.parametrize("folder", [".", "mine"])
def test_what_is_not_ours_stays(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (
        "sub/thesis.txt",
        "index-1",
        "index-of-people.txt",
        ".new-york",
        ".new-abcd_1234",
        UNUSED,
        f"other/cc/{UNUSED}",
        f"bundled/{UNUSED}",
        f"bundled/cc/{UNUSED}.txt",
        f"bundled/cc/deeper/{UNUSED}",
        f"bundled/zz/{UNUSED}",
        "bundled/thesis.txt",
        "examined/cc/thesis.txt",
    ):
        write(f"mine/{name}", "years of work")
    before = contents(Path("mine"))
    aged("mine")
    monkeypatch.chdir("mine" if folder == "." else ".")
    store = Cache(Path(folder))
    store.put("bundled", UNUSED, b"data")
    aged("bundled" if folder == "." else "mine/bundled")
    store.remember_output(Path(folder), [], "made of")
    store.save()
    monkeypatch.chdir(tmp_path)
    assert not Path("mine/bundled/cc", UNUSED).exists()
    after = contents(Path("mine"))
    assert sorted(set(after) - set(before)) == sorted([store._index_path.name, "pruned"])
    assert {name: after[name] for name in before} == before


def test_what_is_used_is_marked_once_a_day(tmp_path: Path) -> None:
    store = Cache(tmp_path)
    store.put("seeded", KEY, b"data")
    (file,) = tmp_path.rglob(KEY)
    hour = 3600
    for age, is_marked in ((hour, False), (23 * hour, False), (25 * hour, True)):
        for use in (store.get, store.holds):
            when = int(time.time()) - age
            os.utime(file, (when, when))
            assert use("seeded", KEY)
            assert (file.stat().st_mtime != when) is is_marked
    file.write_bytes(b"damaged")
    os.utime(file, (OLD, OLD))
    assert store.get("seeded", KEY) is None
    assert file.stat().st_mtime == OLD


@pytest.mark.usefixtures("catalog")
def test_the_index_forgets_files_that_are_gone() -> None:
    check()
    Path("catalog/zeta/1.0.0.yaml").unlink()
    write("catalog/acme/1.2.0.yaml", MINIMAL.replace("1.0.0", "1.2.0"))
    check()
    store = Cache(Path("kept"), examine.compiler_digest())
    assert sorted(Path(path).name for path in store._known().files) == ["1.0.0.yaml", "1.1.0.yaml", "1.2.0.yaml"]


def test_a_status_is_of_one_moment(tmp_path: Path) -> None:
    assert status_of(tmp_path / "none") is None
    assert status_of("bad\0name") is None
    assert isinstance(status_of(tmp_path), Status)


def test_whether_the_parser_of_libyaml_is_there_is_known_without_loading_it() -> None:
    assert examine._has_libyaml() == yaml.__with_libyaml__
