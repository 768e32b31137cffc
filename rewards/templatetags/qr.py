import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """`{% qr coupon.code coupon.code %}`: a QR code as a drawing of one path, with what it says for who sees none."""
    code = segno.make_qr(text, error="m")
    drawn = code.svg_inline(border=3, omitsize=True, svgclass="qr", lineclass=None, title=label)
    return mark_safe(drawn)  # noqa: S308 - made of squares; segno escapes the title
