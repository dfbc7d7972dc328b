"""A canvas for drawing pictures with nothing but the standard library: shapes, paints and a PNG file.

Shapes are polygons. How much of a pixel they cover is counted exactly along rows and in eight steps down, so that edges
are smooth.
"""

import math
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise

WIDTH, HEIGHT = 480, 300
STEPS = 8
"""Sample lines in a row of pixels."""
GRID = 64
"""Corners are put on 1/64 of a pixel, so that no difference in the last digit of a sine reaches a picture."""
LEVELS = 127
"""Steps of each colour, from dark to light: more cannot be seen, and twice as many would take twice the space."""
SHADES = 512
"""Steps of a gradient."""

Point = tuple[float, float]
Shape = list[list[Point]]
Colour = tuple[float, float, float, float]
Paint = Callable[[int, int, int], list[Colour]]
"""Gives the colours of a row of pixels, from one to before another."""
Lines = list[list[tuple[float, int]]]


class Canvas:
    """A picture in the making."""

    def __init__(self, background: Paint) -> None:
        self._planes = [[0.0] * (WIDTH * HEIGHT) for _ in "rgb"]
        self.fill(rectangle(0, 0, WIDTH, HEIGHT), background)

    def fill(self, shape: Shape, paint: Paint | str) -> None:
        """Paint a shape; where its outlines overlap, it is painted once."""
        row_of = solid(paint) if isinstance(paint, str) else paint
        for y, lines in _crossings(shape).items():
            for start, end, covered in _coverage(lines):
                colours = row_of(y, start, end)
                pixels = slice(y * WIDTH + start, y * WIDTH + end)
                for part, plane in enumerate(self._planes):
                    under = plane[pixels]
                    plane[pixels] = [
                        old + (c[part] - old) * c[3] * covered for old, c in zip(under, colours, strict=True)
                    ]

    def png(self) -> bytes:
        """The picture as a PNG file."""
        values = bytearray(WIDTH * HEIGHT * 3)
        for part, plane in enumerate(self._planes):
            values[part::3] = bytes([math.floor(value * LEVELS / 255 + 0.5) * 255 // LEVELS for value in plane])
        # Each row begins with a 0, for "no filter": gradients from corner to corner repeat from row to row as they are.
        rows = b"".join(b"\0" + values[at : at + WIDTH * 3] for at in range(0, len(values), WIDTH * 3))
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )


def _crossings(shape: Shape) -> dict[int, Lines]:
    """For each row, and each sample line in it, where outlines cross it, and whether inwards or outwards."""
    rows: dict[int, Lines] = {}
    for outline in shape:
        corners = [(round(x * GRID) / GRID, round(y * GRID) / GRID) for x, y in outline]
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if y0 == y1:
                continue
            (top, start), (bottom, end) = sorted(((y0, x0), (y1, x1)))
            slope, direction = (end - start) / (bottom - top), -1 if y1 > y0 else 1
            first, last = math.ceil(top * STEPS - 0.5), math.ceil(bottom * STEPS - 0.5)
            for line in range(max(0, first), min(HEIGHT * STEPS, last)):
                x = start + ((line + 0.5) / STEPS - top) * slope
                row = rows.setdefault(line // STEPS, [[] for _ in range(STEPS)])
                row[line % STEPS].append((min(max(x, 0.0), float(WIDTH)), direction))
    return rows


def _coverage(lines: Lines) -> Iterator[tuple[int, int, float]]:
    """What of a row is inside, as runs of pixels that are covered alike."""
    change: dict[int, float] = {}
    for line in lines:
        depth = 0
        for x, direction in sorted(line):
            before, depth = depth, depth + direction
            if (before > 0) != (depth > 0):
                pixel, share = int(x), (1 if depth > 0 else -1) / STEPS
                change[pixel] = change.get(pixel, 0.0) + share * (1 - x + pixel)
                change[pixel + 1] = change.get(pixel + 1, 0.0) + share * (x - pixel)
    covered = 0.0
    for start, end in pairwise(sorted(change)):
        covered += change[start]
        if covered > 1 / 512 and start < WIDTH:
            yield start, min(end, WIDTH), covered


# Paints


def _rgba(text: str) -> Colour:
    red, green, blue, opacity = bytes.fromhex(text.removeprefix("#").ljust(8, "f"))
    return red, green, blue, opacity / 255


def solid(text: str) -> Paint:
    """One colour, as `#rrggbb` or `#rrggbbaa`."""
    colour = _rgba(text)
    return lambda _y, start, end: [colour] * (end - start)


def _shades(first: str, second: str) -> list[Colour]:
    """The colours of a gradient, in steps finer than a file shows."""
    shades: list[Colour] = []
    for step in range(SHADES + 1):
        parts = zip(_rgba(first), _rgba(second), strict=True)
        red, green, blue, opacity = (one + (other - one) * step / SHADES for one, other in parts)
        shades.append((red, green, blue, opacity))
    return shades


def linear(start: Point, end: Point, first: str, second: str) -> Paint:
    """A gradient from point to point."""
    (x0, y0), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    scale, shades = SHADES / (dx * dx + dy * dy), _shades(first, second)

    def row(y: int, start: int, end: int) -> list[Colour]:
        down = (y + 0.5 - y0) * dy
        steps = [int(((x + 0.5 - x0) * dx + down) * scale) for x in range(start, end)]
        return [shades[min(max(step, 0), SHADES)] for step in steps]

    return row


def radial(centre: Point, radius: float, inner: str, outer: str) -> Paint:
    """A gradient from a centre outwards."""
    (x0, y0), scale, shades = centre, SHADES / radius, _shades(inner, outer)

    def row(y: int, start: int, end: int) -> list[Colour]:
        down = (y + 0.5 - y0) ** 2
        steps = [int(math.sqrt((x + 0.5 - x0) ** 2 + down) * scale) for x in range(start, end)]
        return [shades[min(step, SHADES)] for step in steps]

    return row


# Shapes


def ellipse(x: float, y: float, across: float, down: float | None = None) -> Shape:
    """An ellipse by its centre and half axes; a circle where one is left out."""
    high = across if down is None else down
    angles = [math.tau * number / 96 for number in range(96)]
    return [[(x + across * math.cos(angle), y + high * math.sin(angle)) for angle in angles]]


def rectangle(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Shape:
    """A rectangle, its corners rounded."""
    if not radius:
        return [[(left, top), (right, top), (right, bottom), (left, bottom)]]
    corners = ((right, bottom, 0), (left, bottom, 1), (left, top, 2), (right, top, 3))
    outline = []
    for x, y, quarter in corners:
        middle_x = x - radius if x == right else x + radius
        middle_y = y - radius if y == bottom else y + radius
        for step in range(9):
            angle = math.tau * (quarter / 4 + step / 32)
            outline.append((middle_x + radius * math.cos(angle), middle_y + radius * math.sin(angle)))
    return [outline]


def path(text: str) -> Shape:
    """Outlines in SVG's words: M, L and C with absolute coordinates, and Z. All run clockwise: none is a hole."""
    shape: Shape = []
    for word, rest in re.findall(r"([MLCZ])([^MLCZ]*)", text):
        numbers = [float(number) for number in rest.replace(",", " ").split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if word == "M":
            shape.append(points)
        elif word == "L":
            shape[-1] += points
        for one, two, end in zip(*(points[part::3] for part in range(3)), strict=True) if word == "C" else ():
            shape[-1] += _curve(shape[-1][-1], one, two, end)
    return [outline if _area(outline) >= 0 else outline[::-1] for outline in shape]


def _area(outline: list[Point]) -> float:
    """Twice the area; less than nothing where the outline runs against the clock."""
    turns = zip(outline, [*outline[1:], outline[0]], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in turns)


def _curve(start: Point, one: Point, two: Point, end: Point) -> list[Point]:
    points = []
    for step in range(1, 25):
        t = step / 24
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        corners = list(zip(weights, (start, one, two, end), strict=True))
        points.append((sum(w * p[0] for w, p in corners), sum(w * p[1] for w, p in corners)))
    return points


def stroke(line: Shape, width: float) -> Shape:
    """A line drawn with a round pen."""
    half, shape = width / 2, []
    for points in line:
        for (x0, y0), (x1, y1) in pairwise(points):
            length = math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) or 1.0
            across, down = (y0 - y1) / length * half, (x1 - x0) / length * half
            shape.append(
                [(x0 - across, y0 - down), (x1 - across, y1 - down), (x1 + across, y1 + down), (x0 + across, y0 + down)]
            )
        for x, y in points:
            shape += [
                [(x + half * math.cos(math.tau * n / 24), y + half * math.sin(math.tau * n / 24)) for n in range(24)]
            ]
    return shape


def border(shape: Shape, width: float) -> Shape:
    """The closed outlines of a shape, drawn with a round pen."""
    return stroke([[*outline, outline[0]] for outline in shape], width)


def hole(shape: Shape) -> Shape:
    """The shape as something to be cut out of another."""
    return [outline[::-1] for outline in shape]


def moved(shape: Shape, right: float, down: float) -> Shape:
    """The shape in another place."""
    return [[(x + right, y + down) for x, y in outline] for outline in shape]


def turned(shape: Shape, degrees: float, centre: Point = (WIDTH / 2, HEIGHT / 2)) -> Shape:
    """The shape, turned clockwise."""
    (x0, y0), angle = centre, math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return [[(x0 + (x - x0) * cos - (y - y0) * sin, y0 + (x - x0) * sin + (y - y0) * cos) for x, y in o] for o in shape]
