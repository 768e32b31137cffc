"""Excel workbooks for tests: just enough of the format, so that each test writes the very cells it is about."""

import zipfile
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
    '<numFmt numFmtId="165" formatCode="[$$-409]#,##0.00"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="4"/><xf numFmtId="165"/></cellXfs>'
)  # cell styles: 0 plain, 1 date and time, 2 年月日, 3 an amount, 4 dollars


def workbook(
    path: Path,
    *sheets: tuple[str, str],
    shared: str = "",
    head: str = "",
    hidden: tuple[str, ...] = (),
    since_1904: bool = False,
    extra: dict[str, bytes] | None = None,
) -> Path:
    """Write a workbook of (name, rows as XML) sheets; `head` stands before the root of each sheet."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{place}" r:id="r{place}" state="{"hidden" if name in hidden else "visible"}"/>'
        for place, (name, _) in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="r{place}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    dated = '<workbookPr date1904="1"/>' if since_1904 else ""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns:r="{_RELATIONS}">{dated}<sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{shared}</sst>',
    }
    for place, (_, rows) in enumerate(sheets, 1):
        data = f'{head}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{place}.xml"] = data
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
        for name, content in (extra or {}).items():
            packed.writestr(name, content)
    return path


def row(number: int, *cells: str) -> str:
    """A row of cells that stand side by side."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def texts(*values: str) -> tuple[str, ...]:
    return tuple(map(text, values))
