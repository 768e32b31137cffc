from django.http import HttpResponse
from django.utils.http import content_disposition_header


def csv_response(text: str, name: str) -> HttpResponse:
    """A CSV download; never cached, because it is personal to the actor's rights."""
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
            "Cache-Control": "no-store",
        },
    )
