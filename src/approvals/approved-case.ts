/** The four ranks of 教育人員任用條例 §14, lowest first: this order decides what a revocation covers (E49). */
export const RANKS = ['lecturer', 'assistant-professor', 'associate-professor', 'professor'] as const
export type Rank = (typeof RANKS)[number]

/** 審查等級 as the sources write it, and the word before 字第…號 on the certificate (Q12). */
export const RANK_LABELS: Readonly<Record<Rank, { label: string; en: string; numberWord: string }>> = {
  lecturer: { label: '講師', en: 'Lecturer', numberWord: '講' },
  'assistant-professor': { label: '助理教授', en: 'Assistant Professor', numberWord: '助理' },
  'associate-professor': { label: '副教授', en: 'Associate Professor', numberWord: '副' },
  professor: { label: '教授', en: 'Professor', numberWord: '教' },
}

export type Sex = 'male' | 'female'
export const SEX_LABELS: Readonly<Record<Sex, { label: string; en: string }>> = {
  male: { label: '男', en: 'Male' },
  female: { label: '女', en: 'Female' },
}

/** 審定結果 that leads to a certificate (E2). */
export const RESULT_APPROVED = '審定通過'

/** One row of an approval document (證書案件, §2.1 of the requirements), checked and in the formats that are kept. */
export type ApprovedCase = {
  /** 核定公文文號, `^\d{10}[A-Z]?$` */
  readonly documentNumber: string
  /** 證書字號, digits only (Q12) */
  readonly number: string
  readonly rank: Rank
  readonly name: string
  readonly idNumber: string
  /** ISO date, `YYYY-MM-DD` */
  readonly birthDate: string
  readonly sex: Sex
  readonly schoolCode: string
  readonly school: string
  /** 起資年月, ISO month `YYYY-MM` */
  readonly seniorityFrom: string
  /** 發證日期, ISO date */
  readonly issuedOn: string
  /** 審查類別 */
  readonly category: string | null
  /** 審定結果 */
  readonly result: string
  readonly supportsElectronic: boolean
  readonly nameEn: string | null
  readonly schoolEn: string | null
  /** For the invitation of I30 only; never printed. */
  readonly email: string | null
}
