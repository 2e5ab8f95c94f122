"""What is kept between runs: it is used where nothing changed, never where something did, and is never needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from connectory.compiler import examine, pipeline
from connectory.compiler.cache import Cache, NotKept, Status, status_of
from connectory.compiler.definition import Definition
from connectory.compiler.pipeline import Built, Checked, Means, build, check_catalogs
from test_cli_build import MINIMAL, connectory, contents

SRC = Path(__file__).parent.parent / "src"
OLD = 1_700_000_000
"""A time long ago, in seconds."""


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
    if damage is not DAMAGE["a folder"]:
        assert built().checked.diagnostics == found
        assert outputs() == before
    else:
        assert built(Means()).checked.diagnostics == found


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


@pytest.mark.usefixtures("catalog")
def test_a_place_that_is_lost_on_the_way(looked_at: list[str]) -> None:
    """Below the folder nothing can be made: what is only kept for the next time is not kept, and outputs say why."""
    Path("kept").mkdir()
    for kind in ("examined", "bundled", "seeded"):
        Path("kept", kind).touch()
    assert all(found.severity == "warning" for found in check().diagnostics)
    with pytest.raises(NotKept, match="cannot keep what was worked out in kept: "):
        built()
    assert not Path("build").exists()


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


def test_another_schema_of_the_format_is_another_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    one = examine.compiler_digest()
    examine.compiler_digest.cache_clear()
    monkeypatch.setattr(examine, "schema_text", lambda: "{}")
    other = examine.compiler_digest()
    examine.compiler_digest.cache_clear()
    assert other != one


# Growth


@pytest.mark.usefixtures("catalog")
def test_what_no_run_has_used_for_long_goes() -> None:
    built()
    (used,) = [path for path in kept() if path.match("index-*")]
    for path in [Path("kept/index-old"), Path("kept/bundled/aa/aaaa"), Path("kept/.new-x")]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    before = set(kept())
    for path in [*before, Path("kept/pruned")]:
        os.utime(path, (OLD, OLD))
    write("catalog/zeta/1.1.0.yaml", MINIMAL.replace("acme", "zeta").replace("1.0.0", "1.1.0"))
    built()
    gone = before - set(kept())
    assert {path.name for path in gone} >= {"index-old", "aaaa", ".new-x"}
    assert used.exists()


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
