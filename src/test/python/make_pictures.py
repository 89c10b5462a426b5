"""Makes pictures of all kinds with Pillow, and says what Pillow sees in them.

make_pictures.py FOLDER writes NAME, and for each of its pictures NAME.0.bgr, NAME.1.bgr, ... with the rows as Pillow shows them
upright; its standard output has a line for each: NAME|WIDTHxHEIGHT@MILLISECONDS|...
"""

import os
import struct
import sys
import warnings
import zlib

import numpy
from PIL import Image, ImageDraw, ImageOps

warnings.simplefilter("ignore")
FOLDER = sys.argv[1]
WIDTH, HEIGHT = 61, 43


def scene(shift=0):
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    colours = numpy.stack([x * 4 + shift, y * 5 + shift * 3, (x + y) * 3 + shift * 7], 2) % 256
    picture = Image.fromarray(colours.astype("uint8"))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([3, 3, 20, 10], fill=(255, 30, 20))
    draw.ellipse([30, 21, 57, 39], fill=(20, 200, 40))
    return picture


PICTURE = scene()
CLEAR = PICTURE.copy()
CLEAR.putalpha(Image.fromarray((numpy.mgrid[0:HEIGHT, 0:WIDTH][1] * 6 % 256).astype("uint8")))
GREY = PICTURE.convert("L")


def place(name):
    return os.path.join(FOLDER, name)


def write(name, content):
    with open(place(name), "wb") as file:
        file.write(content)


def read(name):
    with open(place(name), "rb") as file:
        return file.read()


def save(name, picture=PICTURE, **options):
    picture.save(place(name), **options)


def expect(name, turned=True):
    image = Image.open(place(name))
    line, milliseconds = name, 0
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        shown = ImageOps.exif_transpose(image) if turned else image
        bgr = numpy.asarray(shown.convert("RGB"))[:, :, ::-1]
        write("%s.%d.bgr" % (name, number), bgr.tobytes())
        line += "|%dx%d@%d" % (bgr.shape[1], bgr.shape[0], milliseconds)
        milliseconds += int(image.info.get("duration", 0)) if hasattr(image, "n_frames") else 0
    print(line)


def plain():
    for kind in "jpg png gif bmp webp tif".split():
        save("plain." + kind)
    save("progressive.jpg", progressive=True)
    save("cmyk.jpg", PICTURE.convert("CMYK"), quality=95)
    save("grey.jpg", GREY)
    save("444.jpg", subsampling=0, quality=95)
    save("optimized.jpg", optimize=True)
    jpeg = read("plain.jpg")
    write("trailing.jpg", jpeg + b"\0\0\0\x18ftypmp42" + b"motion" * 1000)
    write("filled.jpg", jpeg[:-2] + b"\xff" * 9 + b"\xff\xd9")
    write("zeros.jpg", jpeg[:-2] + b"\0" * 9 + b"\xff\xd9")
    write("between.jpg", jpeg[:20] + b"\x55" * 7 + jpeg[20:])
    save("lossless.webp", lossless=True)
    save("clear.webp", CLEAR, lossless=True)
    save("clear-lossy.webp", CLEAR, quality=90)
    save("clear.png", CLEAR)
    save("clear.tif", CLEAR)
    save("clear.bmp", CLEAR)
    save("grey-clear.png", CLEAR.convert("LA"))
    save("grey.png", GREY)
    save("bits.png", PICTURE.convert("1"))
    for colours in (4, 11, 200):
        save("palette%d.png" % colours, PICTURE.quantize(colours))
    save("palette-clear.png", PICTURE.quantize(20), transparency=bytes([0, 50, 100, 255] * 5))
    save("key.png", GREY, transparency=100)
    save("interlaced.gif", PICTURE, interlace=1)
    save("grey.gif", GREY)
    for compression in "tiff_lzw tiff_adobe_deflate packbits jpeg".split():
        save(compression + ".tif", compression=compression)
    for compression in "group3 group4".split():
        save(compression + ".tif", PICTURE.convert("1"), compression=compression)
    save("grey.tif", GREY)
    save("bits.tif", PICTURE.convert("1"))
    save("palette.tif", PICTURE.quantize(200))
    save("cmyk.tif", PICTURE.convert("CMYK"))
    save("white-is-zero.tif", GREY, tiffinfo={262: 0})
    save("grey.bmp", GREY)
    save("bits.bmp", PICTURE.convert("1"))
    save("palette.bmp", PICTURE.quantize(200))
    for name in sorted(os.listdir(FOLDER)):
        expect(name, not name.endswith(".tif"))


