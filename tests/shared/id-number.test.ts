import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkIdNumber, maskIdNumber } from '../../src/shared/id-number.ts'

const body = fc.tuple(
  fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  fc.constantFrom(...'1289ABCD'),
  fc.stringMatching(/^\d{7}$/),
)
const validNumber = body.map((parts) => {
  const start = parts.join('')
  return Array.from({ length: 10 }, (_, digit) => start + digit).find((candidate) => checkIdNumber(candidate).valid)!
})

describe('ID numbers (§2.9)', () => {
  test.each([
    ['A123456789', 'national', 'male'],
    ['A100537307', 'national', 'male'],
    ['L120000024', 'national', 'male'],
    ['L220000017', 'national', 'female'],
    ['A800000014', 'resident-new', 'male'],
    ['B900000017', 'resident-new', 'female'],
    ['AC01234567', 'resident-old', 'male'],
    ['AA00000009', 'resident-old', 'male'],
    ['FC00000017', 'resident-old', 'male'],
  ])('%s is a %s number of a %s person', (idNumber, kind, sex) => {
    expect(checkIdNumber(idNumber)).toEqual({ valid: true, kind, sex })
  })

  test.each(['A123456788', 'A800000015'])('%s has a wrong check digit', (idNumber) => {
    expect(checkIdNumber(idNumber)).toEqual({ valid: false, reason: 'check-digit' })
  })

  test.each(['', 'A12345678', 'A1234567890', 'a123456789', 'A323456789', 'AE01234567', '1123456789', 'Ａ123456789'])(
    '%s has not the form of an ID number',
    (idNumber) => {
      expect(checkIdNumber(idNumber)).toEqual({ valid: false, reason: 'form' })
    },
  )

  test('the old-style letters B and D stand for women', () => {
    const sexes = ['AA0000000', 'AB0000000', 'AC0000000', 'AD0000000'].map((start) => {
      const found = Array.from({ length: 10 }, (_, digit) => checkIdNumber(start + digit)).find(({ valid }) => valid)
      return found?.valid && found.sex
    })
    expect(sexes).toEqual(['male', 'female', 'male', 'female'])
  })

  test('every beginning has exactly one check digit', () => {
    fc.assert(
      fc.property(body, (parts) => {
        const valid = Array.from({ length: 10 }, (_, digit) => checkIdNumber(parts.join('') + digit).valid)
        expect(valid.filter(Boolean)).toHaveLength(1)
      }),
    )
  })

  test('one changed digit is refused wherever the weights guarantee it, and only there', () => {
    const weights = [7, 6, 5, 4, 3, 2, 1, 1]
    fc.assert(
      fc.property(validNumber, fc.nat(7), fc.integer({ min: 1, max: 9 }), (idNumber, index, step) => {
        const at = index + 2
        const digit = (Number(idNumber[at]) + step) % 10
        const changed = idNumber.slice(0, at) + digit + idNumber.slice(at + 1)
        expect(checkIdNumber(changed).valid).toBe((weights[index]! * step) % 10 === 0)
      }),
    )
  })

  test('lists show the first three characters', () => {
    expect(maskIdNumber('L120000024')).toBe('L12*******')
    expect(maskIdNumber('L1')).toBe('L1')
  })
})
