import { createPublicKey, type KeyObject } from 'node:crypto'
import { children, type Der, derOf, readDer } from '../../src/verification/der.ts'
import { octets, sequence, set, tlv } from '../support/der-writer.ts'
import { otherForm } from '../support/ecdsa-forms.ts'
import { withContents } from './edit-pdf.ts'
import { type Base, type Family, hostile } from './hostile-file.ts'

/** What of a CMS no signature covers; each part is DER. */
type Unsigned = { readonly certificates: readonly Buffer[]; readonly value: Buffer }

const parts = (of: Der): Buffer[] => children(of).map(derOf)
const read = (der: Buffer): Der => readDer(der, 0, der.length)

/** The genuine file, its CMS put together anew of the same parts: no key is needed. It must fit the room. */
function withCms(base: Base, change: (unsigned: Unsigned) => Unsigned): Buffer {
  const { start, end } = base.parts.contents
  const digits = base.bytes.toString('latin1', start + 1, start + 1 + base.parts.cmsDigits)
  const [type, wrapped] = children(read(Buffer.from(digits, 'hex')))
  const [version, digests, content, bag, infos] = parts(children(wrapped!)[0]!)
  const info = parts(children(read(infos!))[0]!)
  const value = children(read(sequence(info.at(-1)!)))[0]!
  const made = change({ certificates: parts(read(bag!)), value: value.bytes.subarray(value.body, value.end) })
  const signer = sequence(...info.slice(0, -1), octets(made.value))
  const data = sequence(version!, digests!, content!, tlv(0xa0, ...made.certificates), set(signer))
  const hex = sequence(derOf(type!), tlv(0xa0, data)).toString('hex')
  const room = end - start - 2
  if (hex.length > room) throw new Error('that CMS does not fit')
  if (hex === digits) throw new Error('nothing was changed')
  return withContents(base, 0, hex.padEnd(room, '0'))
}

/** (r, n - s); for RSA, which has no other value that verifies, n - s. */
function otherValue(value: Buffer, key: KeyObject): Buffer {
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (curve !== undefined) return otherForm(value, curve)
  const modulus = BigInt(`0x${Buffer.from(key.export({ format: 'jwk' }).n!, 'base64url').toString('hex')}`)
  const other = modulus - BigInt(`0x${value.toString('hex')}`)
  return Buffer.from(other.toString(16).padStart(value.length * 2, '0'), 'hex')
}

export const genuineCms: Family = {
  title: 'The CMS of a genuine file put together anew, without any key',
  files: [
    hostile('genuine-certificates-swapped', 'the issuing authority before the signer', 'altered', (base) =>
      withCms(base, ({ certificates, value }) => ({ certificates: [...certificates].reverse(), value })),
    ),
    hostile('genuine-authority-only', 'the signer taken out, the issuing authority is left', 'altered', (base) =>
      withCms(base, ({ certificates, value }) => ({ certificates: certificates.slice(1), value })),
    ),
    hostile('genuine-authority-repeated', 'the issuing authority twice, the signer not', 'altered', (base) =>
      withCms(base, ({ certificates, value }) => ({ certificates: [certificates[1]!, certificates[1]!], value })),
    ),
    hostile(
      'genuine-other-value',
      'the signature value in its other form, (r, n − s), which verifies; by RSA, where there is none, n − s',
      'altered',
      (base) =>
        withCms(base, ({ certificates, value }) => ({
          certificates,
          value: otherValue(value, createPublicKey(base.hand.key)),
        })),
    ),
  ],
}
