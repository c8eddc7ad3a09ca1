import type { Reason } from '../../src/verification/verification-result.ts'
import { NULL, oid, sequence } from '../support/der-writer.ts'
import { objectWith, unsigned, withContents } from './edit-pdf.ts'
import { noise } from './foreign-bytes.ts'
import { attribute, type CmsFlaws, cmsBy, indefinite, signingTime } from './forge-cms.ts'
import { type Base, type Family, type HostileFile, hostile, type Keys } from './hostile-file.ts'
import { type Coverage, type SignatureDictionary, stream } from './resign-pdf.ts'
import { by } from './signed-anew.ts'

/** Our own key, in files that we never issue: stolen, or misused. */
const DICTIONARIES: readonly (readonly [name: string, does: string, dictionary: SignatureDictionary])[] = [
  ['form-filling', 'which permits filling in forms (DocMDP P 2)', { permission: 2 }],
  ['annotations', 'which permits annotations (DocMDP P 3)', { permission: 3 }],
  ['approval', 'as an approval, not a certification', { permission: null }],
  ['other-sub-filter', 'with SubFilter adbe.pkcs7.detached', { subFilter: 'adbe.pkcs7.detached' }],
  ['extra-entries', 'with a name and a reason', { more: '/Name(Somebody)/Reason(Because)' }],
  ['second-byte-range', 'with a second ByteRange key before', { more: '/ByteRange[0 1 2 3]' }],
]

/** Signed so that something is not covered, which the digest alone does not show. */
const COVERAGES: readonly (readonly [name: string, does: string, reason: Reason, coverage: Coverage])[] = [
  [
    'gap-wider-before',
    'the gap begins 100 bytes before Contents',
    'altered',
    (a, b, size) => [0, a - 100, b, size - b],
  ],
  [
    'gap-wider-behind',
    'the gap ends 20 bytes behind Contents',
    'altered',
    (a, b, size) => [0, a, b + 20, size - b - 20],
  ],
  [
    'gap-narrower',
    'the gap leaves out the zeros of Contents only',
    'altered',
    (a, b, size) => [0, a, b - 1, size - b + 1],
  ],
  ['header-not-covered', 'the header is not covered', 'altered', (a, b, size) => [9, a - 9, b, size - b]],
  ['end-not-covered', 'the last 30 bytes are not covered', 'appended', (a, b, size) => [0, a, b, size - b - 30]],
  ['first-part-only', 'nothing behind Contents is covered', 'altered', (a, b) => [0, a, b, 0]],
  ['one-part', 'one part only', 'altered', (a) => [0, a]],
  ['three-parts', 'three parts with two gaps', 'altered', (a, b, size) => [0, 9, 20, a - 20, b, size - b]],
]

