import { latin1, type Objects, rebuilt } from './edit-pdf.ts'
import { type CmsFlaws, cmsBy, type Hand } from './forge-cms.ts'
import type { Base } from './hostile-file.ts'

export type SignatureDictionary = {
  readonly subFilter?: string
  readonly permission?: number | null
  readonly signedAt?: string | null
  /** entries besides */
  readonly more?: string
  /** hexadecimal digits kept free */
  readonly room?: number
  readonly type?: string
}

const BLANK = '[0 0000000000 0000000000 0000000000]'

/** A signature dictionary with room for its numbers and its CMS. */
export function signatureDictionary(of: SignatureDictionary = {}): string {
  const permission = of.permission === undefined ? 1 : of.permission
  const parameters = `<</Type/TransformParams/P ${permission}/V/1.2>>`
  const reference = `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams${parameters}>>]`
  const at = of.signedAt === undefined ? 'D:20260803020000Z' : of.signedAt
  return [
    `<</Type/${of.type ?? 'Sig'}/Filter/Adobe.PPKLite/SubFilter/${of.subFilter ?? 'ETSI.CAdES.detached'}`,
    at === null ? '' : `/M(${at})`,
    permission === null ? '' : reference,
    `${of.more ?? ''}/ByteRange${BLANK}/Contents<${'0'.repeat(of.room ?? 32_000)}>>>`,
  ].join('')
}

/** What a ByteRange covers, from the place of Contents and the size of the file: offset and length of each part. */
export type Coverage = (start: number, end: number, size: number) => readonly number[]

const EVERYTHING: Coverage = (start, end, size) => [0, start, end, size - end]

type Filling = { readonly upperCase?: boolean; readonly coverage?: Coverage }

/** Fills the last blank ByteRange and its Contents with what `make` gives for the covered bytes. */
export function filled(pdf: Buffer, make: (covered: Buffer) => Buffer, filling: Filling = {}): Buffer {
  const out = Buffer.from(pdf)
  const rangeAt = out.lastIndexOf(BLANK)
  const start = out.indexOf('/Contents<', rangeAt) + 9
  const end = out.indexOf('>', start) + 1
  if (rangeAt < 0 || start < 9) throw new Error('there is no room for a signature')
  const numbers = (filling.coverage ?? EVERYTHING)(start, end, out.length)
  out.write(`[${numbers.join(' ')}]`.padEnd(BLANK.length), rangeAt, 'latin1')
  const parts = numbers.flatMap((from, i) => (i % 2 === 0 ? [out.subarray(from, from + numbers[i + 1]!)] : []))
  const hex = make(Buffer.concat(parts)).toString('hex')
  if (hex.length > end - start - 2) throw new Error('the signature does not fit')
  out.write(filling.upperCase === true ? hex.toUpperCase() : hex, start + 1, 'latin1')
  return out
}

export type Resigning = {
  readonly hand: Hand
  readonly cms?: CmsFlaws
  readonly dictionary?: SignatureDictionary
  readonly objects?: Objects
  readonly filling?: Filling
  /** what is made of the finished message */
  readonly spoil?: (der: Buffer) => Buffer
}

/** The certificate with other objects, signed anew over all of it. */
export function resigned(base: Base, signing: Resigning): Buffer {
  const { hand, cms, dictionary, objects, filling, spoil = (der: Buffer) => der } = signing
  const { signature } = base.parts
  const blank = rebuilt(base, { [signature]: signatureDictionary(dictionary), ...objects })
  return filled(blank, (covered) => spoil(cmsBy(hand, covered, cms)), filling)
}

/** Data as a stream object. */
export function stream(dictionary: string, data: Buffer | string): string {
  const bytes = typeof data === 'string' ? latin1(data) : data
  return `<<${dictionary}/Length ${bytes.length}>>\nstream\n${bytes.toString('latin1')}\nendstream`
}
