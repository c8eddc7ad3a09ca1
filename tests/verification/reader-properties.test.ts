// Only on SQLite: what is read are strangers' bytes; that the register does not know them is told the same by both.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certificateFacts } from '../../src/verification/certificate-facts.ts'
import { readCms } from '../../src/verification/cms.ts'
import { children, DerError, readDer } from '../../src/verification/der.ts'
import { explainFile } from '../../src/verification/explain-file.ts'
import { findMarks } from '../../src/verification/our-marks.ts'
import { newBudget, PdfError } from '../../src/verification/pdf-error.ts'
import { cursor } from '../../src/verification/pdf-lexer.ts'
import { isDict, isStream, readIndirect, readValue } from '../../src/verification/pdf-objects.ts'
import { openLeniently, openPdf, type PdfFile } from '../../src/verification/pdf-reader.ts'
import { dateOf, textOf } from '../../src/verification/pdf-strings.ts'
import { readXref } from '../../src/verification/pdf-xref.ts'
import { findRawSignatures } from '../../src/verification/raw-signatures.ts'
import { checkIssuedFile } from '../../src/verification/signature-check.ts'
import { findStructuralSignatures } from '../../src/verification/structural-signatures.ts'
import { signerPath, type TrustAnchors, trustAnchors } from '../../src/verification/trust.ts'
import { dcertProperties } from '../../src/verification/xmp-properties.ts'
import { type Ground, prepareGround } from '../hostile/ground.ts'
import type { Base } from '../hostile/hostile-file.ts'
import { edited, edits } from '../hostile/random-edits.ts'
import { layOut, signedPdf, stream } from '../support/signed-pdf.ts'
import { makePki } from '../support/test-pki.ts'

/** The reader stops itself by then; an answer is due. */
const MOST_MILLISECONDS = 2000

let ground: Ground
let trust: TrustAnchors
/** small ones too, in which the same edits hit structure more often */
let valid: readonly Buffer[]

beforeAll(async () => {
  ground = await prepareGround()
  const folder = join(ground.environment.DCERT_DATA_DIR!, 'trust')
  trust = trustAnchors(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
  const pki = makePki('p-256')
  valid = [...ground.bases.map(({ bytes }) => bytes), signedPdf(pki), signedPdf(pki, { xref: 'stream' })]
})
afterAll(() => ground?.remove())

/** Whatever is read: an answer, or the reader's own error; nothing else is thrown. */
function readOr(error: typeof PdfError | typeof DerError, read: () => unknown): void {
  try {
    read()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(error)
  }
}

/** Everything that an explanation could come to read. */
function readAll(file: PdfFile): void {
  const catalog = file.resolve(file.trailer.entries.get('Root'))
  for (const number of file.entries.keys()) {
    readOr(PdfError, () => {
      const value = file.resolve({ type: 'ref', number, generation: 0 })
      if (isStream(value)) file.decode(value)
    })
  }
  if (!isDict(catalog)) return
  readOr(PdfError, () => findMarks(file, catalog))
  readOr(PdfError, () => findStructuralSignatures(file, catalog, trust))
}

function readEverywhere(bytes: Buffer): void {
  const began = performance.now()
  readOr(PdfError, () => readXref(bytes, newBudget()))
  readOr(PdfError, () => readAll(openPdf(bytes, newBudget())))
  readOr(PdfError, () => readAll(openLeniently(bytes, newBudget())))
  readOr(PdfError, () => findRawSignatures(bytes, newBudget()))
  expect(performance.now() - began).toBeLessThan(4 * MOST_MILLISECONDS)
}

/** Never a word that alarms or pleases, and in time. */
function explains(bytes: Buffer): string {
  const began = performance.now()
  const { reason } = explainFile(bytes, trust)
  expect(performance.now() - began).toBeLessThan(MOST_MILLISECONDS)
  expect(checkIssuedFile(bytes, trust).sound).toBe(false)
  return reason
}

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom('<<', '>>', '[', ']', '(', ')', '<', '>', '/', '%', '\n', ' ', '1 0 obj', 'endobj', '2 0 R', 'R'),
      fc.constantFrom(
        'stream\n',
        'endstream',
        'xref\n',
        'trailer',
        'startxref\n9',
        '%%EOF',
        'true',
        'null',
        '\\',
        '#41',
      ),
      fc.constantFrom(
        '/Root 1 0 R',
        '/Type/Catalog',
        '/Pages 2 0 R',
        '/Kids[',
        '/Length 7',
        '/Filter/FlateDecode',
        '/Prev 9',
      ),
      fc.constantFrom(
        '/Type/ObjStm/N 3/First 9',
        '/Type/XRef/W[1 2 1]',
        '/ByteRange[0 9 99 9]',
        '/Contents<3082',
        '/Size 9',
      ),
      fc.integer().map(String),
      fc.double().map(String),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 120 },
  )
  .map((words) => Buffer.from(`%PDF-1.7\n${words.join('')}`, 'latin1'))

