import { type ApprovedCase, RANK_LABELS, RANKS, SEX_LABELS } from '../approvals/approved-case.ts'
import { canonicalJson } from '../shared/canonical-json.ts'
import { checkIdNumber } from '../shared/id-number.ts'
import { formatEnglishDate, formatRocNumerals, formatRocText } from '../shared/roc-calendar.ts'
import type { Language } from '../verification/verification-result.ts'
import { fillPattern } from './template/fill-pattern.ts'
import type { Flag, Wording } from './template/load-template.ts'

/** 補發 or 換發, as it stands on the certificate; a first issue and a correction bear no mark. */
export type Mark = 'reissue' | 'replacement'

/** All that decides what a certificate file shows and carries; same content and template, same bytes. */
export type CertificateContent = {
  readonly issuer: string
  readonly kind: string
  readonly language: Language
  readonly version: number
  readonly mark: Mark | null
  readonly case: ApprovedCase
  /** the minister (部長) whose name the certificate bears, in the certificate's language */
  readonly minister: string
  /** 26 characters Crockford base32 */
  readonly token: string
  /** where the QR code leads: public address and token */
  readonly address: string
  /** when it was composed, RFC 3339 UTC, whole seconds */
  readonly composedAt: string
}

/** 證書字號 in full form, 教字第142195號 (Q12). */
export function fullNumber(of: Pick<ApprovedCase, 'rank' | 'number'>): string {
  return `${RANK_LABELS[of.rank].numberWord}字第${of.number}號`
}

/** The parts of a number in full form, or undefined when it has another form. */
export function parseFullNumber(text: string): Pick<ApprovedCase, 'rank' | 'number'> | undefined {
  const match = /^(.{1,2})字第(\d+)號$/u.exec(text.trim())
  const rank = RANKS.find((one) => RANK_LABELS[one].numberWord === match?.[1])
  return match?.[2] === undefined || rank === undefined ? undefined : { rank, number: match[2] }
}

/** What of the template applies to this certificate. */
export function flagsOf(content: CertificateContent): Set<Flag> {
  const id = checkIdNumber(content.case.idNumber)
  const flags = new Set<Flag>(['kind' in id && id.kind !== 'national' ? 'resident' : 'national'])
  if (content.case.category !== null) flags.add('category')
  if (content.mark !== null) flags.add('mark')
  return flags
}

/** The text of every field that the wording knows, by name. */
export function fieldTexts(content: CertificateContent, wording: Wording): Record<string, string> {
  const values = content.language === 'en' ? englishValues(content, wording) : chineseValues(content, wording)
  const texts: Record<string, string> = {}
  for (const [name, { pattern }] of Object.entries(wording.fields)) texts[name] = fillPattern(pattern, values)
  return texts
}

function chineseValues(content: CertificateContent, wording: Wording): Record<string, string> {
  const of = content.case
  return {
    ...commonValues(content, wording),
    birthDate: formatRocText(of.birthDate),
    sex: SEX_LABELS[of.sex].label,
    rank: RANK_LABELS[of.rank].label,
    seniorityFrom: formatRocText(of.seniorityFrom),
    issuedOn: formatRocNumerals(of.issuedOn),
  }
}

function englishValues(content: CertificateContent, wording: Wording): Record<string, string> {
  const of = content.case
  return {
    ...commonValues(content, wording),
    nameEn: of.nameEn ?? of.name,
    schoolEn: of.schoolEn ?? of.school,
    birthDate: formatEnglishDate(of.birthDate),
    sex: SEX_LABELS[of.sex].en,
    rank: RANK_LABELS[of.rank].en,
    seniorityFrom: formatEnglishDate(of.seniorityFrom),
    issuedOn: formatEnglishDate(of.issuedOn),
  }
}

function commonValues(content: CertificateContent, wording: Wording): Record<string, string> {
  return {
    number: fullNumber(content.case),
    name: content.case.name,
    idNumber: content.case.idNumber,
    school: content.case.school,
    category: content.case.category ?? '',
    minister: content.minister,
    mark: content.mark === null ? '' : wording.marks[content.mark],
  }
}

/**
 * The case's data as the attachment `dcert-certificate.json` carries it: canonical JSON (RFC 8785), UTF-8.
 * Nothing that is not printed, save the school's code and the document number.
 */
export function attachmentOf(content: CertificateContent): Buffer {
  const of = content.case
  return Buffer.from(
    canonicalJson({
      format: 'dcert-certificate/1',
      issuer: content.issuer,
      kind: content.kind,
      language: content.language,
      version: content.version,
      mark: content.mark,
      number: fullNumber(of),
      documentNumber: of.documentNumber,
      name: of.name,
      nameEn: of.nameEn,
      idNumber: of.idNumber,
      birthDate: of.birthDate,
      sex: of.sex,
      rank: of.rank,
      schoolCode: of.schoolCode,
      school: of.school,
      schoolEn: of.schoolEn,
      category: of.category,
      seniorityFrom: of.seniorityFrom,
      issuedOn: of.issuedOn,
      minister: content.minister,
      address: content.address,
      composedAt: content.composedAt,
    }),
  )
}
