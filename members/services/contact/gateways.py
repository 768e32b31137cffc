"""How a message leaves the house: mail by Django, text messages by a provider. Without one they lie in a folder."""

import json
import smtplib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from members.lib.mail import one_line
from members.services.contact.aliyun import Aliyun
from members.services.contact.letters import Gateway, Letter, NotSent, Unknown
from members.services.contact.tencent import Tencent

PERMANENT = 500  # of the codes of a mail server: no later try will do better


class Mail:
    """Django's mail: a server, the terminal or a folder, as EMAIL_URL says. None of them can be asked afterwards."""

    needs_code = False

    def send(self, letter: Letter) -> str:
        headers = {"Message-ID": f"<{letter.key}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"}
        if letter.leave:
            headers |= {"List-Unsubscribe": f"<{letter.leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        connection = get_connection()
        try:
            connection.open()
        except OSError as error:  # SMTPException is one
            raise NotSent("no_mail_server") from error
        mail = EmailMessage(
            one_line(letter.subject), letter.body, to=[letter.to], headers=headers, connection=connection
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _text in refused.recipients.values()]
            raise NotSent("address_refused", is_final=min(codes, default=0) >= PERMANENT) from refused
        except smtplib.SMTPResponseException as said:
            raise NotSent("no_mail_server", is_final=said.smtp_code >= PERMANENT) from said
        except OSError as error:
            raise Unknown from error
        finally:
            connection.close()
        return headers["Message-ID"]

    def was_sent(self, key: str) -> bool | None:
        return None


class Folder:
    """Text messages of the trial start: a file each under DATA_DIR/text-messages, written as a whole or not at all."""

    needs_code = False

    @property
    def folder(self) -> Path:
        return Path(settings.DATA_DIR) / "text-messages"

    def send(self, letter: Letter) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(letter.key)
        content = json.dumps({"to": letter.to, "body": letter.body}, ensure_ascii=False)
        draft = path.with_suffix(".part")
        draft.write_text(content, encoding="utf-8")
        draft.rename(path)
        return path.name

    def was_sent(self, key: str) -> bool | None:
        return self._path(key).exists()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


_BY_SMS: dict[str, Callable[[], Gateway]] = {"folder": Folder, "aliyun": Aliyun, "tencent": Tencent}


def of_channel(channel: str) -> Gateway:
    return Mail() if channel == "email" else _BY_SMS[settings.SMS_GATEWAY]()
