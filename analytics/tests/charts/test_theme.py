import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.charts import theme


@given(st.floats(0, 1))
def test_text_on_the_scale_is_always_readable(position: float) -> None:
    """WCAG 2 AA: a contrast of at least 4.5 to 1."""
    colour = theme.sequential(position)
    light, dark = theme.luminance(colour), {"#000": 0.0, "#fff": 1.0}[theme.ink_on(colour)]
    assert (max(light, dark) + 0.05) / (min(light, dark) + 0.05) >= 4.5


@pytest.mark.parametrize(("position", "colour"), [(-1, "#eaf3fa"), (0, "#eaf3fa"), (0.55, "#6aaad6"), (2, "#08306b")])
def test_the_scale_at_its_marks(position: float, colour: str) -> None:
    assert theme.sequential(position) == colour


def test_nothing_of_the_library_template_is_left() -> None:
    chart = theme.figure([])
    left = chart.layout.template.to_plotly_json()
    assert not left.get("layout")
    assert left.get("data", {}).get("scatter", []) in ([], [{"type": "scatter"}])
    assert set(left.get("data", {})) <= {"scatter"}


def test_no_text_is_below_twelve_pixels() -> None:
    chart = theme.figure([], xaxis=theme.axis(title="Months"))
    sizes = [chart.layout.font.size, chart.layout.xaxis.tickfont.size, chart.layout.xaxis.title.font.size]
    assert min([*sizes, chart.layout.legend.font.size, chart.layout.hoverlabel.font.size]) >= 12
