"""The start of the settings, which is Django's own page under our policy and our words."""

import pytest

from loyalty_site.tests.browser.desk import PHONE, Desk, Faults, faults_of_axe
from loyalty_site.tests.browser.shop import Shop

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_index(desk: Desk, shop: Shop, language: str) -> None:
    faults = Faults()
    with desk.window(shop.users["admin"], language) as window:
        page = window.new_page()
        faults.watch(page)
        answer = page.goto("/admin/")
        assert answer is not None
        assert answer.status == 200
        found = faults_of_axe(page)
        page.set_viewport_size(PHONE)
        found += faults_of_axe(page)
    assert [*found, *faults.found] == []
