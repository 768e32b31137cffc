from django.conf import settings


def is_set_up() -> bool:
    """Whether mails leave the house. On the terminal of the trial start they do not."""
    return not str(settings.EMAIL_BACKEND).endswith(("console.EmailBackend", "dummy.EmailBackend"))


def one_line(text: str) -> str:
    """A subject: what stands in it may have been typed with line breaks, and would be refused."""
    return " ".join(text.split())
