"""Sizes in millimetres and colours that can be read."""

import pytest

from hall.qt.tokens import EM_MM, THEMES, Colours, Layout, Reach, Role, ThemeName, tokens


@pytest.mark.parametrize(("diagonal", "pixels"), [(21.5, 80), (27, 64), (32, 54), (43, 40)])
def test_twenty_millimetres_on_real_panels(diagonal: float, pixels: int) -> None:
    assert tokens(diagonal, 1080, 1920).px(20) == pytest.approx(pixels, abs=2)
    assert tokens(diagonal, 1080, 1920).target == tokens(diagonal, 1080, 1920).px(20)


def test_type_is_never_below_the_smallest_that_can_be_read() -> None:
    assert min(EM_MM[Reach.KIOSK].values()) >= 6.5
    assert EM_MM[Reach.KIOSK][Role.BODY] >= 8
    assert EM_MM[Reach.LOBBY][Role.FIGURE] >= 60


def test_elder_layout_is_larger_by_its_factor() -> None:
    normal, elder = tokens(27, 1080, 1920), tokens(27, 1080, 1920, layout=Layout.ELDER)
    assert elder.em(Role.BODY) == pytest.approx(normal.em(Role.BODY) * 1.4, abs=1)
    assert elder.target > normal.target


def test_low_reach_keeps_to_the_part_that_can_be_reached() -> None:
    assert tokens(32, 1080, 1920).low_reach_top == pytest.approx(1920 - 1139, abs=3)


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="blue"):
        tokens(27, 1080, 1920, theme="blue")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs(c: Colours) -> list[tuple[str, str]]:
    """Return every (ink, ground) on which the kit writes."""
    plain = [(ink, ground) for ink in (c.ink, c.grey, c.accent) for ground in (c.ground, c.surface, c.sunken)]
    toned = [(c.good, c.good_soft), (c.warn, c.warn_soft), (c.bad, c.bad_soft), (c.warn, c.sunken)]
    heads = [(c.on_header, c.header[0]), (c.on_header, c.header[1]), (c.on_bar, c.bar), (c.on_bar_dim, c.bar)]
    return [*plain, *toned, *heads, (c.on_accent, c.accent), (c.on_soft, c.soft), (c.on_accent, c.accent_pressed)]


@pytest.mark.parametrize("theme", list(ThemeName))
def test_every_text_has_a_contrast_of_4_5(theme: ThemeName) -> None:
    poor = {pair: contrast(*pair) for pair in pairs(THEMES[theme]) if contrast(*pair) < 4.5}
    assert not poor


def test_high_contrast_is_really_high() -> None:
    colours = THEMES[ThemeName.CONTRAST]
    assert contrast(colours.ink, colours.ground) > 15
    assert colours.shadow_alpha == 0
    assert colours.border_px >= 3
