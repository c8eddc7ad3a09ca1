import { type Budget, orIfDamaged, PdfError, spendBytes } from './pdf-error.ts'
import { cursor, readUnsigned, skipWhite, takeWord } from './pdf-lexer.ts'
import {
  type IndirectObject,
  isDict,
  isRef,
  isStream,
  nameOf,
  type PdfDict,
  type PdfObject,
  type PdfStream,
  readIndirect,
  readValue,
} from './pdf-objects.ts'
import { scanObjects, scanTrailer, servesAsTrailer } from './pdf-rebuild.ts'
import { decodeStream } from './pdf-streams.ts'
import { readXref, type XrefEntry } from './pdf-xref.ts'

/** A PDF opened for reading; objects are loaded when asked for. All functions may throw PdfError. */
export type PdfFile = {
  readonly bytes: Buffer
  readonly budget: Budget
  readonly trailer: PdfDict
  readonly entries: ReadonlyMap<number, XrefEntry>
  /** revisions by the cross-reference chain; 0 when the chain is broken and objects were searched for */
  readonly revisions: number
  /** what the last startxref says; undefined when the chain is broken */
  readonly startxref: number | undefined
  /** Follows references; null for what does not exist (ISO 32000-2, 7.3.10). */
  resolve(value: PdfObject | undefined): PdfObject
  /** The decoded data, or undefined for a filter that bears no text. */
  decode(stream: PdfStream): Buffer | undefined
}

type ObjectStream = { readonly data: Buffer; readonly numbers: readonly number[]; readonly offsets: readonly number[] }

/** Opens strictly: the cross-reference chain must hold, and objects must stand where it says. Throws PdfError. */
export function openPdf(bytes: Buffer, budget: Budget): PdfFile {
  const xref = readXref(bytes, budget)
  return makeFile(bytes, budget, { ...xref, revisions: xref.sections, strict: true })
}

/** Opens as viewers do: where the chain is broken, objects are searched for. Throws PdfError when there is no Root. */
export function openLeniently(bytes: Buffer, budget: Budget): PdfFile {
  try {
    const xref = readXref(bytes, budget)
    const file = makeFile(bytes, budget, { ...xref, revisions: xref.sections, strict: false })
    // Of an encrypted file the catalog may be unreadable, and need not be read.
    if (isEncrypted(file) || isDict(file.resolve(xref.trailer.entries.get('Root')))) return file
  } catch (error) {
    if (!(error instanceof PdfError) || error.kind === 'limit') throw error
  }
  return rebuild(bytes, budget)
}

/** Does the newest trailer name an encryption dictionary (7.6.2)? Throws PdfError `limit`. */
export function isEncrypted(file: PdfFile): boolean {
  return orIfDamaged(() => isDict(file.resolve(file.trailer.entries.get('Encrypt'))), false)
}

function rebuild(bytes: Buffer, budget: Budget): PdfFile {
  const entries = scanObjects(bytes, budget)
  const empty: PdfDict = { type: 'dict', entries: new Map(), repeated: false }
  const given = scanTrailer(bytes, budget)
  const plan = { entries, trailer: given ?? empty, revisions: 0, startxref: undefined, strict: false }
  const file = makeFile(bytes, budget, plan)
  let trailer = given
  for (const number of [...entries.keys()]) {
    const value = orIfDamaged(() => file.resolve({ type: 'ref', number, generation: 0 }), null)
    const dict = isStream(value) ? value.dict : value
    if (!isDict(dict)) continue
    if (isStream(value) && nameOf(dict.entries.get('Type')) === 'ObjStm') addContained(entries, number, value, file)
    if (given === undefined && servesAsTrailer(dict)) trailer = dict
    if (nameOf(dict.entries.get('Type')) === 'Catalog' && trailer === undefined) trailer = catalogTrailer(number)
  }
  if (trailer === undefined) throw new PdfError('damaged', 'no catalog')
  return { ...file, trailer }
}

function catalogTrailer(number: number): PdfDict {
  return { type: 'dict', entries: new Map([['Root', { type: 'ref', number, generation: 0 }]]), repeated: false }
}

function addContained(entries: Map<number, XrefEntry>, container: number, stream: PdfStream, file: PdfFile): void {
  for (const [index, number] of orIfDamaged(() => readObjectStream(stream, file).numbers, []).entries()) {
    if (!entries.has(number)) entries.set(number, { container, index })
  }
}

type Plan = {
  readonly entries: ReadonlyMap<number, XrefEntry>
  readonly trailer: PdfDict
  readonly revisions: number
  readonly startxref: number | undefined
  readonly strict: boolean
}

