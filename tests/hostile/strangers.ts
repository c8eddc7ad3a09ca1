import { createPublicKey } from 'node:crypto'
import type { Reason } from '../../src/verification/verification-result.ts'
import { type Hand, signingTime } from './forge-cms.ts'
import {
  AUTHORITY_SIGNERS,
  type AuthoritySigner,
  type Base,
  type Family,
  type HostileFile,
  type Keys,
} from './hostile-file.ts'
import { stream } from './resign-pdf.ts'
import { by } from './signed-anew.ts'

const others: readonly HostileFile[] = [
  by('stranger', 'the certificate signed anew by a stranger', 'foreign-signature', (keys) => keys.stranger),
  by('namesake', 'signed by keys whose certificates bear our names', 'foreign-signature', (keys) => keys.namesake),
  by(
    'stranger-older-format',
    'signed by a stranger in the format of Adobe',
    'foreign-signature',
    (keys) => keys.stranger,
    () => ({
      dictionary: { subFilter: 'adbe.pkcs7.detached', permission: null },
      cms: { without: ['signing-certificate'], moreSigned: [signingTime(new Date('2026-08-01'))] },
    }),
  ),
  by(
    'stranger-with-our-chain',
    'signed by a stranger, our certificates beside',
    'altered',
    (keys) => keys.stranger,
    (keys, base) => ({
      cms: { certificates: [...keys.stranger.chain, ...base.hand.chain] },
    }),
  ),
  by('stranger-as-us', 'our certificate in it, the signature by another key', 'altered', (keys, base) => ({
    ...base.hand,
    key: ofKind(base, keys),
  })),
  by('swapped-public-key', 'our certificate with the public key of a stranger in it', 'altered', (keys, base) => {
    const key = ofKind(base, keys)
    return { key, chain: [withPublicKey(base.hand, key), ...base.hand.chain.slice(1)] }
  }),
  by(
    'stranger-unmarked',
    'another text, signed by a stranger, our marks taken away',
    'foreign-signature',
    (keys) => keys.stranger,
    (_, base) => ({
      objects: {
        [base.parts.content]: stream('', 'BT (x) Tj ET'),
        [base.parts.metadata]: stream('/Type/Metadata', '<x/>'),
      },
    }),
  ),
]

/** A key of the same kind as the base's that is not the base's. */
function ofKind(base: Base, { authority, namesake }: Keys): Hand['key'] {
  return base.hand.key.asymmetricKeyType === 'rsa' ? authority.rsa.key : namesake.key
}

function withPublicKey(hand: Hand, key: Hand['key']): Buffer {
  const spki = (one: Hand['key']): Buffer => createPublicKey(one).export({ type: 'spki', format: 'der' })
  const [own, other] = [spki(hand.key), spki(key)]
  const certificate = Buffer.from(hand.chain[0]!)
  const at = certificate.indexOf(own)
  if (at < 0 || own.length !== other.length) throw new Error('the public key does not stand there')
  other.copy(certificate, at)
  return certificate
}

/** Leaves of an authority that this verifier trusts. */
const SIGNERS: Readonly<Record<AuthoritySigner, readonly [does: string, reason: Reason]>> = {
  good: ['by another signer of a trusted authority', 'not-registered'],
  p384: ['by a P-384 signer of a trusted authority', 'not-registered'],
  rsa: ['by an RSA signer of a trusted authority', 'not-registered'],
  expired: ['by a certificate that had expired', 'foreign-signature'],
  notYetValid: ['by a certificate that was not valid yet', 'foreign-signature'],
  webServer: ['by a certificate for web servers', 'foreign-signature'],
  withoutPurpose: ['by a certificate without purpose', 'foreign-signature'],
  withoutNonRepudiation: ['by a certificate that must not sign documents', 'foreign-signature'],
  certifying: ['by a certificate that is an authority itself', 'foreign-signature'],
  root: ['by the root itself', 'foreign-signature'],
  issuingCa: ['by the issuing authority itself', 'foreign-signature'],
  belowSigner: ['by a certificate that a signer issued', 'altered'],
  tooLongPath: ['by a certificate of an authority that must not be', 'altered'],
  unknownCritical: ['by a certificate with a critical extension that nobody knows', 'altered'],
  underExpiredCa: ['by a certificate of an expired authority', 'foreign-signature'],
}

const authority: readonly HostileFile[] = AUTHORITY_SIGNERS.map((signer) =>
  by(
    `authority-${signer.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
    `signed anew ${SIGNERS[signer][0]}`,
    SIGNERS[signer][1],
    (keys) => keys.authority[signer],
  ),
)

export const strangers: Family = {
  title: 'Signed anew by strangers, and by signers of a trusted authority',
  files: [...others, ...authority],
}
