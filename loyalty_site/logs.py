import logging


class InOneLine(logging.Filter):
    """A refused request (403, 404) is a line in the log; the stack of calls belongs to errors of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return True
