import { hash } from 'node:crypto'
import { algorithmOfKey } from './key-algorithms.ts'
import { type KeystoreInput, readKeyMaterial } from './keystore.ts'
import { oneLineName } from './keystore-checks.ts'
import { type KeystorePaths, readKeystoreFiles } from './read-keystore.ts'

/** A plain object, as `dcert keys status --json` prints it. */
export type KeysStatus = {
  readonly source: string
  readonly subject: string
  readonly issuer: string
  /** Hexadecimal, upper case. */
  readonly serial: string
  /** `rsa-2048` and the like; of a key that is refused what it is instead. */
  readonly algorithm: string
  /** RFC 3339, UTC. */
  readonly notBefore: string
  readonly notAfter: string
  /** Whole days until notAfter; negative when it has passed. */
  readonly daysLeft: number
  /** SHA-256 of the certificate's DER, 64 hex digits in lower case. */
  readonly sha256: string
  readonly chain: readonly { subject: string; serial: string; notAfter: string }[]
  readonly chainOk: boolean
  /** Whether openKeystore accepts it now. */
  readonly usable: boolean
  readonly problems: readonly string[]
}

/**
 * What the signing key is and how long it lasts; an expired or unfit one is described, not refused.
 * @throws AppError as readKeystore, when the files are missing or cannot be opened at all
 */
export async function keysStatus(paths: KeystorePaths, now: Date): Promise<KeysStatus> {
  return statusOf(await readKeystoreFiles(paths, now))
}

/** keysStatus of bytes already read. */
export function statusOf(input: KeystoreInput): KeysStatus {
  const { certificate, chain, privateKey, problems } = readKeyMaterial(input)
  const { algorithm, found } = algorithmOfKey(privateKey)
  const DAY = 86_400_000
  return {
    source: input.source,
    subject: oneLineName(certificate.subject),
    issuer: oneLineName(certificate.issuer),
    serial: certificate.serialNumber,
    algorithm: algorithm ?? found,
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
    daysLeft: Math.floor((certificate.validToDate.getTime() - input.now.getTime()) / DAY),
    sha256: hash('sha256', certificate.raw, 'hex'),
    chain: chain.issuers.map((one) => ({
      subject: oneLineName(one.subject),
      serial: one.serialNumber,
      notAfter: one.validToDate.toISOString(),
    })),
    chainOk: !problems.some(({ reason }) => reason === 'broken-chain'),
    usable: problems.length === 0,
    problems: problems.map(({ message }) => message),
  }
}
