import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from members.lib.display import SYMBOLS
from members.models import User
from members.models.merchant import known_zone
from members.queries import staff

PASSWORD_RULES = _("At least 8 characters, and not one of the common ones.")
NAME_TAKEN = _("Somebody signs in by this name already. Choose another one.")

CURRENCIES = {
    "CNY": _("Chinese yuan"), "USD": _("US dollar"), "EUR": _("euro"), "GBP": _("pound sterling"),
    "JPY": _("Japanese yen"), "HKD": _("Hong Kong dollar"), "TWD": _("New Taiwan dollar"), "MOP": _("Macanese pataca"),
    "SGD": _("Singapore dollar"), "MYR": _("Malaysian ringgit"), "THB": _("Thai baht"), "VND": _("Vietnamese dong"),
    "KRW": _("South Korean won"), "INR": _("Indian rupee"), "AUD": _("Australian dollar"), "CAD": _("Canadian dollar"),
}  # fmt: skip
NEAR_ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/London",
    "America/New_York",
)


def look(form: forms.BaseForm) -> None:
    """Give a form the look of the desk."""
    form.label_suffix = ""
    for field in form.fields.values():
        plain = not isinstance(field.widget, forms.Select)
        field.widget.attrs["class"] = "form-control" if plain else "form-select"


class SignInForm(AuthenticationForm):
    """Name and password; password managers and pasting are welcome."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The sign-in name or the password is wrong. Capital and small letters differ."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Sign-in name")
        look(self)


class NewSignInForm(forms.Form):
    """What somebody who comes to the desk for the first time says about themselves."""

    display_name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=150,
        validators=[User.username_validator],
        help_text=_("A short name or your e-mail address, without blanks. You sign in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_RULES,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Repeat the password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    OF_PERSON = ("display_name", "username", "password", "password_again")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "password" not in values:
            return values
        if values["password"] != values.get("password_again"):
            self.add_error("password_again", _("The two passwords differ."))
        someone = User(username=values.get("username", ""), display_name=values.get("display_name", ""))
        try:
            validate_password(values["password"], someone)
        except forms.ValidationError as error:
            self.add_error("password", error)
        return values


class SetupForm(NewSignInForm):
    """The settings that decide how figures are counted and, where nobody can sign in yet, the first administrator."""

    name = forms.CharField(
        label=_("Name of your shop"),
        max_length=80,
        help_text=_("As your customers know it. It is shown on every page."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    currency = forms.ChoiceField(label=_("Currency"), initial="CNY")
    zone = forms.CharField(
        label=_("Time zone of the reports"),
        initial="Asia/Shanghai",
        validators=[known_zone],
        help_text=_("Type a city to search. It decides when a day begins; each store may have its own."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the shop"),
        choices=settings.LANGUAGES,
        help_text=_("Everybody can switch at the top of the page."),
    )

    def __init__(self, *args: Any, with_administrator: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [  # type: ignore[attr-defined]
            (code, f"{code} {SYMBOLS[code]} {name}") for code, name in CURRENCIES.items()
        ]
        if not with_administrator:
            for field in self.OF_PERSON:
                del self.fields[field]
        look(self)

    @property
    def of_shop(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.OF_PERSON]

    @property
    def of_administrator(self) -> list[forms.BoundField]:
        return [field for field in self if field.name in self.OF_PERSON]

    @property
    def zones(self) -> list[str]:
        """Every IANA zone, the near ones first."""
        others = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and zone not in NEAR_ZONES)
        return [*NEAR_ZONES, *others]


class InvitedForm(NewSignInForm):
    """How an invited person will sign in, and read."""

    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("You can switch at the top of the page.")
    )
    field_order = ("display_name", "username", "language", "password", "password_again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look(self)

    def clean_username(self) -> str:
        """Free, however its letters are written."""
        username = str(self.cleaned_data["username"])
        if staff.name_is_taken(username):
            raise forms.ValidationError(NAME_TAKEN)
        return username


class ForgottenForm(forms.Form):
    """The address that a link to a new password goes to."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look(self)


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A password twice, by the rules for passwords."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_rules(self)
        look(self)


class OwnPasswordForm(PasswordChangeForm):
    """The old password and, twice, the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["old_password"].widget.attrs["autofocus"]  # it is one form of several
        _say_rules(self)
        look(self)


def _say_rules(form: forms.BaseForm) -> None:
    """In one line of ours, where Django has a list."""
    form.fields["new_password1"].help_text = PASSWORD_RULES
    form.fields["new_password2"].help_text = ""


class ProfileForm(forms.Form):
    """What somebody may change about themselves. A new address needs the password: links to a new one go there."""

    display_name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("For reports by mail, and for a new password when the old one is forgotten."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Your password, to change the e-mail"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        look(self)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        changed = values.get("email", self.user.email) != self.user.email
        if changed and not self.user.check_password(values.get("password", "")):
            self.add_error("password", _("To change the e-mail address, enter your password."))
        return values
