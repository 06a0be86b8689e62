"""Pictures on their way to a network: upright, small enough, and silent about where they were taken."""

import random
from io import BytesIO

import pytest
from PIL import Image

from models.publishing.networks import NETWORKS, ChannelKind
from workers.channels.images import Unfit, fit, fitted

TYPES = ("image/jpeg", "image/png", "image/webp")


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    into = BytesIO()
    picture.save(into, kind, **options)  # type: ignore[arg-type]
    return into.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """The worst case for every compression."""
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


def test_a_picture_that_fits_is_left_alone() -> None:
    content = saved(Image.new("RGB", (100, 80), "navy"), "PNG")

    assert fit(content, "image/png", 5_000_000, TYPES) == (content, "image/png")


def test_a_picture_says_nothing_about_its_place_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "Heidenheimer Straße 7"
    content = saved(Image.new("RGB", (100, 50), "navy"), "JPEG", exif=exif)

    made, media_type = fit(content, "image/jpeg", 5_000_000, TYPES)

    with Image.open(BytesIO(made)) as picture:
        assert picture.size == (50, 100)
        assert not picture.getexif()
    assert media_type == "image/jpeg"
    assert b"Heidenheimer" not in made


@pytest.mark.parametrize("most", [300_000, 20_000])
def test_a_large_picture_is_made_to_fit(most: int) -> None:
    content = saved(noise(900, 600), "PNG")

    made, _ = fit(content, "image/png", most, TYPES)

    assert len(made) <= most
    with Image.open(BytesIO(made)) as picture:
        assert abs(picture.width / picture.height - 1.5) < 0.05


def test_transparency_becomes_white_when_a_format_has_none() -> None:
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    clear.paste(noise(300, 300), (0, 0), Image.new("L", (300, 300), 1))
    made, media_type = fit(saved(clear, "PNG"), "image/png", 20_000, TYPES)

    assert media_type == "image/jpeg"
    with Image.open(BytesIO(made)) as picture:
        red, green, blue = picture.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
        assert min(red, green, blue) > 200


def test_a_moving_picture_shows_its_first_moment() -> None:
    frames = [Image.new("P", (60, 40), colour) for colour in (1, 2, 3)]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

    made, media_type = fit(content, "image/gif", 5_000_000, TYPES)

    assert media_type == "image/jpeg"
    with Image.open(BytesIO(made)) as picture:
        assert getattr(picture, "n_frames", 1) == 1


@pytest.mark.parametrize("content", [b"", b"no picture", saved(Image.new("RGB", (50, 50)), "PNG")[:40]])
async def test_what_is_no_picture_is_unfit(content: bytes) -> None:
    with pytest.raises(Unfit):
        await fitted(content, "image/png", NETWORKS[ChannelKind.TWITTER])


def test_a_picture_that_cannot_be_made_small_enough_is_unfit() -> None:
    with pytest.raises(Unfit):
        fit(saved(noise(400, 400), "PNG"), "image/png", 100, TYPES)
