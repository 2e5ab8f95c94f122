"""Random YAML in every style, with comments at every place; every scalar and comment holds a number of its own."""

from __future__ import annotations

import random

WORDS = ["plain", "two words", "it's", 'a "b"', "a: b", "x #y", "- z", "1.0", "no", "日本", "🙂", "\\d+", "a" * 90, ""]
CONSTANTS = ["12", "0.000015", "1.50", "-3", "1.5e+5", "true", "True", "null", '"1.0.0"', "''"]
PROSE = ["word " * 30, "many words " * 20 + "and an end: yes #1", "字" * 130, "x" * 200]


class Writer:
    """Writes one text."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.comments = self.random.random() * 0.5
        self.width = self.random.choice([2, 2, 4, 3])

    def text(self) -> str:
        """A document whose root is a mapping."""
        start = self.random.choice(["", "", "---\n", "\n\n", "--- # c0start\n"])
        lines = self.mapping(0, 0)
        end = self.random.choice(["", "\n\n", "# c0end\n", "  # c0end\n", "...\n# c0after\n"])
        text = start + "\n".join(lines) + "\n" + end
        return text.replace("\n", "\r\n") if self.chance(0.1) else text

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def number(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}z"

    def comment(self) -> str:
        return (
            f"#{self.random.choice(['', ' ', '!'])}{self.number('c')}{self.random.choice(['', ' it', ': x', ' # y'])}"
        )

    def behind(self) -> str:
        return f" {self.comment()}" if self.chance(self.comments) else ""

    def above(self, indent: int) -> list[str]:
        lines = []
        while self.chance(self.comments):
            blank = [""] * self.random.choice([0, 0, 1, 3])
            lines += [*blank, " " * self.random.choice([indent, indent, indent, 0, 1, indent + 4]) + self.comment()]
        return lines + [""] * self.random.choice([0, 0, 0, 1, 2])

    def key(self) -> str:
        name = self.number("k")
        return self.random.choice([name, f'"{name}"', f"'{name} it''s'", f"{name} b", f'"{name}: \\u00e9"'])

    def mapping(self, indent: int, depth: int) -> list[str]:
        lines = []
        for _ in range(self.random.randint(1, 4)):
            lines += self.above(indent)
            inner = self.value(indent, depth, in_list=False)
            key = self.key()
            start = f"? {key}{self.behind()}\n{' ' * indent}:" if self.chance(0.04) else f"{key}:"
            lines += [" " * indent + start + inner[0], *inner[1:]]
        return lines

    def sequence(self, indent: int, depth: int) -> list[str]:
        lines = []
        for _ in range(self.random.randint(1, 4)):
            lines += self.above(indent)
            if depth < 4 and self.chance(0.3):  # a mapping or a list that starts behind the hyphen
                inner = self.random.choice([self.mapping, self.sequence])(indent + 2, depth + 1)
                at = next((n for n, line in enumerate(inner) if line.strip() and line.strip()[0] != "#"), 0)
                if at == 0:
                    lines += [" " * indent + "- " + inner[0].strip(), *inner[1:]]
                else:
                    lines += [" " * indent + "-" + self.behind(), *inner]
            else:
                inner = self.value(indent, depth, in_list=True)
                lines += [" " * indent + "-" + inner[0], *inner[1:]]
        return lines

    def value(self, indent: int, depth: int, *, in_list: bool) -> list[str]:
        """What stands behind a colon or a hyphen: the rest of its line, and more lines."""
        kind = self.random.choice(["scalar", "scalar", "prose", "block", "flow", "mapping", "sequence", "nothing"])
        if depth > 4 and kind in ("mapping", "sequence"):
            kind = "scalar"
        inner = indent + self.width
        if kind == "mapping":
            return [self.behind(), *self.mapping(inner, depth + 1)]
        if kind == "sequence":
            below = inner if in_list or self.chance(0.5) else indent
            return [self.behind(), *self.sequence(below, depth + 1)]
        if kind == "flow":
            return f" {self.flow(inner, 0)}{self.behind()}".split("\n")
        if kind == "nothing":
            return [self.random.choice(["", " null", " ~"]) + self.behind()]
        if kind == "block":
            return self.block(inner)
        if kind == "prose" or self.chance(0.1):
            return self.prose(inner)
        if self.chance(0.1):
            return [self.behind(), *self.above(inner), " " * inner + self.scalar() + self.behind()]
        return [f" {self.scalar()}{self.behind()}"]

    def scalar(self) -> str:
        word = self.random.choice(WORDS)
        text = f"{self.number('s')} {word}".strip()
        style = self.random.randrange(5)
        if style == 0:
            return self.random.choice(
                ["12", "0.000015", "1.50", "-3", "1.5e+5", "true", "True", "null", '"1.0.0"', "''"]
            )
        if style == 1:
            return "'" + text.replace("'", "''") + "'"
        if style == 2:
            return (
                '"' + text.replace("\\", "\\\\").replace('"', '\\"') + self.random.choice(['"', '\\n"', '\\t\\u00a0"'])
            )
        return text if not set(text) & set("#:'\"\\-") else '"' + self.number("s") + '"'

    def prose(self, indent: int) -> list[str]:
        """Text over several lines, without quotes or in them."""
        words = [self.number("s"), "a", "long", "text", "of", "words"]
        quote = self.random.choice(["", "'", '"'])
        gap = "\n" * self.random.choice([1, 1, 2])
        return f" {quote}{(gap + ' ' * indent).join(words)}{quote}{self.behind()}".split("\n")

    def block(self, indent: int) -> list[str]:
        header = self.random.choice("|>") + self.random.choice(["", "-", "+"])
        lines = [""] * self.random.choice([0, 0, 1])
        for _ in range(self.random.randint(1, 4)):
            more = " " * self.random.choice([0, 0, 0, 2])
            text = self.random.choice([*WORDS, *PROSE]) + self.random.choice(["", "", " ", " # no comment"])
            lines += [" " * indent + (more if any(lines) else self.number("s") + " ") + text]
            lines += [""] * self.random.choice([0, 0, 1, 2])
        return [f" {header}{self.behind()}", *lines]

    def flow(self, indent: int, depth: int) -> str:
        is_list = self.chance(0.6)
        parts = []
        for _ in range(self.random.choice([0, 1, 2, 3, 12])):
            part = "" if is_list else f"{self.number('k')}: "
            if depth < 3 and self.chance(0.25):
                part += self.flow(indent, depth + 1)
            else:
                word = self.number("s")
                part += self.random.choice(
                    [word, f'"{word}, [x]"', f"'{word} #'", "1", "true", "null", f"{word} http://x/y"]
                )
            parts.append(part)
        brackets = "[]" if is_list else "{}"
        made = brackets[0] + self.turn(indent)
        for number, part in enumerate(parts):
            made += part + (self.turn(indent) if self.chance(0.2) else "")
            made += ("," if number + 1 < len(parts) or self.chance(0.2) else "") + (self.turn(indent) or " ")
        return made + brackets[1]

    def turn(self, indent: int) -> str:
        """Perhaps the end of a line, with a comment, inside brackets."""
        if not self.chance(0.3):
            return ""
        return self.behind() + "\n" + "\n".join([*self.above(indent), " " * indent])


def garbled(text: str, seed: int) -> str:
    """The text with a few characters changed."""
    chance = random.Random(seed)
    letters = list(text)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(letters) + 1)
        letters[at : at + chance.choice([0, 1])] = chance.choice("# \n:-'\"\t|🙂3")
    return "".join(letters)
