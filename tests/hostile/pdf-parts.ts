/** Offsets of an issued certificate. Read by searching, not by the reader under test. */
export type Parts = {
  /** of the catalog, as object number */
  readonly root: number
  readonly info: number
  readonly page: number
  readonly content: number
  readonly signature: number
  readonly field: number
  readonly metadata: number
  readonly attachment: number
  /** `start` is "[", `end` the byte after "]" */
  readonly byteRange: Span
  /** `start` is "<", `end` the byte after ">" */
  readonly contents: Span
  /** hexadecimal digits of the CMS, without the zeros behind it */
  readonly cmsDigits: number
  readonly xref: number
  readonly trailer: number
  readonly startxref: number
  readonly eof: number
}
export type Span = { readonly start: number; readonly end: number }

/** Finds the parts. @throws Error when the bytes are no certificate of ours */
export function partsOf(bytes: Buffer): Parts {
  const text = bytes.toString('latin1')
  const number = (pattern: RegExp): number => Number(found(pattern.exec(text), String(pattern))[1])
  const start = at(text, '/Contents<') + 9
  const range = at(text, '/ByteRange[') + 10
  const page = number(/\n(\d+) 0 obj\n<<\n\/Type \/Page\n/)
  const length = text.slice(start + 1, start + 9)
  if (!length.startsWith('3082')) throw new Error('the CMS is of another size than certificates have')
  return {
    root: number(/\/Root (\d+) 0 R/),
    info: number(/\/Info (\d+) 0 R/),
    page,
    content: number(/\/Type \/Page\n[^>]*?\/Contents (\d+) 0 R/),
    signature: number(/\/DocMDP (\d+) 0 R/),
    field: number(/\/Fields \[(\d+) 0 R\]/),
    metadata: number(/\/Metadata (\d+) 0 R/),
    attachment: number(/\/EF <<\n\/F (\d+) 0 R/),
    byteRange: { start: range, end: text.indexOf(']', range) + 1 },
    contents: { start, end: text.indexOf('>', start) + 1 },
    cmsDigits: (Number.parseInt(length.slice(4), 16) + 4) * 2,
    xref: at(text, '\nxref\n') + 1,
    trailer: at(text, 'trailer\n'),
    startxref: at(text, 'startxref\n'),
    eof: at(text, '%%EOF'),
  }
}

/** Offset of a text that must stand there. */
export function at(text: string, wanted: string, from = 0): number {
  const offset = text.indexOf(wanted, from)
  if (offset < 0) throw new Error(`${wanted} does not stand in the certificate`)
  return offset
}

function found(match: RegExpExecArray | null, what: string): RegExpExecArray {
  if (match === null) throw new Error(`${what} does not stand in the certificate`)
  return match
}

/** The objects of an issued file by number, as Latin-1 text between `N 0 obj` and `endobj`. */
export function objectsOf(bytes: Buffer): Map<number, string> {
  const text = bytes.toString('latin1')
  const rows = text
    .slice(at(text, '\nxref\n') + 1, at(text, 'trailer\n'))
    .split('\n')
    .slice(2, -1)
  const offsets = rows.flatMap((row, number) =>
    row.includes(' n') ? [[number, Number(row.slice(0, 10))] as const] : [],
  )
  return new Map(
    offsets.map(([number, offset]) => {
      const body = text.slice(at(text, 'obj', offset) + 4, at(text, '\nendobj', streamEnd(text, offset)))
      return [number, body]
    }),
  )
}

/** Behind the data of a stream, which may hold anything; the offset itself for what is no stream. */
function streamEnd(text: string, offset: number): number {
  const head = text.slice(offset, Math.min(text.indexOf('endobj', offset), offset + 20_000))
  const stream = /\/Length (\d+)[\s\S]*?\bstream\n/.exec(head)
  return stream === null ? offset : offset + stream.index + stream[0].length + Number(stream[1])
}