const CMS: readonly (readonly [
  name: string,
  does: string,
  flaws: CmsFlaws | ((base: Base, keys: Keys) => CmsFlaws),
])[] = [
  ['signing-time', 'with signing-time', { moreSigned: [signingTime(new Date('2026-08-03'))] }],
  ['unsigned-attribute', 'with an unsigned attribute', { unsigned: [attribute('1.2.3.4', NULL)] }],
  ['without-signing-certificate', 'without signing-certificate-v2', { without: ['signing-certificate'] }],
  [
    'other-signing-certificate',
    'signing-certificate-v2 names another certificate',
    (_, keys) => ({ namesCertificate: keys.stranger.chain[0]! }),
  ],
  ['without-message-digest', 'without message-digest', { without: ['message-digest'] }],
  ['without-content-type', 'without content-type', { without: ['content-type'] }],
  ['message-digest-twice', 'with message-digest twice', { twice: 'message-digest' }],
  ['other-digest', 'with the digest of other bytes', { coveredDigest: Buffer.alloc(32, 7) }],
  ['other-content-type', 'with another content type', { contentType: '1.2.840.113549.1.9.16.1.4' }],
  ['no-signed-attributes', 'without signed attributes', { noSignedAttributes: true }],
  ['no-signer', 'with no signer at all', { signers: 0 }],
  ['two-signers', 'signed twice by the same key', { signers: 2 }],
  ['two-signers-stranger', 'signed by a stranger besides', (_, keys) => ({ signers: 2, second: keys.stranger })],
  ['sha-1', 'with SHA-1', { digest: 'sha1' }],
  ['sha-512', 'with SHA-512', { digest: 'sha512' }],
  ['attached', 'with the content in the message', { embedded: Buffer.from('content') }],
  ['attached-empty', 'with an empty content in the message', { embedded: Buffer.alloc(0) }],
  ['crls', 'with revocation lists in the message', { crls: true }],
  ['version', 'with another version', { version: 3 }],
  ['no-certificates', 'without any certificate', { certificates: [] }],
  [
    'certificate-beside',
    "with a stranger's certificate beside the chain",
    (base, keys) => ({ certificates: [...base.hand.chain, keys.stranger.chain[0]!] }),
  ],
  [
    'authority-repeated',
    'with the issuing authority twice',
    (base) => ({ certificates: [...base.hand.chain, base.hand.chain[1]!] }),
  ],
  ['signer-repeated', 'with the signer twice', (base) => ({ certificates: [base.hand.chain[0]!, ...base.hand.chain] })],
  ['digest-null', 'with NULL parameters of the digest algorithm', { digestNull: ['message', 'signer'] }],
  [
    'digest-null-message',
    'with NULL parameters of the digest algorithm, of the message only',
    { digestNull: ['message'] },
  ],
  [
    'digest-null-signer',
    'with NULL parameters of the digest algorithm, of the signer only',
    { digestNull: ['signer'] },
  ],
  ['signer-only', 'without the issuing authority', (base) => ({ certificates: base.hand.chain.slice(0, 1) })],
  [
    'nine-certificates',
    'with nine certificates',
    (base) => ({ certificates: [...base.hand.chain, ...Array.from({ length: 7 }, () => base.hand.chain[0]!)] }),
  ],
  ['by-key-identifier', 'the signer named by its key', { bySubjectKey: true }],
  ['value-empty', 'the signature value empty', { value: () => Buffer.alloc(0) }],
  ['value-zero', 'the signature value nought', { value: () => Buffer.from('3006020100020100', 'hex') }],
  ['value-random', 'the signature value made up', { value: () => noise(256) }],
  ['algorithm-none', 'a signature algorithm that does not exist', { algorithm: sequence(oid('1.2.3.4')) }],
  ['algorithm-pss', 'RSASSA-PSS named as the algorithm', { algorithm: sequence(oid('1.2.840.113549.1.1.10')) }],
]

/** Only who has the key can make these: the operator is alarmed. Anybody could spoil a certificate into the others. */
const ALARMING = new Set(['signing-time'])
/** Without the way to our root nothing tells that the signer is ours. */
const NO_WAY_TO_US = new Set(['no-certificates', 'signer-only'])

function reasonOf(name: string): Reason {
  if (NO_WAY_TO_US.has(name)) return 'foreign-signature'
  return ALARMING.has(name) ? 'not-registered' : 'altered'
}

