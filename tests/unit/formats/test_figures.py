"""Figures are made anew: what was drawn stays, what came with it is gone, and what is no figure is refused."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from itembank.formats.errors import FigureError
from itembank.formats.figures import FORMATS, LONGEST_SIDE, PNG_URI, figure_file, is_picture, kept_picture, read_figure

SHARED = Path(__file__).parents[4] / "shared" / "data" / "hostile-inputs"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0 L40 20" stroke="black"/></svg>'
SECRET = "拍摄者张某 secret-author"


def picture(format_: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    """A picture whose left half is black and whose right half is white."""
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    image = image.convert(mode)
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def shown(figure: str) -> Image.Image:
    """A kept picture, decoded."""
    image = Image.open(io.BytesIO(kept_picture(figure).png))
    image.load()
    return image


def with_metadata() -> dict[str, bytes]:
    """Photographs with a place, an author and a comment in every block the format has for them."""
    exif = Image.Exif()
    exif[0x010E] = SECRET  # description
    exif[0x013B] = SECRET  # artist
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 26.0)  # latitude
    exif.get_ifd(0x8825)[29] = "2026:11:14"
    text = PngImagePlugin.PngInfo()
    text.add_itxt("Author", SECRET)
    text.add_text("Comment", "secret-author", zip=True)
    profile = b"\x00" * 36 + b"acsp" + b"secret-author" + b"\x00" * 88
    return {
        "a.jpg": picture("JPEG", exif=exif, comment=SECRET.encode(), icc_profile=profile),
        "a.png": picture("PNG", exif=exif, pnginfo=text, icc_profile=profile, dpi=(300, 300)),
        "a.webp": picture("WEBP", exif=exif, icc_profile=profile, lossless=True),
        "a.gif": picture("GIF", mode="P", comment=SECRET.encode()),
    }


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif"])
def test_nothing_but_pixels_is_kept(name: str) -> None:
    """The chunks of what is kept: none could hold a place, a name or a profile."""
    data = with_metadata()[name]
    assert b"secret-author" in data or b"iTXt" in data

    figure = read_figure(name, data)

    png = kept_picture(figure).png
    assert all(word not in png for word in (b"secret-author", b"Exif", b"eXIf", b"iCCP", b"tEXt", b"iTXt", b"zTXt", b"2026"))
    assert shown(figure).info == {} and shown(figure).size == (40, 20)
    assert shown(figure).convert("L").getpixel((5, 10)) < 40 and shown(figure).convert("L").getpixel((35, 10)) > 215  # type: ignore[operator]


@pytest.mark.parametrize("text", ["甲&#13;乙", "甲&#13;&#10;乙", "甲\r\n乙", "甲&#10;乙&#9;", "甲&amp;lt;乙]]&gt;"])
def test_a_drawing_that_was_kept_is_kept_as_it_is(text: str) -> None:
    """An export gives it back, and the same name with another text would be refused."""
    kept = read_figure("a.svg", SVG.replace("</svg>", f"<text x='1' y='1'>{text}</text></svg>").encode())

    assert read_figure("a.svg", figure_file(kept)) == kept


@pytest.mark.parametrize(("suffix", "format_"), FORMATS.items())
def test_every_format_is_read_by_its_name(suffix: str, format_: str) -> None:
    assert shown(read_figure(f"A-1{suffix.upper()}", picture(format_))).size == (40, 20)


def test_a_photograph_stands_as_it_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    figure = read_figure("a.jpg", picture("JPEG", exif=exif))
    assert shown(figure).size == (20, 40)


def test_what_lies_under_transparency_is_white() -> None:
    hidden = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    out = io.BytesIO()
    hidden.save(out, "PNG")
    assert shown(read_figure("a.png", out.getvalue())).getcolors() == [(64, (255, 255, 255))]


def test_sixteen_bits_of_grey_become_eight() -> None:
    deep = Image.new("I;16", (4, 4), 0x8000)
    out = io.BytesIO()
    deep.save(out, "PNG")
    assert shown(read_figure("a.png", out.getvalue())).getcolors() == [(16, 0x80)]


def test_a_large_picture_is_made_smaller_and_keeps_its_shape() -> None:
    assert shown(read_figure("a.png", picture(size=(5000, 2500), mode="L"))).size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_heavy_photograph_is_kept_at_half_the_resolution() -> None:
    out = io.BytesIO()
    Image.effect_noise((1800, 900), 80).convert("RGB").save(out, "JPEG")
    assert shown(read_figure("a.jpg", out.getvalue())).size == (1000, 500)


@pytest.mark.parametrize("figure", [lambda: read_figure("a.png", picture()), lambda: read_figure("a.svg", SVG.encode())])
def test_what_is_kept_is_read_as_itself(figure: object) -> None:
    assert callable(figure)
    kept = str(figure())
    name, data = ("a.png", kept_picture(kept).png) if is_picture(kept) else ("a.svg", kept.encode())
    assert read_figure(name, data) == kept


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\x00" * 100)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("L", (4, 4), shade) for shade in (0, 255)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def text_bomb() -> bytes:
    """A PNG with a text chunk that unfolds to 64 MB."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * (64 << 20), zip=True)
    return picture("PNG", pnginfo=text)


