import type { Base } from './hostile-file.ts'
import { objectsOf } from './pdf-parts.ts'

/** Objects by number, as Latin-1 text; null takes one away. */
export type Objects = Readonly<Record<number, string | null>>

export function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** The bytes with one text in place of another. @throws Error when it does not stand there */
export function replaced(bytes: Buffer, from: string, to: string): Buffer {
  const start = bytes.lastIndexOf(from, undefined, 'latin1')
  if (start < 0) throw new Error(`${from} does not stand in the file`)
  return Buffer.concat([bytes.subarray(0, start), latin1(to), bytes.subarray(start + from.length)])
}

/** As `replaced`, and nothing else moves: a shorter text is filled up with spaces. */
export function overwritten(bytes: Buffer, from: string, to: string): Buffer {
  if (to.length > from.length) throw new Error(`${to} is longer than ${from}`)
  return replaced(bytes, from, to.padEnd(from.length))
}

export function writtenAt(bytes: Buffer, offset: number, text: string | Buffer): Buffer {
  const out = Buffer.from(bytes)
  const what = typeof text === 'string' ? latin1(text) : text
  if (what.copy(out, offset) !== what.length) throw new Error('that does not fit into the file')
  return out
}

export function inserted(bytes: Buffer, offset: number, text: string | Buffer): Buffer {
  const what = typeof text === 'string' ? latin1(text) : text
  return Buffer.concat([bytes.subarray(0, offset), what, bytes.subarray(offset)])
}

export function without(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

/** ByteRange, brackets and all, written over; nothing else moves. */
export function withByteRange(base: Base, range: string): Buffer {
  const { start, end } = base.parts.byteRange
  if (range.length > end - start) throw new Error('that ByteRange does not fit')
  return writtenAt(base.bytes, start, range.padEnd(end - start))
}

/** What stands between `<` and `>` of Contents, written over from its beginning. */
export function withContents(base: Base, from: number, text: string): Buffer {
  return writtenAt(base.bytes, base.parts.contents.start + 1 + from, text)
}

export type Revision = {
  readonly objects: Objects
  /** entries of the trailer, besides Size, Root and Prev */
  readonly trailer?: string
  readonly root?: number
  /** in place of the last startxref of the file */
  readonly prev?: number | null
}

/** A file with a revision appended, as any editor does it. */
export function revised(bytes: Buffer, revision: Revision): Buffer {
  const text = bytes.toString('latin1', Math.max(0, bytes.length - 2048))
  const root = revision.root ?? Number(/\/Root (\d+) 0 R/.exec(text)?.[1] ?? 1)
  const last = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? 0)
  const prev = revision.prev === undefined ? last : revision.prev
  const entries = `/Size 200/Root ${root} 0 R${prev === null ? '' : `/Prev ${prev}`}${revision.trailer ?? ''}`
  return Buffer.concat([bytes, written(bytes.length, revision.objects, entries)])
}

function written(offset: number, objects: Objects, entries: string): Buffer {
  const chunks: Buffer[] = []
  let length = offset
  let table = 'xref\n'
  for (const [number, value] of Object.entries(objects)) {
    if (value === null) {
      table += `${number} 1\n0000000000 65535 f \n`
      continue
    }
    const chunk = latin1(`${number} 0 obj\n${value}\nendobj\n`)
    table += `${number} 1\n${String(length).padStart(10, '0')} 00000 n \n`
    chunks.push(chunk)
    length += chunk.length
  }
  return Buffer.concat([...chunks, latin1(`${table}trailer\n<<${entries}>>\nstartxref\n${length}\n%%EOF\n`)])
}

/** The certificate written anew with other objects: what a program does that reads and saves. */
export function rebuilt(base: Base, changes: Objects = {}, trailer = ''): Buffer {
  const objects = { ...Object.fromEntries(objectsOf(base.bytes)), ...changes }
  const header = latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')
  const { root, info } = base.parts
  return Buffer.concat([
    header,
    written(header.length, objects, `/Size 200/Root ${root} 0 R/Info ${info} 0 R${trailer}`),
  ])
}

/** Written anew without anything of the signature, as whoever wants to be rid of it does. */
export function unsigned(base: Base, changes: Objects = {}, trailer = ''): Buffer {
  const { root, page, field, signature } = base.parts
  const objects = objectsOf(base.bytes)
  const catalog = objects.get(root)!.replace(/\/AcroForm <<[^>]*>>\n\/Perms <<[^>]*>>\n/, '')
  const ownPage = objects.get(page)!.replace(/\/Annots \[[^\]]*\]\n/, '')
  return rebuilt(base, { [root]: catalog, [page]: ownPage, [field]: null, [signature]: null, ...changes }, trailer)
}

/** An object of the certificate with one text in place of another. */
export function objectWith(base: Base, number: number, from: string, to: string): string {
  const value = objectsOf(base.bytes).get(number)!
  if (!value.includes(from)) throw new Error(`${from} does not stand in object ${number}`)
  return value.replace(from, () => to)
}
