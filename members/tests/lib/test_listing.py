from django.http import QueryDict

from members.lib.listing import ListColumn, headings, sort_in

COLUMNS = [ListColumn("Name", sort="name"), ListColumn("Sum", sort="sum", falls=True), ListColumn("Contact")]


def test_the_first_click_sorts_the_way_the_column_is_read_and_the_second_turns_it_round() -> None:
    name, total, contact = headings(COLUMNS, QueryDict("q=x&page=3"), "name")
    assert (name.url, name.direction) == ("?q=x&sort=-name", "ascending")
    assert (total.url, total.direction) == ("?q=x&sort=-sum", "")
    assert contact.url == ""


def test_a_sort_the_list_does_not_have_is_left_out_with_a_warning() -> None:
    assert sort_in(QueryDict("sort=-name"), ["name"], "name") == ("-name", "")
    sort, warning = sort_in(QueryDict("sort=password"), ["name"], "name")
    assert sort == "name"
    assert "password" in warning