SCRIPT = SVG.replace("<path", "<script>alert(1)</script><path")
REFUSED = {
    "a bomb of 100000 x 100000": ("a.png", lambda: bomb(100_000, 100_000), "figure.picture"),
    "a bomb of 10000 x 10000": ("a.png", lambda: bomb(10_000, 10_000), "figure.picture"),
    "a bomb in a text chunk": ("a.png", text_bomb, "figure.picture"),
    "more bytes than allowed": ("a.png", lambda: picture() + b"\x00" * 10_000_000, "figure.picture"),
    "a truncated PNG": ("a.png", lambda: picture(size=(400, 400))[:-60], "figure.picture"),
    "a truncated JPEG": ("a.jpg", lambda: picture("JPEG", size=(400, 400))[:900], "figure.picture"),
    "a truncated WebP": ("a.webp", lambda: picture("WEBP", size=(400, 400))[:-20], "figure.picture"),
    "a truncated BMP": ("a.bmp", lambda: picture("BMP")[:-100], "figure.picture"),
    "a moving picture": ("a.gif", moving, "figure.picture"),
    "a GIF that is a script": ("a.gif", lambda: b"GIF89a=1;/*" + b"\x00" * 40 + b"*/alert(1)", "figure.picture"),
    "a JPEG named PNG": ("a.png", lambda: picture("JPEG"), "figure.picture"),
    "a page named PNG": ("a.png", lambda: b"<html><script>alert(1)</script></html>", "figure.picture"),
    "an SVG named PNG": ("a.png", lambda: SVG.encode(), "figure.picture"),
    "a PNG named SVG": ("a.svg", picture, "figure.svg"),
    "an SVG with a script": ("a.svg", lambda: SCRIPT.encode(), "figure.svg"),
    "an SVG in another encoding": ("a.svg", lambda: SVG.replace("0 0 40 20", "中").encode("gb18030"), "figure.svg"),
    "nothing": ("a.png", lambda: b"", "figure.picture"),
    "a TIFF": ("a.tif", lambda: picture("TIFF"), "figure.name"),
    "a program": ("a.exe", lambda: b"MZ", "figure.name"),
    "a name with a folder": ("../a.png", picture, "figure.name"),
    "a name no stem can write": ("电路.png", picture, "figure.name"),
    "no ending": ("png", picture, "figure.name"),
}


@pytest.mark.parametrize(("name", "data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_figure_is_refused_by_name(name: str, data: object, code: str) -> None:
    assert callable(data)
    with pytest.raises(FigureError) as refused:
        read_figure(name, data())
    assert (refused.value.code, refused.value.facts["name"]) == (code, name)


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    """A file that is a PNG for one program and an archive or a page for another."""
    figure = read_figure("a.png", picture() + b"PK\x03\x04<script>alert(1)</script>")
    assert b"script" not in kept_picture(figure).png and figure == read_figure("a.png", picture())


def test_words_about_a_drawing_are_not_kept() -> None:
    titled = f"<!--{SECRET}-->" + SVG.replace("<path", f"<title>{SECRET}</title><desc>{SECRET}</desc><path")
    kept = read_figure("a.svg", titled.encode())
    assert "secret-author" not in kept and "<path" in kept


def altered(png: bytes) -> str:
    return PNG_URI + base64.b64encode(png).decode()


TEXT_CHUNK = struct.pack(">I", 3) + b"tEXta\x00b" + struct.pack(">I", zlib.crc32(b"tEXta\x00b"))
GOOD = picture("PNG")
FOREIGN = {
    "a JPEG": PNG_URI + base64.b64encode(picture("JPEG")).decode(),
    "no base64": PNG_URI + "%%%%",
    "bytes behind the end": altered(GOOD + b"PK"),
    "a chunk of text": altered(GOOD[:33] + TEXT_CHUNK + GOOD[33:]),
    "no end": altered(GOOD[:-12]),
    "cut in a chunk": altered(GOOD[:-20]),
    "nothing": PNG_URI,
    "larger than allowed": altered(bomb(2001, 10)),
    "of no size": altered(bomb(0, 10)),
}


@pytest.mark.parametrize("figure", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_picture_in_another_form_than_the_bank_keeps_is_refused(figure: str) -> None:
    with pytest.raises(FigureError) as refused:
        kept_picture(figure)
    assert refused.value.code == "figure.picture"


@settings(max_examples=150)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP"]), st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_a_spoiled_picture_is_read_or_refused_and_nothing_else(format_: str, place: int, bytes_: bytes) -> None:
    data = picture(format_)
    spoiled = data[:place] + bytes_ + data[place + len(bytes_) :]
    try:
        kept_picture(read_figure(f"a.{format_.lower()}", spoiled))
    except FigureError as error:
        assert error.facts["name"] == f"a.{format_.lower()}"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared hostile files are not here")
def test_hostile_pictures_of_others_are_read_or_refused_and_bring_nothing_along() -> None:
    files = [path for path in SHARED.rglob("*") if path.suffix.lower() in FORMATS and path.is_file()]
    assert len(files) > 20
    for path in files:
        try:
            picture = kept_picture(read_figure(f"a{path.suffix}", path.read_bytes()))
        except FigureError:
            continue
        assert b"Exif" not in picture.png and b"eXIf" not in picture.png
