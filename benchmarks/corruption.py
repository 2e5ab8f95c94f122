"""Flips bytes of a bundle, and looks up what they belong to: an answer is the right one, or there is none.

    python benchmarks/corruption.py build/large/catalog.bundle --flips 100000

For each flip the record that holds the byte, both its schemas, its neighbours and a name that does not exist are looked
up in the damaged copy; each must give a BundleError or what the intact bundle gives. Workers are processes of their
own: a crash or a hang would be seen.
"""

from __future__ import annotations

import argparse
import bisect
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectory import BundleError, layout
from connectory.reader import Bundle
from connectory.records import MethodRecord
from connectory.verify import _Checker

Name = tuple[str, str, str]


def owners(bundle: Bundle) -> tuple[list[tuple[int, int, int]], list[Name]]:
    """Every record's place, with the number of a method that reads it; and the methods."""
    checker = _Checker(bundle)
    found = list(checker.run())
    if found:
        sys.exit(f"the bundle is damaged already: {found[0]}")
    names = sorted(checker._methods)
    numbers = {name: number for number, name in enumerate(names)}
    first: dict[str, int] = {}
    places: dict[tuple[int, int], int] = {}
    for name, number in numbers.items():
        first.setdefault(name[0], number)
        offset, record = checker._methods[name]
        waiting = bundle.places(offset, record.schemas)
        while waiting:
            place = waiting.pop()
            if place not in places:
                places[place] = number
                waiting += bundle.schema_places(*place)
    for index in range(bundle.header.slot_count):
        at = bundle.header.slots_offset + index * layout.SLOT.size
        crc_and_length, offset = layout.SLOT.unpack_from(bundle.data, at)
        if offset:
            place = offset, crc_and_length & 0xFFFFFFFF
            named = bundle.named(*place)
            method_id = getattr(named, "id", None)
            version = getattr(named, "version", "")
            number = numbers[named.integration_id, version, method_id] if method_id else first[named.integration_id]
            places[place] = number
            places[at, layout.SLOT.size] = number
    return sorted((offset, length, number) for (offset, length), number in places.items()), names


def answers(bundle: Bundle, name: Name) -> Iterator[Any]:
    """What the look-ups of a method give: its head, its integration, itself and its schemas; each may be an error."""
    integration_id, version, method_id = name

    def found() -> tuple[int, MethodRecord]:
        place = bundle.method(integration_id, version, method_id)
        assert place is not None  # damage is told, never taken for a miss
        return place

    steps = [
        lambda: bundle.head(integration_id),
        lambda: bundle.integration(integration_id, version),
        lambda: bundle.method(integration_id, version, method_id),
        lambda: bundle.method(integration_id, version, method_id + "_no_such"),
        lambda: bundle.json(found()[1].rest),
        lambda: bundle.schema(found()[0], found()[1].schemas),
        lambda: bundle.schema(found()[0], found()[1].schemas, 1),
    ]
    for step in steps:
        try:
            yield step()
        except BundleError:
            yield BundleError


def work(path: Path, copy: Path, flips: int, worker: int, workers: int) -> Counter[str]:
    """Flip a bit of so many bytes, one at a time; without a number, of this worker's share of all bytes."""
    intact = Bundle(path)
    places, names = owners(intact)
    starts = [offset for offset, _, _ in places]
    numbers = random.Random(worker)  # noqa: S311  # no secret
    size = intact.header.size
    places_of_bytes = (
        (numbers.randrange(size) for _ in range(flips // workers)) if flips else range(worker, size, workers)
    )
    counts: Counter[str] = Counter()
    with open(copy, "r+b", buffering=0) as stream:
        for at in places_of_bytes:
            mask = 1 << numbers.randrange(8)
            byte = intact.data[at]
            os.pwrite(stream.fileno(), bytes([byte ^ mask]), at)
            try:
                damaged = Bundle(copy)
            except BundleError:
                counts["refused when opening"] += 1
            else:
                _, _, owner = places[max(0, bisect.bisect_right(starts, at) - 1)]
                refused = False
                for number in {owner, max(0, owner - 1), min(len(names) - 1, owner + 1)}:
                    for right, found in zip(
                        answers(intact, names[number]), answers(damaged, names[number]), strict=True
                    ):
                        if found is BundleError:
                            refused = True
                        elif found != right:
                            counts[f"WRONG at byte {at}"] += 1
                counts["a look-up refused" if refused else "every look-up answers as before"] += 1
            os.pwrite(stream.fileno(), bytes([byte]), at)
    return counts


def main() -> int:
    """Run the workers and add up."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--flips", type=int, default=100_000, help="how many; 0 is every byte once")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--copy", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker is not None:
        for what, count in work(
            arguments.bundle, arguments.copy, arguments.flips, arguments.worker, arguments.workers
        ).items():
            print(f"{count}\t{what}")
        return 0
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for worker in range(arguments.workers):
            copy = Path(folder) / str(worker)
            shutil.copyfile(arguments.bundle, copy)
            command = [sys.executable, __file__, str(arguments.bundle), "--worker", str(worker)]
            command += ["--flips", str(arguments.flips), "--workers", str(arguments.workers)]
            running.append(subprocess.Popen([*command, "--copy", str(copy)], stdout=subprocess.PIPE, text=True))  # noqa: S603
        for process in running:
            out, _ = process.communicate()
            if process.returncode:
                sys.exit(f"a worker ended with {process.returncode}")
            for line in out.splitlines():
                count, _, what = line.partition("\t")
                total[what] += int(count)
    for what, count in total.most_common():
        print(f"{count:>9,}  {what}")
    return int(any(what.startswith("WRONG") for what in total))


if __name__ == "__main__":
    sys.exit(main())
