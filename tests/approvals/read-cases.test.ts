import { describe, expect, test } from 'vitest'
import type { CaseField } from '../../src/approvals/case-columns.ts'
import { readCases } from '../../src/approvals/read-cases.ts'
import { csvOf, type Row, readCsv, TODAY } from './case-files.ts'

describe('a row that is as it should be', () => {
  test('becomes a case in the formats that are kept (§2.1)', () => {
    expect(readCsv(csvOf({}))).toEqual({
      cases: [
        {
          line: 2,
          case: {
            documentNumber: '1130045521',
            number: '147261',
            rank: 'assistant-professor',
            name: '許峯龘',
            idNumber: 'L120000024',
            birthDate: '1989-04-16',
            sex: 'male',
            schoolCode: '9995',
            school: '凌網大學',
            seniorityFrom: '2023-08',
            issuedOn: '2024-04-30',
            category: '專門著作-學術',
            result: '審定通過',
            supportsElectronic: true,
            nameEn: 'HSU, FENG-TA',
            schoolEn: 'Lingwang University',
            email: 'hsu@example.org',
          },
        },
      ],
      refused: [],
      warnings: [],
    })
  })

  test.each<[string, Row, object]>([
    ['the full form of the number, of its rank (Q12)', { number: '助理字第147261號' }, { number: '147261' }],
    ['leading zeros of a number', { number: '098441' }, { number: '098441' }],
    [
      'full-width digits in numbers',
      { number: '１４２１９５', schoolCode: '９９９５' },
      { number: '142195', schoolCode: '9995' },
    ],
    ['a full-width ID number in small letters', { idNumber: 'ｌ１２００００024' }, { idNumber: 'L120000024' }],
    ['a document number with a letter', { documentNumber: '1090005074d' }, { documentNumber: '1090005074D' }],
    ['white space at the ends', { name: '　許峯龘 ', rank: ' 助理教授' }, { name: '許峯龘' }],
    ['white space inside a name, as it is given', { name: '許　峯  龘' }, { name: '許　峯  龘' }],
    ['full-width letters in a name, as they are given', { nameEn: 'ＨＳＵ' }, { nameEn: 'ＨＳＵ' }],
    ['no result as 審定通過', { result: '' }, { result: '審定通過' }],
    ['another result', { result: '審定不通過' }, { result: '審定不通過' }],
    ['empty optional columns', { category: '', nameEn: '', schoolEn: '', email: '' }, { category: null, email: null }],
    ['支援電子證書 否', { supportsElectronic: '否' }, { supportsElectronic: false }],
    ['支援電子證書 TRUE', { supportsElectronic: 'TRUE' }, { supportsElectronic: true }],
    ['支援電子證書 0', { supportsElectronic: '0' }, { supportsElectronic: false }],
    ['issued on 103-01-01, electronic by default (E40)', { issuedOn: '103-01-01' }, { supportsElectronic: true }],
    [
      '支援電子證書 是 from 103-01-01 on',
      { issuedOn: '103-01-01', supportsElectronic: '是' },
      { supportsElectronic: true },
    ],
    ['issued on 102-12-31, paper by default (E40)', { issuedOn: '102-12-31' }, { supportsElectronic: false }],
    ['issued today', { issuedOn: TODAY }, { issuedOn: TODAY }],
  ])('may have %s', (_, row, expected) => {
    const { cases, refused, warnings } = readCsv(csvOf(row))
    expect({ refused, warnings }).toEqual({ refused: [], warnings: [] })
    expect(cases[0]?.case).toMatchObject(expected)
  })

  test('the cut-off of E40 is a setting (Q11)', () => {
    const options = { today: TODAY, electronicFrom: '2024-05-01' }
    const { cases } = readCases(Buffer.from(csvOf({})), 'csv', options)
    expect(cases[0]?.case.supportsElectronic).toBe(false)
  })
})

