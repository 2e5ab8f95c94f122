"""What docs/importing.md shows is what imports make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from connectory.importers.importing import import_source
from connectory.importers.tally import Tally
from connectory.importers.write import WRITERS

TEXT = (Path(__file__).parent.parent / "docs" / "importing.md").read_text(encoding="utf-8")
BLOCK = r"\n```yaml\n((?:.*\n)*?)```"
PAIRS = re.findall(
    rf"^### (.*)\n(?:.*\n)*?<!-- source: (\w+) -->{BLOCK}\n\n<!-- definition -->{BLOCK}", TEXT, re.MULTILINE
)


def test_all_five_are_there() -> None:
    assert [re.split("[ ,]", title)[0] for title, *_ in PAIRS] == ["Slack", "Xero", "Notion", "Amazon", "Google"]


@pytest.mark.parametrize(("title", "format_", "source", "shown"), PAIRS, ids=[title for title, *_ in PAIRS])
def test_pair(title: str, format_: str, source: str, shown: str, tmp_path: Path) -> None:
    path = tmp_path / "source.yaml"
    path.write_text(source, encoding="utf-8")
    made = import_source(format_, str(path), Tally(), id_="shown")
    made_of_it = yaml.safe_load(WRITERS["yaml"](made.definition))
    definition = yaml.safe_load(shown)
    assert {"baseUrl", "authType", "methods"} <= set(definition)
    assert definition == {field: made_of_it[field] for field in definition}
