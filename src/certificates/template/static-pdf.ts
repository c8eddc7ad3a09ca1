import type { CompiledTemplate, OwnObject } from './compile-template.ts'

const HEADER = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')

/**
 * Takes apart a file that pdfkit has just written (one page, classic cross-reference table), keeps what every
 * certificate shares, and gives numbers to what each brings itself.
 * @param own numbers of the placeholders that are to be left out
 */
export function readStaticPdf(
  file: Buffer,
  own: ReadonlySet<number>,
): Pick<CompiledTemplate, 'head' | 'entries' | 'numbers' | 'catalog'> {
  const { objects, trailer } = readObjects(file)
  const text = (number: number): string => objects[number]?.toString('latin1') ?? ''
  const find = (pattern: RegExp, what: string): number => {
    const number = objects.findIndex(
      (object) => object !== undefined && pattern.test(object.toString('latin1', 0, 300)),
    )
    if (number < 0) throw new Error(`pdfkit wrote no ${what}`)
    return number
  }
  const info = reference(trailer, 'Info')
  const catalog = reference(trailer, 'Root')
  const page = find(/\/Type \/Page\b(?!s)/, 'page')
  const metadata = find(/\/Type \/Metadata/, 'metadata')
  const attachment = find(/\/Type \/EmbeddedFile/, 'attachment')
  const infoEntries = [...text(info).matchAll(/(\d+) 0 R/g)].map((match) => Number(match[1]))
  const leftOut = new Set([...own, info, metadata, attachment, ...infoEntries])

  const free = infoEntries.slice()
  let next = objects.length
  const take = (): number => free.shift() ?? next++
  const numbers: Record<OwnObject, number> = {
    info,
    metadata,
    attachment,
    resources: take(),
    signatureField: take(),
    signature: take(),
  }
  const form = `/AcroForm <<\n/SigFlags 3\n/Fields [${numbers.signatureField} 0 R]\n>>`
  const perms = `/Perms <<\n/DocMDP ${numbers.signature} 0 R\n>>`
  const changed = new Map([
    [catalog, withEntries(text(catalog), `${form}\n${perms}`)],
    [page, withEntries(text(page), `/Annots [${numbers.signatureField} 0 R]`)],
  ])

  const parts: Buffer[] = [HEADER]
  const entries: (string | undefined)[] = ['0000000000 65535 f \n']
  let offset = HEADER.length
  for (let number = 1; number < objects.length; number++) {
    const object = changed.get(number) ?? objects[number]
    if (object === undefined || leftOut.has(number)) continue
    entries[number] = xrefEntry(offset)
    parts.push(object)
    offset += object.length
  }
  // What is left of the freed numbers belongs to no object.
  for (const number of free) entries[number] = '0000000000 00000 f \n'
  return { head: Buffer.concat(parts), entries, numbers: { ...numbers, next }, catalog }
}

/** One line of a cross-reference table (ISO 32000-2, 7.5.4). */
export function xrefEntry(offset: number): string {
  return `${String(offset).padStart(10, '0')} 00000 n \n`
}

function readObjects(file: Buffer): { objects: (Buffer | undefined)[]; trailer: string } {
  const end = file.toString('latin1', file.length - 64)
  const xref = Number(/startxref\n(\d+)\n%%EOF/.exec(end)?.[1])
  const table = file.toString('latin1', xref)
  const count = Number(/^xref\n0 (\d+)\n/.exec(table)?.[1])
  const first = table.indexOf('\n', 5) + 1
  const offsets = Array.from({ length: count }, (_, i) => Number(table.slice(first + i * 20, first + i * 20 + 10)))
  const sorted = [...offsets.slice(1), xref].sort((a, b) => a - b)
  const objects = offsets.map((offset, number) => {
    if (number === 0) return undefined
    return file.subarray(
      offset,
      sorted.find((other) => other > offset),
    )
  })
  return { objects, trailer: table.slice(table.indexOf('trailer')) }
}

function reference(dictionary: string, key: string): number {
  const number = Number(new RegExp(`/${key} (\\d+) 0 R`).exec(dictionary)?.[1])
  if (Number.isNaN(number)) throw new Error(`pdfkit wrote no /${key}`)
  return number
}

function withEntries(object: string, entries: string): Buffer {
  const end = object.lastIndexOf('>>\nendobj')
  return Buffer.from(`${object.slice(0, end)}${entries}\n>>\nendobj\n`, 'latin1')
}
