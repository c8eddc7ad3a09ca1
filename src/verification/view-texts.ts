/** Labels and formats of the result, for server and browser alike: imports nothing but types. */
import type { Language, LocalText } from './verification-result.ts'

export const VIEW_TEXTS = {
  certificateFacts: { 'zh-TW': '證書資料', en: 'The certificate' },
  number: { 'zh-TW': '證書字號', en: 'Certificate number' },
  kind: { 'zh-TW': '證書種類', en: 'Kind' },
  language: { 'zh-TW': '語言版本', en: 'Language' },
  version: { 'zh-TW': '版本', en: 'Version' },
  issuedOn: { 'zh-TW': '發證日期', en: 'Date of issue' },
  issuer: { 'zh-TW': '發證單位', en: 'Issuer' },
  status: { 'zh-TW': '登錄狀態', en: 'Status in the register' },
  whatToDo: { 'zh-TW': '如何處理', en: 'What to do' },
  checks: { 'zh-TW': '檢查項目與技術資訊', en: 'Checks and technical details' },
  check: { 'zh-TW': '項目', en: 'Check' },
  checkOutcome: { 'zh-TW': '結果', en: 'Outcome' },
  checkDetail: { 'zh-TW': '說明', en: 'Detail' },
  passed: { 'zh-TW': '符合', en: 'Passed' },
  notPassed: { 'zh-TW': '不符', en: 'Not passed' },
  notApplicable: { 'zh-TW': '不適用', en: 'Not applicable' },
  reasonCode: { 'zh-TW': '原因代碼', en: 'Reason code' },
  fingerprint: { 'zh-TW': '檔案的數位指紋（SHA-256）', en: 'Fingerprint of the file (SHA-256)' },
  asOf: { 'zh-TW': '登錄資料狀態', en: 'State of the register' },
  verifiedAt: { 'zh-TW': '驗證時間', en: 'Verified at' },
  cannotVerify: { 'zh-TW': '目前無法驗證', en: 'Cannot be checked now' },
  notAccepted: { 'zh-TW': '檔案未送驗', en: 'The file was not verified' },
  noOutcome: {
    'zh-TW': '這不是驗證結果：證書既未通過、也未被否定。',
    en: 'This is not a result: the certificate has been neither confirmed nor rejected.',
  },
} as const satisfies Record<string, LocalText>

export type ViewText = keyof typeof VIEW_TEXTS

const LANGUAGE_NAMES: Readonly<Record<Language, LocalText>> = {
  'zh-TW': { 'zh-TW': '中文', en: 'Chinese' },
  en: { 'zh-TW': '英文', en: 'English' },
}

/** Kinds are named by their template; one without a name here shows its code. */
const KIND_LABELS: Readonly<Record<string, LocalText>> = {
  'college-teacher': {
    'zh-TW': '專科以上學校教師證書',
    en: 'Teacher certificate, institutions of higher education',
  },
}

export function languageName(of: Language, language: Language): string {
  return LANGUAGE_NAMES[of]?.[language] ?? of
}

export function kindLabel(kind: string, language: Language): string {
  return Object.hasOwn(KIND_LABELS, kind) ? KIND_LABELS[kind]![language] : kind
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
) as readonly string[]

/** 2014-01-01 as 民國 103 年 1 月 1 日, or 1 January 2014. */
export function formatDate(isoDate: string, language: Language): string {
  const [year, month, day] = isoDate.slice(0, 10).split('-').map(Number)
  if (!year || !month || !day) return isoDate
  if (language === 'en') return `${day} ${MONTHS[month - 1]} ${year}`
  return year > 1911 ? `民國 ${year - 1911} 年 ${month} 月 ${day} 日` : `西元 ${year} 年 ${month} 月 ${day} 日`
}

/** An instant as Taipei shows it. Taipei is UTC+8 without summer time: no time-zone data of a browser is relied on. */
export function formatTaipeiTime(instant: string, language: Language): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return instant
  const local = new Date(at.getTime() + 8 * 3_600_000).toISOString()
  const time = local.slice(11, 19)
  return language === 'en'
    ? `${formatDate(local, 'en')}, ${time} (Taipei time)`
    : `${formatDate(local, 'zh-TW')} ${time}（臺北時間）`
}
