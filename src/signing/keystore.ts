import type { KeyObject, X509Certificate } from 'node:crypto'
import { AppError } from '../shared/app-error.ts'
import { algorithmOfKey, signBytes } from './key-algorithms.ts'
import {
  type IssuerChain,
  issuerChain,
  type KeystoreProblem,
  type KeystoreRefusal,
  keystoreProblems,
} from './keystore-checks.ts'
import { type Pkcs12Failure, readPkcs12 } from './read-pkcs12.ts'
import type { Signer } from './signer.ts'

export type Keystore = {
  readonly signer: Signer
  readonly certificate: X509Certificate
  /** The issuing CA first; the root last, when the file has it. */
  readonly chain: readonly X509Certificate[]
  readonly notBefore: Date
  readonly notAfter: Date
}

export type KeystoreInput = {
  readonly p12: Uint8Array
  readonly password: string
  readonly now: Date
  /** Path of the file, for messages. */
  readonly source: string
}

/**
 * Opens the PKCS#12 that holds the one signing key, its certificate and the chain.
 * The key is taken in once; every signature uses the open KeyObject.
 * @throws AppError INVALID_INPUT, `details.reason` a KeystoreRefusal, when dcert must not sign with it
 */
export function openKeystore(input: KeystoreInput): Keystore {
  const material = readKeyMaterial(input)
  const [problem] = material.problems
  if (problem !== undefined) throw refusal(problem, input.source)
  const { privateKey, certificate, chain } = material
  const algorithm = algorithmOfKey(privateKey).algorithm!
  const withoutRoot = chain.complete ? chain.issuers.slice(0, -1) : chain.issuers
  return {
    signer: {
      algorithm,
      chain: [certificate, ...withoutRoot].map((one) => new Uint8Array(one.raw)),
      sign: (bytes) => signBytes(algorithm, privateKey, bytes),
    },
    certificate,
    chain: chain.issuers,
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  }
}

export type KeyMaterial = {
  readonly privateKey: KeyObject
  readonly certificate: X509Certificate
  readonly chain: IssuerChain
  readonly problems: readonly KeystoreProblem[]
}

/**
 * Key, certificate and chain of a keystore, with all that speaks against using it.
 * @throws AppError INVALID_INPUT when there is no telling: unreadable, wrong password, not exactly one key and its certificate
 */
export function readKeyMaterial({ p12, password, now, source }: KeystoreInput): KeyMaterial {
  const contents = readPkcs12(p12, password)
  if (typeof contents === 'string') throw refusal({ reason: contents, message: UNREADABLE[contents] }, source)
  const { keys, certificates } = contents
  const [privateKey] = keys
  if (privateKey === undefined) {
    throw refusal({ reason: 'no-key', message: '檔案裡沒有私密金鑰。請連同私密金鑰重新匯出 PKCS#12。' }, source)
  }
  if (keys.length > 1) {
    const message = `檔案裡有 ${keys.length} 把私密金鑰，無法決定用哪一把。請只匯出文件簽章的那一把。`
    throw refusal({ reason: 'several-keys', message }, source)
  }
  const certificate = certificates.find((one) => one.checkPrivateKey(privateKey))
  if (certificate === undefined) {
    const message = '檔案裡沒有與私密金鑰相符的憑證。請重新匯出同一張憑證與它的金鑰。'
    throw refusal({ reason: 'key-mismatch', message }, source)
  }
  const found = { privateKey, certificate, chain: issuerChain(certificate, certificates) }
  return { ...found, problems: keystoreProblems(found, now) }
}

const UNREADABLE: Readonly<Record<Pkcs12Failure, string>> = {
  'not-pkcs12': '這不是以密碼保護的 PKCS#12（.p12、.pfx）檔案，或檔案已損毀。請重新匯出金鑰。',
  'wrong-password': '密碼不正確，或檔案已被更動。請檢查密碼檔的內容。',
  unsupported: '這個 PKCS#12 的加密方式無法讀取。請用 openssl pkcs12 -export 以 AES-256 重新匯出。',
}

function refusal({ reason, message }: { reason: KeystoreRefusal; message: string }, source: string): AppError {
  return new AppError('INVALID_INPUT', `不能使用金鑰檔 ${source}：${message}`, { reason, source })
}
