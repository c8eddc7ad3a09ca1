import type { CertificateContent } from '../../src/certificates/certificate-content.ts'
import { newToken } from '../../src/shared/ids.ts'

export const VERIFY_ADDRESS = 'https://dcert.moe.gov.tw/verify'

/** What a first Chinese version of a case shows. */
export function contentOf(approved: CertificateContent['case']): CertificateContent {
  const token = newToken()
  return {
    issuer: 'moe',
    kind: 'college-teacher',
    language: 'zh-TW',
    version: 1,
    mark: null,
    case: approved,
    minister: '甄育才',
    token,
    address: `https://dcert.moe.gov.tw/c/${token}`,
    composedAt: `${new Date().toISOString().slice(0, 19)}Z`,
  }
}
