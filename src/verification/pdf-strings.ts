import type { PdfString } from './pdf-objects.ts'

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 }

/** The bytes of a string, at most `limit` of the file's bytes read (ISO 32000-2, 7.3.4). */
export function stringBytes(value: PdfString, limit = 65_536): Buffer {
  const end = Math.min(value.end - 1, value.start + 1 + limit)
  const raw = value.source.toString('latin1', value.start + 1, end)
  if (value.hex) {
    const digits = raw.replace(/[^0-9A-Fa-f]/g, '')
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex')
  }
  const plain = raw.replace(/\\(\r\n|[0-7]{1,3}|[\s\S])/g, (_: string, code: string) => unescapeOne(code))
  return Buffer.from(plain, 'latin1')
}

function unescapeOne(code: string): string {
  if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8) & 0xff)
  if (code === '\r\n' || code === '\n' || code === '\r') return ''
  const byte = ESCAPES[code]
  return byte === undefined ? code : String.fromCharCode(byte)
}

/** A text string (7.9.2.2): UTF-16BE or UTF-8 by its mark, else read as Latin-1, which agrees for ASCII. */
export function textOf(value: PdfString): string {
  return decodeText(stringBytes(value))
}

/** Text by its byte order mark; without one, Latin-1. */
function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16be(bytes.subarray(2))
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2)
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3)
  return bytes.toString('latin1')
}

export function utf16be(bytes: Buffer): string {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le')
}

/** A date of ISO 32000-2, 7.9.4, to the second. Without a zone it is read as UTC. Undefined when malformed. */
export function dateOf(value: PdfString): Date | undefined {
  const text = stringBytes(value, 64).toString('latin1')
  const parts = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)'?)?$/.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second, sign, zoneHours, zoneMinutes] = parts
  const local = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const shift = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes))
  const date = new Date(local.getTime() - shift * 60_000)
  // 31 February rolls over in some engines; only a date that reads back the same counts.
  const rolled = !Number.isFinite(local.getTime()) || local.getUTCDate() !== Number(day)
  return rolled ? undefined : date
}
