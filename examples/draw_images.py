"""Draws the images of the example catalog, the same on every machine.

From the repository's folder: `python -m examples.draw_images [FOLDER]`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from examples.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    Shape,
    border,
    ellipse,
    hole,
    linear,
    moved,
    path,
    radial,
    rectangle,
    stroke,
    turned,
)


def _scene(top: str, bottom: str, glow: str) -> Canvas:
    """A ground from corner to corner, with rings of light behind the middle."""
    canvas = Canvas(linear((90, 0), (390, 300), top, bottom))
    for radius in (200, 150, 100):
        canvas.fill(ellipse(240, 146, radius), glow)
    return canvas


def _shade(canvas: Canvas, x: float, y: float, across: float, down: float) -> None:
    """A soft shadow on the ground."""
    for step in range(12):
        grow = 1 + (step - 6) / 18
        canvas.fill(ellipse(x, y, across * grow, down * grow), "#00000009")


def _lift(canvas: Canvas, shape: Shape) -> None:
    """A soft shadow below a shape that hangs in the air."""
    for step in range(6):
        canvas.fill(moved(shape, 2, 7 + step), "#00000016")


def _sparkle(canvas: Canvas, x: float, y: float, size: float, colour: str) -> None:
    inwards = f"C {x} {y} {x} {y}"
    points = ((x + size, y), (x, y + size), (x - size, y), (x, y - size))
    rays = " ".join(f"{inwards} {right} {down}" for right, down in points)
    canvas.fill(path(f"M {x} {y - size} {rays}"), colour)


def marginalia() -> Canvas:
    """An open notebook with something in the margin."""
    canvas = _scene("#2b2566", "#7a4fc4", "#b79bff1c")
    _shade(canvas, 240, 236, 150, 16)
    canvas.fill(
        path(
            "M 92 92 C 140 74 200 76 240 96 C 280 76 340 74 388 92 L 388 230 C 340 214 280 216 240 236 "
            "C 200 216 140 214 92 230 Z"
        ),
        "#f0785f",
    )
    canvas.fill(
        path("M 102 84 C 148 66 204 68 240 90 L 240 226 C 204 206 148 204 102 220 Z"),
        linear((102, 0), (240, 0), "#fffaf0", "#efe4d2"),
    )
    canvas.fill(
        path("M 378 84 C 332 66 276 68 240 90 L 240 226 C 276 206 332 204 378 220 Z"),
        linear((240, 0), (300, 0), "#e6d9c4", "#fffaf0"),
    )
    for number in range(6):
        y = 102 + number * 18
        canvas.fill(
            stroke(path(f"M 120 {y} C 152 {y - 10} 192 {y - 9} 222 {y + 4}"), 3), "#9fa8d8" if number else "#5f67b4"
        )
    canvas.fill(stroke(path("M 272 82 C 273 120 273 170 272 209"), 2), "#f0785f")
    for number, end in enumerate((352, 330, 346)):
        y = 104 + number * 18
        canvas.fill(stroke(path(f"M 286 {y} C 300 {y - 6} 322 {y - 9} {end} {y - 8}"), 3), "#9fa8d8")
    canvas.fill(
        stroke(
            path(
                "M 290 182 C 302 150 314 152 308 176 C 304 196 322 176 330 164 C 336 156 340 168 334 178 "
                "C 332 186 346 180 358 168"
            ),
            4,
        ),
        "#7a4fc4",
    )
    canvas.fill(path("M 206 74 L 222 79 L 222 132 L 214 123 L 206 131 Z"), "#ffb84d")
    return canvas


def cloudberry() -> Canvas:
    """A cloudberry before a cloud."""
    canvas = _scene("#0c5f80", "#58c4b6", "#d9fff51c")
    _shade(canvas, 240, 246, 130, 12)
    puffs = ((148, 174, 46), (196, 136, 58), (262, 118, 68), (328, 164, 56))
    cloud = [outline for x, y, radius in puffs for outline in ellipse(x, y, radius)]
    canvas.fill([*cloud, *rectangle(148, 160, 328, 220)], linear((0, 60), (0, 224), "#ffffff", "#cfe9ef"))
    for turn in (-38, 34):
        leaf = path("M 240 150 C 214 136 206 108 240 84 C 274 108 266 136 240 150 Z")
        canvas.fill(turned(leaf, turn, (240, 152)), linear((200, 90), (280, 150), "#2f9e6b", "#1d6f55"))
        canvas.fill(turned(stroke([[(240, 148), (240, 100)]], 2.5), turn, (240, 152)), "#8fd8a8")
    canvas.fill(stroke(path("M 240 152 C 240 138 244 128 252 118"), 6), "#1d6f55")
    rows = (
        (166, (216, 240, 264)),
        (187, (204, 228, 252, 276)),
        (206, (215, 240, 265)),
        (222, (228, 252)),
        (234, (240,)),
    )
    for x, y in ((x, y) for y, row in rows for x in row):
        canvas.fill(ellipse(x, y, 16), radial((x - 5, y - 6), 24, "#ffd98a", "#e9711c"))
        canvas.fill(ellipse(x - 5, y - 6, 3.5), "#fff6dbcc")
    return canvas


def licence_key() -> Canvas:
    """A golden key."""
    canvas = _scene("#10203f", "#2f6690", "#8ec9ff1c")
    bow = [*ellipse(168, 150, 58), *hole(ellipse(168, 150, 30))]
    shaft = rectangle(218, 138, 366, 162, 8)
    bits = [*rectangle(318, 150, 334, 200, 4), *rectangle(344, 150, 360, 188, 4)]
    key = [*bow, *shaft, *bits]
    _lift(canvas, turned(key, -32))
    canvas.fill(turned(key, -32), linear((170, 60), (300, 250), "#ffe6a0", "#e08e1b"))
    canvas.fill(turned(rectangle(224, 128, 240, 172, 6), -32), linear((200, 120), (240, 190), "#fff0c2", "#c9770f"))
    canvas.fill(turned(stroke(path("M 126 128 C 134 112 150 103 168 102"), 6), -32), "#fff7deb0")
    canvas.fill(turned(stroke([[(250, 144), (352, 144)]], 4), -32), "#fff7de90")
    for x, y, size in ((118, 84, 9), (352, 220, 7), (330, 70, 5)):
        _sparkle(canvas, x, y, size, "#fff1c9")
    return canvas


def harbour_tea() -> Canvas:
    """A cup of tea above the waves."""
    canvas = _scene("#ffc978", "#e8626a", "#fff3c71c")
    for start, y, colour in ((-48, 232, "#2b6f8f"), (-70, 250, "#1f5878"), (-50, 270, "#174562")):
        waves = " ".join(
            f"C {x + 15} {y - 9} {x + 25} {y - 9} {x + 40} {y} C {x + 55} {y + 9} {x + 65} {y + 9} {x + 80} {y}"
            for x in range(start, 480, 80)
        )
        canvas.fill(path(f"M {start} {y} {waves} L 600 300 L -80 300 Z"), colour)
    _shade(canvas, 236, 231, 96, 9)
    canvas.fill(ellipse(236, 222, 104, 14), linear((132, 0), (340, 0), "#fffaf0", "#e3d2bd"))
    canvas.fill(ellipse(236, 219, 66, 7), "#d9c5ad")
    canvas.fill(
        stroke(path("M 302 142 C 344 132 350 184 292 188"), 12), linear((290, 130), (345, 190), "#fff6e6", "#d8c3aa")
    )
    canvas.fill(
        path("M 162 120 C 162 186 186 220 236 220 C 286 220 310 186 310 120 Z"),
        linear((162, 0), (310, 0), "#fffdf7", "#e6d6c2"),
    )
    canvas.fill(ellipse(236, 120, 74, 17), "#fffaf0")
    canvas.fill(ellipse(236, 122, 65, 12.5), linear((171, 0), (300, 0), "#b4622a", "#7d3c17"))
    canvas.fill(stroke(path("M 167 152 C 190 170 214 138 236 154 C 258 170 282 138 305 154"), 6), "#2b6f8f")
    canvas.fill(stroke(path("M 172 166 C 194 182 215 154 236 168 C 257 182 279 154 300 168"), 3), "#58a5bf")
    for x in (206, 236, 266):
        canvas.fill(
            stroke(path(f"M {x} 100 C {x - 16} 84 {x + 16} 70 {x} 54 C {x - 8} 46 {x - 4} 38 {x} 34"), 6), "#ffffff8c"
        )
    return canvas


def evening_ticket() -> Canvas:
    """A ticket for an evening under the stars."""
    canvas = _scene("#0b1038", "#4a2f86", "#7d6bff1c")
    for number in range(46):
        x, y = (number * 197 + 31) % WIDTH, (number * 113 + 17) % HEIGHT
        canvas.fill(ellipse(x, y, 0.8 + number % 3 * 0.5), "#ffffffb0")
    body = [*rectangle(104, 88, 376, 212, 14), *hole([*ellipse(104, 150, 16), *ellipse(376, 150, 16)])]
    _lift(canvas, turned(body, -9))
    canvas.fill(turned(body, -9), linear((104, 90), (376, 220), "#ffe9b8", "#f5a94a"))
    canvas.fill(turned(border(rectangle(128, 98, 352, 202, 8), 2), -9), "#b4582a70")
    for y in range(94, 212, 11):
        canvas.fill(turned(ellipse(310, y, 2.4), -9), "#4a2f86")
    planet = linear((172, 116), (240, 184), "#8f6bff", "#3b2a86")
    canvas.fill(turned(ellipse(206, 150, 34), -9), planet)
    ring = [*ellipse(206, 150, 62, 15), *hole(ellipse(206, 150, 51, 9))]
    canvas.fill(turned(turned(ring, -16, (206, 150)), -9), "#e0663f")
    before_the_ring = path("M 172 150 C 172 104.7 240 104.7 240 150 Z")
    canvas.fill(turned(turned(before_the_ring, -16, (206, 150)), -9), planet)
    for x, y, size in ((278, 122, 11), (140, 184, 8), (284, 182, 7)):
        _sparkle(canvas, *turned([[(x, y)]], -9)[0][0], size, "#b4582a")
    for y in (128, 150, 172):
        canvas.fill(turned(stroke([[(323, y), (340, y)]], 4), -9), "#b4582a")
    return canvas


def pottery() -> Canvas:
    """A vase on the wheel."""
    canvas = _scene("#f6dcb4", "#d2805a", "#fff6e01c")
    _shade(canvas, 240, 258, 140, 14)
    canvas.fill(ellipse(240, 252, 128, 17), "#7d4a38")
    canvas.fill(ellipse(240, 246, 128, 17), linear((112, 0), (368, 0), "#b9775b", "#8d5643"))
    canvas.fill(border(ellipse(240, 246, 96, 11), 1.5), "#ffffff40")
    for turn, high in ((-50, 54), (50, 54), (0, 42)):
        for y in range(high, 92, 17):
            leaves = path(
                f"M 240 {y + 9} C 224 {y + 9} 214 {y} 209 {y - 11} C 226 {y - 11} 238 {y - 3} 240 {y + 9} Z "
                f"M 240 {y + 9} C 256 {y + 9} 266 {y} 271 {y - 11} C 254 {y - 11} 242 {y - 3} 240 {y + 9} Z"
            )
            canvas.fill(turned(leaves, turn, (240, 112)), linear((200, 30), (280, 110), "#6aa56e", "#3c7a55"))
        tip = path(
            f"M 240 {high} C 230 {high - 10} 232 {high - 20} 240 {high - 28} "
            f"C 248 {high - 20} 250 {high - 10} 240 {high} Z"
        )
        canvas.fill(turned(tip, turn, (240, 112)), "#6aa56e")
        canvas.fill(turned(stroke([[(240, 110), (240, high)]], 3), turn, (240, 112)), "#2f5f44")
    vase = path(
        "M 212 104 C 216 122 222 128 206 142 C 160 178 172 232 206 246 C 222 250 258 250 274 246 "
        "C 308 232 320 178 274 142 C 258 128 264 122 268 104 Z"
    )
    canvas.fill(vase, linear((170, 0), (312, 0), "#2d9c9a", "#155e6d"))
    canvas.fill(
        path(
            "M 174 188 C 200 200 280 200 306 188 C 306 198 304 206 300 214 C 276 224 204 224 180 214 "
            "C 176 206 174 198 174 188 Z"
        ),
        linear((170, 0), (312, 0), "#fbe7c6", "#dcae80"),
    )
    for number in range(6):
        x, down = 192 + number * 19.2, 209 - abs(number - 2.5) * 1.6
        canvas.fill(moved(turned(rectangle(-5, -5, 5, 5), 45, (0, 0)), x, down), "#c8553d")
    canvas.fill(ellipse(240, 104, 28, 7), "#1b7380")
    canvas.fill(ellipse(240, 104, 22, 4.5), "#0d3d49")
    canvas.fill(stroke(path("M 196 168 C 186 176 183 182 182 186"), 7), "#c9fff570")
    return canvas


def watercolour() -> Canvas:
    """A brush and its first washes."""
    canvas = Canvas(linear((0, 0), (480, 300), "#fffaf0", "#efe2cb"))
    blot = path(
        "M 170 60 C 220 40 262 70 258 116 C 256 160 222 190 172 180 C 126 174 96 142 106 104 C 112 80 140 70 170 60 Z"
    )
    for x, y, turn, colour in ((0, 8, 0, "#2f8fd0"), (96, 6, 140, "#e8517a"), (48, 64, 260, "#f5b72f")):
        wash = moved(turned(blot, turn, (180, 116)), x, y)
        canvas.fill(border(wash, 5), f"{colour}48")
        canvas.fill(wash, radial((180 + x, 116 + y), 96, f"{colour}78", f"{colour}b8"))
    for x, y, radius in ((96, 204, 7), (118, 226, 4)):
        canvas.fill(ellipse(x, y, radius), "#2f8fd0a0")
    for x, y, radius in ((382, 70, 6), (366, 48, 4)):
        canvas.fill(ellipse(x, y, radius), "#e8517aa0")
    handle = path("M 232 143 C 290 137 372 140 424 148 C 428 149 428 151 424 152 C 372 160 290 163 232 157 Z")
    ferrule = path("M 190 140 L 234 142 L 234 158 L 190 160 Z")
    bristles = path("M 192 139 C 166 134 146 142 120 152 C 146 162 168 166 192 161 Z")
    _lift(canvas, turned([*handle, *ferrule, *bristles], -38))
    canvas.fill(turned(handle, -38), linear((250, 120), (262, 150), "#d24b3c", "#8f2a2a"))
    canvas.fill(turned(ferrule, -38), linear((190, 160), (216, 190), "#f4f4f6", "#8d93a3"))
    canvas.fill(turned([*rectangle(200, 140, 203, 160), *rectangle(222, 141, 225, 159)], -38), "#6d7383")
    canvas.fill(turned(bristles, -38), linear((130, 240), (190, 190), "#1f5fa8", "#7a4a2a"))
    return canvas


PICTURES: dict[str, Callable[[], Canvas]] = {
    "cloudberry-studio": cloudberry,
    "evening-ticket": evening_ticket,
    "harbour-tea": harbour_tea,
    "licence-key": licence_key,
    "marginalia": marginalia,
    "pottery": pottery,
    "watercolour": watercolour,
}


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        data = draw().png()
        (folder / f"{name}.png").write_bytes(data)
        print(f"{folder / name}.png  {len(data):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "catalog/images")
