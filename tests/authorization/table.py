"""The table of rights, as authz_matrix.yaml has it."""

from pathlib import Path
from typing import Any

import yaml

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "authz_matrix.yaml").read_text(encoding="utf-8"))
