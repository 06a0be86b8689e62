"""Pictures for the demo's stories, drawn here: flat shapes in the colours of the site, 1200 × 675."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (1200, 675)
NIGHT, SEA, FOAM, SAND, CREAM, RED, LIGHT = "#0c2238", "#245b82", "#8fb8cf", "#e6d3a8", "#fbf1dc", "#c93a29", "#f6c453"
SCALE = 2  # drawn larger and shrunk: Pillow draws hard edges

Draw = ImageDraw.ImageDraw


def _box(draw: Draw, x: float, y: float, w: float, h: float, fill: str, radius: float = 0) -> None:
    box = (x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE)
    draw.rounded_rectangle(box, radius * SCALE, fill)


def _shape(draw: Draw, fill: str, *points: tuple[float, float]) -> None:
    draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill)


def _stroke(draw: Draw, fill: str, width: float, *points: tuple[float, float]) -> None:
    draw.line([(x * SCALE, y * SCALE) for x, y in points], fill, round(width * SCALE), joint="curve")


def _disc(draw: Draw, x: float, y: float, r: float, fill: str) -> None:
    draw.ellipse(((x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE), fill)


def blackboard(draw: Draw) -> None:
    """A blackboard with a week of five columns, and a box of chalk."""
    _box(draw, 0, 0, 1200, 675, SAND)
    _box(draw, 120, 70, 960, 450, "#7b4a2b", 14)
    _box(draw, 142, 92, 916, 406, "#1f4a43", 6)
    for column in range(5):
        x = 176 + column * 174
        _stroke(draw, CREAM, 5, (x, 150), (x + 130, 150))
        for row in range(4 - column % 2):
            tint = (LIGHT, CREAM, "#f2a69a", FOAM)[(row + column) % 4]
            _box(draw, x, 184 + row * 74, 130, 48, tint, 8)
    _box(draw, 470, 560, 260, 64, RED, 10)
    for chalk, tint in enumerate((CREAM, LIGHT, FOAM, "#f2a69a", CREAM)):
        _box(draw, 492 + chalk * 46, 528, 30, 50, tint, 6)


def staircase(draw: Draw) -> None:
    """A house at night; a lamp is lit on every landing, a notice hangs by the door."""
    _box(draw, 0, 0, 1200, 675, NIGHT)
    _box(draw, 330, 130, 540, 490, "#8a5a44")
    _shape(draw, "#5d332a", (300, 134), (600, 34), (900, 134))
    for floor in range(4):
        y = 160 + floor * 110
        for column, x in enumerate((370, 700)):
            lit = (floor + column) % 3 != 0
            _box(draw, x, y, 130, 76, LIGHT if lit else "#2c4358", 4)
        _box(draw, 545, y - 8, 110, 96, "#f9dd94", 50)
        _stroke(draw, "#8a5a44", 7, (552, y + 84), (600, y + 40), (650, y + 84))
    _box(draw, 548, 520, 104, 100, "#3b211b", 4)
    _box(draw, 672, 540, 44, 56, CREAM, 3)
    _stroke(draw, RED, 4, (680, 554), (708, 554))
    _stroke(draw, NIGHT, 3, (680, 568), (708, 568))
    _box(draw, 0, 620, 1200, 55, "#06121f")


def signposts(draw: Draw) -> None:
    """A post with four arrows on a hill at dawn."""
    for band, tint in enumerate(("#f7d9b0", "#f5c9a0", "#efb38f", "#e0997f")):
        _box(draw, 0, band * 130, 1200, 290, tint)
    _disc(draw, 900, 430, 110, LIGHT)
    draw.ellipse((-300 * SCALE, 470 * SCALE, 1500 * SCALE, 1200 * SCALE), "#2d5a4c")
    _box(draw, 586, 110, 28, 420, "#5d3d2b", 6)
    for y, way, tint in ((140, 1, RED), (216, -1, SEA), (292, 1, "#2f8f6b"), (368, -1, "#8a5a44")):
        left, right = (600, 860) if way > 0 else (340, 600)
        tip = right + 50 if way > 0 else left - 50
        _shape(draw, tint, (left, y), (right, y), *(((tip, y + 28), (right, y + 56), (left, y + 56)) if way > 0
                                                    else ((right, y + 56), (left, y + 56), (tip, y + 28))))  # fmt: skip
        for line in range(2):
            _stroke(draw, CREAM, 6, (left + 40, y + 20 + line * 16), (right - 40 - line * 70, y + 20 + line * 16))


def shop_window(draw: Draw) -> None:
    """A small shop with a striped awning and light in its window."""
    _box(draw, 0, 0, 1200, 675, "#bcd3df")
    _box(draw, 200, 120, 800, 500, "#d9a06b")
    for stripe in range(10):
        _box(draw, 180 + stripe * 84, 200, 84, 80, RED if stripe % 2 else CREAM)
        _disc(draw, 222 + stripe * 84, 280, 42, RED if stripe % 2 else CREAM)
    _box(draw, 250, 350, 440, 220, "#fbe7b2", 8)
    for jar in range(6):
        _box(draw, 285 + jar * 66, 470 - jar % 3 * 26, 44, 100 + jar % 3 * 26, (SEA, RED, "#2f8f6b")[jar % 3], 8)
    _box(draw, 750, 350, 190, 270, "#5d3d2b", 6)
    _box(draw, 785, 385, 120, 110, "#fbe7b2", 4)
    _box(draw, 0, 620, 1200, 55, "#8d9aa3")


def heart_line(draw: Draw) -> None:
    """A bridge whose arches are the line of a heartbeat."""
    _box(draw, 0, 0, 1200, 675, "#143a57")
    _disc(draw, 220, 170, 70, CREAM)
    _box(draw, 0, 470, 1200, 205, SEA)
    _box(draw, 0, 380, 1200, 26, CREAM)
    for pier in range(7):
        _box(draw, 70 + pier * 176, 380, 20, 140, CREAM)
    beat = (0, 340), (330, 340), (390, 300), (450, 340), (520, 340), (570, 140), (640, 440), (690, 340), (800, 340)
    _stroke(draw, RED, 12, *beat, (850, 310), (900, 340), (1200, 340))


def drawn(what: Callable[[Draw], None]) -> bytes:
    """The picture as PNG, the same bytes every time."""
    image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), NIGHT)
    what(ImageDraw.Draw(image))
    file = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).quantize(96, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
