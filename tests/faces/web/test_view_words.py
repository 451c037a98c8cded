"""Each page that is always the same: its mood, its words, and whether it will change."""

import pytest

from webhooks.pages import views
from webhooks.pages.views import View, error_view


@pytest.mark.parametrize(
    ("view", "mood", "title", "text", "final"),
    [
        (views.NOT_FOUND, "sad", "There is nothing here", "This link is not complete", True),
        (views.BROKEN, "bad", "Something went wrong here", "Nothing is lost. Please try", True),
        (views.NOT_THIS_WAY, "sad", "This does not work here", "Please go back to Discord", True),
        (views.LEFT, "sad", "Nothing was charged", "You left the checkout. It stays open", True),
        (views.LAPSED, "sad", "This checkout has expired", "If you have paid, your points", False),
        (views.EXPIRED, "sad", "This checkout has expired", "Nothing was charged. You can", True),
        (views.FAILED, "sad", "The payment did not go through", "Nothing was charged. You", True),
        (views.MISMATCH, "bad", "A moderator is looking at this", "Something about it does", False),
        (views.REFUNDED, "sad", "This payment was refunded", "The money is on its way back", True),
        (views.PARTLY_REFUNDED, "sad", "Part of this payment was", "The points for that", True),
        (views.DISPUTED, "sad", "This payment is disputed", "Its points are on hold or", True),
    ],
)
def test_a_page_says_one_thing_in_its_title_and_what_it_means_below(
    view: View, mood: str, title: str, text: str, *, final: bool
) -> None:
    assert (view.mood, view.final) == (mood, final)
    assert str(view.title).startswith(title)
    assert str(view.text).startswith(text)
    assert str(view.text).endswith((".", "Discord."))
    assert not str(view.title).endswith(".")


@pytest.mark.parametrize(
    ("status", "view"),
    [
        (400, views.NOT_THIS_WAY),
        (403, views.NOT_THIS_WAY),
        (404, views.NOT_FOUND),
        (405, views.NOT_THIS_WAY),
        (499, views.NOT_THIS_WAY),
        (500, views.BROKEN),
        (503, views.BROKEN),
    ],
)
def test_from_500_on_it_is_our_fault(status: int, view: View) -> None:
    assert error_view(status) is view
