import { maskIdNumber } from '../shared/id-number.ts'
import { codePointName, findUnprintable } from '../shared/printable-text.ts'

/** Takes ordinary and ideographic white space off both ends; what stands inside is data and stays. */
export function trimSpace(text: string): string {
  return text.replace(/^[ \t\r\n\u3000]+|[ \t\r\n\u3000]+$/g, '')
}

/**
 * Full-width letters, digits and signs as ordinary ones (１４２１９５ → 142195), for numbers, dates and ID numbers only,
 * never for names. Less than NFKC on purpose: that would also make digits of ² and ①.
 */
export function foldWidth(text: string): string {
  return trimSpace(text.replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)))
}

const LONGEST_QUOTE = 40

/** A value for showing in a reason: ID numbers masked wherever they stand, invisible characters named, long ones cut. */
export function quoteValue(value: string): string {
  const masked = foldWidth(value).replace(/[A-Z][A-D\d]\d{5,}/gi, maskIdNumber)
  const shown = masked === foldWidth(value) ? value : masked
  const characters = [...shown].map((c) => (findUnprintable(c) === undefined ? c : `⟨${codePointName(c)}⟩`))
  return characters.slice(0, LONGEST_QUOTE).join('') + (characters.length > LONGEST_QUOTE ? '…' : '')
}

/** What a spreadsheet did to a number, or undefined. */
export function findSpreadsheetDamage(text: string): string | undefined {
  if (/^[+-]?\d+(\.\d+)?E[+-]?\d+$/i.test(text)) {
    return '試算表的科學記號，原來的數字已遺失；請把儲存格格式設為「文字」後重新輸入'
  }
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) return '含有千分位逗號；請把儲存格格式設為「文字」'
  if (/^\d+\.0*$/.test(text)) return '含有小數點；請把儲存格格式設為「文字」'
  if (/^'/.test(text)) return '開頭有多餘的單引號；請刪除'
  if (/^="/.test(text)) return '是試算表的公式；請改成值'
  return findSpreadsheetError(text)
}

/** `#N/A`, `#REF!`, `########`: what a spreadsheet shows instead of a value, or undefined. */
export function findSpreadsheetError(text: string): string | undefined {
  if (/^#(N\/A|NAME\?|REF!|VALUE!|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|#+)$/i.test(text)) {
    return '是試算表的錯誤訊息，不是資料；請填入正確的值'
  }
  return undefined
}
