import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ApprovedCase, RANKS } from '../../../src/approvals/approved-case.ts'
import { checkIdNumber } from '../../../src/shared/id-number.ts'
import { mulberry32 } from '../../support/chance.ts'

const [BASIC = [], PLANE_2 = []] = readFileSync(
  join(import.meta.dirname, '../../../templates/fonts/characters.txt'),
  'utf8',
)
  .split('\n')
  .map((line) => Array.from(line).filter((character) => /\p{Unified_Ideograph}/u.test(character)))
const SURNAMES = [...'陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴徐周葉蘇莊呂', '歐陽', '司馬', '范姜', '張簡']
const GIVEN =
  'Jean-Luc|Łukasz|Þórdís|Nguyễn|Ánh|Zoë|Björn|Søren|Siân|Małgorzata|Mei-Ling|Kun-Hsuan|I|François|Çağla|Ştefan'
const FAMILY =
  "O’Brien|O'Neill|D’Angelo|Núñez de la Peña|Łukasiewicz|Müller-Lüdenscheidt|Đặng|Ó Súilleabháin|Lin|Żółć|Ågren|Ěčer"
const KINDS_OF_SCHOOL = ['大學', '科技大學', '技術學院', '護理專科學校', '教育大學進修推廣學院']
const CATEGORIES = ['專門著作-學術', '專門著作-教學', '作品', '成就證明', '技術報告', '學位', null]

/** Cases that are right and otherwise by chance, the same for the same seed; names of any character the fonts have. */
export function randomCases(count: number, seed: number): ApprovedCase[] {
  const chance = mulberry32(seed)
  const below = (end: number): number => Math.floor(chance() * end)
  const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T
  const digits = (length: number): string => Array.from({ length }, () => below(10)).join('')
  const han = (least: number, most: number): string =>
    Array.from({ length: least + below(most - least + 1) }, () => oneOf(below(4) === 0 ? PLANE_2 : BASIC)).join('')
  const date = (from: number, to: number): string =>
    [from + below(to - from + 1), 1 + below(12), 1 + below(28)].map((part) => String(part).padStart(2, '0')).join('-')

  function name(): string {
    switch (below(5)) {
      case 0:
        return Array.from({ length: 2 + below(3) }, () => han(2, 4)).join(oneOf(['‧', '·']))
      case 1:
        return `${oneOf(GIVEN.split('|'))} ${oneOf(FAMILY.split('|'))}`
      default:
        return oneOf(SURNAMES) + han(1, 3)
    }
  }

  function idNumber(sex: 'male' | 'female'): string {
    const second = oneOf(sex === 'male' ? ['1', '8', 'A', 'C'] : ['2', '9', 'B', 'D'])
    const beginning = oneOf([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']) + second + digits(7)
    const whole = [...'0123456789'].map((last) => beginning + last)
    return whole.find((one) => checkIdNumber(one).valid) as string
  }

  return Array.from({ length: count }, (_, i) => {
    const sex = oneOf(['male', 'female'] as const)
    const issuedOn = date(2014, 2024)
    const school = oneOf(['國立', '臺北市立', '']) + han(2, 5)
    return {
      documentNumber: `${Number(issuedOn.slice(0, 4)) - 1911}${digits(7)}${oneOf(['', 'D'])}`,
      number: String(400_000 + i * 1_000 + below(1_000)),
      rank: oneOf(RANKS),
      name: name(),
      idNumber: idNumber(sex),
      birthDate: date(1950, 1990),
      sex,
      schoolCode: digits(4),
      school: school + oneOf(KINDS_OF_SCHOOL),
      seniorityFrom: `${Number(issuedOn.slice(0, 4)) - below(2)}-${oneOf(['02', '08'])}`,
      issuedOn,
      category: oneOf(CATEGORIES),
      result: '審定通過',
      supportsElectronic: true,
      nameEn: `${oneOf(GIVEN.split('|'))} ${oneOf(GIVEN.split('|'))} ${oneOf(FAMILY.split('|'))}`,
      schoolEn: below(3) === 0 ? null : `National ${oneOf(FAMILY.split('|'))} University of ${oneOf(GIVEN.split('|'))}`,
      email: null,
    }
  })
}