function makeFile(bytes: Buffer, budget: Budget, plan: Plan): PdfFile {
  const { entries, trailer, revisions, startxref, strict } = plan
  const loaded = new Map<number, PdfObject>()
  const loading = new Set<number>()
  const containers = new Map<number, ObjectStream>()
  let searched: Map<number, XrefEntry> | undefined
  const file: PdfFile = { bytes, budget, trailer, entries, revisions, startxref, resolve, decode }
  return file

  function resolve(value: PdfObject | undefined): PdfObject {
    let found = value ?? null
    for (let hops = 0; isRef(found); hops += 1) {
      if (hops > 32) throw new PdfError('damaged', 'references run in a circle')
      found = load(found.number)
    }
    return found
  }

  function load(number: number): PdfObject {
    const known = loaded.get(number)
    if (known !== undefined) return known
    const entry = entries.get(number)
    if (entry === undefined || entry === null) return null
    if (loading.size > 32) throw new PdfError('limit', 'objects need one another too deep')
    if (loading.has(number)) throw new PdfError('damaged', 'an object needs itself')
    budget.objects -= 1
    if (budget.objects < 0) throw new PdfError('limit', 'too many objects')
    loading.add(number)
    try {
      const value = 'offset' in entry ? loadAt(number, entry.offset) : loadContained(number, entry)
      loaded.set(number, value)
      return value
    } finally {
      loading.delete(number)
    }
  }

  function loadAt(number: number, offset: number): PdfObject {
    const found = tryReadAt(number, offset)
    if (found !== undefined) return found.value
    // A wrong offset: look for the object's header, as viewers do.
    searched ??= scanObjects(bytes, budget)
    const other = searched.get(number)
    if (other === undefined || other === null || !('offset' in other)) return null
    return tryReadAt(number, other.offset)?.value ?? null
  }

  function tryReadAt(number: number, offset: number): IndirectObject | undefined {
    try {
      if (offset >= bytes.length) throw new PdfError('damaged', 'an object lies outside the file')
      const found = readIndirect(cursor(bytes, offset, budget))
      if (found.number !== number) throw new PdfError('damaged', 'another object stands here')
      return found
    } catch (error) {
      if (strict || !(error instanceof PdfError) || error.kind === 'limit') throw error
      return undefined
    }
  }

  function loadContained(number: number, entry: { container: number; index: number }): PdfObject {
    // An object stream stands in the file itself, never in another one (7.5.7).
    const where = entries.get(entry.container)
    if (where === undefined || where === null || !('offset' in where)) return null
    const container = containers.get(entry.container) ?? openContainer(entry.container)
    if (container === undefined) return null
    const index = container.numbers[entry.index] === number ? entry.index : container.numbers.indexOf(number)
    const offset = container.offsets[index]
    return offset === undefined ? null : readValue(cursor(container.data, offset, budget))
  }

  function openContainer(number: number): ObjectStream | undefined {
    const stream = load(number)
    if (!isStream(stream)) return undefined
    const container = readObjectStream(stream, file)
    containers.set(number, container)
    return container
  }

  function decode(stream: PdfStream): Buffer | undefined {
    return decodeStream(rawData(stream, file), stream.dict, resolve, budget)
  }
}

/** The data as they stand; where Length lies, up to the word endstream, as viewers do. */
function rawData(stream: PdfStream, file: PdfFile): Buffer {
  const length = file.resolve(stream.dict.entries.get('Length'))
  if (typeof length === 'number' && length >= 0 && stream.start + length <= stream.source.length) {
    const c = cursor(stream.source, stream.start + Math.floor(length), file.budget)
    skipWhite(c)
    if (takeWord(c, 'endstream')) return stream.source.subarray(stream.start, stream.start + Math.floor(length))
  }
  const end = stream.source.indexOf('endstream', stream.start)
  const stop = end < 0 ? stream.source.length : end
  spendBytes(file.budget, stop - stream.start)
  return stream.source.subarray(stream.start, stop)
}

function readObjectStream(stream: PdfStream, file: PdfFile): ObjectStream {
  const count = file.resolve(stream.dict.entries.get('N'))
  const first = file.resolve(stream.dict.entries.get('First'))
  const data = file.decode(stream)
  if (typeof count !== 'number' || typeof first !== 'number' || data === undefined) {
    throw new PdfError('damaged', 'bad object stream')
  }
  const c = cursor(data, 0, file.budget)
  const numbers: number[] = []
  const offsets: number[] = []
  while (numbers.length < count) {
    skipWhite(c)
    const number = readUnsigned(c)
    skipWhite(c)
    const offset = readUnsigned(c)
    if (number === undefined || offset === undefined) break
    file.budget.tokens -= 2
    numbers.push(number)
    offsets.push(first + offset)
  }
  return { data, numbers, offsets }
}
