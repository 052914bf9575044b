"""docs/service.md tells every setting as the service takes it."""

from pathlib import Path

import pytest

from api.settings import PREFIX, Settings
from detector.detector import SHIPPED

DOCS = (Path(__file__).parent.parent.parent / "docs" / "service.md").read_text()


def told(default: object) -> str:
    if default == SHIPPED:
        return "the shipped model"
    if default is None or default == ():
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    field = Settings.model_fields[name]
    assert f"| `{PREFIX}{name.upper()}` | {told(field.default)} | {field.description} |\n" in DOCS


def test_no_other_setting_is_documented() -> None:
    assert DOCS.count(f"\n| `{PREFIX}") == len(Settings.model_fields)
