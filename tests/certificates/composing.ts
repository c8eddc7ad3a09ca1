import { readFileSync } from 'node:fs'
import type { ApprovedCase } from '../../src/approvals/approved-case.ts'
import { readCases } from '../../src/approvals/read-cases.ts'
import { type CertificateContent, flagsOf } from '../../src/certificates/certificate-content.ts'
import { type Composed, composeCertificate } from '../../src/certificates/compose-certificate.ts'
import { loadFonts } from '../../src/certificates/fonts/load-fonts.ts'
import { type CompiledTemplate, compileTemplate } from '../../src/certificates/template/compile-template.ts'
import { loadTemplate } from '../../src/certificates/template/load-template.ts'
import { approvedCase } from '../support/house.ts'

/** The fonts that ship, and no others: what is composed does not depend on the machine. */
export const FONTS = loadFonts('/nowhere')
const ROOM = 4_000
const VALUES = { verifyAddress: 'https://verify.example.tw/verify' }
const compiled = new Map<string, CompiledTemplate>()

export function contentOf(
  of: Partial<ApprovedCase> = {},
  changes: Partial<CertificateContent> = {},
): CertificateContent {
  const token = changes.token ?? '0123456789ABCDEFGHJKMNPQRS'
  return {
    issuer: 'moe',
    kind: 'college-teacher',
    language: 'zh-TW',
    version: 1,
    mark: null,
    case: approvedCase(of),
    minister: changes.language === 'en' ? 'Chen Yu-tsai' : '甄育才',
    token,
    address: `https://verify.example.tw/c/${token}`,
    composedAt: '2026-08-03T02:00:00Z',
    ...changes,
  }
}

export function compose(content: CertificateContent): Composed {
  const flags = flagsOf(content)
  const key = [content.language, ...flags].join(' ')
  const template =
    compiled.get(key) ?? compileTemplate(loadTemplate('college-teacher', 'v1', content.language), FONTS, flags, VALUES)
  compiled.set(key, template)
  return composeCertificate(content, template, FONTS, ROOM)
}

/** The rows of the sample that the import takes. */
export function sampleCases(): ApprovedCase[] {
  const file = new URL('../../templates/certificates/college-teacher/sample-cases.csv', import.meta.url)
  return readCases(readFileSync(file), 'csv', { today: '2026-08-03' }).cases.map((located) => located.case)
}
