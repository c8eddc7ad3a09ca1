import { readFileSync } from 'node:fs'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { RANKS } from '../../src/approvals/approved-case.ts'
import { readCsv } from './case-files.ts'

const bytes = readFileSync(new URL('../../templates/certificates/college-teacher/sample-cases.csv', import.meta.url))
const sample = readCsv(bytes)
const cases = sample.cases.map((each) => each.case)

describe('the sample cases of college teachers', () => {
  test('hold the two cases of the slide and a third one on paper, under one document (scenario 1)', () => {
    const found = cases.filter(({ documentNumber }) => documentNumber === '1120999995')
    expect(found.map((each) => [each.number, each.rank, each.name, each.supportsElectronic])).toEqual([
      ['142195', 'professor', '凌網老師', true],
      ['143626', 'associate-professor', '凌網老師', true],
      ['151207', 'assistant-professor', '吳念慈', false],
    ])
    expect(new Set(found.map(({ schoolCode }) => schoolCode))).toEqual(new Set(['9995']))
  })

  test('the slide’s 女 with an L1 number, aged seven, is warned of and kept (Q10)', () => {
    expect(sample.warnings.map(({ line, column }) => [line, column])).toEqual([
      [2, '性別'],
      [2, '生日'],
    ])
  })

  test('hold one person with all four ranks, each electronic (scenario 7)', () => {
    const ranks = cases.filter(({ name }) => name === '林堃煊').map(({ rank }) => rank)
    expect(ranks).toEqual(RANKS)
  })

  test('hold both sides of the cut-off (scenario 6) and one 審定不通過', () => {
    const found = cases.map((each) => [each.issuedOn, each.supportsElectronic])
    expect(found).toContainEqual(['2013-12-31', false])
    expect(found).toContainEqual(['2014-01-01', true])
    expect(cases.filter(({ result }) => result === '審定不通過')).toHaveLength(1)
  })

  test('hold the rare characters of personal names', () => {
    const names = cases.map(({ name }) => name).join('')
    for (const character of '堃㛢𠮷𤧟喆煊栢峯綉龘犇彣玥𡍼𪚥‧·') expect(names).toContain(character)
  })

  test('one row for each kind of refusal is refused, for its own reason', () => {
    expect(sample.refused).toEqual(
      [
        [26, '身分證號', '檢查碼'],
        [27, '發證日期', '沒有 29 日'],
        [28, '審查等級', '特聘教授'],
        [29, '姓名', '必填'],
        [30, '姓名', 'U+200B'],
        [31, '姓名', 'U+E000'],
        [32, '核定公文文號', '10 位數字'],
        [33, '支援電子證書', '不支援電子證書'],
        [34, '證書字號', '教字第'],
        [35, '生日', '晚於今天'],
        [36, '證書字號', '第 12 行'],
      ].map(([line, column, reason]) => ({ line, column, reason: expect.stringContaining(String(reason)) })),
    )
  })

  test('a Tangut character passes here: whether a font has it is asked elsewhere (E63)', () => {
    expect(cases.at(-1)?.name).toBe('方若𗼇')
    expect(cases).toHaveLength(25)
  })

  test('saved as Big5 by Excel, the rows whose characters Big5 lacks are refused, and no other changes', () => {
    const big5 = readCsv(iconv.encode(bytes.toString('utf8').replace(/^\uFEFF/, ''), 'cp950'))
    expect(big5.cases.length).toBeGreaterThan(5)
    for (const each of big5.cases) {
      expect(each).toEqual(sample.cases.find(({ line }) => line === each.line))
    }
    const lost = big5.refused.filter(({ reason }) => reason.includes('UTF-8')).map(({ line }) => line)
    expect(lost).toEqual(expect.arrayContaining([5, 9, 10, 11, 12, 13, 14, 17, 18, 37]))
  })
})
