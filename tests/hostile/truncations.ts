import { type Family, type HostileFile, hostile } from './hostile-file.ts'
import { at, type Parts } from './pdf-parts.ts'

type Landmark = (parts: Parts, text: string) => number

const middle = (span: { start: number; end: number }): number => Math.floor((span.start + span.end) / 2)

/** Cut off there: everything from that offset on is missing. */
const CUTS: readonly (readonly [name: string, does: string, where: Landmark])[] = [
  ['after-header', 'behind the line %PDF-1.7', () => 9],
  ['after-binary-comment', 'behind the second line', () => 15],
  ['in-first-object', 'amid the first object', () => 40],
  ['in-name-tree', 'amid the name tree', (_, text) => at(text, '/EmbeddedFiles')],
  ['in-catalog', 'amid the catalog', (_, text) => at(text, '/Type /Catalog') + 20],
  ['in-structure-tree', 'amid the structure tree', (_, text) => at(text, '/ParentTree') + 30],
  ['in-drawing', 'amid the compressed drawing of the page', (_, text) => at(text, 'stream\n') + 900],
  ['in-page', 'amid the page object', (_, text) => at(text, '/MediaBox')],
  ['in-structure-element', 'amid a structure element', (_, text) => at(text, '/S /P\n') + 8],
  ['in-file-specification', 'amid the file specification', (_, text) => at(text, '/AFRelationship') + 6],
  ['in-first-font', 'amid the font of the fixed text', (_, text) => at(text, '/FontFile2') + 3000],
  ['in-value-text', 'amid the text of the field values', (_, text) => at(text, '/Matrix[1 0 0 -1 0 841.89]') + 120],
  ['in-value-font', 'amid the font of the field values', (_, text) => at(text, '/Length1') + 2000],
  ['in-to-unicode', 'amid a ToUnicode map', (_, text) => at(text, 'beginbfchar') + 30],
  ['in-metadata', 'amid the XMP', (_, text) => at(text, '<?xpacket') + 500],
  ['in-attachment', 'amid the machine-readable data', (_, text) => at(text, '/EmbeddedFile/') + 150],
  ['before-signature-field', 'before the signature field', (_, text) => at(text, '/FT/Sig') - 40],
  ['before-signature', 'before the signature dictionary', (_, text) => at(text, '/Type/Sig/') - 10],
  ['in-byte-range', 'amid ByteRange', (parts) => middle(parts.byteRange)],
  ['before-contents', 'before the Contents string', (parts) => parts.contents.start],
  ['after-contents-opens', 'behind the < of Contents', (parts) => parts.contents.start + 1],
  ['in-contents', 'amid the CMS', (parts) => parts.contents.start + Math.floor(parts.cmsDigits / 2)],
  ['in-padding', 'amid the zeros behind the CMS', (parts) => parts.contents.end - 200],
  ['before-contents-closes', 'before the > of Contents', (parts) => parts.contents.end - 1],
  ['after-contents', 'behind the Contents string', (parts) => parts.contents.end],
  ['before-xref', 'before the cross-reference table', (parts) => parts.xref],
  ['in-xref', 'amid the cross-reference table', (parts) => middle({ start: parts.xref, end: parts.trailer })],
  ['before-trailer', 'before the trailer', (parts) => parts.trailer],
  ['in-trailer', 'amid the trailer', (parts) => parts.trailer + 30],
  ['before-startxref', 'before startxref', (parts) => parts.startxref],
  ['in-startxref', 'amid the number of startxref', (parts) => parts.startxref + 12],
  ['before-eof', 'before %%EOF', (parts) => parts.eof],
  ['in-eof', 'amid %%EOF', (parts) => parts.eof + 3],
  ['last-byte', 'the last byte, an end of line, is missing', (parts) => parts.eof + 5],
]

const cuts: readonly HostileFile[] = CUTS.map(([name, does, where]) =>
  hostile(`cut-${name}`, `cut off: ${does}`, 'damaged', ({ bytes, parts }) =>
    bytes.subarray(0, where(parts, bytes.toString('latin1'))),
  ),
)

const BLOCK = 4096

const losses: readonly HostileFile[] = [
  hostile('cut-in-header', 'cut off: amid %PDF-', 'not-pdf', ({ bytes }) => bytes.subarray(0, 3)),
  hostile('first-byte-missing', 'the first byte is missing', 'not-pdf', ({ bytes }) => bytes.subarray(1)),
  hostile('first-block-missing', 'the first 4 KiB are missing', 'not-pdf', ({ bytes }) => bytes.subarray(BLOCK)),
  hostile('first-half-missing', 'the first half is missing', 'not-pdf', ({ bytes }) =>
    bytes.subarray(bytes.length >> 1),
  ),
  hostile('halves-swapped', 'the second half stands before the first', 'not-pdf', ({ bytes }) =>
    Buffer.concat([bytes.subarray(bytes.length >> 1), bytes.subarray(0, bytes.length >> 1)]),
  ),
  hostile('second-half-zeros', 'a download that broke off: the second half is zeros', 'damaged', ({ bytes }) =>
    Buffer.from(bytes).fill(0, bytes.length >> 1),
  ),
  hostile('last-blocks-zeros', 'the last 8 KiB are zeros', 'damaged', ({ bytes }) =>
    Buffer.from(bytes).fill(0, bytes.length - 2 * BLOCK),
  ),
  hostile('block-missing', 'one block of 4 KiB amid the file is missing', 'altered', ({ bytes }) =>
    Buffer.concat([bytes.subarray(0, 3 * BLOCK), bytes.subarray(4 * BLOCK)]),
  ),
  hostile('block-zeros', 'one block of 4 KiB amid the file is zeros', 'altered', ({ bytes }) =>
    Buffer.from(bytes).fill(0, 3 * BLOCK, 4 * BLOCK),
  ),
  hostile('block-twice', 'one block of 4 KiB stands twice', 'altered', ({ bytes }) =>
    Buffer.concat([bytes.subarray(0, 4 * BLOCK), bytes.subarray(3 * BLOCK)]),
  ),
  hostile('header-and-tail', 'only the first line and the last 8 KiB', 'altered', ({ bytes }) =>
    Buffer.concat([bytes.subarray(0, 15), bytes.subarray(bytes.length - 2 * BLOCK)]),
  ),
]

/** Truncated at every structure, and what bad disks and lines make. */
export const truncations: Family = { title: 'Cut off, or with holes', files: [...cuts, ...losses] }
