"""Is a report's page sound? Landmarks, headings, ids and links, tables, alternatives,
nothing from outside, no scripts, contrast of the colours in its style sheet.

    /usr/bin/python3 check_page.py PAGE.html [--faces N] [--max-bytes N]

Prints what is wrong, one line each, and exits 1; else one line that sums up.
"""

import argparse
import base64
import re
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "link", "img", "input", "wbr", "source"}
LANDMARKS = ("header", "nav", "main", "footer")
wrong = []


def complain(text):
    wrong.append(text)


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.ids = {}
        self.hrefs = []
        self.headings = []
        self.counts = {}
        self.references = []
        self.tables = []
        self.links = []
        self.attributes = {}
        self.styles = ""
        self.face_classes = set()
        self.first_focusable = None
        self.title = ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.attributes.setdefault(tag, []).append(attrs)
        if "id" in attrs:
            if attrs["id"] in self.ids:
                complain(f"id {attrs['id']} twice")
            self.ids[attrs["id"]] = tag
        for name, value in attrs.items():
            if name.startswith("on"):
                complain(f"{tag} has {name}")
            if name in ("src", "srcset", "action", "data", "poster", "style"):
                complain(f"{tag} has {name}={value!r}")
            if value and re.match(r"\s*(https?:|//|javascript:|file:)", value):
                complain(f"{tag} {name} leads outside: {value!r}")
        if tag in ("script", "iframe", "object", "embed", "link", "base", "form"):
            complain(f"a {tag} element")
        if tag == "img" and "alt" not in attrs:
            complain("img without alt")
        if tag == "svg" and (attrs.get("role") != "img" or not attrs.get("aria-labelledby")):
            complain("svg without role and name")
        if "aria-labelledby" in attrs:
            self.references += attrs["aria-labelledby"].split()
        if attrs.get("tabindex") not in (None, "0", "-1"):
            complain(f"tabindex {attrs['tabindex']}")
        if tag == "a" or attrs.get("tabindex") == "0" or tag == "summary":
            self.first_focusable = self.first_focusable or (tag, attrs)
        if tag == "a":
            self.hrefs.append(attrs.get("href", ""))
            self.links.append("")
        if tag == "table":
            self.tables.append({"caption": False, "heads": 0, "unscoped": 0})
        if tag == "caption":
            self.tables[-1]["caption"] = True
        if tag == "th":
            self.tables[-1]["heads"] += 1
            self.tables[-1]["unscoped"] += attrs.get("scope") not in ("row", "col")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([int(tag[1]), ""])
        for name in attrs.get("class", "").split():
            if re.fullmatch(r"f\d+", name):
                self.face_classes.add(name)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            complain(f"</{tag}> closes <{self.open[-1] if self.open else ''}> at {self.getpos()}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if "style" in self.open:
            self.styles += data
        if "title" in self.open and "svg" not in self.open:
            self.title += data
        if "a" in self.open:
            self.links[-1] += data
        if self.headings and re.fullmatch("h[1-6]", "".join(t for t in self.open if re.fullmatch("h[1-6]", t))):
            self.headings[-1][1] += data


def check_structure(page):
    if page.open:
        complain(f"not closed: {page.open}")
    if not page.attributes["html"][0].get("lang"):
        complain("html without lang")
    if not page.title.strip():
        complain("no title")
    metas = page.attributes.get("meta", [])
    if not any("width=device-width" in m.get("content", "") for m in metas):
        complain("no viewport")
    if not any(m.get("charset") == "utf-8" for m in metas):
        complain("no charset")
    if not any("default-src 'none'" in m.get("content", "") for m in metas):
        complain("no content security policy")
    for tag in LANDMARKS:
        if page.counts.get(tag) != 1:
            complain(f"{page.counts.get(tag, 0)} {tag} elements")
    tag, attrs = page.first_focusable or ("", {})
    if page.ids.get(attrs.get("href", "")[1:]) != "main":
        complain("the first link does not skip to main")
    last = 0
    for level, text in page.headings:
        if level > last + 1:
            complain(f"h{level} after h{last}: {text!r}")
        if not text.strip():
            complain("an empty heading")
        last = level
    if [h[0] for h in page.headings].count(1) != 1:
        complain("not one h1")
    for href in page.hrefs:
        if not href.startswith("#") or href[1:] not in page.ids:
            complain(f"link to {href!r}")
    for reference in page.references:
        if reference not in page.ids:
            complain(f"labelled by {reference}, which is not there")
    for text in page.links:
        if not text.strip():
            complain("a link without text")
    for number, table in enumerate(page.tables):
        if not table["caption"] or table["heads"] == 0 or table["unscoped"]:
            complain(f"table {number}: {table}")


def check_svgs(text):
    svgs = re.findall(r"<svg.*?</svg>", text, re.S)
    for svg in svgs:
        try:
            root = ElementTree.fromstring(svg)
        except ElementTree.ParseError as error:
            complain(f"svg: {error}")
            continue
        if root.find("title") is None or root.find("desc") is None:
            complain("svg without title and desc")
        if "nan" in svg.lower().split("</desc>")[-1] or "inf" in svg.split("</desc>")[-1]:
            complain("svg with a number that is none")
    return len(svgs)


def check_faces(page, expected):
    rules = re.findall(r"\.(f\d+)\{background-image:url\(([^)]*)\)\}", page.styles)
    pictures = set()
    for name, url in rules:
        if not url.startswith("data:image/jpeg;base64,"):
            complain(f"{name}: {url[:40]}")
            continue
        data = base64.b64decode(url.split(",", 1)[1], validate=True)
        if not (data.startswith(b"\xff\xd8") and data.endswith(b"\xff\xd9")):
            complain(f"{name} is no JPEG")
        pictures.add(data)
    names = [name for name, _ in rules]
    if len(set(names)) != len(names):
        complain("a face is embedded twice")
    if set(names) != page.face_classes:
        complain(f"faces shown and embedded differ: {sorted(set(names) ^ page.face_classes)[:5]}")
    if expected is not None and len(names) != expected:
        complain(f"{len(names)} faces embedded, not {expected}")
    return len(names)


def luminance(colour):
    if len(colour) == 4:
        colour = "#" + "".join(2 * c for c in colour[1:])
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def check_contrast(styles):
    """Text 4.5 and shapes 3 on every ground they stand on, in each colour scheme."""
    roots = re.findall(r":root\{([^}]*)\}", styles)
    schemes, base = [], {}
    for root in roots:
        found = dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})\b(?![0-9a-f])", root))
        if not base:
            base = found
        schemes.append({**base, **found})
    if len(schemes) < 3:
        complain("not three colour schemes: light, dark, print")
    least = 99
    for scheme in schemes:
        pairs = [(t, g, 4.5) for t in ("fg", "muted", "link") for g in ("bg", "panel")]
        pairs += [("warn", "bg", 4.5), ("bar", "bg", 3), ("ref", "bg", 3), ("trend", "bg", 3)]
        pairs += [("fg", "bar", 3)] + [(f"c{i}", "bg", 3) for i in range(6)]
        for text, ground, needed in pairs:
            value = contrast(scheme[text], scheme[ground])
            least = min(least, value / needed)
            if value < needed:
                complain(f"contrast of {text} on {ground}: {value:.2f}, not {needed}")
    return least


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--faces", type=int)
    parser.add_argument("--max-bytes", type=int, default=30_000_000)
    options = parser.parse_args()
    data = open(options.page, "rb").read()
    if len(data) > options.max_bytes:
        complain(f"{len(data)} bytes, more than {options.max_bytes}")
    text = data.decode("utf-8")
    if not text.startswith("<!DOCTYPE html>"):
        complain("no doctype")
    controls = set(re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]", text))
    if controls:
        complain(f"control characters {controls!r}")
    if re.search(r"https?:|@import", text):
        complain("something from outside: " + re.search(r".{0,20}(https?:|@import).{0,20}", text).group(0))
    for url in set(re.findall(r"url\(([^)]{0,30})", text)):
        if not url.startswith("data:image/jpeg;base64,"):
            complain(f"url({url}")
    page = Page()
    page.feed(text)
    page.close()
    check_structure(page)
    n_svgs = check_svgs(text)
    n_faces = check_faces(page, options.faces)
    if not re.search(r"@media print", page.styles) or ":focus-visible" not in page.styles:
        complain("no print styles, or no visible focus")
    least = check_contrast(page.styles)
    for line in wrong[:40]:
        print(line)
    if not wrong:
        print(
            f"sound: {len(data)} bytes, {n_faces} faces, {n_svgs} charts, {len(page.tables)} "
            f"tables, {len(page.hrefs)} links, contrast {least:.2f} of what is needed"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
