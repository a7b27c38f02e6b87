"""What OpenSearch is told: the index templates, as versioned data."""

import json
from importlib.resources import files
from typing import Any

NAMES = ("incidents", "events", "registry")


def load(name: str) -> dict[str, Any]:
    """The composable index template of that name, as `PUT _index_template/im-<name>` takes it."""
    template: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text())
    return template
