"""How the fields of forms look on the desk's pages."""

from collections.abc import Mapping

from django import forms

AS_THEY_ARE = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


def dressed(fields: Mapping[str, forms.Field]) -> None:
    """The classes that the components of the pages draw; what is written in English says so to screen readers."""
    for name, field in fields.items():
        if isinstance(field.widget, AS_THEY_ARE):
            continue
        look = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        field.widget.attrs |= {"class": look, "autocomplete": "off"}
        if name.endswith("_en"):
            field.widget.attrs["lang"] = "en"