describe('a row that is refused', () => {
  test.each<[CaseField, string, string, string]>([
    ['documentNumber', '核定公文文號', '113004552', '10 位數字'],
    ['documentNumber', '核定公文文號', '1160045521', '民國年'],
    ['documentNumber', '核定公文文號', '0010045521', '民國年'],
    ['documentNumber', '核定公文文號', '1.13E+09', '科學記號'],
    ['number', '證書字號', '14219A', '不是證書字號'],
    ['number', '證書字號', '142195號', '不是證書字號'],
    ['number', '證書字號', '助理字第142195', '不是證書字號'],
    ['number', '證書字號', '000000', '不是證書字號'],
    ['number', '證書字號', '14219²', '不是證書字號'],
    ['number', '證書字號', '1.42E+05', '科學記號'],
    ['number', '證書字號', "'142195", '單引號'],
    ['number', '證書字號', '142,195', '千分位'],
    ['number', '證書字號', '142195.0', '小數點'],
    ['number', '證書字號', '#N/A', '錯誤訊息'],
    ['number', '證書字號', '副字第147261號', '應為「助理字第」'],
    ['name', '姓名', '', '必填'],
    ['name', '姓名', '　 ', '必填'],
    ['name', '姓名', '許峯\u200B龘', 'U+200B'],
    ['name', '姓名', '許\u{E0100}', 'U+E0100'],
    ['name', '姓名', '許峯\uE000', 'U+E000'],
    ['name', '姓名', '許\n峯', 'U+000A'],
    ['name', '姓名', '許\t峯', 'U+0009'],
    ['name', '姓名', '許□龘', 'U+25A1'],
    ['name', '姓名', '許'.repeat(101), '最多 100'],
    ['name', '姓名', '123', '沒有任何文字'],
    ['name', '姓名', '#REF!', '錯誤訊息'],
    ['idNumber', '身分證號', 'A123456788', '檢查碼'],
    ['idNumber', '身分證號', 'A12345678', '格式'],
    ['birthDate', '生日', '112-02-29', '沒有 29 日'],
    ['birthDate', '生日', '115-11-22', '晚於今天'],
    ['birthDate', '生日', '1978/4/16', '西元'],
    ['birthDate', '生日', '########', '錯誤訊息'],
    ['sex', '性別', 'M', '男 或 女'],
    ['rank', '審查等級', '特聘教授', '教授、副教授'],
    ['schoolCode', '學校代碼', '995', '開頭的 0'],
    ['schoolCode', '學校代碼', '99955', '4 位數字'],
    ['school', '送審學校', '校'.repeat(101), '最多 100'],
    ['seniorityFrom', '起資年月', '112/13', '沒有 13 月'],
    ['issuedOn', '發證日期', '115-11-22', '晚於今天'],
    ['supportsElectronic', '支援電子證書', '也許', '是、否'],
    ['category', '審查類別', '學\u202E位', 'U+202E'],
    ['nameEn', '英文姓名', 'HSU\u00A0FENG', 'U+00A0'],
    ['schoolEn', '送審學校英文名稱', 'Ling\u00ADwang', 'U+00AD'],
    ['email', '電子郵件', 'hsu@example', '電子郵件'],
    ['email', '電子郵件', 'hsu@example.org, b@example.org', '電子郵件'],
  ])('%s: %s「%s」 says %s', (field, column, value, reason) => {
    const { cases, refused } = readCsv(csvOf({ [field]: value }))
    expect(cases).toEqual([])
    expect(refused).toEqual([{ line: 2, column, reason: expect.stringContaining(reason) }])
  })

  test('支援電子證書 是 with an issue date before 103 is refused (E40)', () => {
    const { refused } = readCsv(csvOf({ supportsElectronic: '是', issuedOn: '102-12-31' }))
    expect(refused).toEqual([{ line: 2, column: '支援電子證書', reason: expect.stringContaining('民國103年1月1日') }])
  })

  test('every bad column is reported, not only the first', () => {
    const { refused } = readCsv(csvOf({ name: '', birthDate: 'x', rank: '助教', email: '@' }))
    expect(refused.map(({ column }) => column)).toEqual(['姓名', '生日', '審查等級', '電子郵件'])
  })

  test('its neighbours are read all the same', () => {
    const { cases, refused } = readCsv(csvOf({ number: '1' }, { number: '2', name: '' }, { number: '3' }))
    expect(cases.map(({ line }) => line)).toEqual([2, 4])
    expect(refused.map(({ line }) => line)).toEqual([3])
  })

  test('no reason shows an ID number, in whatever column it stands (E68)', () => {
    const fields: CaseField[] = ['idNumber', 'birthDate', 'rank', 'number', 'documentNumber', 'schoolCode', 'email']
    for (const value of ['A123456788', 'a123456788', 'Ａ１２３４５６７８８', 'A12345678']) {
      for (const field of fields) {
        const { refused } = readCsv(csvOf({ [field]: value }))
        expect(refused).toHaveLength(1)
        expect(refused[0]?.reason).not.toMatch(/345678|３４５/)
      }
    }
  })
})

describe('a row that is only warned of (Q10)', () => {
  test.each<[string, Row, string]>([
    ['性別', { sex: '女' }, '第 2 碼'],
    ['生日', { birthDate: '103-08-15' }, '9 歲'],
    ['生日', { birthDate: '10-01-01' }, '102 歲'],
    ['審定結果', { result: '審查通過' }, '視為未通過'],
    ['姓名', { name: '許?龘' }, '遺失的字'],
    ['姓名', { name: '⾧峯龘' }, '部首'],
  ])('%s: %o', (column, row, reason) => {
    const { cases, warnings } = readCsv(csvOf(row))
    expect(cases).toHaveLength(1)
    expect(warnings).toEqual([{ line: 2, column, reason: expect.stringContaining(reason) }])
  })

  test('twenty years and ninety years are not implausible', () => {
    const { warnings } = readCsv(csvOf({ birthDate: '92-08-31', number: '1' }, { birthDate: '22-08-01', number: '2' }))
    expect(warnings).toEqual([])
  })
})

describe('the same case twice in one file', () => {
  test('a repetition is left out with a warning', () => {
    const { cases, refused, warnings } = readCsv(csvOf({}, { birthDate: '1989-04-16', number: '助理字第147261號' }))
    expect(cases.map(({ line }) => line)).toEqual([2])
    expect(refused).toEqual([])
    expect(warnings).toEqual([{ line: 3, column: '證書字號', reason: expect.stringContaining('第 2 行完全相同') }])
  })

  test('other data under the same rank and number is refused, and the reason names the columns', () => {
    const { cases, refused } = readCsv(csvOf({}, { birthDate: '78-04-17', email: '' }))
    expect(cases.map(({ line }) => line)).toEqual([2])
    expect(refused).toEqual([{ line: 3, column: '證書字號', reason: expect.stringMatching(/第 2 行.*生日、電子郵件/) }])
  })

  test('the same number of another rank is another case', () => {
    expect(readCsv(csvOf({}, { rank: '副教授' })).cases).toHaveLength(2)
  })
})