def big_endian_tiff():
    """As a scanner writes it: the list of tags first, one strip, two samples of sixteen bits each way."""
    rows = PICTURE.tobytes()
    tags = [(256, 3, WIDTH), (257, 3, HEIGHT), (259, 3, 1), (262, 3, 2), (273, 4, 140), (277, 3, 3), (278, 3, HEIGHT),
            (279, 4, len(rows))]
    entries = b"".join(
        struct.pack(">HHI", tag, kind, 1) + (struct.pack(">HH", value, 0) if kind == 3 else struct.pack(">I", value))
        for tag, kind, value in tags)
    bits = struct.pack(">HHII", 258, 3, 3, 130)
    entries = entries[:24] + bits + entries[24:]
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">H", 9) + entries + b"\0\0\0\0"
    write("big-endian.tif", tiff.ljust(130, b"\0") + struct.pack(">HHH", 8, 8, 8).ljust(10, b"\0") + rows)
    expect("big-endian.tif", False)


def bmp(name, header, bits, compression, masks, pixels, height=HEIGHT):
    head = struct.pack("<iiHHIIiiII", WIDTH, height, 1, bits, compression, 0, 0, 0, 0, 0)
    masked = b"".join(struct.pack("<I", mask) for mask in masks)
    head = (struct.pack("<I", header) + head + masked).ljust(header if compression == 3 and header > 40 else 0, b"\0")
    head = head.ljust(header, b"\0")
    start = 14 + len(head)
    write(name, b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + head + pixels)


def bmps():
    red, green, blue = (numpy.asarray(band).astype("uint32") for band in PICTURE.split())
    up = slice(None, None, -1)

    def rows(values, kind):
        row = values.astype(kind)
        padding = -row.shape[1] * row.itemsize % 4
        return b"".join(line.tobytes() + b"\0" * padding for line in row)

    rgbx = (red << 24 | green << 16 | blue << 8)[up]
    bgrx = (red << 16 | green << 8 | blue)[up]
    xbgr = (blue << 16 | green << 8 | red)[up]
    r565 = ((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3)[up]
    r555 = ((red >> 3) << 10 | (green >> 3) << 5 | blue >> 3)[up]
    made = []
    for header in (40, 56, 108, 124):
        for name, bits, masks, pixels in (
                ("rgbx", 32, (0xFF000000, 0xFF0000, 0xFF00), rows(rgbx, "<u4")),
                ("bgrx", 32, (0xFF0000, 0xFF00, 0xFF), rows(bgrx, "<u4")),
                ("xbgr", 32, (0xFF, 0xFF00, 0xFF0000), rows(xbgr, "<u4")),
                ("565", 16, (0xF800, 0x7E0, 0x1F), rows(r565, "<u2")),
                ("555", 16, (0x7C00, 0x3E0, 0x1F), rows(r555, "<u2"))):
            file = "%s-%d.bmp" % (name, header)
            alpha = (0,) if header >= 56 else ()
            bmp(file, header, bits, 3, masks + alpha, pixels)
            made.append((file, name))
    bmp("555-plain.bmp", 40, 16, 0, (), rows(r555, "<u2"))
    bmp("top-down.bmp", 40, 32, 0, (), rows(bgrx[up], "<u4"), -HEIGHT)
    for file, name in made + [("555-plain.bmp", ""), ("top-down.bmp", "")]:
        try:
            expect(file)
        except (OSError, ValueError):  # this Pillow does not know the masks in that header; they are those of another
            like = read(name + "-40.bmp.0.bgr") if name.isdigit() else numpy.asarray(PICTURE)[:, :, ::-1].tobytes()
            write(file + ".0.bgr", like)
            print("%s|%dx%d@0" % (file, WIDTH, HEIGHT))


def runs():
    """BMP's own compression: runs, single colours, a move, lines that end early."""
    palette = b"".join(bytes([i, 255 - i, i * 7 % 256, 0]) for i in range(256))
    lines = b""
    for y in range(HEIGHT):
        lines += bytes([20, y, 0, 5]) + bytes(range(5)) + b"\0" + bytes([36, 200 - y, 0, 0])
    head = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 8, 1, len(lines) + 2, 0, 0, 256, 0) + palette
    write("runs8.bmp", b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + len(head)) + head + lines + b"\0\1")
    expect("runs8.bmp")
    lines = b""
    for y in range(HEIGHT):
        lines += bytes([31, 0x12 + y % 13, 0, 6]) + b"\x12\x34\x56\0" + bytes([24, 0xA7, 0, 0])
    head = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 4, 2, len(lines) + 2, 0, 0, 16, 0) + palette[:64]
    write("runs4.bmp", b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + len(head)) + head + lines + b"\0\1")
    expect("runs4.bmp")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def turned():
    png = read("plain.png")
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        tiff = exif.tobytes()[6:]
        for kind in "jpg png webp".split():
            name = "turned%d.%s" % (orientation, kind)
            save(name, exif=exif)
            expect(name)
        name = "turned%d.tif" % orientation
        save(name, tiffinfo={0x0112: orientation})
        expect(name, False)
        jpeg = read("turned%d.jpg" % orientation)
        xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"
        at = jpeg.index(b"\xff\xe1")
        first = b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp
        again("xmp-first%d.jpg" % orientation, jpeg[:at] + first + jpeg[at:], "turned%d.jpg" % orientation)
        profile = b"\nexif\n%8d\n" % (len(tiff) + 6) + (b"Exif\0\0" + tiff).hex().encode() + b"\n"
        key = b"Raw profile type exif\0"
        again("text%d.png" % orientation, png[:33] + chunk(b"tEXt", key + profile) + png[33:], "turned%d.png" % orientation)
        packed = chunk(b"zTXt", key + b"\0" + zlib.compress(profile))
        again("packed%d.png" % orientation, png[:33] + packed + png[33:], "turned%d.png" % orientation)
        for prefix in (b"", b"Exif\0\0"):
            again("exif%d%d.webp" % (len(prefix), orientation), webp(prefix + tiff), "turned%d.webp" % orientation)


