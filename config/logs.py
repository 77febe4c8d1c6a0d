"""Log lines that hold no personal data: a time, a level, a request id, and what happened; never what was typed."""

import logging
import traceback


class RequestIdFilter(logging.Filter):
    """Gives each line the id of the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id; never drop the line."""
        from accounts.request_id import current_request_id  # noqa: PLC0415 - logging is set up before the apps are

        record.request_id = current_request_id.get() or "-"
        return True


class LineFormatter(logging.Formatter):
    """Writes one line, and for an error where it happened, without the message of the exception or any value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s")

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        """Return the files and lines of the traceback, and the exception's type only: its text may quote a value."""
        if not isinstance(ei, tuple) or ei[0] is None:
            return ""
        frames = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(ei[2])]
        return "\n".join([*frames, f"  {ei[0].__name__}"])
