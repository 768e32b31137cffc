from django.conf import settings


def is_set_up() -> bool:
    """Whether mails leave the house. On the terminal of the trial start they do not."""
    return not str(settings.EMAIL_BACKEND).endswith(("console.EmailBackend", "dummy.EmailBackend"))
