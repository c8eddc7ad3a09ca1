#!/usr/bin/env python3
"""Makes the font files of templates/fonts/ again from Debian's package fonts-cns11643-kai.

Needs: apt-get install fonts-cns11643-kai; pip install fonttools brotli
Run:   python3 scripts/make-fonts.py [directory of the full fonts]

What is kept: the characters of templates/fonts/characters.txt (first line: the basic plane, second line: plane 2),
outlines without hinting. EB Garamond (npm, OFL) is kept for Latin, its composite glyphs drawn out. With --characters the list itself is made again: Big5 as Windows has it (cp950), CNS 11643
plane 3, Latin and punctuation; of plane 2 what stands in CNS 11643 plane 3 or both in HKSCS and in CNS planes 4 or 15
(where the household registration's name characters are), and the test names of docs/decisions/0003-fonts.md.
"""
import io
import pathlib
import subprocess
import sys

import brotli
from fontTools import subset
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

OUT = pathlib.Path(__file__).resolve().parent.parent / "templates" / "fonts"
LATIN = OUT.parent.parent / "node_modules/@expo-google-fonts/eb-garamond/400Regular/EBGaramond_400Regular.ttf"
FONTS = {"tw-kai": "TW-Kai-98_1.ttf", "tw-kai-ext-b": "TW-Kai-Ext-B-98_1.ttf"}
NAMES = "堃喆煊栢峯綉㛢龘犇彣玥𠮷𡍼𤧟𪚥"


def two_byte(codec):
    found = set()
    for lead in range(0x81, 0xFF):
        for trail in [*range(0x40, 0x7F), *range(0xA1, 0xFF)]:
            try:
                found |= set(map(ord, bytes([lead, trail]).decode(codec)))
            except UnicodeDecodeError:
                pass
    return found


def cns_plane(plane):
    rows = range(0xA1, 0xFF)
    codes = b"".join(bytes([0x8E, 0xA0 + plane, row, cell]) + b"\n" for row in rows for cell in rows)
    text = subprocess.run(["iconv", "-c", "-f", "EUC-TW", "-t", "UTF-8"], input=codes, stdout=subprocess.PIPE).stdout
    return {ord(character) for character in text.decode() if character != "\n"}


def choose_characters(source):
    kai, extension = (set(TTFont(source / name, lazy=True).getBestCmap()) for name in FONTS.values())
    plane3 = cns_plane(3)
    latin = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2028), *range(0x3000, 0x3030)}
    names = set(map(ord, NAMES))
    basic = {c for c in two_byte("cp950") | plane3 | latin | names if c <= 0xFFFF}
    basic = {c for c in basic if not 0xE000 <= c <= 0xFAFF} & kai
    beyond = plane3 | (two_byte("big5hkscs") & (cns_plane(4) | cns_plane(15))) | names
    plane2 = {c for c in beyond if c > 0xFFFF} & extension
    lines = ("".join(map(chr, sorted(chosen))) for chosen in (basic, plane2))
    (OUT / "characters.txt").write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def make(source, target, characters):
    options = subset.Options(hinting=False, notdef_outline=True, glyph_names=False, layout_features=[])
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "vhea", "vmtx", "FFTM", "gasp"]
    font = TTFont(source, lazy=True, recalcTimestamp=False)
    if source == LATIN:
        without_composites(font)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    compressed = brotli.compress(buffer.getvalue(), quality=11, lgwin=24)
    target.write_bytes(compressed)
    print(f"{target.name}: {len(characters)} characters, {len(buffer.getvalue())} bytes, compressed {len(compressed)}")


def without_composites(font):
    """Composite glyphs drawn out, so that every glyph can be cut out alone."""
    glyph_set = font.getGlyphSet()
    for name in font.getGlyphOrder():
        if font["glyf"][name].isComposite():
            pen = TTGlyphPen(None)
            glyph_set[name].draw(DecomposingFilterPen(pen, glyph_set))
            font["glyf"][name] = pen.glyph()


def main():
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    source = pathlib.Path(arguments[0] if arguments else "/usr/share/fonts/truetype/cns11643")
    if "--characters" in sys.argv:
        choose_characters(source)
    lines = (OUT / "characters.txt").read_text(encoding="utf-8").splitlines()
    for (name, file), characters in zip(FONTS.items(), lines):
        make(source / file, OUT / f"{name}.ttf.br", characters)
    latin = [*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2028)]
    make(LATIN, OUT / "eb-garamond.ttf.br", [chr(c) for c in latin if c in TTFont(LATIN).getBestCmap()])


main()
