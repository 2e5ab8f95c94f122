"""subset against brute force: random pairs of schemas over all keywords, tried on a finite universe of instances.

    python benchmarks/soundness.py [--pairs N] [--first SEED] [--table FILE]

A pair is made of its seed, so that what is found can be made again. Of each pair the universe of
``tests/schema_pairs.py`` and instances made of the pair's own names, values and bounds are tried. A yes is false where
the first schema accepts one of them and the second does not; a witness is false where jsonschema-rs or jsonschema does
not agree that it is one. Exits 1 where anything was false.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import schema_pairs


def table(found: Counter[tuple[str, str]], keywords: Counter[str], seconds: float) -> Iterator[str]:
    """What was found, in Markdown."""
    kinds = sorted({kind for kind, _ in found})
    answers = ("yes", "no", "unknown", *schema_pairs.FALSE)
    yield "| pairs | number | " + " | ".join(answers) + " | unknown |\n|---|" + "---:|" * (len(answers) + 2) + "\n"
    for kind in (*kinds, "all"):
        counts = [sum(found[each, answer] for each in kinds if kind in (each, "all")) for answer in answers]
        share = f"{100 * counts[2] / (sum(counts) or 1):.2f} %"
        yield f"| {kind} | {sum(counts)} | " + " | ".join(map(str, counts)) + f" | {share} |\n"
    yield f"\n{seconds:.0f} seconds of one processor, the brute force included. Keywords, by the pairs that have them: "
    yield ", ".join(f"{word} {count}" for word, count in keywords.most_common()) + ".\n"


def main() -> int:
    """Judge the pairs, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=200_000, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="of the first pair")
    parser.add_argument("--table", type=Path, help="the file to write the table to; the console without it")
    arguments = parser.parse_args()
    found: Counter[tuple[str, str]] = Counter()
    keywords: Counter[str] = Counter()
    start = time.process_time()
    instances = schema_pairs.universe()
    made = (schema_pairs.judge(seed, instances, thorough=True) for seed in count(arguments.first))
    for judged in islice((one for one in made if one.result != "no schema"), arguments.pairs):
        found[judged.kind, judged.result] += 1
        keywords.update(schema_pairs.keywords(judged.a) | schema_pairs.keywords(judged.b))
        if judged.result in schema_pairs.FALSE or judged.result == "unknown":
            print(judged.kind, judged.result, judged.a, judged.b, judged.why, sep=" | ", file=sys.stderr)
    text = "".join(table(found, keywords, time.process_time() - start))
    if arguments.table:
        arguments.table.write_text(_HEAD + text, encoding="utf-8")
    else:
        print(text)
    return int(any(found[kind, each] for kind, _ in list(found) for each in schema_pairs.FALSE))


_HEAD = """# Whether one schema is within another: against brute force

Written by `benchmarks/soundness.py`: random pairs of schemas, and what `subset` says of them. Every no has a witness
that two validators confirm; what has none is unknown. What is no schema to the validator is left out.

"""

if __name__ == "__main__":
    sys.exit(main())
