import { writeFileSync } from 'node:fs'
import { run, type ToolAnswer } from './tools.ts'

export type SignedParts = {
  /** the four numbers of each ByteRange */
  readonly byteRanges: readonly (readonly number[])[]
  /** what stands between the two parts that the first one covers */
  readonly contents: string
  readonly signed: Buffer
  readonly cms: Buffer
}

/** The signed bytes and the signature, found by looking for the words. */
export function takeApart(pdf: Buffer): SignedParts {
  const text = pdf.toString('latin1')
  const ranges = [...text.matchAll(/\/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]/g)]
  const byteRanges = ranges.map((range) => range.slice(1).map(Number))
  const [from = 0, firstLength = 0, second = 0, secondLength = 0] = byteRanges[0] ?? []
  const contents = text.slice(from + firstLength, second)
  const der = Buffer.from(contents.slice(1, -1), 'hex')
  const long = (der[1] ?? 0) & 0x7f
  return {
    byteRanges,
    contents,
    signed: Buffer.concat([pdf.subarray(from, from + firstLength), pdf.subarray(second, second + secondLength)]),
    cms: der.subarray(0, 2 + long + der.readUIntBE(2, long)),
  }
}

/** Asks openssl for the signature and the chain up to a root. @param place path that two files may be written at */
export async function opensslVerify(pdf: Buffer, root: string, place: string): Promise<ToolAnswer> {
  const { signed, cms } = takeApart(pdf)
  const [content, signature] = [`${place}.content`, `${place}.der`]
  writeFileSync(content, signed)
  writeFileSync(signature, cms)
  const trust = ['-CAfile', root, '-no-CApath', '-no-CAstore', '-purpose', 'any']
  const input = ['-binary', '-inform', 'DER', '-in', signature, '-content', content, '-out', '/dev/null']
  return run('openssl', ['cms', '-verify', ...trust, ...input])
}
