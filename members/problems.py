"""What a reader is told about a file, a row or a value: what is wrong, where, and how to mend it. One table."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from members.rules.imports.problems import Problem

REFUSALS = {
    "file_empty": noop("The file is empty. Export it again and check that it contains rows."),
    "file_blank": noop("The file contains no text, only blank lines. Export it again and check that it contains rows."),
    "file_too_large": noop("The file is larger than %(limit)s MB. Split it, for example by month."),
    "is_excel": noop("This is an Excel file, whatever its name says. Let its name end in .xlsx and choose it again."),
    "is_other_sheet": noop(
        "This is a spreadsheet of another kind (.xls, .xlsb, .ods, or locked with a password). Open it, save it as "
        ".xlsx without a password or as “CSV UTF-8”, and choose that file."
    ),
    "is_binary": noop("This is not a text file. Export the sales as CSV and choose that file."),
    "is_compressed": noop("The file is compressed. Unpack it and choose the file inside."),
    "workbook_too_large": noop("An Excel file may have %(limit)s MB at most. Split it, or save it as “CSV UTF-8”."),
    "workbook_unpacks_too_large": noop(
        "The Excel file holds more than %(limit)s MB when unpacked. Split it, or save it as “CSV UTF-8”."
    ),
    "workbook_ratio": noop(
        "A part of the Excel file is packed more than %(limit)s times smaller than it is, as no table would be. Save "
        "it as “CSV UTF-8” and choose that file."
    ),
    "workbook_broken": noop("The Excel file is damaged. Open it, save it again and choose it once more."),
    "workbook_blank": noop("No sheet of the Excel file holds a table. Export it again and check that it has rows."),
    "encoding_unknown": noop("There is no encoding “%(encoding)s”. Use utf-8, gb18030, big5 or utf-16."),
    "encoding_does_not_fit": noop(
        "Line %(line)s cannot be read as %(encoding)s. Choose another encoding, or save the file as “CSV UTF-8”."
    ),
    "encoding_mixed": noop(
        "Line %(line)s is in another encoding than the rest. Save the whole file as “CSV UTF-8” and choose it again."
    ),
    "encoding_asked": noop(
        "Line %(line)s is neither UTF-8 nor GB18030. Say which encoding the file has (for example big5), or save it "
        "as “CSV UTF-8”."
    ),
    "one_column": noop(
        "The first line (“%(header)s”) is not cut by comma, semicolon, tab or |. Save the file as CSV with commas."
    ),
    "title_line": noop(
        "The first line (“%(title)s”) is a title, not the column names. Delete it, so that the names stand on top."
    ),
    "other_delimiter": noop(
        "The columns are cut by “%(sign)s”. Save the file with commas, semicolons, tabs or | between them."
    ),
    "line_too_long": noop(
        "A line of the file has more than %(limit)s characters. Check the line ends, or export it again."
    ),
    "too_many_rows": noop("The file has more than %(limit)s rows. Split it, for example by month."),
    "too_many_columns": noop("The file has %(columns)s columns, at most %(limit)s can be read. Check the delimiter."),
    "unclosed_quote": noop(
        "The quotation mark opened in line %(line)s (row %(record)s) is not closed: the rows after it would vanish in "
        "one cell, or the file is cut off. Correct that line and choose the file again."
    ),
    "stray_quote": noop(
        "Line %(line)s (row %(record)s) has a quotation mark in the wrong place. Double it or take it out."
    ),
    "cell_too_large": noop(
        "A cell in line %(line)s (row %(record)s) has more than %(limit)s characters. Check that line."
    ),
    "no_header": noop(
        "The first line (“%(first)s”) contains data, not column names. Add a line with the names on top, so that no "
        "row is lost."
    ),
    "columns_missing": noop(
        "These columns are missing: %(fields)s. The file has: %(header)s. Add them, or say which column holds them."
    ),
    "row_of_unknown_order": noop(
        "Row %(record)s cannot be read, and it cannot be told to which order it belongs, since the rows of orders do "
        "not lie together. Correct or delete that row, or sort the file by order number."
    ),
    "columns_unsure": noop(
        "These columns do not hold what their names say, or another column may be meant: %(columns)s. Say which column "
        "holds %(fields)s."
    ),
    "preset_unknown": noop("There is no preset “%(preset)s”. There are: %(known)s."),
    "kind_unknown": noop("There is no kind “%(kind)s”. There are: %(known)s."),
    "field_unknown": noop("There is no field “%(field)s”. There are: %(known)s."),
    "column_not_there": noop("The file has no column “%(column)s”. It has: %(header)s."),
    "is_members": noop("This file contains members, not sales. Use the command import_members for it."),
    "is_sales": noop("This file contains orders or refunds, not members. Use the command import_orders for it."),
    "zone_unknown": noop("“%(zone)s” is not a time zone. Write it like Asia/Shanghai."),
}

TITLES = {
    # rejected
    "missing": noop("A required value is missing"),
    "too_few_fields": noop("The row has too few cells"),
    "too_many_fields": noop("The row has too many cells"),
    "nul_byte": noop("The cell contains an unreadable character (NUL)"),
    "bad_encoding": noop("The cell contains characters that were lost before"),
    "too_long": noop("The text is too long"),
    "excel_error": noop("An error value of a spreadsheet"),
    "excel_scientific": noop("A number that a spreadsheet has rounded"),
    "excel_serial": noop("A bare day number among dates"),
    "not_a_serial": noop("Something else among spreadsheet day numbers"),
    "ambiguous_day_month": noop("Day and month cannot be told apart"),
    "no_such_day": noop("There is no such day"),
    "no_such_month": noop("There is no such month"),
    "no_such_time": noop("There is no such time of day"),
    "zero_date": noop("The date is all zeros"),
    "not_a_date": noop("This is not a date"),
    "epoch_seconds": noop("A count of seconds instead of a date"),
    "future": noop("The date is in the future"),
    "implausibly_old": noop("The date is too long ago to be true"),
    "other_currency": noop("The amount is in another currency"),
    "ambiguous_decimal_comma": noop("Decimal comma or thousands?"),
    "scientific": noop("The amount is written with an exponent"),
    "not_a_number": noop("This is not a number"),
    "too_many_decimals": noop("The amount has too many decimals"),
    "implausibly_large": noop("The amount is too large to be true"),
    "unknown_status": noop("Unknown order status"),
    "unknown_line_kind": noop("Unknown kind of line"),
    "total_row": noop("This is a total, not an order"),
    "negative_order": noop("The order amount is negative"),
    "zero_refund": noop("A refund of zero"),
    "bad_debt": noop("A bad-debt adjustment, not a sale"),
    "lines_do_not_add_up": noop("The lines of the order do not add up to its total"),
    "order_has_bad_row": noop("Another row of the same order cannot be taken"),
    "rows_disagree": noop("The rows of one order contradict each other"),
    "number_conflict": noop("The same number twice, with different content"),
    "item_conflict": noop("The same number twice, with different content"),
    "identifiers_conflict": noop("Number, phone and e-mail belong to different members"),
    "totals_differ": noop("The same order with another total"),
    "unknown_order": noop("The refund names an unknown order"),
    "refund_before_purchase": noop("The refund is older than its order"),
    "refund_exceeds_order": noop("The refund is more than was paid"),
    "order_already_refunded": noop("The order is refunded in full already"),
    "order_below_refunds": noop("The order comes to less than was refunded for it"),
    "refunded_order_not_paid": noop("The order is no sale any more, but money was given back for it"),
    "order_below_redeemed": noop("The order comes to less than points and coupons paid for it"),
    "redeemed_order_not_paid": noop("The order is no sale any more, but points or coupons paid for it"),
    "refund_of_unpaid_order": noop("The refund is of an order that was not paid"),
    "computed_decimals": noop("The line is no whole amount"),
    "store_unknown": noop("There is no such store"),
    "store_missing": noop("The order names no store"),
    "number_of_other_store": noop("The number belongs to another store"),
    "skipped": noop("Left out, as was decided"),
    "phone_length": noop("The phone number has too few or too many digits"),
    "phone_invalid": noop("There is no such phone number"),
    "phone_excel_scientific": noop("A phone number that a spreadsheet has rounded"),
    "no_contact_and_no_key": noop("Nothing to recognise the member by"),
    # put right
    "trimmed": noop("Blanks and invisible characters taken out"),
    "full_width": noop("Full-width characters read as ordinary ones"),
    "excel_text_prefix": noop("Leading apostrophe of a spreadsheet taken off"),
    "float_suffix": noop("“.0” after a number taken off"),
    "float_dust": noop("Rounding dust read as zero"),
    "date_form": noop("Dates written in another way"),
    "zone_converted": noop("Times of another zone converted"),
    "thousands": noop("Thousands separators taken out"),
    "currency_mark": noop("Currency signs taken off"),
    "refunded_as_cancelled": noop("Refunded in full: counted as cancelled"),
    "refund_not_named": noop("Refunded in part, but not how much: counted in full"),
    "refund_sign": noop("Refunds with a minus sign"),
    "no_line_end": noop("The last row has no line end; check that the file was not cut off there"),
    "masked_left_out": noop("Masked with *, left out"),
    "items_not_read": noop("The items of the order cannot be read, only its total was taken"),
    "phone_left_out": noop("Invalid phone numbers, left out"),
    "email_left_out": noop("Invalid e-mail addresses, left out"),
    "decided": noop("Read as was decided"),
    "gender_left_out": noop("Unknown words for the gender, left out"),
    "phone_normalised": noop("Phone numbers written in another way"),
    "landline_kept": noop("Landline numbers, kept with the country code"),
    "non_mainland_kept": noop("Phone numbers from outside the mainland, kept with their country code"),
    "birthday_without_year": noop("Birthdays without a year: month and day kept"),
    "birthday_no_such_day": noop("Birthdays on a day that does not exist, left out"),
    "birthday_future": noop("Birthdays in the future, left out"),
    "birthday_implausible": noop("Birthdays more than 120 years ago, left out"),
    "birthday_placeholder": noop("Birthdays that are only a system's blank (such as 1900-01-01), left out"),
    "birthday_lunar": noop("Birthdays of the lunar calendar, left out"),
    "birthday_unreadable": noop("Birthdays that cannot be read without guessing, left out"),
    # seen before
    "same_row": noop("The same row again"),
    "same_phone_or_email": noop("The same person as in an earlier row"),
    "other_name": noop("The phone or e-mail of an earlier row, but another name"),
}

HOW_TO_MEND = {
    "missing": noop("Fill it in."),
    "too_few_fields": noop("It has %(found)s cells, the header has %(expected)s. A delimiter is missing."),
    "too_many_fields": noop(
        "It has %(found)s cells, the header has %(expected)s. Put texts that contain a delimiter in quotation marks."
    ),
    "nul_byte": noop("Delete the character and type the text again."),
    "bad_encoding": noop("Type the text again from the source."),
    "too_long": noop(
        "It has %(length)s characters, at most %(limit)s can be kept. Shorten it; nothing is cut silently."
    ),
    "excel_error": noop("Correct the formula in the spreadsheet, or type in the value."),
    "excel_scientific": noop("The last digits are lost. Export it again and format the column as text."),
    "excel_serial": noop("Format the whole column as a date (2025-01-31) and export it again."),
    "not_a_serial": noop("The column contains spreadsheet day numbers. Write all dates the same way."),
    "ambiguous_day_month": noop("It may be either. Write dates like 2025-01-31."),
    "no_such_day": noop("Look the date up in the till."),
    "no_such_month": noop("Look the date up in the till."),
    "no_such_time": noop("Look the time up in the till. Midnight is 00:00 of the next day."),
    "zero_date": noop("Look the date up in the till."),
    "not_a_date": noop("Write dates like 2025-01-31 or 2025-01-31 09:30."),
    "epoch_seconds": noop("Write dates like 2025-01-31 09:30."),
    "future": noop("Look the date up in the till."),
    "implausibly_old": noop("Look the date up in the till."),
    "other_currency": noop("The shop counts in %(currency)s. Convert it, or take the row out."),
    "ambiguous_decimal_comma": noop("Write amounts like 1234.50."),
    "scientific": noop("Write amounts like 1234.50."),
    "not_a_number": noop("Write amounts like 1234.50."),
    "too_many_decimals": noop("At most %(decimals)s are possible. Round it as the till did."),
    "implausibly_large": noop("Look the amount up in the till."),
    "unknown_status": noop("Write paid, pending, cancelled or test."),
    "unknown_line_kind": noop("Write goods, gift_card or fee."),
    "total_row": noop("There is nothing to do."),
    "negative_order": noop("Give it in a refunds file instead."),
    "zero_refund": noop("Take the row out, or put in the amount."),
    "bad_debt": noop("Nothing to do: it is not counted as a sale."),
    "lines_do_not_add_up": noop(
        "Order %(order)s: its lines, fees and discount make %(lines)s, its total is %(total)s. Export it again, whole."
    ),
    "order_has_bad_row": noop("Order %(order)s: correct row %(row)s, then import all its rows together."),
    "rows_disagree": noop("Order %(order)s: one order has one member, store, channel and status."),
    "item_conflict": noop("The item with index %(item)s has the same number. Give one of them another number."),
    "number_conflict": noop("Row %(row)s has the same number and was kept. Give one of them another number."),
    "identifiers_conflict": noop("%(order)s: find out whose it is and correct the number, phone or e-mail."),
    "totals_differ": noop(
        "Order %(order)s is stored with %(stored)s in all; the lines and the order must come to the same. Find out "
        "which file is right."
    ),
    "order_below_refunds": noop(
        "Order %(order)s: %(returned)s of it were given back, more than the %(total)s that it comes to now. Correct "
        "the amount of the order, or the refunds first."
    ),
    "refunded_order_not_paid": noop(
        "Order %(order)s: %(returned)s of it were given back, so it was paid. Leave its status as paid; the refund "
        "takes its amount off already."
    ),
    "order_below_redeemed": noop(
        "Order %(order)s: points and coupons paid %(redeemed)s of it, and it would cost %(total)s now. Void it or give "
        "it back at the till, so that they come back, and sell under a new number."
    ),
    "redeemed_order_not_paid": noop(
        "Order %(order)s: points and coupons paid %(redeemed)s of it. Void it at the till or at the counter, so that "
        "they come back."
    ),
    "refund_of_unpaid_order": noop(
        "Order %(order)s is pending, cancelled or a test here, so there is nothing to give back. If it was paid, send "
        "it with that status first."
    ),
    "computed_decimals": noop(
        "It comes to %(amount)s, but at most %(decimals)s decimals are possible. Send the amount of the line, rounded "
        "as the till did."
    ),
    "unknown_order": noop("Import the orders first, or correct the order number."),
    "refund_before_purchase": noop("Order %(order)s was bought on %(bought)s. Correct the date."),
    "refund_exceeds_order": noop("Order %(order)s: %(left)s of %(total)s can still be refunded."),
    "order_already_refunded": noop("Order %(order)s: nothing of %(total)s is left to refund."),
    "store_unknown": noop("Write the code of one of your stores, as GET /api/v1/stores/ lists them."),
    "store_missing": noop("Write the code of one of your stores: there are several it may be of."),
    "number_of_other_store": noop("Something of a store that is not yours has it. Numbers are unique within a source."),
    "phone_length": noop("Look the number up, or clear the cell."),
    "phone_invalid": noop("Look the number up, with its country code if it is foreign, or clear the cell."),
    "phone_excel_scientific": noop("The last digits are lost. Export it again and format the column as text."),
    "no_contact_and_no_key": noop("Fill in the phone or e-mail; a member number alone is enough only when we know it."),
    "same_row": noop("Row %(row)s says the same. Nothing to do."),
    "same_phone_or_email": noop("Row %(row)s is the same person; what it left blank was filled in. Nothing to do."),
    "other_name": noop(
        "Row %(row)s (%(name)s) was taken for the same person. If they are two people, give this row a phone and "
        "e-mail of its own and import it again."
    ),
}
SIDES_KNOWN = noop(
    "%(order)s: by %(one)s it is %(one_of)s, by %(other)s it is %(other_of)s. Find out whose it is and correct the "
    "other."
)

FIELD_NAMES = {
    "order_no": noop("Order number"),
    "refund_no": noop("Refund number"),
    "member_no": noop("Member number"),
    "ordered_at": noop("Order time"),
    "refunded_at": noop("Refund time"),
    "amount": noop("Amount"),
    "sku": noop("Product code"),
    "product": noop("Product name"),
    "category": noop("Category"),
    "quantity": noop("Quantity"),
    "unit_price": noop("Unit price"),
    "line_kind": noop("Kind of line"),
    "status": noop("Order status"),
    "channel": noop("Channel"),
    "store": noop("Store"),
    "phone": noop("Phone"),
    "email": noop("E-mail"),
    "name": noop("Member name"),
    "account": noop("Marketplace account"),
    "total": noop("Total of the order"),
    "shipping": noop("Shipping"),
    "tax": noop("Taxes"),
    "fees": noop("Fees"),
    "discount": noop("Discount"),
    "line_discount": noop("Discount of the line"),
    "balance": noop("Paid from the balance"),
    "refunded": noop("Refunded amount"),
    "closed_at": noop("Cancelled at"),
    "currency": noop("Currency"),
    "family_name": noop("Family name"),
    "given_name": noop("Given name"),
    "phone2": noop("Second phone"),
    "phone3": noop("Third phone"),
    "phone4": noop("Fourth phone"),
    "email2": noop("Second e-mail"),
    "card": noop("Card number"),
    "gender": noop("Gender"),
    "birthday": noop("Birthday"),
    "city": noop("City"),
    "joined_on": noop("Member since"),
}


def refusal(code: str, params: Mapping[str, str]) -> str:
    """Why a whole file is refused, in the active language."""
    said = dict(params)
    if "fields" in said:
        said["fields"] = _(", ").join(f"{field_name(name)} ({name})" for name in said["fields"].split(","))
    return _(REFUSALS[code]) % said


def field_name(name: str) -> str:
    """A field in the reader's words."""
    return _(FIELD_NAMES[name]) if name in FIELD_NAMES else name


def title(code: str) -> str:
    """What is the matter with a group of rows."""
    return _(TITLES[code])


def mend(code: str, params: Mapping[str, str]) -> str:
    """How to mend it; "" when there is nothing to mend."""
    if code == "identifiers_conflict" and "one" in params:  # older imports do not say it
        sides = {name: field_name(params[name]).lower() for name in ("one", "other")}
        return _(SIDES_KNOWN) % {**params, **sides}
    return _(HOW_TO_MEND[code]) % params if code in HOW_TO_MEND else ""


def reason(problem: Problem) -> str:
    """What is wrong with one row and how to mend it."""
    told = mend(problem.code, problem.params)
    return _("%(what)s. %(mend)s") % {"what": title(problem.code), "mend": told} if told else title(problem.code)
