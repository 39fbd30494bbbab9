#!/usr/bin/python3
"""Judges the page of a report on standard input; needs html5lib, whose parser takes no fault.

Prints a JSON object: "faults" (what is wrong, in words), "size" in bytes, "tables" (by caption, arrays of
rows of texts, the titles first), "text" (all that a reader sees), and "shapes" (for each drawing, by the
id of its title, the path data by class).
"""
import base64
import hashlib
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import html5lib

page = sys.stdin.buffer.read()
source = page.decode("utf-8", errors="strict")
faults = []

parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
try:
    root = parser.parse(source)
except html5lib.html5parser.ParseError as error:
    faults.append(f"not well-formed: {error} at {parser.tokenizer.stream.position()}")
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(source)

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = set(
    """html head meta title style body header main section nav footer h1 h2 h3 p a div span strong ul li
    table caption thead tbody tfoot tr th td dl dt dd figure figcaption br bdi""".split()
) | {SVG + name for name in "svg title desc path text g tspan rect".split()}

ids = set()
for element in root.iter():
    if not isinstance(element.tag, str):
        faults.append("a comment")
        continue
    if element.tag not in ALLOWED:
        faults.append(f"element {element.tag}")
    for name, value in element.attrib.items():
        if name.startswith("on") or name in ("src", "style", "srcset", "action", "data"):
            faults.append(f"attribute {name}")
        if name.endswith("href") and not value.startswith("#"):
            faults.append(f"a link out of the page: {value}")
        if name == "id":
            if value in ids:
                faults.append(f"id {value} twice")
            ids.add(value)
    if element.tag == "th" and element.get("scope") not in ("row", "col"):
        faults.append("a heading without scope")
for element in root.iter():
    for name in (element.get("aria-labelledby") or "").split():
        if name not in ids:
            faults.append(f"nothing is labelled {name}")
    link = element.get("href")
    if link and link[1:] not in ids:
        faults.append(f"a link to nowhere: {link}")
    if element.tag == SVG + "svg" and element.get("aria-hidden") is None:
        if [child.tag for child in element][:2] != [SVG + "title", SVG + "desc"]:
            faults.append("a drawing without title and description")

# Text may hold anything; what a browser acts on are attributes and the style sheet.
for element in root.iter():
    places = list(element.attrib.values()) + ([element.text or ""] if element.tag == "style" else [])
    for word in ("javascript:", "url(", "@import", "@font-face", "http:", "https:", "//"):
        if any(word in place.lower() for place in places):
            faults.append(f"{word} in {element.tag}")
for scalar in set(source):
    code = ord(scalar)
    if code < 0x20 and scalar != "\n" or 0x7F <= code <= 0x9F:
        faults.append(f"control {code:#x}")
    if code in range(0x202A, 0x202F) or code in range(0x2066, 0x206A) or code == 0x200B:
        faults.append(f"invisible {code:#x}")

metas = [m for m in root.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
styles = [s.text for s in root.iter("style")]
if len(metas) != 1 or len(styles) != 1:
    faults.append("not one policy and one style sheet")
else:
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    rules = sorted(rule.strip() for rule in metas[0].get("content").split(";"))
    wanted = [
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'none'",
        f"style-src 'sha256-{digest}'",
    ]
    if rules != wanted:
        faults.append(f"the policy is {rules}, not {wanted}")



def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# Text on its grounds, and marks of plots on theirs, in both themes; limits of WCAG 2.
themes = re.findall(r":root\{([^}]*)\}", styles[0] if styles else "")
if len(themes) != 2:
    faults.append("not two themes")
for theme in themes:
    colours = dict(item.split(":") for item in theme.removeprefix("--").split(";--"))
    for names, limit in (("fg soft good warn bad", 4.5), ("ok err unc h5", 3)):
        for name in names.split():
            for ground in ("bg", "panel") if limit > 4 else ("bg",):
                pair = sorted((luminance(colours[name]), luminance(colours[ground])))
                contrast = (pair[1] + 0.05) / (pair[0] + 0.05)
                if contrast < limit:
                    faults.append(f"{name} on {ground} has a contrast of {contrast:.2f}")

for drawing in re.findall(r"<svg.*?</svg>", source, re.DOTALL):
    try:
        ElementTree.fromstring(drawing)
    except ElementTree.ParseError as error:
        faults.append(f"a drawing is no XML: {error}: {drawing[:200]}")

tables = {}
for table in root.iter("table"):
    rows = [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
    tables["".join(table.find("caption").itertext())] = rows
shapes = {}
for drawing in root.iter(SVG + "svg"):
    title = drawing.find(SVG + "title")
    if title is not None:
        paths = shapes.setdefault(title.get("id"), {})
        for path in drawing.iter(SVG + "path"):
            paths.setdefault(path.get("class"), []).append(path.get("d"))
body = root.find("body")
json.dump(
    {
        "faults": faults[:20],
        "size": len(page),
        "tables": tables,
        "text": " ".join(body.itertext()) if body is not None else "",
        "shapes": shapes,
    },
    sys.stdout,
)
