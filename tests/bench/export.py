"""Computing time of an export against bare WeasyPrint writing the same tagged PDF from the finished HTML.

Ours goes from the manuscript (Markdown) to the normalised file; the peer gets the same HTML and stylesheet ready made
and writes a tagged PDF/A-3a with its own tags, in the same warm process, by turns.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import cssselect2
from weasyprint import CSS, HTML

from exports import fonts, notes, page, pdf, tags
from tests.exports import samples

GOAL = 1.25
ROUNDS = 5
SECTIONS = 24


def run(arguments: argparse.Namespace | None = None) -> float:
    """Print both times and their ratio; return the ratio."""
    manuscript = samples.french(SECTIONS)
    shown = fonts.replace_missing(page.to_html(manuscript))
    own = page.own_css(manuscript)

    def bare() -> bytes:
        tags.uninstall()
        html = HTML(string=shown, url_fetcher=pdf.NoFetcher(), base_url="about:blank")
        notes.place(html.etree_element)
        html.wrapper_element = cssselect2.ElementWrapper.from_html_root(html.etree_element, content_language=None)
        sheet = CSS(string=own, font_config=pdf.font_config(), url_fetcher=html.url_fetcher)
        written: bytes = html.write_pdf(
            font_config=pdf.font_config(), stylesheets=[pdf.stylesheet(), sheet], **pdf.OPTIONS
        )
        return written

    def ours() -> bytes:
        return pdf.render(manuscript)

    times: dict[Callable[[], bytes], list[float]] = {ours: [], bare: []}
    sizes = {work: len(work()) for work in times}
    for _ in range(ROUNDS):
        for work, taken in times.items():
            started = time.process_time()
            work()
            taken.append(time.process_time() - started)
    a, b = statistics.median(times[ours]), statistics.median(times[bare])
    print(f"  export, {SECTIONS} sections: {a:.2f} s of computing, {sizes[ours] // 1000} KB")
    print(f"  bare WeasyPrint:     {b:.2f} s of computing, {sizes[bare] // 1000} KB")
    print(f"  ratio {a / b:.2f} (goal {GOAL} or less: {'met' if a / b <= GOAL else 'MISSED'})")
    return a / b


if __name__ == "__main__":
    run()