const ourselves: readonly HostileFile[] = [
  by(
    'ours-not-registered',
    'another name, signed anew by our own key',
    'not-registered',
    (_, base) => base.hand,
    (_, base) => ({
      objects: { [base.parts.content]: stream('', 'BT (Professor FORGED NAME) Tj ET') },
    }),
  ),
  by('ours-copy', 'the same certificate, signed anew by our own key', 'not-registered', (_, base) => base.hand),
  ...DICTIONARIES.map(([name, does, dictionary]) =>
    by(
      `ours-${name}`,
      `signed anew by our own key, ${does}`,
      'not-registered',
      (_, base) => base.hand,
      () => ({ dictionary }),
    ),
  ),
  by(
    'ours-upper-case',
    'signed anew by our own key, Contents in upper case',
    'altered',
    (_, base) => base.hand,
    () => ({ filling: { upperCase: true } }),
  ),
  by(
    'ours-signed-long-ago',
    'signed by our own key, dated before it was made',
    'foreign-signature',
    (_, base) => base.hand,
    () => ({ dictionary: { signedAt: 'D:19990101000000Z' } }),
  ),
  by(
    'ours-signed-in-future',
    'signed by our own key, dated when it has expired',
    'foreign-signature',
    (_, base) => base.hand,
    () => ({ dictionary: { signedAt: 'D:20990101000000Z' } }),
  ),
  by(
    'ours-not-dated',
    'signed by our own key, without a date',
    'foreign-signature',
    (_, base) => base.hand,
    () => ({ dictionary: { signedAt: null } }),
  ),
  by(
    'ours-dated-nonsense',
    'signed by our own key, dated 31 February',
    'foreign-signature',
    (_, base) => base.hand,
    () => ({ dictionary: { signedAt: 'D:20260231000000Z' } }),
  ),
  by(
    'ours-with-annotation',
    'an annotation in the signed revision, by our own key',
    'not-registered',
    (_, base) => base.hand,
    (_, base) => ({
      objects: {
        [base.parts.page]: objectWith(
          base,
          base.parts.page,
          `/Annots [${base.parts.field} 0 R]`,
          `/Annots [${base.parts.field} 0 R 130 0 R]`,
        ),
        130: '<</Type/Annot/Subtype/FreeText/Rect[90 400 500 600]/Contents(FORGED)>>',
      },
    }),
  ),
  by(
    'ours-two-fields',
    'two fields with the one signature, by our own key',
    'not-registered',
    (_, base) => base.hand,
    (_, base) => ({
      objects: {
        [base.parts.root]: objectWith(
          base,
          base.parts.root,
          `/Fields [${base.parts.field} 0 R]`,
          `/Fields [${base.parts.field} 0 R 130 0 R]`,
        ),
        130: `<</FT/Sig/T(Second)/V ${base.parts.signature} 0 R>>`,
      },
    }),
  ),
  by(
    'ours-without-field',
    'signed by our own key, and no field leads to it',
    'not-registered',
    (_, base) => base.hand,
    (_, base) => ({
      objects: { [base.parts.field]: null },
    }),
  ),
  ...COVERAGES.map(([name, does, reason, coverage]) =>
    by(
      `ours-${name}`,
      `signed anew by our own key, ${does}`,
      reason,
      (_, base) => base.hand,
      () => ({ filling: { coverage } }),
    ),
  ),
  ...CMS.map(([name, does, flaws]) =>
    by(
      `cms-${name}`,
      `signed anew by our own key, ${does}`,
      reasonOf(name),
      (_, base) => base.hand,
      (keys, base) => ({
        cms: typeof flaws === 'function' ? flaws(base, keys) : flaws,
      }),
    ),
  ),
  by(
    'cms-indefinite-length',
    'the message in BER, its length not given',
    'altered',
    (_, base) => base.hand,
    () => ({ spoil: indefinite }),
  ),
  by(
    'cms-garbage-behind',
    'signed anew by our own key, garbage behind the message',
    'altered',
    (_, base) => base.hand,
    () => ({
      spoil: (der) => Buffer.concat([der, Buffer.from('garbage')]),
    }),
  ),
  hostile(
    'cms-by-stranger-in-place',
    "our file, a stranger's message in place of ours",
    'foreign-signature',
    (base, { stranger }) => {
      const { start, end } = base.parts.contents
      const covered = Buffer.concat([base.bytes.subarray(0, start), base.bytes.subarray(end)])
      const room = end - start - 2
      return withContents(base, 0, cmsBy(stranger, covered).toString('hex').padEnd(room, '0'))
    },
  ),
  hostile(
    'cms-by-namesake-in-place',
    'our file, a message by our names with other keys in place of ours',
    'foreign-signature',
    (base, { namesake }) => {
      const { start, end } = base.parts.contents
      const covered = Buffer.concat([base.bytes.subarray(0, start), base.bytes.subarray(end)])
      return withContents(
        base,
        0,
        cmsBy(namesake, covered)
          .toString('hex')
          .padEnd(end - start - 2, '0'),
      )
    },
  ),
  hostile('signature-removed', 'written anew without the signature', 'resaved', (base) => unsigned(base)),
]

export const ownKey: Family = { title: 'Signed anew by our own key, stolen or misused', files: ourselves }
