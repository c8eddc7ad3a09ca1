/** ID numbers of nationals and residents: forms and check digit (requirements §2.9). */

type IdNumberKind = 'national' | 'resident-new' | 'resident-old'

export type IdNumberCheck =
  | { readonly valid: true; readonly kind: IdNumberKind; readonly sex: 'male' | 'female' }
  | { readonly valid: false; readonly reason: 'form' | 'check-digit' }

// The order is that of the letters' values 10 to 35: I, O, W and Z come out of turn.
const LETTERS_BY_VALUE = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'
const WEIGHTS = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1] as const

/**
 * Says what kind of ID number this is and the sex its second character stands for.
 * Expects capital half-width letters. Old-style numbers (two letters) can be used until 2031-01-01 (民國120年);
 * they are accepted without looking at today's date, because certificates issued before keep them.
 */
export function checkIdNumber(idNumber: string): IdNumberCheck {
  const match = /^([A-Z])([1289A-D])\d{8}$/.exec(idNumber)
  if (match === null) return { valid: false, reason: 'form' }
  const second = match[2]!
  const values = [...splitValue(match[1]!), secondValue(second), ...[...idNumber.slice(2)].map(Number)]
  const sum = values.reduce((total, value, index) => total + value * WEIGHTS[index]!, 0)
  if (sum % 10 !== 0) return { valid: false, reason: 'check-digit' }
  return { valid: true, kind: kindOf(second), sex: '18AC'.includes(second) ? 'male' : 'female' }
}

/** The first three characters, as the ministry's lists show it; the rest as stars. */
export function maskIdNumber(idNumber: string): string {
  const characters = [...idNumber]
  return characters.slice(0, 3).join('') + '*'.repeat(Math.max(0, characters.length - 3))
}

function splitValue(letter: string): [number, number] {
  const value = LETTERS_BY_VALUE.indexOf(letter) + 10
  return [Math.floor(value / 10), value % 10]
}

function secondValue(second: string): number {
  return /\d/.test(second) ? Number(second) : splitValue(second)[1]
}

function kindOf(second: string): IdNumberKind {
  if (second === '1' || second === '2') return 'national'
  return second === '8' || second === '9' ? 'resident-new' : 'resident-old'
}