def again(name, content, like):
    """The same picture in another wrapping."""
    write(name, content)
    shown = Image.open(place(like))
    size = ImageOps.exif_transpose(shown).size
    write(name + ".0.bgr", read(like + ".0.bgr"))
    print("%s|%dx%d@0" % (name, *size))


def webp(exif):
    simple = read("plain.webp")[12:]
    extended = struct.pack("<4sIIHBHB", b"VP8X", 10, 8, WIDTH - 1, 0, HEIGHT - 1, 0)
    body = extended + simple + struct.pack("<4sI", b"EXIF", len(exif)) + exif + b"\0" * (len(exif) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def moving():
    frames = [scene(9 * number) for number in range(6)]
    delays = [50, 80, 110, 200, 40, 70]
    balls = []
    for number in range(7):
        ball = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
        place_at = [number * 6, number * 3, number * 6 + 20, number * 3 + 20]
        ImageDraw.Draw(ball).ellipse(place_at, fill=(250, 20 * number, 90, 255))
        balls.append(ball)
    half = [frame.copy() for frame in frames]
    for number, frame in enumerate(half):
        frame.putalpha(Image.fromarray((numpy.asarray(balls[number])[:, :, 3] // 2 + 40).astype("uint8")))

    def animation(name, pictures, duration, **options):
        pictures[0].save(place(name), save_all=True, append_images=pictures[1:], duration=duration, **options)
        expect(name)

    animation("moving.gif", frames, delays, loop=0)
    animation("moving.png", frames, delays)
    animation("moving.webp", frames, delays, lossless=True)
    animation("moving-lossy.webp", frames, 60, quality=80)
    for disposal in range(4):
        animation("balls%d.gif" % disposal, balls, 90, disposal=disposal)
    for disposal in range(3):
        for blend in range(2):
            animation("balls%d%d.png" % (disposal, blend), balls, 90, disposal=disposal, blend=blend)
            animation("half%d%d.png" % (disposal, blend), half, 90, disposal=disposal, blend=blend)
    animation("balls.webp", balls, 90, lossless=True)
    animation("half.webp", half, 90, lossless=True)
    animation("half-lossy.webp", half, 90, quality=90, allow_mixed=True)
    frames[0].save(place("pages.tif"), save_all=True, append_images=frames[1:4])
    expect("pages.tif", False)
    frames[0].save(place("two.mpo"), format="MPO", save_all=True, append_images=frames[1:2])
    expect("two.mpo")


plain()
big_endian_tiff()
bmps()
runs()
turned()
moving()
