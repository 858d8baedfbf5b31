"""Workbooks written by hand (ECMA-376, part 1): what Excel may have in a cell, and what it may not."""
import datetime
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Raw(str):
    """A cell's element as it stands, {at} for its address."""


def formula(text, value=None, kind=None):
    stored = "" if value is None else f"<v>{escape(str(value))}</v>"
    return Raw(f'<c r="{{at}}"{f" t={quoteattr(kind)}" if kind else ""}><f>{escape(text)}</f>{stored}</c>')


def address(row, column):
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def cell(row, column, value, strings):
    at = address(row, column)
    if value is None:
        return ""
    if isinstance(value, Raw):
        return value.replace("{at}", at)
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime.datetime):
        days = value - datetime.datetime(1899, 12, 30)
        return f'<c r="{at}" s="2"><v>{days.days + days.seconds / 86400!r}</v></c>'
    if isinstance(value, datetime.date):
        return f'<c r="{at}" s="1"><v>{(value - datetime.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    if value not in strings:
        strings.append(value)
    return f'<c r="{at}" t="s"><v>{strings.index(value)}</v></c>'


def book(sheets, merged=None, more=None, compress=zipfile.ZIP_DEFLATED, since_1904=False):
    """Bytes of a workbook: sheets {name: rows of cells}, merged {name: [ranges]}, more {part: text, bytes or what writes it}
    instead of or beside the parts."""
    strings, parts = [], {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        data = "".join(f'<row r="{r}">' + "".join(cell(r, c, value, strings) for c, value in enumerate(row, 1)) + "</row>"
                       for r, row in enumerate(rows, 1))
        ranges = "".join(f'<mergeCell ref="{one}"/>' for one in (merged or {}).get(name, ()))
        parts[f"xl/worksheets/sheet{number}.xml"] = (f'<worksheet {MAIN}><sheetData>{data}</sheetData>'
                                                     + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "") + "</worksheet>")
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    parts["xl/workbook.xml"] = f'<workbook {MAIN} xmlns:r="{OFFICE}"><workbookPr date1904="{int(since_1904)}"/><sheets>{listed}</sheets></workbook>'
    links = "".join(f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1))
    parts["xl/_rels/workbook.xml.rels"] = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + links
                                           + f'<Relationship Id="rS" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
                                           + f'<Relationship Id="rT" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>')
    parts["xl/sharedStrings.xml"] = f'<sst {MAIN}>' + "".join(
        f'<si><r><t xml:space="preserve">{escape(text[:1])}</t></r><r><t xml:space="preserve">{escape(text[1:])}</t></r><rPh><t>said so</t></rPh></si>'
        for text in strings) + "</sst>"
    parts["xl/styles.xml"] = (f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="170" formatCode="[$-409]d\\ mmm\\ yy"/>'
                              '<numFmt numFmtId="171" formatCode="0.0&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
                              '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>')
    parts.update(more or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as archive:
        for name, content in parts.items():
            if callable(content):
                with archive.open(name, "w") as part:
                    content(part)
                continue
            archive.writestr(name, content if isinstance(content, bytes) else '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return out.getvalue()
