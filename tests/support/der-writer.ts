/** Writes DER for tests, independently of src/: a test PKI and CMS made of parts that can be left out or spoilt. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const hex = body.length.toString(16)
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x30, ...parts)
}

/** SET OF in DER order (X.690, 11.6) */
export function set(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x31, ...[...parts].sort(Buffer.compare))
}

export function integer(value: number): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return tlv(0x02, bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

export function octets(value: Uint8Array): Buffer {
  return tlv(0x04, value)
}

/** a dotted object identifier */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift(0x80 | (left & 0x7f))
    return groups
  })
  return tlv(0x06, Buffer.from(bytes))
}

export function utf8(text: string): Buffer {
  return tlv(0x0c, Buffer.from(text))
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5) */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`
  return date.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits))
}

export const NULL = Buffer.from([5, 0])
export const TRUE = Buffer.from([1, 1, 0xff])
