"""Appends a revision to a PDF file as an editor would: append_revision.py <from> <to>"""

import sys

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

with open(sys.argv[1], "rb") as source:
    writer = IncrementalPdfFileWriter(source)
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    with open(sys.argv[2], "wb") as target:
        writer.write(target)
