import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv, type ErrorObject } from 'ajv'
import { AppError } from '../shared/app-error.ts'

export type CertificateProfile = {
  readonly baseUrl: string
  readonly certificates: Readonly<Record<'root' | 'issuing' | 'signer', CertificateData>>
}

/** One certificate as data; what each member may hold is said by certs/profile.schema.json. */
export type CertificateData = {
  readonly subject: Readonly<Partial<Record<NameAttribute, string>>>
  readonly validity: Validity
  readonly basicConstraints: { readonly critical: boolean; readonly ca: boolean; readonly pathLength?: number }
  readonly keyUsage: { readonly critical: boolean; readonly bits: readonly KeyUsageBit[] }
  readonly extendedKeyUsage?: { readonly critical: boolean; readonly purposes: readonly string[] }
  readonly policies?: readonly string[]
  readonly crl?: string
  readonly caIssuers?: string
  readonly ocsp?: string
}

export type NameAttribute = 'C' | 'ST' | 'L' | 'O' | 'OU' | 'CN'
export type KeyUsageBit = 'digitalSignature' | 'nonRepudiation' | 'keyCertSign' | 'cRLSign'
type Validity = { readonly years: number } | { readonly days: number }

const CERTS = new URL('../../certs/', import.meta.url)

/**
 * Reads and checks the profile of the development PKI.
 * @param file path of a profile; certs/profile.json of this repository unless named
 * @throws AppError INVALID_INPUT naming the file, the path in it (JSON pointer) and the reason
 */
export function loadCertificateProfile(
  file: string = fileURLToPath(new URL('profile.json', CERTS)),
): CertificateProfile {
  const profile = readJson(file)
  const schema = readJson(fileURLToPath(new URL('profile.schema.json', CERTS))) as object
  const validate = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false }).compile<CertificateProfile>(
    schema,
  )
  if (!validate(profile)) throw refusal(file, (validate.errors ?? []).filter(isNotWrapper).map(describe))
  refuseOutliving(file, profile)
  return profile
}

/** The last second of a validity that begins at `from` (RFC 5280 §4.1.2.5: both ends are included). */
export function endOfValidity(from: Date, validity: Validity): Date {
  const end = new Date(from)
  if ('years' in validity) end.setUTCFullYear(end.getUTCFullYear() + validity.years)
  else end.setUTCDate(end.getUTCDate() + validity.days)
  return new Date(end.getTime() - 1000)
}

function refuseOutliving(file: string, { certificates }: CertificateProfile): void {
  const from = new Date('2001-01-01T00:00:00Z')
  for (const [child, issuer] of [
    ['issuing', 'root'],
    ['signer', 'issuing'],
  ] as const) {
    const outlives =
      endOfValidity(from, certificates[child].validity) > endOfValidity(from, certificates[issuer].validity)
    if (outlives) throw refusal(file, [`/certificates/${child}/validity：不可比簽發它的 ${issuer} 更久`])
  }
}

function readJson(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('NOT_FOUND', `讀不到憑證設定檔 ${file}。`, { file }, { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw refusal(file, [`/：不是正確的 JSON（${(cause as Error).message}）`])
  }
}

/** `allOf` and the like only repeat what a member below them has said. */
function isNotWrapper(error: ErrorObject): boolean {
  return error.keyword !== 'allOf'
}

function describe(error: ErrorObject): string {
  const { allowedValues, allowedValue, additionalProperty } = error.params as Record<string, unknown>
  const extra = allowedValues ?? allowedValue ?? additionalProperty
  return `${error.instancePath || '/'}：${error.message}${extra === undefined ? '' : ` ${JSON.stringify(extra)}`}`
}

function refusal(file: string, problems: readonly string[]): AppError {
  return new AppError('INVALID_INPUT', `憑證設定檔 ${file} 不正確：${problems.join('；')}。`, { file, problems })
}
