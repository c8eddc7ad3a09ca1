/** How the text of one cell becomes one value of a case. Each reader says what is wrong and what to do. */
import { checkIdNumber, maskIdNumber } from '../shared/id-number.ts'
import { formatRocDate, parseRocDate, parseRocMonth } from '../shared/roc-calendar.ts'
import { RANK_LABELS, RANKS, type Rank, SEX_LABELS, type Sex } from './approved-case.ts'
import { findSpreadsheetDamage, findSpreadsheetError, foldWidth, quoteValue } from './cell-text.ts'

export type Reading<T> = { readonly value: T } | { readonly reason: string }

function refuse(text: string, reason: string): { reason: string } {
  return { reason: `「${quoteValue(text)}」${findSpreadsheetDamage(foldWidth(text)) ?? reason}` }
}

const FIRST_DOCUMENT_YEAR = 38

/** 核定公文文號: three digits of a ROC year, seven digits, at most one letter. */
export function readDocumentNumber(text: string, today: string): Reading<string> {
  const number = foldWidth(text).toUpperCase()
  if (!/^\d{10}[A-Z]?$/.test(number)) return refuse(text, '不是核定公文文號；應為 10 位數字，後面可加一個英文字母')
  const rocYear = Number(number.slice(0, 3))
  const thisYear = Number(today.slice(0, 4)) - 1911
  if (rocYear < FIRST_DOCUMENT_YEAR || rocYear > thisYear) {
    return refuse(text, `前三碼 ${number.slice(0, 3)} 不是合理的民國年（${FIRST_DOCUMENT_YEAR} 至 ${thisYear}）`)
  }
  return { value: number }
}

export type NumberReading = { readonly digits: string; readonly rankWord: string | null }

/** 證書字號: digits, or the full form 教字第142195號 (Q12). Leading zeros are part of the number. */
export function readCertificateNumber(text: string): Reading<NumberReading> {
  const match = /^(?:(教|副|助理|講)字第)?(\d{1,10})(號?)$/.exec(foldWidth(text))
  const digits = match?.[2] ?? ''
  const rankWord = match?.[1] ?? null
  const halfForm = (rankWord === null) !== (match?.[3] === '')
  if (match === null || halfForm || /^0+$/.test(digits)) {
    return refuse(text, '不是證書字號；應為數字（142195）或全稱（教字第142195號）')
  }
  return { value: { digits, rankWord } }
}

/** National or resident ID number; the value never appears whole in a reason. */
export function readIdNumber(text: string): Reading<string> {
  const idNumber = foldWidth(text).toUpperCase()
  const check = checkIdNumber(idNumber)
  if (check.valid) return { value: idNumber }
  const shown = `「${maskIdNumber(idNumber)}」`
  if (check.reason === 'form') {
    const damage = findSpreadsheetDamage(idNumber)
    return { reason: `${shown}${damage ?? '不是身分證號或統一證號的格式；應為 1 個英文字母加 9 碼'}` }
  }
  return { reason: `${shown}的檢查碼不正確；請核對身分證號或統一證號` }
}

/** A date that is not after today; `subject` is what the reason calls it. */
export function readPastDate(text: string, today: string, subject: string): Reading<string> {
  const date = parseRocDate(foldWidth(text))
  if ('reason' in date) return refuse(text, `：${date.reason}`)
  if (date.value > today) return refuse(text, `：${subject}不可以晚於今天（${formatRocDate(today)}）`)
  return date
}

export function readMonth(text: string): Reading<string> {
  const month = parseRocMonth(foldWidth(text))
  return 'reason' in month ? refuse(text, `：${month.reason}`) : month
}

export function readSex(text: string): Reading<Sex> {
  if (text === SEX_LABELS.male.label || text === 'male') return { value: 'male' }
  if (text === SEX_LABELS.female.label || text === 'female') return { value: 'female' }
  return refuse(text, '不是性別；應為 男 或 女')
}

export function readRank(text: string): Reading<Rank> {
  const rank = RANKS.find((each) => RANK_LABELS[each].label === text || each === text)
  if (rank !== undefined) return { value: rank }
  return refuse(text, '不是審查等級；應為 教授、副教授、助理教授 或 講師')
}

/** Four digits, some of which begin with zeros that a spreadsheet drops. */
export function readSchoolCode(text: string): Reading<string> {
  const code = foldWidth(text)
  if (/^\d{4}$/.test(code)) return { value: code }
  if (/^\d{1,3}$/.test(code)) return refuse(text, '不足 4 碼；試算表可能去掉了開頭的 0，請補足（例如 0001）')
  return refuse(text, '不是學校代碼；應為 4 位數字')
}

export function readBoolean(text: string): Reading<boolean> {
  const word = foldWidth(text).toLowerCase()
  if (['是', 'true', '1'].includes(word)) return { value: true }
  if (['否', 'false', '0'].includes(word)) return { value: false }
  return refuse(text, '應為 是、否 或空白')
}

/** Text that is printed as it is given. Control and invisible characters were refused before (E63). */
export function readText(text: string, longest: number): Reading<string> {
  const damage = findSpreadsheetError(text)
  if (damage !== undefined) return { reason: `「${quoteValue(text)}」${damage}` }
  const length = [...text].length
  if (length > longest) return { reason: `太長：${length} 個字元，最多 ${longest} 個` }
  return { value: text }
}

/** A name of a person or school: text with at least one letter of some script. */
export function readName(text: string, longest: number): Reading<string> {
  const reading = readText(text, longest)
  if ('value' in reading && !/\p{L}/u.test(text)) return { reason: `「${quoteValue(text)}」不是名稱：沒有任何文字` }
  return reading
}

const LONGEST_EMAIL = 254

export function readEmail(text: string): Reading<string> {
  const form =
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/
  if (form.test(text) && text.length <= LONGEST_EMAIL) return { value: text }
  return { reason: `「${quoteValue(text)}」不是電子郵件地址` }
}
