/** Namespace of our properties in XMP; the marker of previews stands in it, fixed for good. */
export const DCERT_NAMESPACE = 'https://dcert.moe.gov.tw/ns/1.0/'

const MAX_XMP = 1 << 20

/**
 * Our properties in an XMP packet (ISO 16684-1), as elements or attributes, whatever prefix is bound to our namespace.
 * A small scan that tolerates damage; not an XML parser, so no entities, no external subsets.
 */
export function dcertProperties(packet: Buffer): Map<string, string> {
  const text = decode(packet.subarray(0, MAX_XMP))
  const found = new Map<string, string>()
  for (const prefix of prefixes(text)) {
    const element = new RegExp(`<${prefix}:([A-Za-z]{1,32})(?:\\s[^<>]{0,500})?>([^<]{0,500})<`, 'g')
    const attribute = new RegExp(
      `\\s${prefix}:([A-Za-z]{1,32})\\s{0,8}=\\s{0,8}(?:"([^"<]{0,500})"|'([^'<]{0,500})')`,
      'g',
    )
    for (const [, name, value] of text.matchAll(element)) found.set(name!, value!.trim())
    for (const [, name, one, two] of text.matchAll(attribute)) found.set(name!, (one ?? two ?? '').trim())
  }
  return found
}

function prefixes(text: string): Set<string> {
  const found = new Set<string>()
  for (let at = text.indexOf(DCERT_NAMESPACE); at >= 0 && found.size < 8; at = text.indexOf(DCERT_NAMESPACE, at + 1)) {
    const match = /\sxmlns:([A-Za-z][A-Za-z0-9_]{0,31})\s{0,8}=\s{0,8}["']$/.exec(text.slice(Math.max(0, at - 80), at))
    if (match !== null) found.add(match[1]!)
  }
  return found
}

function decode(packet: Buffer): string {
  if (packet[0] === 0xfe && packet[1] === 0xff) {
    return Buffer.from(packet.subarray(0, packet.length & ~1))
      .swap16()
      .toString('utf16le')
  }
  return packet.toString(packet[0] === 0xff && packet[1] === 0xfe ? 'utf16le' : 'utf8')
}
