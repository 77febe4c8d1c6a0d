"""Static files in production."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # the package carries no types
    """WhiteNoise's, which reads the list of files once; their addresses too are put together once, not on each page."""

    def __init__(self) -> None:
        super().__init__()
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file."""
        address = self._addresses.get(name)
        if address is None or force:
            address = self._addresses[name] = str(super().url(name, force))
        return address
