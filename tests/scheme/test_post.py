"""How many letters a page has, and how many pages may begin a second, at the rate that the mail server allows."""

import pytest

from scheme.post import page_of, pages_a_second


@pytest.mark.parametrize(
    ("rate", "page", "pages"),
    [
        pytest.param(200.0, 25, 8.0, id="a relay of our own"),
        pytest.param(20.0, 20, 1.0, id="the containers"),
        pytest.param(1.0, 1, 1.0, id="a slow relay"),
        pytest.param(1.5, 1, 1.5, id="between two letters"),
        pytest.param(0.1, 1, 0.1, id="less than a letter a second"),
    ],
)
def test_a_page_is_about_a_second_of_letters(rate: float, page: int, pages: float) -> None:
    assert (page_of(rate), pages_a_second(rate)) == (page, pages)
