"""The addresses of static files in production."""

from __future__ import annotations

import pytest
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.settings import STATICFILES_STORAGE_IN_USE
from config.static import StaticStorage


def test_production_puts_each_address_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def url(_storage: object, name: str, _force: bool = False) -> str:
        asked.append(name)
        return f"/static/{name}?{len(asked)}"

    monkeypatch.setattr(CompressedManifestStaticFilesStorage, "url", url)
    storage = StaticStorage()
    assert [storage.url(name) for name in ("a.css", "b.css", "a.css")] == [
        "/static/a.css?1",
        "/static/b.css?2",
        "/static/a.css?1",
    ]
    assert asked == ["a.css", "b.css"]
    assert STATICFILES_STORAGE_IN_USE.endswith("StaticStorage")
