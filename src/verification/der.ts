/** Thrown for anything that is not strict DER (X.690); caught where a CMS or certificate is read. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

/** One TLV: `start` is its tag, `body` the first content byte, `end` the byte after. Offsets of `bytes`. */
export type Der = {
  readonly bytes: Buffer
  readonly tag: number
  readonly start: number
  readonly body: number
  readonly end: number
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context1: 0xa1,
  context3: 0xa3,
} as const

/** Reads one TLV: single-byte tags, definite and minimal lengths only (X.690, 10.1). Throws DerError. */
export function readDer(bytes: Buffer, start: number, limit: number): Der {
  if (start + 2 > limit) throw new DerError('cut off')
  const tag = bytes[start]!
  if ((tag & 0x1f) === 0x1f) throw new DerError('long tag')
  let length = bytes[start + 1]!
  let body = start + 2
  if (length >= 0x80) {
    const octets = length & 0x7f
    if (octets === 0 || octets > 4 || body + octets > limit) throw new DerError('bad length')
    length = bytes.readUIntBE(body, octets)
    body += octets
    if (length < 0x80 || length < 2 ** (8 * (octets - 1))) throw new DerError('length not minimal')
  }
  if (body + length > limit) throw new DerError('longer than its container')
  return { bytes, tag, start, body, end: body + length }
}

/** The elements inside a constructed one, at most 256. Throws DerError. */
export function children(parent: Der): Der[] {
  const found: Der[] = []
  for (let at = parent.body; at < parent.end; at = found.at(-1)!.end) {
    if (found.length === 256) throw new DerError('too many elements')
    found.push(readDer(parent.bytes, at, parent.end))
  }
  return found
}

/** Insists on a tag. Throws DerError, also for an absent element. */
export function expect(element: Der | undefined, tag: number): Der {
  if (element === undefined || element.tag !== tag) throw new DerError(`expected tag ${tag.toString(16)}`)
  return element
}

/** The whole TLV, without copying. */
export function derOf(element: Der): Buffer {
  return element.bytes.subarray(element.start, element.end)
}

/** The content, without copying. */
export function bodyOf(element: Der): Buffer {
  return element.bytes.subarray(element.body, element.end)
}

/** The body as lower-case hexadecimal; short values only (OIDs, algorithm identifiers). */
export function bodyHex(element: Der): string {
  return element.bytes.toString('hex', element.body, element.end)
}