describe('the readers throw nothing but their own errors, and come to an end', () => {
  test('PDF: random bytes, and words of PDF in random order', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 4000 }).map((b) => Buffer.from(b)),
          soup,
        ),
        (bytes) => {
          readEverywhere(bytes)
          readOr(PdfError, () => readValue(cursor(bytes, 9, newBudget())))
          readOr(PdfError, () => readIndirect(cursor(bytes, 9, newBudget())))
          expect(explains(bytes)).not.toBe('not-registered')
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('PDF: random edits of valid files', () => {
    fc.assert(
      fc.property(fc.nat(valid.length - 1), edits, (n, changes) => readEverywhere(edited(valid[n]!, changes))),
      { numRuns: 250 },
    )
  })

  test('DER, CMS and certificates: random bytes, and random edits of valid ones', () => {
    const messages = ground.bases.map(cmsOf)
    const certificates = ground.bases.flatMap(({ hand }) => hand.chain)
    const random = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes))
    const all = [...messages, ...certificates]
    const changed = fc.tuple(fc.nat(all.length - 1), edits).map(([n, changes]) => edited(all[n]!, changes))
    fc.assert(
      fc.property(fc.oneof(random, changed), (der) => {
        readOr(DerError, () => descend(der))
        readOr(DerError, () => readCms(der))
        readOr(DerError, () => certificateFacts(der))
        // Of what OpenSSL cannot read no path is made; nothing is thrown at all.
        signerPath(trust, [der, ...certificates], Buffer.alloc(4), der.subarray(0, 8))
      }),
      { numRuns: 1000 },
    )
  })

  test('strings, dates and XMP: any bytes have a meaning, or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (random, hex) => {
        const source = Buffer.from(random)
        const string = { type: 'string', hex, source, start: 0, end: source.length } as const
        expect(typeof textOf(string)).toBe('string')
        dateOf(string)
        dcertProperties(source)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('whatever differs from what was issued is a failure (E26)', () => {
  test('random edits of certificates: never success, never the alarm of a file that we signed', async () => {
    const app = await ground.openVerifier()
    await fc.assert(
      fc.asyncProperty(fc.nat(ground.bases.length - 1), edits, async (n, changes) => {
        const { bytes } = ground.bases[n]!
        const other = edited(bytes, changes)
        fc.pre(!other.equals(bytes))
        expect(explains(other)).not.toBe('not-registered')
        expect(await app.verification().verifyFile(other)).toMatchObject({ outcome: 'failure', certificate: null })
      }),
      { numRuns: 300 },
    )
    await app.close()
  })

  test('one byte turned, at the header, the signature, the end and every so often between: altered', () => {
    for (const base of ground.bases) {
      for (const at of sampled(base)) {
        const bytes = Buffer.from(base.bytes)
        bytes[at]! ^= [0x01, 0x20, 0x80, 0xff][at % 4]!
        const where = { base: base.name, at }
        expect({ ...where, reason: explains(bytes) }).toEqual({ ...where, reason: at < 5 ? 'not-pdf' : 'altered' })
      }
    }
  })
})

describe('limits', () => {
  test('one that is exceeded is told', () => {
    const zeros = deflateSync(Buffer.alloc(100 << 20))
    const drawing = stream('/Filter/FlateDecode', zeros)
    const bomb = layOut(['<</Type/Catalog/Pages 2 0 R>>', '<</Kids[3 0 R]>>', '<</Type/Page/Contents 4 0 R>>', drawing])
    const { reason, checks } = explainFile(bomb, trust)
    expect(reason).toBe('damaged')
    expect(checks.at(-1)).toMatchObject({ name: 'limits', passed: false })
  })

  test('depth is limited by count, not by the stack', () => {
    const [structure] = checkIssuedFile(layOut(['['.repeat(200_000)]), trust).checks.slice(-1)
    expect(structure).toMatchObject({ name: 'structure', passed: false, detail: 'nested too deep' })
  })
})

/** Byte positions: all of the header, the signature dictionary but every third of its digits, and the end. */
function sampled({ bytes, parts }: Base): number[] {
  const all = Array.from(bytes, (_, at) => at)
  const { start, end } = parts.contents
  return all.filter((at) => {
    if (at < 32 || at > parts.startxref - 80) return true
    if (at > start && at < end) return at % 9 === 0
    return at > parts.byteRange.start - 80 && at < start ? true : at % 151 === 0
  })
}

function cmsOf({ bytes, parts }: Base): Buffer {
  const start = parts.contents.start + 1
  return Buffer.from(bytes.toString('latin1', start, start + parts.cmsDigits), 'hex')
}

function descend(der: Buffer): void {
  const waiting = [readDer(der, 0, der.length)]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ((next.tag & 0x20) !== 0) waiting.push(...children(next))
  }
}
